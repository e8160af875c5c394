//! What a demo remembers from one start to the next. A file that only its owner may read: it holds what
//! the installation itself keeps as hashes only.

use jiff::Timestamp;
use rollcall_domain::{TenantId, WfmLinkId};
use serde::{Deserialize, Serialize};

/// How far the first start came.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// It has not made everything yet.
    SettingUp,
    /// All is made.
    Ready(Box<Memory>),
}

/// What was made at the first start.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Memory {
    /// The tenant.
    pub(crate) tenant: TenantId,
    /// Its WFM link.
    pub(crate) wfm_link: WfmLinkId,
    /// Where the simulated WFM listened last.
    pub(crate) wfm_port: u16,
    /// The administrator's name.
    pub(crate) username: String,
    /// The administrator's password.
    pub(crate) password: String,
    /// The token of the connection in Okta's dialect.
    pub(crate) scim_token: String,
    /// The token of the connection in Entra's dialect.
    pub(crate) scim_entra_token: String,
    /// What the people at the ACD need; absent until they were there once.
    #[serde(default)]
    pub(crate) acd: Option<AcdMemory>,
    /// How one of them signs in to their own page.
    #[serde(default)]
    pub(crate) agent: Option<AgentMemory>,
}

/// What the simulated ACD is started with.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct AcdMemory {
    /// Its token.
    pub(crate) token: String,
    /// When it came. What was before, another system counted.
    pub(crate) since: Timestamp,
}

/// A person's way to their own page.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct AgentMemory {
    /// The user name.
    pub(crate) username: String,
    /// The password.
    pub(crate) password: String,
}

//! The routes by name.

use serde::{Deserialize, Serialize};

/// The routes that the journal knows and a fault can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Route {
    /// `POST /oauth/token`
    Token,
    /// `GET /wfm/v1/ping`
    Ping,
    /// `POST /wfm/v1/acds/{acdID}/agents/batch`
    Batch,
    /// `GET /wfm/v1/acds/{acdID}/agents`
    List,
    /// `GET /wfm/v1/acds/{acdID}/agents/{uuid}`
    Agent,
    /// `DELETE /wfm/v1/acds/{acdID}/agents/{uuid}/duplicates`
    Duplicates,
    /// `GET /wfm/v1/acds/{acdID}/schedules`
    Schedules,
    /// `GET /wfm/v1/acds/{acdID}/schedules/changes`
    #[serde(rename = "schedule_changes")]
    ScheduleChanges,
    /// `PUT /wfm/v1/acds/{acdID}/history/{kind}/{start}`
    History,
    /// `POST /Rta/State/Batch`
    State,
}

impl Route {
    /// Its name in the journal and in fault orders.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Ping => "ping",
            Self::Batch => "batch",
            Self::List => "list",
            Self::Agent => "agent",
            Self::Duplicates => "duplicates",
            Self::Schedules => "schedules",
            Self::ScheduleChanges => "schedule_changes",
            Self::History => "history",
            Self::State => "state",
        }
    }

    /// Whether its requests bear a token. The others prove themselves in their bodies.
    pub(crate) fn has_token(self) -> bool {
        !matches!(self, Self::Token | Self::State)
    }
}

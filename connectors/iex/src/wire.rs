//! The JSON of the interface, as `CONTRACT.md` of the simulator describes it. Members that are not needed
//! are not read, so that the other side may add some.

use serde::{Deserialize, Serialize};

/// A token (§2). Not to be printed: it has no `Debug`.
#[derive(Deserialize)]
pub(crate) struct Grant {
    pub(crate) access_token: String,
    /// Seconds. RFC 6749 §5.1 permits that it is absent: then every call fetches one.
    #[serde(default)]
    pub(crate) expires_in: i64,
}

/// The body of a batch (§3.1).
#[derive(Serialize)]
pub(crate) struct Batch<'a> {
    pub(crate) agents: &'a [AgentUpsert<'a>],
}

/// An agent as it is written. A doubled option tells "leave it" (absent) from "clear it" (`null`).
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AgentUpsert<'a> {
    pub(crate) uuid: String,
    pub(crate) acd_login_id: String,
    pub(crate) first_name: &'a str,
    pub(crate) last_name: &'a str,
    pub(crate) email_address: &'a str,
    pub(crate) agent_state_date: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) personal_id: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) external_id: Option<Option<&'a str>>,
    #[serde(rename = "acdID")]
    pub(crate) acd_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mu: Option<&'a str>,
}

/// The answer to a batch (§3.1).
#[derive(Deserialize)]
pub(crate) struct BatchAnswer {
    pub(crate) results: Vec<Outcome>,
}

/// What became of one agent.
#[derive(Deserialize)]
pub(crate) struct Outcome {
    pub(crate) uuid: Option<String>,
    pub(crate) status: String,
    pub(crate) reason: Option<String>,
}

/// A page of the list (§3.2).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Page {
    pub(crate) agents: Vec<Agent>,
    pub(crate) next_cursor: Option<String>,
    pub(crate) total: u64,
}

/// An agent as it is listed.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Agent {
    pub(crate) uuid: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email_address: String,
    pub(crate) agent_state_date: String,
    pub(crate) personal_id: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) mu: String,
}

/// The answer to a repair (§3.4).
#[derive(Deserialize)]
pub(crate) struct Removed {
    pub(crate) removed: u64,
}

/// A page of schedules (§3.6).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Schedules {
    pub(crate) activities: Vec<Activity>,
    pub(crate) next_cursor: Option<String>,
    pub(crate) changes_cursor: String,
}

/// Something that an agent is to do. The times in UTC count; the local ones are not read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Activity {
    pub(crate) activity_id: String,
    pub(crate) uuid: String,
    pub(crate) activity_name: String,
    pub(crate) activity_code: Option<String>,
    #[serde(rename = "startTimeUTC")]
    pub(crate) start_time_utc: String,
    #[serde(rename = "endTimeUTC")]
    pub(crate) end_time_utc: String,
}

/// A page of changes (§3.7).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScheduleChanges {
    pub(crate) changes: Vec<Change>,
    pub(crate) next_cursor: String,
    pub(crate) more: bool,
}

/// One change.
#[derive(Deserialize)]
#[serde(tag = "change", rename_all = "lowercase")]
pub(crate) enum Change {
    Put {
        activity: Activity,
    },
    Deleted {
        #[serde(rename = "activityId")]
        activity_id: String,
    },
}

/// The answer to a file of history (§9).
#[derive(Deserialize)]
pub(crate) struct HistoryAnswer {
    pub(crate) status: String,
    pub(crate) revision: Option<i64>,
    pub(crate) reason: Option<String>,
}

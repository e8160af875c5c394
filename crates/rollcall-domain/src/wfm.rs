//! What a WFM should hold of a person, and what to do about the difference.
//! The rules are those of NICE's help page "Set Up Users for IEX WFM Integrated".
//!
//! Pure: planning twice gives the same plan.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::employee::{AgentNumber, Employee, Status};
use crate::time;

/// What an administrator sets on a WFM link, for the whole business unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSwitches {
    /// Send the User GUID as Personal ID (for EEM).
    pub personal_id: FieldSwitch,
    /// Send the External ID (for single sign-on).
    pub external_id: FieldSwitch,
}

/// Whether an optional field is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldSwitch {
    /// It is sent.
    On,
    /// It is not, and cleared where it had been sent.
    Off,
}

impl FieldSwitch {
    /// From a stored flag.
    #[must_use]
    pub fn from_flag(on: bool) -> Self {
        if on { Self::On } else { Self::Off }
    }
}

/// The two values that Rollcall ever writes to `mu`. Constants of the sync, not settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ManagementUnit {
    /// `1`: in the ACD, and new to the WFM.
    #[serde(rename = "1")]
    Arrived,
    /// `2`: in the WFM, and no longer in the ACD.
    #[serde(rename = "2")]
    Departed,
}

/// What the WFM is to hold, or is known to hold, of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WfmAgent {
    /// UUID and ACD Login ID of the WFM.
    pub agent_number: i64,
    /// First Name.
    pub first_name: String,
    /// Last Name.
    pub last_name: String,
    /// Email Address.
    pub email: String,
    /// `AgentStateDate`: the activation date, as a date of the UTC day.
    pub activation_date: String,
    /// Personal ID: the User GUID, unless switched off.
    pub personal_id: Option<String>,
    /// External ID, unless switched off or unknown.
    pub external_id: Option<String>,
    /// Where Rollcall put the person. People of the WFM may move an arrived agent on to a unit of
    /// theirs; that is not ours to undo.
    pub management_unit: ManagementUnit,
}

/// What to do at the WFM about one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It holds what it should.
    Nothing,
    /// It lacks the person, or has them as departed: arrive with mu 1.
    Arrive(WfmAgent),
    /// It has other values: write ours, leaving mu alone.
    Update(WfmAgent),
    /// It has the person and should not: depart with mu 2.
    Depart(WfmAgent),
}

/// Whether a person belongs in the WFM now: active, and in a team with the feature.
#[must_use]
pub fn qualifies(employee: &Employee, team_features: &[String]) -> bool {
    belongs(employee.status, team_features)
}

/// The same for a whole group of people, of whom only this is known.
#[must_use]
pub fn belongs(status: Status, team_features: &[String]) -> bool {
    status.is_active()
        && team_features.iter().any(|feature| feature == crate::structure::WFM_ADVANCED)
}

/// The values that the WFM should hold of a person.
#[must_use]
pub fn values(employee: &Employee, switches: &FieldSwitches) -> WfmAgent {
    let AgentNumber(agent_number) = employee.agent_number;
    WfmAgent {
        agent_number,
        first_name: employee.profile.first_name.clone(),
        last_name: employee.profile.last_name.clone(),
        email: employee.profile.email.clone(),
        activation_date: day(employee.activated_at),
        personal_id: (switches.personal_id == FieldSwitch::On).then(|| employee.id.to_string()),
        external_id: if switches.external_id == FieldSwitch::On {
            employee.external_id.clone()
        } else {
            None
        },
        management_unit: ManagementUnit::Arrived,
    }
}

/// Decides what to do: `desired` is the values that a qualifying person should have there (`None`: the
/// person does not qualify), `known` is what the WFM is known to hold.
#[must_use]
pub fn plan(desired: Option<WfmAgent>, known: Option<&WfmAgent>) -> Step {
    match (desired, known) {
        (Some(desired), None) => Step::Arrive(desired),
        (Some(desired), Some(known)) if known.management_unit == ManagementUnit::Departed => {
            Step::Arrive(desired)
        }
        (Some(desired), Some(known)) if desired == *known => Step::Nothing,
        (Some(desired), Some(_)) => Step::Update(desired),
        (None, Some(known)) if known.management_unit == ManagementUnit::Arrived => {
            Step::Depart(WfmAgent { management_unit: ManagementUnit::Departed, ..known.clone() })
        }
        (None, _) => Step::Nothing,
    }
}

/// The stop before a mass departure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Brake {
    /// The share of the people in the WFM that may depart within a window, in percent.
    pub share_percent: i64,
    /// Departures that are always let through, so that a small team can let one person go.
    pub floor: i64,
}

impl Brake {
    /// Whether `departures` (in this run and in the window before it) of `present` people are too many
    /// to happen without someone saying so.
    #[must_use]
    pub fn holds(self, departures: i64, present: i64) -> bool {
        departures > self.floor
            && departures.saturating_mul(100) > present.saturating_mul(self.share_percent)
    }
}

fn day(moment: Timestamp) -> String {
    time::to_text(moment).chars().take(10).collect()
}

#[cfg(test)]
mod tests;

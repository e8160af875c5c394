//! What a WFM should hold of a person, and what to do about the difference.
//! The rules are those of NICE's help page "Set Up Users for IEX WFM Integrated".
//!
//! Pure: planning twice gives the same plan.

mod acd_id;
mod first_run;
mod optional_field;
pub mod schedule;
mod transport;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::employee::{AgentNumber, Employee, Status};
use crate::id::BusinessUnitId;
use crate::time;

pub use acd_id::{AcdId, InvalidAcdId};
pub use first_run::{Counted, FirstRun, Member, MetAgent};
pub use optional_field::OptionalField;
pub use transport::{FilePlace, FileTransport, InvalidTransport, Transport, UNKNOWN_HOST_KEY};

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

/// The two values that Rollcall ever writes to `mu`. Written as `1` and `2` where a link has no other
/// [`ManagementUnits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ManagementUnit {
    /// `1`: in the ACD, and new to the WFM.
    #[serde(rename = "1")]
    Arrived,
    /// `2`: in the WFM, and no longer in the ACD.
    #[serde(rename = "2")]
    Departed,
}

/// What a link writes for the two units: `1` and `2`, unless the operator set others. Never a setting of
/// tenants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagementUnits {
    /// For [`ManagementUnit::Arrived`].
    pub arrived: String,
    /// For [`ManagementUnit::Departed`].
    pub departed: String,
}

/// Why two names are no management units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a management unit is named by 1 to 16 letters, digits, dots, hyphens or underscores, and the unit of those who \
     arrive is another than that of those who depart"
)]
pub struct InvalidUnits;

/// As long is the name of a unit at the most.
const UNIT_MAX_BYTES: usize = 16;

impl ManagementUnits {
    /// Takes two names.
    ///
    /// # Errors
    /// [`InvalidUnits`] when one cannot be a name, or both are the same.
    pub fn parse(arrived: &str, departed: &str) -> Result<Self, InvalidUnits> {
        let is_name = |text: &str| {
            let known = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
            (1..=UNIT_MAX_BYTES).contains(&text.len()) && text.bytes().all(known)
        };
        if !is_name(arrived) || !is_name(departed) || arrived == departed {
            return Err(InvalidUnits);
        }
        Ok(Self { arrived: arrived.to_owned(), departed: departed.to_owned() })
    }

    /// The name of a unit.
    #[must_use]
    pub fn name(&self, unit: ManagementUnit) -> &str {
        match unit {
            ManagementUnit::Arrived => &self.arrived,
            ManagementUnit::Departed => &self.departed,
        }
    }
}

impl Default for ManagementUnits {
    /// NICE's help page: "1" for a new agent, "2" for one that is no longer in the ACD.
    fn default() -> Self {
        Self { arrived: "1".to_owned(), departed: "2".to_owned() }
    }
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
    /// It should not have the person, and whether it does was never confirmed: write what was sent last, leaving mu
    /// alone. A WFM that lacks them says so; of one that has them they depart next.
    Ask(WfmAgent),
}

/// A person at a link, with all that decides what the WFM should hold of them.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The person as they are now.
    pub employee: &'a Employee,
    /// The features of their team.
    pub team_features: &'a [String],
    /// The business unit of the link.
    pub unit: BusinessUnitId,
    /// What the WFM is known to hold.
    pub known: Option<&'a WfmAgent>,
    /// Whether somebody refused to let the person depart.
    pub kept: bool,
    /// What was sent since and never confirmed, oldest first: the WFM may hold any of it, or `known`.
    pub sent: &'a [WfmAgent],
}

impl Candidate<'_> {
    /// Whether the person belongs in this link's WFM now: of its business unit, active, and in a team with the
    /// feature. Nobody belongs into two: people are not merged across business units.
    #[must_use]
    pub fn qualifies(&self) -> bool {
        self.employee.business_unit == self.unit
            && belongs(self.employee.status, self.team_features)
    }

    /// What to do at the WFM. The one decision that events, sweeps, comparisons and previews share.
    #[must_use]
    pub fn decide(&self, switches: &FieldSwitches) -> Step {
        let desired = self.qualifies().then(|| values(self.employee, switches));
        let step = match self.sent.last() {
            None => plan(desired, self.known),
            Some(last) => plan_in_doubt(desired, self.known, (self.sent, last)),
        };
        match step {
            Step::Depart(_) if self.kept => Step::Nothing,
            step => step,
        }
    }

    /// Why a step of [`Self::decide`] is to be taken, in few words.
    #[must_use]
    pub fn why(&self, step: &Step) -> String {
        match step {
            Step::Nothing => "the WFM holds what it should".to_owned(),
            Step::Ask(_) => "whether the WFM has them was never confirmed".to_owned(),
            Step::Arrive(_) if self.known.is_some() => "back again".to_owned(),
            Step::Arrive(_) => "not in the WFM yet".to_owned(),
            Step::Update(_) if !self.sent.is_empty() => {
                "what the WFM holds was never confirmed".to_owned()
            }
            Step::Update(agent) => {
                self.known.map(|known| known.differences(agent).join(", ")).unwrap_or_default()
            }
            Step::Depart(_) if self.employee.business_unit != self.unit => {
                "moved to another business unit".to_owned()
            }
            Step::Depart(_) if !self.employee.status.is_active() => {
                "not active any more".to_owned()
            }
            Step::Depart(_) => format!("the team lacks {}", crate::structure::WFM_ADVANCED),
        }
    }
}

impl WfmAgent {
    /// The fields in which two differ, by the names that the WFM's own people use.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        [
            ("First Name", self.first_name != other.first_name),
            ("Last Name", self.last_name != other.last_name),
            ("Email Address", self.email != other.email),
            ("AgentStateDate", self.activation_date != other.activation_date),
            ("Personal ID", self.personal_id != other.personal_id),
            ("External ID", self.external_id != other.external_id),
            ("mu", self.management_unit != other.management_unit),
        ]
        .into_iter()
        .filter_map(|(name, differs)| differs.then_some(name))
        .collect()
    }
}

/// Whether people of a link's business unit belong into its WFM, by what decides that.
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

/// Decides as [`plan`] does where something was sent that nobody confirmed: `sent`, oldest first, and the last of it.
/// The WFM may hold any of that, or `known`. So nothing is taken for done, and an arrival is not repeated with other
/// values where an update tells whether it came through: `mu` belongs to the WFM's own people from then on.
fn plan_in_doubt(
    desired: Option<WfmAgent>,
    known: Option<&WfmAgent>,
    (sent, last): (&[WfmAgent], &WfmAgent),
) -> Step {
    let may_be = |unit| known.into_iter().chain(sent).any(|agent| agent.management_unit == unit);
    let may_have_departed = may_be(ManagementUnit::Departed);
    match desired {
        Some(desired) if may_have_departed => Step::Arrive(desired),
        // Word for word what was sent: a repeat, to which the WFM gives the answer that was lost.
        Some(desired) if known.is_none() && sent.iter().all(|agent| *agent == desired) => {
            Step::Arrive(desired)
        }
        Some(desired) => Step::Update(desired),
        None if known.is_none() && !may_have_departed => Step::Ask(last.clone()),
        None if may_be(ManagementUnit::Arrived) => {
            // Values that the WFM took before, rather than some that it may refuse.
            let values = known.unwrap_or(last).clone();
            Step::Depart(WfmAgent { management_unit: ManagementUnit::Departed, ..values })
        }
        None => Step::Nothing,
    }
}

/// The stop before a mass departure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brake {
    /// The share of the people in the WFM that may depart within a window, in percent.
    pub share_percent: i64,
    /// Departures that are always let through, so that a small team can let one person go.
    pub floor: i64,
}

impl Brake {
    /// Departures of so much time count together, so that many small runs are not let through either.
    pub const WINDOW: SignedDuration = SignedDuration::from_hours(1);

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

//! What a connector to a workforce management system offers.

use rollcall_domain::wfm::{ManagementUnit, WfmAgent};
use serde::Serialize;

use crate::schedule::ScheduleSource;

pub use crate::answer::Answer;

/// As many agents go into one [`WfmTarget::write`] at the most.
pub const BATCH_MAX: usize = 500;

/// One acd of a workforce management system, as it can be written to and read.
pub trait WfmTarget: Send + Sync {
    /// Makes the system hold these values; answers one receipt for each write, in their order.
    ///
    /// At most [`BATCH_MAX`] writes. A repeat with the same key and the same writes has no further effect;
    /// other writes need another key. A system that answers later is [`ConnectorError::Pending`] until then.
    fn write<'a>(&'a self, batch: &'a [WfmWrite], key: &'a str) -> Answer<'a, Vec<WfmReceipt>>;

    /// One page of what the system holds: the first one, or the one that a cursor names. Nothing where the
    /// system does not show what it holds.
    fn list<'a>(&'a self, cursor: Option<&'a str>) -> Answer<'a, Option<WfmPage>>;

    /// Removes all records of an agent but the newest; answers how many.
    fn mend(&self, agent_number: i64) -> Answer<'_, u64>;

    /// Does what a real call does, as nearly as it can without writing.
    fn probe(&self) -> Answer<'_, ()>;

    /// Where people's schedules can be read; `None` where this way to the system tells none.
    fn schedules(&self) -> Option<&dyn ScheduleSource> {
        None
    }
}

/// What the system is to hold of one agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WfmWrite {
    /// The values. An optional one that is absent here is left as it is over there.
    pub agent: WfmAgent,
    /// The unit to put the agent into; `None` leaves the agent where it is.
    pub unit: Option<ManagementUnit>,
    /// Optional values to be removed over there.
    pub cleared: Vec<OptionalField>,
}

/// A value that an agent may be without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum OptionalField {
    /// Personal ID.
    PersonalId,
    /// External ID.
    ExternalId,
}

/// What became of one write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WfmReceipt {
    /// The system holds the values now.
    Accepted,
    /// It has no such agent, and was not told to make one.
    Unknown,
    /// It does not, and the same values will be refused again.
    Refused {
        /// What it says about that, shortened; a sentence.
        reason: String,
    },
}

/// A page of what the system holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WfmPage {
    /// Agents by their agent number. One that stands there several times comes several times, oldest
    /// record first. A unit of the WFM's own people counts as [`ManagementUnit::Arrived`].
    pub agents: Vec<WfmAgent>,
    /// Records besides, whose key is no agent number and which therefore never were ours.
    pub foreign: Vec<WfmStranger>,
    /// Where the next page begins; `None` on the last one.
    pub next_cursor: Option<String>,
    /// How many records the system has in all.
    pub total: u64,
}

/// A record whose key is no agent number: it was made by another route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WfmStranger {
    /// Its key over there.
    pub key: String,
    /// First Name.
    pub first_name: String,
    /// Last Name.
    pub last_name: String,
    /// Email Address.
    pub email: String,
    /// Personal ID.
    pub personal_id: Option<String>,
}

//! What a connector offers that can tell people's schedules.

use rollcall_domain::wfm::schedule::{Activity, Window};

use crate::answer::Answer;

/// The schedules of one acd. Read whole once, and followed by their changes from then on.
pub trait ScheduleSource: Send + Sync {
    /// One page of everything that lies in a window, at least in part: the first one, or the one that a cursor
    /// names.
    fn window<'a>(&'a self, window: Window, cursor: Option<&'a str>) -> Answer<'a, SchedulePage>;

    /// What changed behind a cursor, oldest first. Taking a change twice does no harm. An error other than one
    /// that passes by itself may mean that the changes are not known any more: then a whole read helps.
    fn changes<'a>(&'a self, cursor: &'a str) -> Answer<'a, ScheduleChanges>;
}

/// A page of a window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchedulePage {
    /// Activities, in an order that the system keeps from page to page.
    pub activities: Vec<AgentActivity>,
    /// How many entries besides were none that could be understood.
    pub unreadable: u64,
    /// Where the next page begins; `None` on the last one.
    pub next_cursor: Option<String>,
    /// Where the changes begin that this page does not know of.
    pub changes_cursor: String,
}

/// An activity, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentActivity {
    /// The agent number.
    pub agent_number: i64,
    /// What is to be done.
    pub activity: Activity,
}

/// A page of the list of changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScheduleChanges {
    /// What changed, oldest first.
    pub changes: Vec<ScheduleChange>,
    /// How many entries besides were none that could be understood.
    pub unreadable: u64,
    /// Where the changes go on.
    pub next_cursor: String,
    /// Whether there are more already.
    pub more: bool,
}

/// What became of one activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScheduleChange {
    /// It is so now.
    Put(AgentActivity),
    /// The one of this id is no more, or cannot be understood any more.
    Deleted(String),
}

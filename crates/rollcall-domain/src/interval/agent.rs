//! What a person did in a quarter: seconds of each kind, and contacts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Quarter;
use crate::agent_state::{AgentState, ContactKind};

/// A person's quarter. Seconds are whole; `available_s` and `paused_s` add up to `logged_in_s`, and where it is counted
/// here, `waiting_s`, `inbound_s`, `outbound_s` and `work_s` to `available_s`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AgentTotals {
    /// They had a session.
    pub logged_in_s: i64,
    /// They had one and were not paused.
    pub available_s: i64,
    /// They were unavailable, with a code or without.
    pub paused_s: i64,
    /// They waited for a contact.
    pub waiting_s: i64,
    /// They had a contact that came in, or one with a colleague.
    pub inbound_s: i64,
    /// They had a contact that they made, or the dialer for them.
    pub outbound_s: i64,
    /// They worked after a contact.
    pub work_s: i64,
    /// Contacts that came in and that they were given in this quarter.
    pub inbound_count: i64,
    /// Contacts that they made, or the dialer for them, in this quarter.
    pub outbound_count: i64,
    /// They had a contact that came past all queues. Only others tell of it; 0 where we count.
    pub direct_s: i64,
    /// Contacts that came past all queues; likewise.
    pub direct_count: i64,
    /// Contacts that they handed on; likewise.
    pub transferred_count: i64,
    /// They did administration; likewise.
    pub administration_s: i64,
}

impl AgentTotals {
    /// Counts the part of a time in one state that falls into a quarter.
    pub fn add_stay(
        &mut self,
        quarter: Quarter,
        state: &AgentState,
        (from, to): (Timestamp, Timestamp),
    ) {
        let seconds = quarter.seconds_of(from, to);
        match state {
            AgentState::LoggedOut => return,
            AgentState::Unavailable(_) => self.paused_s += seconds,
            AgentState::Available => self.waiting_s += seconds,
            AgentState::AfterContactWork(_) => self.work_s += seconds,
            AgentState::Contact(kind, _) => match kind {
                ContactKind::Outbound | ContactKind::Dialer => self.outbound_s += seconds,
                ContactKind::Inbound | ContactKind::ConsultIn | ContactKind::ConsultOut => {
                    self.inbound_s += seconds;
                }
            },
        }
        self.logged_in_s += seconds;
        if !matches!(state, AgentState::Unavailable(_)) {
            self.available_s += seconds;
        }
    }

    /// Counts a contact that they were given. Talks with colleagues are not counted.
    pub fn add_contact(&mut self, kind: ContactKind) {
        match kind {
            ContactKind::Inbound => self.inbound_count += 1,
            ContactKind::Outbound | ContactKind::Dialer => self.outbound_count += 1,
            ContactKind::ConsultIn | ContactKind::ConsultOut => {}
        }
    }

    /// Whether there was nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Both together: for the sum of a day, or of people.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            logged_in_s: self.logged_in_s + other.logged_in_s,
            available_s: self.available_s + other.available_s,
            paused_s: self.paused_s + other.paused_s,
            waiting_s: self.waiting_s + other.waiting_s,
            inbound_s: self.inbound_s + other.inbound_s,
            outbound_s: self.outbound_s + other.outbound_s,
            work_s: self.work_s + other.work_s,
            inbound_count: self.inbound_count + other.inbound_count,
            outbound_count: self.outbound_count + other.outbound_count,
            direct_s: self.direct_s + other.direct_s,
            direct_count: self.direct_count + other.direct_count,
            transferred_count: self.transferred_count + other.transferred_count,
            administration_s: self.administration_s + other.administration_s,
        }
    }
}

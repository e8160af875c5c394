//! Telling a WFM what agents do, as they do it: in the manner of the public RTA contract (Teleopti WFM,
//! `State/Batch`).

use crate::answer::Answer;

/// As many states go into one [`RealTimeTarget::tell`] at the most.
pub const STATES_MAX: usize = 50_000;

/// A WFM that takes real-time states of one source.
pub trait RealTimeTarget: Send + Sync {
    /// Tells states, [`STATES_MAX`] at the most. When this answers, the WFM has them; when it fails, nobody knows.
    /// Of one agent, what is told later counts, so that whoever calls this waits for the answer before the next.
    fn tell<'a>(&'a self, scope: Scope, states: &'a [AgentCode]) -> Answer<'a, ()>;
}

/// Of whom states tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Of all agents: those who are not among them are logged out.
    Snapshot,
    /// Of these agents only.
    Changes,
}

/// An agent, and what they do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentCode {
    /// By which name the WFM knows them.
    pub user_code: String,
    /// The code of what they do: 25 characters at the most.
    pub state_code: String,
}

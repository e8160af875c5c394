//! One run towards a target: its cause, its counts, each person's outcome, and what waits for approval.

use askama::Template;
use jiff::Timestamp;

use crate::view::badge::{Badge, Tone};
use crate::view::pager::Pager;
use crate::view::shell::Shell;
use crate::view::span::Span;

/// One run's page.
#[derive(Clone, Debug, Template)]
#[template(path = "wfm/run.html", blocks = ["now", "people"])]
pub struct RunPage {
    /// The frame.
    pub shell: Shell,
    /// The run.
    pub run: RunSummary,
    /// The target's name.
    pub target: String,
    /// The target's page.
    pub target_href: String,
    /// Which outcome the list is narrowed to; empty for all.
    pub outcome: String,
    /// Each person's outcome.
    pub rows: Vec<RunPerson>,
    /// The list's neighbouring pages.
    pub pager: Pager,
    /// For a held run: the people it would move to mu 2, the first of them.
    pub would_move: Vec<(String, String)>,
    /// For a held run that waits: what became of it since it stopped.
    pub since: Option<SinceHeld>,
    /// Where the approval of a held run goes; absent when it no longer waits for one.
    pub approve_action: Option<String>,
    /// Where its rejection goes.
    pub reject_action: Option<String>,
    /// The management unit of those who are new.
    pub arrived_unit: String,
    /// The management unit of those who depart.
    pub departed_unit: String,
    /// For a preview: what the brake would say; empty if it would say nothing.
    pub preview: Option<String>,
    /// How much the comparison found, by kind, in words.
    pub found: Vec<(String, u64)>,
    /// What it found, the first of it.
    pub findings: Vec<Finding>,
}

impl RunPage {
    /// The filters of the list: value and name.
    pub const TABS: [(&'static str, &'static str); 4] =
        [("", "All"), ("done", "Done"), ("failed", "Refused"), ("held", "Held")];

    /// What stands in the place of an empty list.
    #[must_use]
    pub fn nobody(&self) -> &'static str {
        let written = self.run.counts.done().saturating_sub(self.run.counts.unchanged);
        match self.run.state {
            RunState::Held { .. } => "Nobody yet: nothing was applied.",
            _ if !self.outcome.is_empty() => "Nobody with this outcome.",
            RunState::Running { waits: Some(_) } => "Nobody yet: the WFM has not answered.",
            RunState::Running { waits: None } => "Nobody yet.",
            _ if written > 0 => {
                "Nobody whom this hub knows: all of it is about agents that only the WFM has, named under what the \
                 comparison found."
            }
            RunState::Failed { .. } => "Nobody.",
            RunState::Finished => "Nobody was written: everyone was in step already.",
        }
    }

    /// Whether the list is narrowed to this outcome.
    #[must_use]
    pub fn is_outcome(&self, outcome: &str) -> bool {
        self.outcome == outcome
    }
}

/// What became of a hold since its run stopped.
#[derive(Clone, Debug)]
pub struct SinceHeld {
    /// How many left whom the run does not name.
    pub later: u64,
    /// The first of them: name and page.
    pub named: Vec<(String, String)>,
    /// How many of those whom it names would stay by now.
    pub back: u64,
    /// How many wait for the same decision, although they do not leave.
    pub others: u64,
    /// When a run looks again.
    pub next_look: Option<Timestamp>,
}

/// One run in few words.
#[derive(Clone, Debug)]
pub struct RunSummary {
    /// The run's id.
    pub id: String,
    /// Why it ran, as people say it: "Change", "Schedule", "Full comparison".
    pub cause: String,
    /// How it stands.
    pub state: RunState,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took or has been taking.
    pub took: Span,
    /// The counts.
    pub counts: RunCounts,
    /// The longest time from a change to its arrival; absent when nothing was sent.
    pub lag: Option<Span>,
}

impl RunSummary {
    /// How far a run is, in percent.
    #[must_use]
    pub fn percent(&self) -> u64 {
        let done = self.counts.done();
        (done * 100).checked_div(self.counts.looked_at).unwrap_or(0).min(100)
    }
}

/// How a run stands.
#[derive(Clone, Debug)]
pub enum RunState {
    /// It is at work.
    Running {
        /// What it waits for, in sentences, as a run by files does.
        waits: Option<String>,
    },
    /// It is done.
    Finished,
    /// It stopped before doing anything and asks.
    Held {
        /// How many people it would move to mu 2.
        would_move: u64,
        /// What it said when it stopped, in sentences: the rule that stopped it too.
        said: String,
    },
    /// It could not go on.
    Failed {
        /// What happened and what is done about it, in sentences.
        why: String,
    },
}

impl RunState {
    /// The state in a word.
    #[must_use]
    pub fn badge(&self) -> Badge {
        match self {
            RunState::Running { .. } => Badge::new(Tone::Waiting, "Running"),
            RunState::Finished => Badge::new(Tone::Ok, "Finished"),
            RunState::Held { .. } => Badge::new(Tone::Attention, "Held"),
            RunState::Failed { .. } => Badge::new(Tone::Failed, "Failed"),
        }
    }
}

/// What a run did.
#[derive(Clone, Copy, Debug, Default)]
pub struct RunCounts {
    /// People it looks at.
    pub looked_at: u64,
    /// People who were in step already.
    pub unchanged: u64,
    /// People new to the target.
    pub created: u64,
    /// People whose values changed there.
    pub updated: u64,
    /// People moved to mu 2.
    pub moved_out: u64,
    /// People whom the target refused.
    pub failed: u64,
}

impl RunCounts {
    /// People whose outcome is known.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.unchanged + self.created + self.updated + self.moved_out + self.failed
    }

    /// The run in numbers: name and number. The units are those of the link.
    #[must_use]
    pub fn figures(&self, arrived_unit: &str, departed_unit: &str) -> [(String, u64); 6] {
        [
            ("looked at".to_owned(), self.looked_at),
            ("in step already".to_owned(), self.unchanged),
            (format!("new, mu {arrived_unit}"), self.created),
            ("changed".to_owned(), self.updated),
            (format!("moved to mu {departed_unit}"), self.moved_out),
            ("refused".to_owned(), self.failed),
        ]
    }
}

/// Something that is not as it should be in the WFM's list.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What is the matter, in a word.
    pub kind: Badge,
    /// The key of the agent over there.
    pub agent: String,
    /// The name.
    pub name: String,
    /// The person's page; absent where nobody here knows the agent.
    pub href: Option<String>,
    /// What differs, in few words.
    pub detail: String,
}

/// One person's outcome in a run.
#[derive(Clone, Debug)]
pub struct RunPerson {
    /// The person's id.
    pub id: String,
    /// The person's name.
    pub name: String,
    /// The agent number.
    pub agent_number: u64,
    /// What was done, in a word.
    pub outcome: Badge,
    /// What was sent, or why not, in few words.
    pub detail: String,
    /// From the change to its arrival.
    pub lag: Option<Span>,
    /// When it was settled.
    pub at: Option<Timestamp>,
}

//! The overview: is all well, who is out of step, since when, what do I do.

use askama::Template;
use jiff::Timestamp;

use super::badge::{Badge, Tone};
use super::count::{Count, grouped};
use super::shell::Shell;
use super::span::Span;
use super::standing::Standing;

/// The first page.
#[derive(Clone, Debug, Template)]
#[template(path = "overview.html", blocks = ["now", "recent", "chart"])]
pub struct OverviewPage {
    /// The frame.
    pub shell: Shell,
    /// The answer to "is all well?".
    pub answer: Answer,
    /// The numbers behind the answer.
    pub figures: Figures,
    /// Each connection's health.
    pub health: Vec<Health>,
    /// Changes over the last hours, oldest first, at even distances.
    pub changes: Vec<ChangePoint>,
    /// Minutes that one point of `changes` covers.
    pub point_minutes: u64,
    /// The newest changes, newest first.
    pub recent: Vec<RecentChange>,
}

/// Is all well?
#[derive(Clone, Debug)]
pub enum Answer {
    /// Nobody is here yet: what to do first.
    NobodyYet {
        /// The SCIM connection to set up; absent when none exists.
        connection_href: Option<String>,
    },
    /// The tenant hands nobody to a WFM: no link is set up.
    NoWfm {
        /// People kept.
        people: u64,
    },
    /// Everyone who should be in the WFM is there, as we know them.
    InStep {
        /// How many.
        people: u64,
        /// The last change that arrived there: when, and how long after it was made.
        last: Option<(Timestamp, Span)>,
    },
    /// Some are not.
    OutOfStep {
        /// How many of them are on their way.
        waiting: u64,
        /// How many stand still until a run is approved.
        held: u64,
        /// How many the WFM refused.
        failed: u64,
        /// The first few of them, the worst first.
        who: Vec<OutOfStep>,
        /// The held run, when there is one.
        held_run_href: Option<String>,
    },
}

impl Answer {
    /// The tone of the page's first line.
    #[must_use]
    pub fn tone(&self) -> Tone {
        match self {
            Answer::NobodyYet { .. } | Answer::NoWfm { .. } => Tone::Neutral,
            Answer::InStep { .. } => Tone::Ok,
            Answer::OutOfStep { failed: 1.., .. } => Tone::Failed,
            Answer::OutOfStep { held: 1.., .. } => Tone::Attention,
            Answer::OutOfStep { .. } => Tone::Waiting,
        }
    }
}

/// One person who is out of step.
#[derive(Clone, Debug)]
pub struct OutOfStep {
    /// The person's name.
    pub name: String,
    /// The person's page.
    pub href: String,
    /// Where the person stands.
    pub standing: Standing,
}

/// Numbers that link to the lists behind them.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Active people.
    pub active: Count,
    /// Deactivated people.
    pub inactive: Count,
    /// People whom the WFM holds as we do.
    pub in_step: Count,
    /// People with a change under way, held or failed.
    pub out_of_step: Count,
    /// Half of the last hour's changes were in the WFM within this; absent without changes.
    pub lag_p50: Option<Span>,
    /// All but one in a hundred were.
    pub lag_p99: Option<Span>,
}

/// One connection's health.
#[derive(Clone, Debug)]
pub struct Health {
    /// Its name, such as "Okta".
    pub name: String,
    /// What it is: "SCIM connection" or "WFM link".
    pub kind: &'static str,
    /// Its page.
    pub href: String,
    /// Its state.
    pub badge: Badge,
    /// The cause and what to do, or what it did last, as a sentence.
    pub says: String,
    /// When that was.
    pub at: Option<Timestamp>,
}

/// Changes within one stretch of time.
#[derive(Clone, Copy, Debug)]
pub struct ChangePoint {
    /// Its beginning.
    pub at: Timestamp,
    /// Changes that came in.
    pub came_in: u64,
    /// Changes that the WFM confirmed.
    pub went_out: u64,
}

/// One change, told in a line.
#[derive(Clone, Debug)]
pub struct RecentChange {
    /// The audit entry's id, which tells new rows from known ones.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// Who made it, such as "Okta" or a person's name.
    pub actor: String,
    /// Whom it is about.
    pub name: String,
    /// The person's page.
    pub href: String,
    /// What happened, as the rest of a sentence: "joined", "changed last name".
    pub what: String,
    /// Before and after, where one value says it.
    pub values: Option<(String, String)>,
    /// Where the change stands in the WFM.
    pub standing: Option<Badge>,
}

/// How people who are out of step divide, as a sentence.
#[must_use]
pub fn split(waiting: u64, held: u64, failed: u64) -> String {
    let parts: Vec<String> = [
        (waiting, "on the way"),
        (held, "held until somebody decides"),
        (failed, "refused by the WFM"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, what)| format!("{} {what}", grouped(number)))
    .collect();
    let mut sentence = parts.join(", ");
    sentence.push('.');
    sentence
}

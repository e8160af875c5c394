//! The link to the WFM: how it fares, what is sent, what waits for approval, and the runs.

use askama::Template;
use jiff::Timestamp;

use super::run::RunSummary;
use super::setting::SettingsFields;
use crate::view::badge::Badge;
use crate::view::count::noun;
use crate::view::pager::Pager;
use crate::view::shell::Shell;
use crate::view::span::Span;

/// The WFM link's page.
#[derive(Clone, Debug, Template)]
#[template(path = "wfm/link.html", blocks = ["now", "runs"])]
pub struct WfmPage {
    /// The frame.
    pub shell: Shell,
    /// The tenant's links as tabs when there are several: address, business unit, whether it is this one.
    pub tabs: Vec<Tab>,
    /// The link; absent when there is none.
    pub link: Option<WfmLink>,
    /// Whether there is a business unit without a link.
    pub may_link: bool,
    /// A page of the link's runs, newest first.
    pub runs: Vec<RunSummary>,
    /// Newer and older runs.
    pub pager: Pager,
    /// How long changes took, hop by hop; empty in parts of the page.
    pub lags: Vec<Histogram>,
    /// How the reading of schedules goes; absent before it began.
    pub schedules: Option<ScheduleReading>,
}

/// How the reading of a link's schedules goes.
#[derive(Clone, Debug)]
pub struct ScheduleReading {
    /// When they were last up to date.
    pub read_at: Option<Timestamp>,
    /// Why they are behind, and since when.
    pub problem: Option<(String, Timestamp)>,
    /// Entries of nobody, or that could not be understood.
    pub skipped: u64,
}

/// How long changes took over one hop.
#[derive(Clone, Debug)]
pub struct Histogram {
    /// From where to where, as a sentence.
    pub what: String,
    /// The bounds in words, with how many took so long.
    pub bars: Vec<(String, u64)>,
}

impl Histogram {
    /// How many there are in all.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.bars.iter().map(|(_, count)| count).sum()
    }
}

/// One of several links.
#[derive(Clone, Debug)]
pub struct Tab {
    /// Its page.
    pub href: String,
    /// Its business unit's name.
    pub name: String,
    /// Whether it is the one that is shown.
    pub current: bool,
}

/// One business unit's link to its WFM tenant.
#[derive(Clone, Debug)]
pub struct WfmLink {
    /// The link's id.
    pub id: String,
    /// The link's name, such as "NICE IEX".
    pub name: String,
    /// The business unit that it serves.
    pub business_unit: String,
    /// Its state.
    pub badge: Badge,
    /// The answer to "does it work?", as a sentence.
    pub says: String,
    /// The moment that the sentence ends with.
    pub says_at: Option<Timestamp>,
    /// People whom the WFM holds as we do.
    pub in_step: u64,
    /// People with a change under way, held or refused.
    pub out_of_step: u64,
    /// When the WFM last answered.
    pub last_answer: Option<Timestamp>,
    /// When the next run by schedule is due.
    pub next_run: Option<Timestamp>,
    /// People who wait for it, where changes do not go out at once.
    pub waiting: u64,
    /// Half of the last hour's changes arrived within this.
    pub lag_p50: Option<Span>,
    /// All but one in a hundred did.
    pub lag_p99: Option<Span>,
    /// A run that waits for approval.
    pub held: Option<HeldRun>,
    /// Why it is off.
    pub off: Option<OffLink>,
    /// Whether it is on.
    pub is_on: bool,
    /// Agents who stay in the WFM since a rejection.
    pub kept: u64,
    /// Whether a run was asked for that has not begun.
    pub asked: bool,
    /// How far the first sync is, or the run that goes on.
    pub progress: Option<Progress>,
    /// How the telling of real-time states goes; absent where the operator never switched it on.
    pub real_time: Option<RealTimeLink>,
    /// What is set.
    pub settings: WfmSettings,
}

/// How the telling of real-time states goes.
#[derive(Clone, Debug)]
pub struct RealTimeLink {
    /// Its state.
    pub badge: Badge,
    /// Since when.
    pub since: Timestamp,
    /// What is wrong, and what to do.
    pub problem: Option<String>,
    /// When the last snapshot was taken.
    pub snapshot_at: Option<Timestamp>,
}

/// How far a run is.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Whether nothing was ever sent before it.
    pub is_first: bool,
    /// Its page; absent before it has begun.
    pub href: Option<String>,
    /// People settled.
    pub done: u64,
    /// People it looks at.
    pub of: u64,
}

/// Why a link is off.
#[derive(Clone, Debug)]
pub struct OffLink {
    /// In the words of whoever switched it off.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
}

/// A run that would move too many people to mu 2.
#[derive(Clone, Debug)]
pub struct HeldRun {
    /// The run's page, with the people and the decision.
    pub href: String,
    /// When it stopped.
    pub since: Timestamp,
    /// How many people it would move to mu 2.
    pub would_move: u64,
    /// What it said when it stopped, in sentences.
    pub said: String,
    /// How many people wait for the decision in all.
    pub waiting: u64,
}

/// What is set for a link.
#[derive(Clone, Debug)]
pub struct WfmSettings {
    /// The business unit's id at the WFM.
    pub acd_id: String,
    /// Whether the user GUID is sent as Personal ID.
    pub sends_personal_id: bool,
    /// Whether the external id is sent as External ID.
    pub sends_external_id: bool,
    /// Seconds between runs; the operator's to set.
    pub interval_seconds: u64,
    /// What is in the form.
    pub fields: SettingsFields,
    /// By what it is reached, in words.
    pub way: String,
    /// What follows from that, as a sentence; empty where there is nothing to say.
    pub way_hint: String,
    /// The address of the WFM, or of its files.
    pub endpoint: String,
    /// The management unit of those who are new; the operator's to set.
    pub arrived_unit: String,
    /// The management unit of those who are no longer in the ACD; the operator's to set.
    pub departed_unit: String,
    /// Whether a change goes out at once; the operator's to set.
    pub immediate: bool,
    /// Whether the operator permits a run by hand.
    pub run_now_permitted: bool,
    /// Where it is changed; absent for a folder, which is the operator's to set.
    pub way_href: Option<String>,
}

impl WfmSettings {
    /// The interval as people say it.
    #[must_use]
    pub fn interval(&self) -> String {
        match self.interval_seconds {
            s if s % 3_600 == 0 => noun(s / 3_600, "hour", "hours"),
            s if s % 60 == 0 => noun(s / 60, "minute", "minutes"),
            s => noun(s, "second", "seconds"),
        }
    }
}

//! Intervals of people and queues on a day, and files of history that people bring.

use askama::Template;
use jiff::Timestamp;

use crate::view::badge::Badge;
use crate::view::choice::Choice;
use crate::view::shell::Shell;

/// A day of a business unit.
#[derive(Clone, Debug, Template)]
#[template(path = "wfm/history.html")]
pub struct HistoryPage {
    /// The frame.
    pub shell: Shell,
    /// The link's page.
    pub link_href: String,
    /// The link's name.
    pub link: String,
    /// How the feed does.
    pub feed: FeedWords,
    /// `agents` or `queues`.
    pub kind: String,
    /// The date, such as `2026-11-21`.
    pub date: String,
    /// The day before.
    pub previous: String,
    /// The day after; absent for today.
    pub next: Option<String>,
    /// The time zone in which the day begins.
    pub time_zone: String,
    /// As many quarters the day has.
    pub quarters: u64,
    /// Whom or what the page can be narrowed to.
    pub subjects: Vec<Choice>,
    /// What it is narrowed to; empty for all together.
    pub subject: String,
    /// The names of the columns behind the time.
    pub columns: Vec<&'static str>,
    /// The quarters in which something happened.
    pub rows: Vec<QuarterRow>,
    /// The sum of the day, column by column.
    pub sum: Vec<String>,
    /// Whether another system counted any of them.
    pub is_delivered: bool,
    /// The quarters of the day as bars.
    pub bars: Vec<Bar>,
    /// What the colours of the bars mean: class and name.
    pub legend: Vec<(&'static str, &'static str)>,
    /// In words, what the chart shows.
    pub chart_says: String,
}

/// How a feed does, in words.
#[derive(Clone, Debug)]
pub struct FeedWords {
    /// In a word.
    pub badge: Badge,
    /// In a sentence.
    pub says: String,
    /// When something was sent last.
    pub sent_at: Option<Timestamp>,
    /// What is wrong and what to do; absent when all is well.
    pub problem: Option<String>,
}

/// A quarter.
#[derive(Clone, Debug)]
pub struct QuarterRow {
    /// Who counted it: Rollcall, a system that delivered it, or several where several subjects are together.
    pub counted_by: String,
    /// When it begins, by the clock there.
    pub clock: String,
    /// Its number in the day, from 0.
    pub number: i64,
    /// What happened, column by column.
    pub cells: Vec<String>,
    /// Whether the WFM was told.
    pub sent: Badge,
    /// When it was told last.
    pub sent_at: Option<Timestamp>,
}

/// A quarter in the chart, whose height is 100.
#[derive(Clone, Debug)]
pub struct Bar {
    /// From the left.
    pub x: u64,
    /// Its parts from below: class, top, height.
    pub parts: Vec<(&'static str, u64, u64)>,
    /// What it says when one points at it.
    pub title: String,
}

impl HistoryPage {
    /// The page of another day or kind, about the same subject if it stays the same kind.
    #[must_use]
    pub fn href(&self, kind: &str, date: &str) -> String {
        let subject = if kind == self.kind { self.subject.as_str() } else { "" };
        let subject = crate::percent::encoded(subject);
        format!("{}?kind={kind}&date={date}&subject={subject}", self.shell.path_alone())
    }

    /// How wide the chart is.
    #[must_use]
    pub fn width(&self) -> u64 {
        self.quarters * 8
    }

    /// Whether people are shown.
    #[must_use]
    pub fn is_of_people(&self) -> bool {
        self.kind == "agents"
    }
}

/// Bringing a file: first the empty form, then what it would do or why it is refused.
#[derive(Clone, Debug, Template)]
#[template(path = "wfm/history_import.html")]
pub struct HistoryImportPage {
    /// The frame.
    pub shell: Shell,
    /// The page of the history.
    pub history_href: String,
    /// The name of the business unit.
    pub business_unit: String,
    /// The columns of a file, as its first line has them.
    pub columns: String,
    /// What was sent, to be sent again.
    pub content: String,
    /// Why it is refused: line and reason.
    pub faults: Vec<(Option<u64>, String)>,
    /// Whether there may be more faults than are told.
    pub has_more_faults: bool,
    /// What taking it in would do.
    pub plan: Option<ImportWords>,
}

/// What taking in a file would do.
#[derive(Clone, Debug)]
pub struct ImportWords {
    /// Its queues.
    pub queues: Vec<ImportQueue>,
    /// As many intervals it holds.
    pub intervals: u64,
    /// As many of them were brought before.
    pub replaced: u64,
    /// As many contacts were counted here in those intervals.
    pub counted: u64,
    /// Whether they go to the WFM.
    pub is_sent: bool,
}

/// A queue of a file.
#[derive(Clone, Debug)]
pub struct ImportQueue {
    /// Its key.
    pub queue: String,
    /// Whether nobody has heard of it yet.
    pub is_new: bool,
    /// Its first moment.
    pub first: Timestamp,
    /// Its last moment.
    pub end: Timestamp,
    /// As many intervals.
    pub intervals: u64,
    /// As many contacts.
    pub offered: u64,
}

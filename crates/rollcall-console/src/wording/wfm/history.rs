//! Intervals in the words of people: columns, bars, and whether the WFM was told.

use rollcall_app::history::{Delivery, FeedState};
use rollcall_domain::interval::{AgentTotals, QueueTotals};

use crate::view::badge::{Badge, Tone};
use crate::view::count::noun;
use crate::view::wfm::history::FeedWords;

use crate::wording::number;

/// What is said of a quarter, of people or of queues.
pub(crate) trait Words: Copy + Default {
    /// The names of the columns.
    const COLUMNS: &'static [&'static str];
    /// The parts of a bar: class and name.
    const LEGEND: &'static [(&'static str, &'static str)];

    /// The columns.
    fn cells(&self) -> Vec<String>;
    /// The lengths of the parts of a bar.
    fn parts(&self) -> Vec<i64>;
    /// Both together.
    fn and(&self, other: &Self) -> Self;
    /// Whether there was nothing.
    fn is_nothing(&self) -> bool;
}

impl Words for AgentTotals {
    const COLUMNS: &'static [&'static str] = &[
        "Logged in",
        "Waiting",
        "Incoming",
        "Outgoing",
        "Work after",
        "Paused",
        "Contacts in",
        "Contacts out",
    ];
    const LEGEND: &'static [(&'static str, &'static str)] = &[
        ("q-talk", "with contacts"),
        ("q-work", "work after contacts"),
        ("q-wait", "waiting"),
        ("q-pause", "paused"),
    ];

    fn cells(&self) -> Vec<String> {
        let mut cells: Vec<String> = [
            self.logged_in_s,
            self.waiting_s,
            self.inbound_s,
            self.outbound_s,
            self.work_s,
            self.paused_s,
        ]
        .into_iter()
        .map(time)
        .collect();
        cells.extend([self.inbound_count, self.outbound_count].map(|count| count.to_string()));
        cells
    }

    fn parts(&self) -> Vec<i64> {
        vec![self.inbound_s + self.outbound_s, self.work_s, self.waiting_s, self.paused_s]
    }

    fn and(&self, other: &Self) -> Self {
        self.plus(other)
    }

    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

impl Words for QueueTotals {
    const COLUMNS: &'static [&'static str] = &[
        "Offered",
        "Answered",
        "In time",
        "Abandoned",
        "Overflowed",
        "Longest wait",
        "Average handling",
    ];
    const LEGEND: &'static [(&'static str, &'static str)] =
        &[("q-talk", "answered"), ("q-lost", "abandoned"), ("q-pause", "overflowed or waiting")];

    fn cells(&self) -> Vec<String> {
        let longest = self.answered_longest_s.max(self.abandoned_longest_s);
        let count = |count: i64| count.to_string();
        vec![
            count(self.offered + self.overflowed_in),
            count(self.answered),
            count(self.answered_in_time),
            count(self.abandoned),
            count(self.overflowed_out),
            time(longest),
            self.average_handling_s().map_or_else(|| "–".to_owned(), time),
        ]
    }

    fn parts(&self) -> Vec<i64> {
        let rest = self.offered + self.overflowed_in - self.answered - self.abandoned;
        vec![self.answered, self.abandoned, rest.max(0)]
    }

    fn and(&self, other: &Self) -> Self {
        self.plus(other)
    }

    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

/// Seconds as hours, minutes and seconds.
fn time(seconds: i64) -> String {
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{:02}", seconds % 60)
    } else {
        format!("{minutes}:{:02}", seconds % 60)
    }
}

/// Who counted something; `None` for what no other system delivered.
pub(crate) fn counted_by(source: Option<&str>) -> &str {
    match source {
        None => "Rollcall",
        Some("file") => "a file",
        Some(system) => system,
    }
}

/// Whether the WFM was told of a quarter.
pub(crate) fn sent(delivery: Option<&Delivery>) -> Badge {
    match delivery {
        None => Badge::new(Tone::Neutral, "Not sent"),
        Some(Delivery { sent: None, .. }) => Badge::new(Tone::Waiting, "On its way"),
        Some(Delivery { pending: Some(_), .. }) => Badge::new(Tone::Waiting, "Being corrected"),
        Some(Delivery { corrections: 0, .. }) => Badge::new(Tone::Ok, "Sent"),
        Some(Delivery { corrections, .. }) => {
            Badge::new(Tone::Ok, format!("Corrected {corrections}×"))
        }
    }
}

/// How a feed does.
pub(crate) fn feed(state: Option<&FeedState>) -> FeedWords {
    let Some(FeedState { feed, due }) = state else {
        return FeedWords {
            badge: Badge::new(Tone::Neutral, "Not sent"),
            says: "The operator has not switched the history feed on, so the WFM is told nothing of this."
                .to_owned(),
            sent_at: None,
            problem: None,
        };
    };
    let (badge, says) = if !feed.enabled {
        let says = "The history feed is off. What happens meanwhile is sent when it is on again.";
        (Badge::new(Tone::Attention, "Off"), says.to_owned())
    } else if feed.problem.is_some() {
        let waits = noun(number(*due), "interval waits", "intervals wait");
        (Badge::new(Tone::Failed, "Failing"), format!("{waits}."))
    } else {
        let says = format!(
            "An interval is sent {} s after its end, and again when something in it comes late.",
            feed.settle_s
        );
        (Badge::new(Tone::Ok, "On"), says)
    };
    FeedWords { badge, says, sent_at: feed.sent_at, problem: feed.problem.clone() }
}

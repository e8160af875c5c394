//! What the WFM holds of intervals, and what a file of one has to fulfil (`CONTRACT.md` §9). Pure.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

const QUARTER_S: i64 = 900;
const QUEUE_COLUMNS: usize = 21;
const AGENT_COLUMNS: usize = 18;

/// Of what a file tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HistoryKind {
    /// Of people.
    Agents,
    /// Of queues.
    Queues,
}

impl HistoryKind {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "agents" => Some(Self::Agents),
            "queues" => Some(Self::Queues),
            _ => None,
        }
    }
}

/// An interval as the WFM holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryInterval {
    /// When it begins.
    pub start: Timestamp,
    /// The revision of the file that was taken last.
    pub revision: u64,
    /// How often a file was taken that said something else than the one before.
    pub corrections: u64,
    /// The rows of that file, column by column.
    pub rows: Vec<Vec<String>>,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It replaced what was there.
    Stored,
    /// It said what was there.
    Unchanged,
    /// A file of a higher revision was there.
    Stale(u64),
}

/// All intervals of all acds.
#[derive(Default)]
pub(crate) struct Intervals {
    held: BTreeMap<(String, HistoryKind), BTreeMap<Timestamp, HistoryInterval>>,
}

impl Intervals {
    /// Replaces an interval as a whole, unless what is there is newer.
    pub(crate) fn put(
        &mut self,
        (acd, kind): (&str, HistoryKind),
        start: Timestamp,
        revision: u64,
        rows: Vec<Vec<String>>,
    ) -> Taken {
        let held = self.held.entry((acd.to_owned(), kind)).or_default();
        let Some(known) = held.get_mut(&start) else {
            held.insert(start, HistoryInterval { start, revision, corrections: 0, rows });
            return Taken::Stored;
        };
        if known.revision > revision {
            return Taken::Stale(known.revision);
        }
        known.revision = revision;
        if known.rows == rows {
            return Taken::Unchanged;
        }
        known.corrections += 1;
        known.rows = rows;
        Taken::Stored
    }

    /// The intervals of an acd, in order of time.
    pub(crate) fn list(&self, acd: &str, kind: HistoryKind) -> Vec<HistoryInterval> {
        let held = self.held.get(&(acd.to_owned(), kind));
        held.map(|held| held.values().cloned().collect()).unwrap_or_default()
    }

    pub(crate) fn clear(&mut self) {
        self.held.clear();
    }
}

/// Reads the start of an interval as it stands in the path: `20261121T0915Z`.
pub(crate) fn start(text: &str) -> Option<Timestamp> {
    let civil = DateTime::strptime("%Y%m%dT%H%MZ", text).ok()?;
    let start = civil.to_zoned(TimeZone::UTC).ok()?.timestamp();
    (start.as_second() % QUARTER_S == 0).then_some(start)
}

/// Reads a file and checks each row; says in a sentence what is wrong with the first bad one.
pub(crate) fn rows(
    kind: HistoryKind,
    start: Timestamp,
    text: &str,
) -> Result<Vec<Vec<String>>, String> {
    let mut keys = BTreeSet::new();
    let mut rows = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let columns: Vec<String> = line.split(';').map(str::to_owned).collect();
        let row = Row { columns: &columns };
        let key = match kind {
            HistoryKind::Agents => row.agent(start),
            HistoryKind::Queues => row.queue(start),
        };
        let key = key.map_err(|reason| format!("Row {}: {reason}.", index + 1))?;
        if !keys.insert(key.to_owned()) {
            return Err(format!("Row {}: {key} has a row already.", index + 1));
        }
        rows.push(columns.clone());
    }
    Ok(rows)
}

struct Row<'a> {
    columns: &'a [String],
}

impl<'a> Row<'a> {
    fn text(&self, index: usize) -> &'a str {
        self.columns.get(index).map(String::as_str).unwrap_or_default()
    }

    fn number(&self, index: usize) -> Result<i64, String> {
        let text = self.text(index);
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = if plain { text.parse().ok() } else { None };
        number.ok_or_else(|| format!("column {} is no whole number", index + 1))
    }

    fn numbers(&self, from: usize, count: usize) -> Result<(), String> {
        if self.columns.len() != count {
            return Err(format!("it has {} columns, not {count}", self.columns.len()));
        }
        (from..count).try_for_each(|index| self.number(index).map(|_| ()))
    }

    fn stands_at(&self, date: usize, time: usize, start: Timestamp) -> Result<(), String> {
        let civil = TimeZone::UTC.to_datetime(start);
        let (day, hour) = (civil.strftime("%Y%m%d"), civil.strftime("%H:%M"));
        if self.text(date) == day.to_string() && self.text(time) == hour.to_string() {
            return Ok(());
        }
        Err("its date and time are not those of the interval".to_owned())
    }

    /// Checks a person's row; answers the person's id.
    fn agent(&self, start: Timestamp) -> Result<&'a str, String> {
        self.numbers(5, AGENT_COLUMNS)?;
        self.stands_at(1, 2, start)?;
        let (available, logged_in, paused) = (self.number(5)?, self.number(6)?, self.number(8)?);
        if available + paused != logged_in {
            return Err("avail_dur and pause_dur do not add up to tot_work_dur".to_owned());
        }
        if logged_in > QUARTER_S {
            return Err("tot_work_dur is longer than the interval".to_owned());
        }
        let parts = self.number(7)? + self.number(9)? + self.number(10)? + self.number(13)?;
        if parts > available {
            return Err("what was done is longer than avail_dur".to_owned());
        }
        named(self.text(3))
    }

    /// Checks a queue's row; answers the queue.
    fn queue(&self, start: Timestamp) -> Result<&'a str, String> {
        self.numbers(5, QUEUE_COLUMNS)?;
        if self.text(0) != "15" {
            return Err("its interval is not 15 minutes".to_owned());
        }
        self.stands_at(1, 2, start)?;
        let came = self.number(5)? + self.number(6)?;
        if self.number(7)? + self.number(8)? + self.number(9)? > came {
            return Err("more contacts left the queue than came".to_owned());
        }
        if self.number(17)? > self.number(9)? || self.number(20)? > self.number(7)? {
            return Err("more were in time than there were".to_owned());
        }
        named(self.text(3))
    }
}

fn named(key: &str) -> Result<&str, String> {
    if key.is_empty() { Err("it names nobody".to_owned()) } else { Ok(key) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment() -> Timestamp {
        start("20261121T0915Z").unwrap()
    }

    #[test]
    fn a_start_is_that_of_a_quarter() {
        assert_eq!(moment().to_string(), "2026-11-21T09:15:00Z");
        assert_eq!(start("20261121T0916Z"), None);
        assert_eq!(start("2026-11-21T09:15:00Z"), None);
    }

    #[test]
    fn each_rule_has_its_reason() {
        let check = |kind, line: &str, reason: &str| match rows(kind, moment(), line) {
            Ok(_) => assert_eq!(reason, "", "{line}"),
            Err(found) => assert!(found.contains(reason) && !reason.is_empty(), "{found}"),
        };
        let agents = HistoryKind::Agents;
        check(agents, ";20261121;09:15;1;A;300;900;0;600;300;0;1;0;0;0;0;0;0", "");
        check(agents, ";20261121;09:15;1;A;300;900;0;599;300;0;1;0;0;0;0;0;0", "do not add up");
        check(agents, ";20261121;09:15;1;A;301;901;0;600;300;0;1;0;0;0;0;0;0", "longer than the");
        check(agents, ";20261121;09:15;1;A;300;900;1;600;300;0;1;0;0;0;0;0;0", "what was done");
        check(agents, ";20261121;09:30;1;A;300;900;0;600;300;0;1;0;0;0;0;0;0", "date and time");
        check(agents, ";20261121;09:15;1;A;300;900;0;600;300;0;-1;0;0;0;0;0;0", "no whole number");
        check(agents, ";20261121;09:15;1;A", "5 columns");
        check(agents, ";20261121;09:15;;A;0;0;0;0;0;0;0;0;0;0;0;0;0", "names nobody");
        let queues = HistoryKind::Queues;
        check(queues, "15;20261121;09:15;12;S;3;0;1;0;2;9;9;9;9;9;9;0;2;0;0;1", "");
        check(queues, "30;20261121;09:15;12;S;3;0;1;0;2;9;9;9;9;9;9;0;2;0;0;1", "15 minutes");
        check(queues, "15;20261121;09:15;12;S;2;0;1;0;2;9;9;9;9;9;9;0;2;0;0;1", "than came");
        check(queues, "15;20261121;09:15;12;S;3;0;1;0;2;9;9;9;9;9;9;0;3;0;0;1", "in time");
        let twice = "15;20261121;09:15;12;S;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0\n".repeat(2);
        check(queues, &twice, "Row 2: 12 has a row already");
    }

    #[test]
    fn a_lower_revision_changes_nothing() {
        let mut intervals = Intervals::default();
        let place = ("4471", HistoryKind::Queues);
        let row = |text: &str| vec![vec![text.to_owned()]];
        assert_eq!(intervals.put(place, moment(), 2, row("a")), Taken::Stored);
        assert_eq!(intervals.put(place, moment(), 2, row("a")), Taken::Unchanged);
        assert_eq!(intervals.put(place, moment(), 1, row("b")), Taken::Stale(2));
        assert_eq!(intervals.put(place, moment(), 3, row("b")), Taken::Stored);
        let held = intervals.list("4471", HistoryKind::Queues);
        assert_eq!((held[0].revision, held[0].corrections), (3, 1));
    }
}

//! What a proof found, as a line for the terminal and as a row for docs/reliability.md. Pure.

use super::fault::Fault;
use std::collections::BTreeMap;
use std::fmt;

/// The figures of one proof.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    /// What the database is called.
    pub(crate) database: &'static str,
    pub(crate) kills: u32,
    pub(crate) people: usize,
    /// Changes that the hub acknowledged.
    pub(crate) acknowledged: u64,
    /// Requests whose answer never came.
    pub(crate) interrupted: u64,
    /// Batches that the WFM applied.
    pub(crate) batches: u64,
    /// Doubles before the full comparison; `None` where the WFM has a unique key.
    pub(crate) doubles_before: Option<usize>,
    /// Runs that are kept, and those of them that a kill interrupted.
    pub(crate) runs: usize,
    pub(crate) interrupted_runs: usize,
    /// Runs that held a link.
    pub(crate) held_runs: usize,
    /// Files that the WFM picked up.
    pub(crate) files: usize,
    /// Changes of schedules at the WFM.
    pub(crate) planned: u64,
    /// How often the hub went on reading them.
    pub(crate) readings: u64,
    /// Activities that people read in the end.
    pub(crate) activities: usize,
    /// Intervals in people's histories of states.
    pub(crate) intervals: usize,
    /// Faults that were left in the end, by kind.
    pub(crate) faults: BTreeMap<&'static str, usize>,
    pub(crate) seconds: f64,
    pub(crate) seed: u64,
}

impl Figures {
    /// Counts the faults that were left in the end.
    pub(crate) fn count(&mut self, faults: &[Fault]) {
        for fault in faults {
            *self.faults.entry(fault.kind()).or_default() += 1;
        }
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }

    /// How many faults there are of some kinds.
    fn of(&self, kinds: &[&str]) -> usize {
        kinds.iter().filter_map(|kind| self.faults.get(kind)).sum()
    }

    /// Whether the WFM refuses a second agent of the same number.
    fn key(&self) -> String {
        self.doubles_before.map_or_else(
            || "unique key".to_owned(),
            |doubles| format!("no unique key: {doubles} doubles before the full comparison"),
        )
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} ({}): {} kills, {} people, {} acknowledged changes, {} interrupted requests, {} batches at the WFM; \
             {} runs, {} interrupted, {} held; {} files; {} changes of schedules in {} readings, {} activities; \
             {} intervals of states; ",
            self.database,
            self.key(),
            self.kills,
            self.people,
            self.acknowledged,
            self.interrupted,
            self.batches,
            self.runs,
            self.interrupted_runs,
            self.held_runs,
            self.files,
            self.planned,
            self.readings,
            self.activities,
            self.intervals,
        )?;
        if self.is_clean() {
            write!(out, "no fault")?;
        }
        for (kind, count) in &self.faults {
            write!(out, "{kind}: {count}, ")?;
        }
        write!(out, "; {:.0} s, seed {}", self.seconds, self.seed)
    }
}

/// A table of several proofs: what became of people.
pub(crate) fn table(all: &[Figures]) -> String {
    let head = [
        "database",
        "WFM",
        "kills",
        "people",
        "acknowledged changes",
        "interrupted requests",
        "batches at the WFM",
        "lost",
        "doubled",
        "invented",
        "not handed over",
    ];
    let row = |one: &Figures| {
        let mut row = vec![one.database.to_owned(), one.key()];
        row.extend([one.kills.to_string(), one.people.to_string()]);
        row.extend([one.acknowledged, one.interrupted, one.batches].map(|count| count.to_string()));
        let kinds = ["lost", "doubled", "invented", "not handed over"];
        row.extend(kinds.map(|kind| one.of(&[kind]).to_string()));
        row
    };
    rows(&head, all.iter().map(row))
}

/// The other table: what became of runs, files, schedules and states.
pub(crate) fn parts_table(all: &[Figures]) -> String {
    let head = [
        "database",
        "kills",
        "runs kept",
        "interrupted",
        "half, miscounted, overlapping",
        "held runs",
        "let go",
        "files taken",
        "twice, out of order, half",
        "schedule changes",
        "readings",
        "activities compared",
        "stale, doubled",
        "intervals of states",
        "lost states, gaps",
    ];
    let row = |one: &Figures| {
        let counts = [
            one.kills as usize,
            one.runs,
            one.interrupted_runs,
            one.of(&["half run", "miscounted run", "overlapping run"]),
            one.held_runs,
            one.of(&["let go"]),
            one.files,
            one.of(&["file applied twice", "file out of order", "half file"]),
        ];
        let mut row = vec![one.database.to_owned()];
        row.extend(counts.map(|count| count.to_string()));
        row.extend([one.planned, one.readings].map(|count| count.to_string()));
        row.push(one.activities.to_string());
        row.push(one.of(&["stale schedule", "doubled activity"]).to_string());
        row.push(one.intervals.to_string());
        row.push(one.of(&["lost state", "gap"]).to_string());
        row
    };
    rows(&head, all.iter().map(row))
}

fn rows(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut lines =
        vec![format!("| {} |", head.join(" | ")), format!("|{}", "---|".repeat(head.len()))];
    lines.extend(rows.map(|row| format!("| {} |", row.join(" | "))));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Fault, Figures, parts_table, table};

    #[test]
    fn faults_are_counted_by_kind() {
        let mut figures = Figures { database: "SQLite", kills: 7, ..Figures::default() };
        assert!(figures.is_clean() && figures.to_string().contains("no fault"));
        figures.count(&[
            Fault::Lost("a".into()),
            Fault::Doubled("b".into()),
            Fault::Lost("c".into()),
            Fault::HalfRun("d".into()),
            Fault::OverlappingRun("e".into()),
            Fault::Gap("f".into()),
        ]);
        assert!(!figures.is_clean());
        assert!(figures.to_string().starts_with("SQLite (unique key): 7 kills,"), "{figures}");
        assert!(figures.to_string().contains("lost: 2"), "{figures}");
        let all = [figures];
        assert!(table(&all).ends_with("| 2 | 1 | 0 | 0 |"), "{}", table(&all));
        assert!(parts_table(&all).starts_with("| database | kills |"));
        let parts = "| SQLite | 7 | 0 | 0 | 2 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 1 |";
        assert!(parts_table(&all).ends_with(parts), "{}", parts_table(&all));
    }

    /// A fault that no column counts would be left out of the tables.
    #[test]
    fn each_kind_of_fault_has_a_column() {
        type Make = fn(String) -> Fault;
        let kinds: [Make; 15] = [
            Fault::Lost,
            Fault::Doubled,
            Fault::Invented,
            Fault::NotHandedOver,
            Fault::HalfRun,
            Fault::MiscountedRun,
            Fault::OverlappingRun,
            Fault::LetGo,
            Fault::FileTwice,
            Fault::FileOutOfOrder,
            Fault::HalfFile,
            Fault::StaleSchedule,
            Fault::DoubledActivity,
            Fault::LostState,
            Fault::Gap,
        ];
        for kind in kinds {
            let mut figures = Figures::default();
            figures.count(&[kind("here".into())]);
            let all = [figures];
            let text = format!("{} {}", table(&all), parts_table(&all));
            assert_eq!(text.matches("| 1 |").count(), 1, "{text}");
        }
    }
}

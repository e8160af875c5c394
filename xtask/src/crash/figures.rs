//! What a proof found, as a line for the terminal and as a row for docs/reliability.md. Pure.

use super::checker::Fault;
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
    pub(crate) lost: usize,
    pub(crate) doubled: usize,
    pub(crate) invented: usize,
    pub(crate) not_handed_over: usize,
    pub(crate) seconds: f64,
    pub(crate) seed: u64,
}

impl Figures {
    /// Counts the faults that were left in the end.
    pub(crate) fn count(&mut self, faults: &[Fault]) {
        for fault in faults {
            match fault {
                Fault::Lost(_) => self.lost += 1,
                Fault::Doubled(_) => self.doubled += 1,
                Fault::Invented(_) => self.invented += 1,
                Fault::NotHandedOver(_) => self.not_handed_over += 1,
            }
        }
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_clean(&self) -> bool {
        self.lost + self.doubled + self.invented + self.not_handed_over == 0
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
            "{} ({}): {} kills, {} people, {} acknowledged changes, {} interrupted requests, {} batches at the WFM, \
             {} lost, {} doubled, {} invented, {} not handed over, {:.0} s, seed {}",
            self.database,
            self.key(),
            self.kills,
            self.people,
            self.acknowledged,
            self.interrupted,
            self.batches,
            self.lost,
            self.doubled,
            self.invented,
            self.not_handed_over,
            self.seconds,
            self.seed,
        )
    }
}

/// A table of several proofs.
pub(crate) fn table(all: &[Figures]) -> String {
    let mut lines = vec![
        "| database | WFM | kills | people | acknowledged changes | interrupted requests | batches at the WFM | lost \
         | doubled | invented | not handed over |"
            .to_owned(),
        "|---|---|---|---|---|---|---|---|---|---|---|".to_owned(),
    ];
    lines.extend(all.iter().map(|one| {
        format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            one.database,
            one.key(),
            one.kills,
            one.people,
            one.acknowledged,
            one.interrupted,
            one.batches,
            one.lost,
            one.doubled,
            one.invented,
            one.not_handed_over
        )
    }));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Fault, Figures, table};

    #[test]
    fn faults_are_counted_by_kind() {
        let mut figures = Figures { database: "SQLite", kills: 7, ..Figures::default() };
        assert!(figures.is_clean());
        figures.count(&[
            Fault::Lost("a".into()),
            Fault::Doubled("b".into()),
            Fault::Lost("c".into()),
        ]);
        assert_eq!((figures.lost, figures.doubled, figures.is_clean()), (2, 1, false));
        assert!(figures.to_string().starts_with("SQLite (unique key): 7 kills,"), "{figures}");
        assert!(table(&[figures]).ends_with("| 2 | 1 | 0 | 0 |"));
    }
}

//! The table of figures: what was asked for, what was reached, as Markdown. Pure.

use std::fmt::Write;

/// One line of the table.
pub(super) struct Row {
    /// What was measured.
    pub(super) what: String,
    /// What it should reach, in words.
    pub(super) goal: String,
    /// What it reached, in words.
    pub(super) reached: String,
    /// Whether the goal is met; `None` if it was not measured.
    pub(super) met: Option<bool>,
}

impl Row {
    /// A speed that should be at least `goal`.
    pub(super) fn speed(what: impl Into<String>, goal: f64, reached: f64, note: &str) -> Self {
        Self {
            what: what.into(),
            goal: format!("≥ {}/s", thousands(goal)),
            reached: format!("{}/s{note}", thousands(reached)),
            met: Some(reached >= goal),
        }
    }

    /// A speed that nothing was asked of.
    pub(super) fn figure(what: impl Into<String>, reached: f64, note: &str) -> Self {
        let reached = format!("{}/s{note}", thousands(reached));
        Self { what: what.into(), goal: "–".to_owned(), reached, met: None }
    }

    /// Anything else that nothing was asked of, in words.
    pub(super) fn note(what: impl Into<String>, reached: String) -> Self {
        Self { what: what.into(), goal: "–".to_owned(), reached, met: None }
    }

    /// A time or size that should be at most `goal`.
    pub(super) fn at_most(
        what: impl Into<String>,
        goal: f64,
        reached: Option<f64>,
        unit: &str,
    ) -> Self {
        Self {
            what: what.into(),
            goal: format!("≤ {goal} {unit}"),
            reached: reached
                .map_or_else(|| "not measured".to_owned(), |value| format!("{value:.1} {unit}")),
            met: reached.map(|value| value <= goal),
        }
    }
}

/// The table, and above it the machine of the run.
pub(super) fn markdown(machine: &str, rows: &[Row]) -> String {
    let mut text = format!("{machine}\n\n| what | to reach | reached | |\n|---|---|---|---|\n");
    for row in rows {
        let mark = match row.met {
            Some(true) => "yes",
            Some(false) => "**no**",
            None => "–",
        };
        // Writing to a string does not fail.
        let _ = writeln!(text, "| {} | {} | {} | {mark} |", row.what, row.goal, row.reached);
    }
    text
}

/// A whole number with a comma between thousands.
pub(super) fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Row, markdown, thousands};

    #[test]
    fn the_table_says_what_is_met() {
        let rows = [
            Row::speed("get", 60_000.0, 61_234.4, ""),
            Row::at_most("ready", 100.0, Some(120.0), "ms"),
            Row::at_most("sweep", 20.0, None, "ms"),
        ];
        let text = markdown("Two cores.", &rows);
        assert!(text.contains("| get | ≥ 60,000/s | 61,234/s | yes |"), "{text}");
        assert!(text.contains("| ready | ≤ 100 ms | 120.0 ms | **no** |"), "{text}");
        assert!(text.contains("| sweep | ≤ 20 ms | not measured | – |"), "{text}");
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(
            [1.0, 999.6, 1234567.0].map(thousands),
            ["1", "1,000", "1,234,567"].map(str::to_owned)
        );
    }
}

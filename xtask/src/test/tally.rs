//! How many checks passed and failed, read from what the runners print.

use std::fmt;

/// Passed and failed checks of one or several runners.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// Counts a line of `cargo test`: `test result: ok. 12 passed; 0 failed; …`.
    pub(crate) fn add_cargo_line(&mut self, line: &str) {
        let Some((_, counts)) = line.split_once("test result: ") else { return };
        self.passed += count_before(counts, " passed");
        self.failed += count_before(counts, " failed");
    }

    /// Counts a line of Node's runner with the TAP reporter: `# pass 12`, `# fail 0`.
    pub(crate) fn add_node_line(&mut self, line: &str) {
        let number =
            |start: &str| line.strip_prefix(start).and_then(|rest| rest.trim().parse::<u64>().ok());
        self.passed += number("# pass ").unwrap_or(0);
        self.failed += number("# fail ").unwrap_or(0) + number("# cancelled ").unwrap_or(0);
    }

    /// Counts a line of `scim2 test`: `SUCCESS title`, `ERROR title` or another status.
    pub(crate) fn add_scim2_line(&mut self, line: &str) {
        let status = line.split(' ').next().unwrap_or_default();
        match status {
            "SUCCESS" | "COMPLIANT" | "ACCEPTABLE" => self.passed += 1,
            "ERROR" | "CRITICAL" | "DEVIATION" => self.failed += 1,
            _ => {}
        }
    }
}

/// The number that stands right before a word.
fn count_before(text: &str, word: &str) -> u64 {
    let before = text.split_once(word).map_or("", |(before, _)| before);
    before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn every_runner_is_understood() {
        let mut tally = Tally::default();
        tally.add_cargo_line("test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured");
        tally.add_cargo_line("test result: FAILED. 3 passed; 2 failed; 0 ignored");
        tally.add_cargo_line("running 12 tests");
        assert_eq!(tally, Tally { passed: 15, failed: 2 });
        tally.add_node_line("# pass 4");
        tally.add_node_line("# fail 1");
        tally.add_node_line("# tests 5");
        assert_eq!(tally, Tally { passed: 19, failed: 3 });
        tally.add_scim2_line("SUCCESS create a user");
        tally.add_scim2_line("ERROR delete a user");
        tally.add_scim2_line("  reason");
        assert_eq!(tally.to_string(), "20 passed, 4 failed");
    }
}

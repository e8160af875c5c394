//! What the machine is, and how much memory a process has to itself.

use super::table::thousands;
use anyhow::{Context, Result};

/// One line for the head of the table: the machine and the bare server's speed on it.
pub(super) fn describe(bare: f64) -> String {
    let machine = name();
    format!(
        "{machine}, shared with the load generator, 16 connections. Bare axum server of the same \
         run: {}/s. On SQLite; the rows of the WFM with a link, the others without.",
        thousands(bare)
    )
}

/// The machine: how many cores of which processor.
pub(super) fn name() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = field(&info, "model name").unwrap_or("unknown processor");
    format!("{cores} cores ({model})")
}

/// `RssAnon` of a process in MiB: memory that is not a file's and would be needed again (proc(5)).
pub(super) fn anonymous_mib(pid: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let kib = field(&status, "RssAnon")
        .and_then(|value| value.trim_end_matches(" kB").parse::<f64>().ok());
    Ok(kib.context("no RssAnon")? / 1024.0)
}

/// The value of the first line `name : value`.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = text.lines().filter_map(|line| line.split_once(':'));
    pairs.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::{anonymous_mib, field};

    #[test]
    fn fields_are_found() {
        assert_eq!(field("Name:\tx\nRssAnon:\t    2048 kB\n", "RssAnon"), Some("2048 kB"));
        assert!(anonymous_mib(std::process::id()).unwrap() > 0.1);
    }
}

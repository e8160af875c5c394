//! Files of history, and what they have to fulfil (`CONTRACT.md` §8).

use std::collections::{BTreeMap, BTreeSet};

const QUARTER_S: i64 = 900;

/// What a file's name says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heading {
    pub(crate) acd_id: String,
    pub(crate) kind: String,
    /// When the interval begins, such as `20261121T0915Z`.
    pub(crate) start: String,
    pub(crate) revision: u64,
}

/// An interval as the WFM holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The revision of the file that was taken last.
    pub revision: u64,
    /// Its rows, column by column.
    pub rows: Vec<Vec<String>>,
}

/// All intervals, by acd, kind and start.
pub(crate) type Intervals = BTreeMap<(String, String, String), Interval>;

/// Reads a name; `None` for one that is no file of history.
pub(crate) fn heading(name: &str) -> Option<Heading> {
    let stem = name.strip_prefix("history_")?.strip_suffix(".csv")?;
    // An acd may have underscores, nothing behind it has.
    let mut parts = stem.rsplitn(4, '_');
    let revision = parts.next()?.parse().ok()?;
    let (start, kind, acd_id) = (parts.next()?, parts.next()?, parts.next()?);
    let is_start = start.len() == 14 && start.get(8..9) == Some("T") && start.ends_with('Z');
    (is_start && matches!(kind, "agents" | "queues")).then(|| Heading {
        acd_id: acd_id.to_owned(),
        kind: kind.to_owned(),
        start: start.to_owned(),
        revision,
    })
}

/// Takes a file; the acknowledgement.
pub(crate) fn take(intervals: &mut Intervals, heading: &Heading, bytes: &[u8]) -> String {
    let rows = match rows(heading, bytes) {
        Err(reason) => return format!("refused {reason}\n"),
        Ok(rows) => rows,
    };
    let key = (heading.acd_id.clone(), heading.kind.clone(), heading.start.clone());
    if let Some(known) = intervals.get(&key).filter(|known| known.revision > heading.revision) {
        return format!("stale {}\n", known.revision);
    }
    intervals.insert(key, Interval { revision: heading.revision, rows });
    "taken\n".to_owned()
}

fn rows(heading: &Heading, bytes: &[u8]) -> Result<Vec<Vec<String>>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "The file is not UTF-8.".to_owned())?;
    let (mut keys, mut rows) = (BTreeSet::new(), Vec::new());
    for (index, line) in text.lines().enumerate() {
        let columns: Vec<String> = line.split(';').map(str::to_owned).collect();
        let key = check(heading, &columns);
        let key = key.map_err(|reason| format!("Row {}: {reason}.", index + 1))?;
        if !keys.insert(key.clone()) {
            return Err(format!("Row {}: {key} has a row already.", index + 1));
        }
        rows.push(columns);
    }
    Ok(rows)
}

/// Checks a row; its key is the person's or the queue's.
fn check(heading: &Heading, columns: &[String]) -> Result<String, String> {
    let text = |index: usize| columns.get(index).map(String::as_str).unwrap_or_default();
    let (count, date, key) = if heading.kind == "agents" { (18, 1, 3) } else { (21, 1, 3) };
    if columns.len() != count {
        return Err(format!("it has {} columns, not {count}", columns.len()));
    }
    let written = format!("{}T{}Z", text(date), text(date + 1).replace(':', ""));
    if written != heading.start {
        return Err("date and time are not those of the interval".to_owned());
    }
    if text(key).is_empty() {
        return Err("it names nobody".to_owned());
    }
    let mut numbers = Vec::new();
    for column in columns.iter().skip(5) {
        let number = column.parse::<i64>().ok().filter(|number| *number >= 0);
        numbers.push(number.ok_or_else(|| format!("{column:?} is no whole number"))?);
    }
    if heading.kind == "agents" {
        let number = |index: usize| numbers.get(index).copied().unwrap_or_default();
        let (available, worked, paused) = (number(0), number(1), number(3));
        if available + paused != worked || worked > QUARTER_S {
            return Err("avail_dur and pause_dur are not tot_work_dur".to_owned());
        }
    }
    Ok(text(key).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_a_file_tells_of() {
        let found = heading("history_a_b_agents_20261121T0915Z_3.csv").unwrap();
        assert_eq!(
            (found.acd_id.as_str(), found.kind.as_str(), found.revision),
            ("a_b", "agents", 3)
        );
        for other in [
            "history_7_agents_20261121T0915Z_3.ack.txt",
            "history_7_people_20261121T0915Z_3.csv",
            "history_7_agents_2026_3.csv",
            "history_7_agents_20261121T0915Z_x.csv",
        ] {
            assert_eq!(heading(other), None, "{other}");
        }
    }
}

//! Files of history that people bring: read strictly, taken whole or refused whole.
//!
//! The rules are those of Eleveo's manual import (help.eleveo.com, "File format"): UTF-8, commas, 2 MB at the most, a
//! row for each 15 minutes of all 24 hours, at least 15 days, times in ISO 8601 UTC, an average handling time of 0
//! or more, every field mandatory. Which columns there are is ours.

mod line;

use std::collections::{BTreeMap, BTreeSet};

use csv::{ByteRecord, ReaderBuilder};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use rollcall_domain::interval::{Day, Quarter, QueueTotals};
use rollcall_domain::letter::is_unreadable;

use self::line::Lines;
use crate::agent::HISTORY_KEPT_DAYS;

/// The largest file.
pub const FILE_MAX_BYTES: usize = 2 * 1024 * 1024;
/// As many faults are told of one file.
pub const FAULTS_MAX: usize = 100;
/// As many whole days a queue has at the least.
pub const DAYS_MIN: usize = 15;
/// The columns, in order.
pub const COLUMNS: [&str; 6] = ["start", "queue", "offered", "answered", "abandoned", "aht"];

const COUNT_MAX: i64 = 1_000_000;
const AHT_MAX_S: i64 = 24 * 60 * 60;
const QUEUE_MAX_CHARS: usize = 100;

/// Why a file is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line of the file, from 1; of a row on several lines the first. `None` for what is wrong with the file as a whole.
    pub line: Option<u64>,
    /// What is wrong, and what would be right; a clause without a full stop.
    pub reason: String,
}

/// A file that keeps the rules: what happened in each quarter of each queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryRows {
    /// By queue and quarter.
    pub queues: BTreeMap<String, BTreeMap<Quarter, QueueTotals>>,
}

/// Reads a file.
///
/// # Errors
/// All that is wrong with it, in the order of lines, [`FAULTS_MAX`] at the most.
pub fn read(bytes: &[u8], now: Timestamp) -> Result<HistoryRows, Vec<Fault>> {
    let text = decode(bytes).map_err(|fault| vec![fault])?;
    let mut reading = Reading { now, rows: HistoryRows::default(), faults: Vec::new() };
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut record = ByteRecord::new();
    let mut lines = Lines::new(text.as_bytes());
    let mut is_first = true;
    while reading.faults.len() < FAULTS_MAX {
        let at = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        let line = lines.of_record(at);
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                reading.fault(line, format!("it cannot be read: {error}"));
                break;
            }
        }
        let fields: Vec<&str> = record
            .iter()
            .map(|field| std::str::from_utf8(field).unwrap_or_default().trim())
            .collect();
        if is_first {
            is_first = false;
            if let Err(reason) = heading(&fields) {
                reading.fault(line, reason);
                break;
            }
            continue;
        }
        if let Err(reason) = reading.row(&fields) {
            reading.fault(line, reason);
        }
    }
    if reading.faults.is_empty() {
        reading.check_whole();
    }
    if reading.faults.is_empty() { Ok(reading.rows) } else { Err(reading.faults) }
}

/// The text of a file, without the mark that some programs put in front (RFC 3629 §6).
fn decode(bytes: &[u8]) -> Result<&str, Fault> {
    let whole = |reason: &str| Fault { line: None, reason: reason.to_owned() };
    if bytes.len() > FILE_MAX_BYTES {
        return Err(whole("it is larger than 2 MB; divide it by queues or by time"));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(whole("it is UTF-16; save it as CSV UTF-8"));
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let line_of = |at: usize| Some(Lines::new(bytes).of(at));
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        let reason = "it holds a NUL character; it is no text".to_owned();
        return Err(Fault { line: line_of(at), reason });
    }
    std::str::from_utf8(bytes).map_err(|error| Fault {
        line: line_of(error.valid_up_to()),
        reason: "it is not UTF-8; save it as CSV UTF-8".to_owned(),
    })
}

fn heading(fields: &[&str]) -> Result<(), String> {
    let fits = fields.len() == COLUMNS.len()
        && fields.iter().zip(COLUMNS).all(|(field, column)| field.eq_ignore_ascii_case(column));
    if fits {
        return Ok(());
    }
    let wanted = COLUMNS.join(",");
    if fields.iter().any(|field| field.contains(';')) {
        return Err(format!("there are semicolons between columns; use commas: {wanted}"));
    }
    Err(format!("the first line has to be {wanted}"))
}

struct Reading {
    now: Timestamp,
    rows: HistoryRows,
    faults: Vec<Fault>,
}

impl Reading {
    fn fault(&mut self, line: u64, reason: impl Into<String>) {
        self.faults.push(Fault { line: Some(line), reason: reason.into() });
    }

    fn row(&mut self, fields: &[&str]) -> Result<(), String> {
        let [start, queue, offered, answered, abandoned, aht] = fields else {
            let noun = if fields.len() == 1 { "field" } else { "fields" };
            return Err(format!("it has {} {noun}, not {}", fields.len(), COLUMNS.len()));
        };
        if let Some((column, _)) = COLUMNS.iter().zip(fields).find(|(_, field)| field.is_empty()) {
            return Err(format!("{column} is empty; every field is mandatory"));
        }
        let quarter = self.quarter(start)?;
        if queue.chars().count() > QUEUE_MAX_CHARS
            || queue.chars().any(|c| is_unreadable(c) || c == ';')
        {
            return Err(format!(
                "queue has more than {QUEUE_MAX_CHARS} characters, or one that cannot be read, or a semicolon"
            ));
        }
        let count = |column, text| number(column, text, COUNT_MAX);
        let offered = count("offered", offered)?;
        let (answered, abandoned) = (count("answered", answered)?, count("abandoned", abandoned)?);
        let aht_s = number("aht", aht, AHT_MAX_S)?;
        if answered + abandoned > offered {
            return Err("more contacts were answered and abandoned than were offered".to_owned());
        }
        let totals = QueueTotals {
            offered,
            answered,
            abandoned,
            overflowed_out: 0,
            talk_s: aht_s * answered,
            ..QueueTotals::default()
        };
        let quarters = self.rows.queues.entry((*queue).to_owned()).or_default();
        match quarters.insert(quarter, totals) {
            None => Ok(()),
            Some(_) => Err(format!("the queue {queue} has a row for {start} already")),
        }
    }

    fn quarter(&self, text: &str) -> Result<Quarter, String> {
        const FORM: &str = "of the form 2026-11-21T22:15:00Z";
        let moment: Option<Timestamp> =
            text.parse().ok().filter(|_| text.ends_with('Z') && text.contains('T'));
        let moment = moment.ok_or_else(|| format!("start is no time in UTC {FORM}"))?;
        let quarter = Quarter::beginning(moment)
            .ok_or("start is not on the quarter of an hour; the interval is 15 minutes")?;
        if quarter.end() > self.now {
            return Err("start is in the future, or its quarter is not over".to_owned());
        }
        let kept = SignedDuration::from_hours(24 * HISTORY_KEPT_DAYS);
        if self.now.checked_sub(kept).is_ok_and(|oldest| moment < oldest) {
            return Err(format!("start is more than {HISTORY_KEPT_DAYS} days ago"));
        }
        Ok(quarter)
    }

    /// Each day that a queue has rows of is there with all 24 hours, and there are enough of them.
    fn check_whole(&mut self) {
        if self.rows.queues.is_empty() {
            let reason = "it holds no rows".to_owned();
            self.faults.push(Fault { line: None, reason });
        }
        for (queue, quarters) in &self.rows.queues {
            let dates: BTreeSet<Date> =
                quarters.keys().map(|one| TimeZone::UTC.to_datetime(one.start()).date()).collect();
            for day in dates.iter().filter_map(|date| Day::of(*date, &TimeZone::UTC)) {
                let missing = day.span.quarters().find(|one| !quarters.contains_key(one));
                if let Some(missing) = missing {
                    let reason = format!(
                        "the queue {queue} lacks {}; each day needs all 24 hours, also those of zeros",
                        missing.start()
                    );
                    self.faults.push(Fault { line: None, reason });
                }
            }
            if dates.len() < DAYS_MIN {
                let reason = format!(
                    "the queue {queue} has {} of the {DAYS_MIN} days that are needed at least",
                    dates.len()
                );
                self.faults.push(Fault { line: None, reason });
            }
        }
        self.faults.truncate(FAULTS_MAX);
    }
}

fn number(column: &str, text: &str, most: i64) -> Result<i64, String> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let value = if plain { text.parse().ok() } else { None };
    value
        .filter(|value| *value <= most)
        .ok_or_else(|| format!("{column} is no whole number from 0 to {most}"))
}

#[cfg(test)]
mod tests;

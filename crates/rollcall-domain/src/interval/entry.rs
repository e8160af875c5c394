//! Rows of the feed as others write them: JSON objects whose members are the columns of [`super::feed`].
//!
//! Of what stands in a row only that is checked which cannot be otherwise. Systems count contacts where they end, or
//! where they began, so sums of contacts say nothing of a single quarter.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::{AgentTotals, QUARTER_S, Quarter, QueueTotals};
use crate::letter::is_unreadable;

/// The most contacts of a quarter.
const COUNT_MAX: i64 = 1_000_000;
/// The most seconds of a quarter: of all contacts together.
const SECONDS_MAX: i64 = 1_000_000_000;
/// The longest key or name of a queue, in characters.
pub const QUEUE_MAX_CHARS: usize = 100;

/// A queue's row. Columns that are absent are 0.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueEntry {
    interval: Option<i64>,
    date: String,
    time: String,
    queue: String,
    queue_name: Option<String>,
    #[serde(default)]
    offd_direct_call_cnt: i64,
    #[serde(default)]
    overflow_in_call_cnt: i64,
    #[serde(default)]
    aband_call_cnt: i64,
    #[serde(default)]
    overflow_out_call_cnt: i64,
    #[serde(default)]
    answ_call_cnt: i64,
    #[serde(default)]
    queued_and_answ_call_dur: i64,
    #[serde(default)]
    queued_and_aband_call_dur: i64,
    #[serde(default)]
    talking_call_dur: i64,
    #[serde(default)]
    wrap_up_dur: i64,
    #[serde(default)]
    queued_answ_longest_que_dur: i64,
    #[serde(default)]
    queued_aband_longest_que_dur: i64,
    #[serde(default)]
    avg_avail_member_cnt: i64,
    #[serde(default)]
    ans_servicelevel_cnt: i64,
    #[serde(default)]
    wait_dur: i64,
    #[serde(default)]
    aband_short_call_cnt: i64,
    #[serde(default)]
    aband_within_sl_cnt: i64,
}

/// A person's row. Columns that are absent are 0.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentEntry {
    #[serde(default)]
    queue: String,
    date_from: String,
    interval: String,
    agent_id: String,
    /// Taken and passed over: the roster knows what people are called.
    #[serde(default, rename = "agent_name")]
    _agent_name: String,
    #[serde(default)]
    avail_dur: i64,
    #[serde(default)]
    tot_work_dur: i64,
    #[serde(default)]
    talking_call_dur: i64,
    #[serde(default)]
    pause_dur: i64,
    #[serde(default)]
    wait_dur: i64,
    #[serde(default)]
    wrap_up_dur: i64,
    #[serde(default)]
    answ_call_cnt: i64,
    #[serde(default)]
    direct_out_call_cnt: i64,
    #[serde(default)]
    direct_out_call_dur: i64,
    #[serde(default)]
    direct_in_call_cnt: i64,
    #[serde(default)]
    direct_in_call_dur: i64,
    #[serde(default)]
    transfer_out_call_cnt: i64,
    #[serde(default)]
    admin_dur: i64,
}

/// What a row says, once it is understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<S, T> {
    /// Of which queue or person.
    pub subject: S,
    /// When.
    pub quarter: Quarter,
    /// What happened.
    pub totals: T,
}

/// A queue that a row tells of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedQueue {
    /// Its key at the system that routes contacts.
    pub queue: String,
    /// What people call it, where that is said.
    pub name: Option<String>,
}

/// What a system that delivers intervals calls itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceName(String);

/// A name that no system has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a source is 1 to {SOURCE_MAX_CHARS} small letters of a to z, digits, hyphens and dots, and is not called \"file\""
)]
pub struct InvalidSourceName;

const SOURCE_MAX_CHARS: usize = 60;

impl SourceName {
    /// Takes a name. `file` stands for what people bring.
    ///
    /// # Errors
    /// [`InvalidSourceName`].
    pub fn parse(text: &str) -> Result<Self, InvalidSourceName> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
        let sound = (1..=SOURCE_MAX_CHARS).contains(&text.len()) && text.chars().all(fits);
        if sound && text != "file" { Ok(Self(text.to_owned())) } else { Err(InvalidSourceName) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a row cannot be taken; a clause without a full stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryFault {
    /// The length of the interval.
    #[error("interval is {0} minutes; rows are of 15")]
    Interval(i64),
    /// Date and time.
    #[error("{0:?} is no date and time in UTC of the form 20261121 and 09:15")]
    Moment(String),
    /// A time within a quarter.
    #[error("{0:?} is not on the quarter of an hour")]
    OffQuarter(String),
    /// The key or the name of a queue.
    #[error(
        "{0} has 1 to {QUEUE_MAX_CHARS} readable characters without a semicolon, and no space around them"
    )]
    Name(&'static str),
    /// A person's row of a single queue.
    #[error("queue is to be empty: a row of a person tells of their work as a whole")]
    OfQueue,
    /// The number of a person.
    #[error("agent_id {0:?} is no agent number")]
    AgentNumber(String),
    /// A number that cannot be.
    #[error("{column} is no whole number from 0 to {most}")]
    Number {
        /// Which column.
        column: &'static str,
        /// The most that it may be.
        most: i64,
    },
    /// Seconds of a person that do not add up.
    #[error("avail_dur and pause_dur together are tot_work_dur, which is {QUARTER_S} at the most")]
    Sum,
}

impl QueueEntry {
    /// Checks the row.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read(self) -> Result<Entry<NamedQueue, QueueTotals>, EntryFault> {
        let minutes = self.interval.unwrap_or(QUARTER_S / 60);
        if minutes != QUARTER_S / 60 {
            return Err(EntryFault::Interval(minutes));
        }
        let quarter = quarter(&self.date, &self.time)?;
        let name = self.queue_name.filter(|name| !name.is_empty());
        check_name("queue", &self.queue)?;
        name.as_deref().map_or(Ok(()), |name| check_name("queue_name", name))?;
        let totals = QueueTotals {
            offered: count("offd_direct_call_cnt", self.offd_direct_call_cnt)?,
            overflowed_in: count("overflow_in_call_cnt", self.overflow_in_call_cnt)?,
            answered: count("answ_call_cnt", self.answ_call_cnt)?,
            abandoned: count("aband_call_cnt", self.aband_call_cnt)?,
            overflowed_out: count("overflow_out_call_cnt", self.overflow_out_call_cnt)?,
            abandoned_shortly: count("aband_short_call_cnt", self.aband_short_call_cnt)?,
            answered_in_time: count("ans_servicelevel_cnt", self.ans_servicelevel_cnt)?,
            abandoned_in_time: count("aband_within_sl_cnt", self.aband_within_sl_cnt)?,
            answered_wait_s: seconds("queued_and_answ_call_dur", self.queued_and_answ_call_dur)?,
            abandoned_wait_s: seconds("queued_and_aband_call_dur", self.queued_and_aband_call_dur)?,
            answered_longest_s: seconds(
                "queued_answ_longest_que_dur",
                self.queued_answ_longest_que_dur,
            )?,
            abandoned_longest_s: seconds(
                "queued_aband_longest_que_dur",
                self.queued_aband_longest_que_dur,
            )?,
            talk_s: seconds("talking_call_dur", self.talking_call_dur)?,
            work_s: seconds("wrap_up_dur", self.wrap_up_dur)?,
            members_average: count("avg_avail_member_cnt", self.avg_avail_member_cnt)?,
            members_waiting_s: seconds("wait_dur", self.wait_dur)?,
        };
        Ok(Entry { subject: NamedQueue { queue: self.queue, name }, quarter, totals })
    }
}

impl AgentEntry {
    /// Checks the row; its subject is an agent number.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read(self) -> Result<Entry<i64, AgentTotals>, EntryFault> {
        if !self.queue.is_empty() {
            return Err(EntryFault::OfQueue);
        }
        let quarter = quarter(&self.date_from, &self.interval)?;
        // Written as we write it, so that one number is one subject.
        let number: Option<i64> = self.agent_id.parse().ok();
        let number = number.filter(|number| number.to_string() == self.agent_id);
        let subject = number.ok_or(EntryFault::AgentNumber(self.agent_id))?;
        let totals = AgentTotals {
            logged_in_s: seconds("tot_work_dur", self.tot_work_dur)?,
            available_s: seconds("avail_dur", self.avail_dur)?,
            paused_s: seconds("pause_dur", self.pause_dur)?,
            waiting_s: seconds("wait_dur", self.wait_dur)?,
            inbound_s: seconds("talking_call_dur", self.talking_call_dur)?,
            outbound_s: seconds("direct_out_call_dur", self.direct_out_call_dur)?,
            work_s: seconds("wrap_up_dur", self.wrap_up_dur)?,
            inbound_count: count("answ_call_cnt", self.answ_call_cnt)?,
            outbound_count: count("direct_out_call_cnt", self.direct_out_call_cnt)?,
            direct_s: seconds("direct_in_call_dur", self.direct_in_call_dur)?,
            direct_count: count("direct_in_call_cnt", self.direct_in_call_cnt)?,
            transferred_count: count("transfer_out_call_cnt", self.transfer_out_call_cnt)?,
            administration_s: seconds("admin_dur", self.admin_dur)?,
        };
        // The public description of the agent log states this sum.
        let adds_up = totals.available_s + totals.paused_s == totals.logged_in_s;
        if !adds_up || totals.logged_in_s > QUARTER_S {
            return Err(EntryFault::Sum);
        }
        Ok(Entry { subject, quarter, totals })
    }
}

fn quarter(date: &str, time: &str) -> Result<Quarter, EntryFault> {
    let text = format!("{date} {time}");
    let read = DateTime::strptime("%Y%m%d %H:%M", &text).ok();
    // Read leniently, written strictly: only what comes out as it went in is of the form.
    let read = read.filter(|read| read.strftime("%Y%m%d %H:%M").to_string() == text);
    let zoned = read.and_then(|read| read.to_zoned(TimeZone::UTC).ok());
    let moment: Option<Timestamp> = zoned.map(|zoned| zoned.timestamp());
    let moment = moment.ok_or_else(|| EntryFault::Moment(text.clone()))?;
    Quarter::beginning(moment).ok_or(EntryFault::OffQuarter(text))
}

fn check_name(column: &'static str, text: &str) -> Result<(), EntryFault> {
    let sound = !text.is_empty()
        && text.trim() == text
        && text.chars().count() <= QUEUE_MAX_CHARS
        && !text.chars().any(|c| is_unreadable(c) || c == ';');
    if sound { Ok(()) } else { Err(EntryFault::Name(column)) }
}

fn count(column: &'static str, value: i64) -> Result<i64, EntryFault> {
    within(column, value, COUNT_MAX)
}

fn seconds(column: &'static str, value: i64) -> Result<i64, EntryFault> {
    within(column, value, SECONDS_MAX)
}

fn within(column: &'static str, value: i64, most: i64) -> Result<i64, EntryFault> {
    if (0..=most).contains(&value) { Ok(value) } else { Err(EntryFault::Number { column, most }) }
}

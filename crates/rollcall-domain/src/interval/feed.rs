//! The files of the history feed: the one place that knows the public names and the order of their columns.
//!
//! The formats are the queue and agent log files of Teleopti, now Calabrio, as Calabrio's help, RingCentral
//! Engage Voice and Puzzel publish them: UTF-8, no header, `;` between columns, integers, 0 where nothing
//! happened. Date and time are UTC; the public format leaves the zone to whoever sets the feed up.

use jiff::tz::TimeZone;

use super::{AgentTotals, QUARTER_S, Quarter, QueueTotals};

/// The columns of a queue file, in order.
pub const QUEUE_COLUMNS: [&str; 21] = [
    "interval",
    "date",
    "time",
    "queue",
    "queue_name",
    "offd_direct_call_cnt",
    "overflow_in_call_cnt",
    "aband_call_cnt",
    "overflow_out_call_cnt",
    "answ_call_cnt",
    "queued_and_answ_call_dur",
    "queued_and_aband_call_dur",
    "talking_call_dur",
    "wrap_up_dur",
    "queued_answ_longest_que_dur",
    "queued_aband_longest_que_dur",
    "avg_avail_member_cnt",
    "ans_servicelevel_cnt",
    "wait_dur",
    "aband_short_call_cnt",
    "aband_within_sl_cnt",
];

/// The columns of an agent file, in order.
pub const AGENT_COLUMNS: [&str; 18] = [
    "queue",
    "date_from",
    "interval",
    "agent_id",
    "agent_name",
    "avail_dur",
    "tot_work_dur",
    "talking_call_dur",
    "pause_dur",
    "wait_dur",
    "wrap_up_dur",
    "answ_call_cnt",
    "direct_out_call_cnt",
    "direct_out_call_dur",
    "direct_in_call_cnt",
    "direct_in_call_dur",
    "transfer_out_call_cnt",
    "admin_dur",
];

/// A person's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentRow {
    /// When.
    pub quarter: Quarter,
    /// By which number the WFM knows them.
    pub agent_number: i64,
    /// Given and family name.
    pub name: String,
    /// What they did.
    pub totals: AgentTotals,
}

/// A queue's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueRow {
    /// When.
    pub quarter: Quarter,
    /// Its key at the system that routes contacts.
    pub queue: String,
    /// What people call it.
    pub name: String,
    /// What happened.
    pub totals: QueueTotals,
}

impl AgentRow {
    /// Its columns. The person's work is told as a whole, so `queue` is empty.
    #[must_use]
    pub fn columns(&self) -> [String; 18] {
        let totals = &self.totals;
        let number = |value: i64| value.to_string();
        [
            String::new(),
            date(self.quarter),
            time(self.quarter),
            number(self.agent_number),
            plain(&self.name),
            number(totals.available_s),
            number(totals.logged_in_s),
            number(totals.inbound_s),
            number(totals.paused_s),
            number(totals.waiting_s),
            number(totals.work_s),
            number(totals.inbound_count),
            number(totals.outbound_count),
            number(totals.outbound_s),
            number(totals.direct_count),
            number(totals.direct_s),
            number(totals.transferred_count),
            number(totals.administration_s),
        ]
    }
}

impl QueueRow {
    /// Its columns.
    #[must_use]
    pub fn columns(&self) -> [String; 21] {
        let totals = &self.totals;
        let number = |value: i64| value.to_string();
        [
            number(QUARTER_S / 60),
            date(self.quarter),
            time(self.quarter),
            plain(&self.queue),
            plain(&self.name),
            number(totals.offered),
            number(totals.overflowed_in),
            number(totals.abandoned),
            number(totals.overflowed_out),
            number(totals.answered),
            number(totals.answered_wait_s),
            number(totals.abandoned_wait_s),
            number(totals.talk_s),
            number(totals.work_s),
            number(totals.answered_longest_s),
            number(totals.abandoned_longest_s),
            number(totals.members_average),
            number(totals.answered_in_time),
            number(totals.members_waiting_s),
            number(totals.abandoned_shortly),
            number(totals.abandoned_in_time),
        ]
    }
}

/// Rows as a file: one line each.
#[must_use]
pub fn file<const N: usize>(rows: impl Iterator<Item = [String; N]>) -> String {
    let mut text = String::new();
    for row in rows {
        text.push_str(&row.join(";"));
        text.push('\n');
    }
    text
}

fn date(quarter: Quarter) -> String {
    TimeZone::UTC.to_datetime(quarter.start()).strftime("%Y%m%d").to_string()
}

fn time(quarter: Quarter) -> String {
    TimeZone::UTC.to_datetime(quarter.start()).strftime("%H:%M").to_string()
}

/// A name in a format that knows no quotes: what would end a column or a line becomes a space.
fn plain(text: &str) -> String {
    let plain = |c: char| if c == ';' || c == '"' || c.is_control() { ' ' } else { c };
    text.chars().map(plain).collect::<String>().trim().to_owned()
}

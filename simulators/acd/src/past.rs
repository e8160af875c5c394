//! What another system counted before this one: quarters of people within their shifts, and of queues by the time of
//! day, as rows of the neutral feed.

use http::Method;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::chance::Chance;
use crate::hub::{Activity, Failure, Hub};
use crate::person::QUEUES;

/// What the other system calls itself.
const SOURCE: &str = "former-acd";
const QUARTER_S: i64 = 900;
/// So far back.
const BACK: SignedDuration = SignedDuration::from_hours(24);
/// As many rows go at a time.
const ROWS_MAX: usize = 1_000;
/// As many contacts come in a quarter, by the hour of the day.
const LOAD: [i64; 24] =
    [1, 0, 0, 0, 0, 1, 3, 8, 18, 26, 30, 28, 22, 24, 28, 26, 22, 16, 10, 7, 5, 3, 2, 1];

/// Delivers the quarters that end before a moment; tells how many the hub took.
pub(crate) async fn deliver(
    hub: &Hub,
    people: &[(i64, Vec<Activity>)],
    until: Timestamp,
    chance: &mut Chance,
) -> Result<u64, Failure> {
    let end_s = until.as_second().div_euclid(QUARTER_S) * QUARTER_S;
    let first_s = (end_s - BACK.as_secs()).div_euclid(QUARTER_S) * QUARTER_S;
    let (mut queues, mut agents) = (Vec::new(), Vec::new());
    let mut start_s = first_s;
    while start_s < end_s {
        queues.extend(QUEUES.iter().filter_map(|queue| queue_row(*queue, start_s, chance)));
        let rows = people.iter();
        agents.extend(rows.filter_map(|(number, day)| agent_row(*number, day, start_s, chance)));
        start_s += QUARTER_S;
    }
    let mut taken = 0;
    for (name, rows) in [("queues", queues), ("agents", agents)] {
        for rows in rows.chunks(ROWS_MAX) {
            let body = json!({"source": SOURCE, "revision": 1, name: rows});
            let told = hub.send(Method::PUT, "/history/intervals", Some(&body)).await?;
            taken += told.get("taken").and_then(Value::as_u64).unwrap_or(0);
        }
    }
    Ok(taken)
}

/// Date and time of a moment in UTC, as the feed writes them.
fn written(start_s: i64, form: &str) -> Option<String> {
    let at = TimeZone::UTC.to_datetime(Timestamp::from_second(start_s).ok()?);
    Some(at.strftime(form).to_string())
}

fn queue_row((queue, name): (&str, &str), start_s: i64, chance: &mut Chance) -> Option<Value> {
    let at = TimeZone::UTC.to_datetime(Timestamp::from_second(start_s).ok()?);
    let usual = LOAD.get(usize::try_from(at.hour()).ok()?).copied().unwrap_or(0);
    let offered = chance.between(usual / 2, usual + usual / 2 + 1);
    let abandoned = offered * chance.between(0, 14) / 100;
    let answered = offered - abandoned;
    let in_time = (answered * chance.between(70, 98) + 50) / 100;
    let wait_s = chance.between(4, 30);
    Some(json!({
        "interval": QUARTER_S / 60,
        "date": written(start_s, "%Y%m%d")?,
        "time": written(start_s, "%H:%M")?,
        "queue": queue,
        "queue_name": name,
        "offd_direct_call_cnt": offered,
        "aband_call_cnt": abandoned,
        "answ_call_cnt": answered,
        "queued_and_answ_call_dur": answered * wait_s,
        "queued_and_aband_call_dur": abandoned * 2 * wait_s,
        "talking_call_dur": answered * chance.between(120, 220),
        "wrap_up_dur": answered * chance.between(10, 40),
        "queued_answ_longest_que_dur": answered.min(1) * wait_s * 2,
        "queued_aband_longest_que_dur": abandoned.min(1) * wait_s * 3,
        "ans_servicelevel_cnt": in_time,
    }))
}

/// A person's row; `None` for a quarter in which nothing is scheduled for them.
fn agent_row(number: i64, day: &[Activity], start_s: i64, chance: &mut Chance) -> Option<Value> {
    let (mut open_s, mut pause_s) = (0, 0);
    for one in day {
        let from = one.from.as_second().max(start_s);
        let part = (one.to.as_second().min(start_s + QUARTER_S) - from).max(0);
        if one.name == "Open" { open_s += part } else { pause_s += part }
    }
    let open_s = open_s.min(QUARTER_S);
    let pause_s = pause_s.min(QUARTER_S - open_s);
    if open_s + pause_s == 0 {
        return None;
    }
    let talk_s = open_s * chance.between(40, 70) / 100;
    let out_s = open_s * chance.between(0, 8) / 100;
    let work_s = open_s * chance.between(4, 12) / 100;
    Some(json!({
        "date_from": written(start_s, "%Y%m%d")?,
        "interval": written(start_s, "%H:%M")?,
        "agent_id": number.to_string(),
        "tot_work_dur": open_s + pause_s,
        "avail_dur": open_s,
        "pause_dur": pause_s,
        "wait_dur": open_s - talk_s - out_s - work_s,
        "talking_call_dur": talk_s,
        "wrap_up_dur": work_s,
        "answ_call_cnt": (talk_s + 60) / 180,
        "direct_out_call_cnt": (out_s + 20) / 60,
        "direct_out_call_dur": out_s,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_a_person_adds_up() {
        let start_s = 1_800_000_000;
        let at = |second: i64| Timestamp::from_second(start_s + second).unwrap();
        let activity =
            |name: &str, from, to| Activity { name: name.to_owned(), from: at(from), to: at(to) };
        let day = [activity("Open", -600, 400), activity("Lunch", 400, 2_000)];
        for seed in 0..50 {
            let row = agent_row(7, &day, start_s, &mut Chance::new(seed)).unwrap();
            let member = |name: &str| row[name].as_i64().unwrap();
            assert_eq!((member("avail_dur"), member("pause_dur")), (400, 500));
            assert_eq!(member("tot_work_dur"), 900);
            let parts = ["wait_dur", "talking_call_dur", "wrap_up_dur", "direct_out_call_dur"];
            assert_eq!(parts.map(member).iter().sum::<i64>(), 400, "{row}");
            assert!(parts.map(member).iter().all(|part| *part >= 0), "{row}");
        }
        assert_eq!(agent_row(7, &day, start_s + 9_000, &mut Chance::new(1)), None);
    }
}

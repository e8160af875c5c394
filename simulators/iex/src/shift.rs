//! Invents shifts for agents who have none, so that somebody who looks at a demo sees a day. Which shift an
//! agent has follows from the uuid; all are at work when the simulator starts.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::agent::Mu;
use crate::clock;
use crate::schedule::Activity;
use crate::shared::Shared;

/// How often it is looked for agents who are new.
const INTERVAL: Duration = Duration::from_secs(2);
/// As many agents of an acd get shifts: enough to look at.
const AGENTS_MAX: usize = 2_000;
const DAYS_BEFORE: i64 = 2;
const DAYS_AHEAD: i64 = 12;
const DAY_MIN: i64 = 24 * 60;

/// A shift: what, from which minute to which.
const PARTS: [(&str, &str, i64, i64); 7] = [
    ("Open", "OPEN", 0, 120),
    ("Break", "BREAK", 120, 135),
    ("Open", "OPEN", 135, 240),
    ("Lunch", "LUNCH", 240, 270),
    ("Training", "TRAIN", 270, 330),
    ("Open", "OPEN", 330, 450),
    ("Break", "BREAK", 450, 460),
];
const LAST: (&str, &str, i64, i64) = ("Open", "OPEN", 460, 510);

/// Looks after shifts until the server stops, where that is asked for.
pub(crate) async fn keep(shared: Shared) {
    if !shared.options.shifts {
        return;
    }
    let hour_ms = SignedDuration::from_hours(1).as_millis();
    let began = i128::from(clock::now().as_millisecond());
    let hour = Timestamp::from_millisecond(i64::try_from(began - began % hour_ms).unwrap_or(0));
    let hour = hour.unwrap_or(Timestamp::UNIX_EPOCH);
    loop {
        look(&shared, hour);
        tokio::select! {
            () = tokio::time::sleep(INTERVAL) => {}
            () = shared.stopped() => return,
        }
    }
}

fn look(shared: &Shared, hour: Timestamp) {
    let acds = shared.wfm().store.acds();
    for acd in acds {
        let page = shared.wfm().store.page(&acd, None, AGENTS_MAX);
        let agents = page.rows.iter().map(|(key, record)| record.unpack(&acd, &key.uuid));
        for agent in agents.filter(|agent| agent.mu != Mu::Changed) {
            let mut schedules = shared.schedules();
            if !schedules.knows(&acd, &activity_id(&agent.uuid, hour, 0)) {
                let shifts = shifts(&agent.uuid, hour);
                shifts.into_iter().for_each(|activity| schedules.put(&acd, activity));
            }
        }
    }
}

/// The shifts of an agent on the days around an hour, within which they are at work.
fn shifts(uuid: &str, hour: Timestamp) -> Vec<Activity> {
    let sum = uuid.bytes().fold(7_i64, |sum, byte| (sum * 31 + i64::from(byte)) % 1_000_003);
    let early_min = 60 * (1 + sum % 5) + 15 * (sum % 4);
    let mut activities = Vec::new();
    for day in (-DAYS_BEFORE..=DAYS_AHEAD).filter(|day| *day == 0 || (day + sum).rem_euclid(7) > 1)
    {
        for (number, (name, code, from, until)) in PARTS.into_iter().chain([LAST]).enumerate() {
            let at = |minute: i64| {
                let minutes = day * DAY_MIN - early_min + minute;
                hour.checked_add(SignedDuration::from_mins(minutes)).unwrap_or(hour)
            };
            activities.push(Activity {
                activity_id: activity_id(uuid, hour + SignedDuration::from_hours(24 * day), number),
                uuid: uuid.to_owned(),
                activity_name: name.to_owned(),
                activity_code: Some(code.to_owned()),
                start: at(from),
                end: at(until),
            });
        }
    }
    activities
}

fn activity_id(uuid: &str, day: Timestamp, number: usize) -> String {
    format!("{uuid}-{}-{number}", day.strftime("%Y%m%d"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_at_work_now_and_has_days_off() {
        let hour: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        for number in 0..500 {
            let shifts = shifts(&(10_000_000 + number).to_string(), hour);
            for minutes in [0, 59] {
                let at = hour + SignedDuration::from_mins(minutes);
                let now = shifts.iter().filter(|it| it.start <= at && at < it.end).count();
                assert_eq!(now, 1, "{number}");
            }
            let days = shifts.len() / (PARTS.len() + 1);
            assert!((9..=12).contains(&days), "{days}");
            assert!(shifts.windows(2).all(|pair| pair[0].end <= pair[1].start));
        }
    }
}

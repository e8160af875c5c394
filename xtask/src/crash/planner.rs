//! Plans at the simulated WFM while the hub reads and is killed: adds, moves and deletes activities, also such as
//! the hub must not keep.

use super::random::Random;
use super::writer::Control;
use crate::http;
use anyhow::{Result, ensure};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// So many activities of each person are there at the beginning: several pages of all.
const SLOTS: u64 = 60;

/// From one change to the next, so that planning is not all that this machine does.
const PAUSE: Duration = Duration::from_millis(4);

/// Activities that one order puts.
const ORDER_MAX: usize = 500;

/// As many days after the first one something lies that nobody may see yet, and that is not kept.
const FAR_DAYS: u64 = 60;

/// The planner of one acd.
pub(crate) struct Planner {
    url: String,
    acd_id: &'static str,
    /// The agents whom it plans; the last one is nobody's.
    agents: Vec<String>,
    /// The day from which on it plans, and a week before.
    day: Timestamp,
    random: Random,
    version: u64,
}

impl Planner {
    /// Plans so many activities of each agent at once.
    pub(crate) fn begin(
        iex_url: &str,
        acd_id: &'static str,
        mut agents: Vec<String>,
        day: Timestamp,
        seed: u64,
    ) -> Result<Self> {
        agents.push("99999999".to_owned());
        let url = format!("{iex_url}/_control/schedules");
        let random = Random::new(seed.wrapping_add(1_000));
        let mut planner = Self { url, acd_id, agents, day, random, version: 0 };
        let all: Vec<(usize, u64)> = (0..planner.agents.len())
            .flat_map(|agent| (0..SLOTS).map(move |slot| (agent, slot)))
            .collect();
        for part in all.chunks(ORDER_MAX) {
            let put: Vec<Value> =
                part.iter().map(|(agent, slot)| planner.activity(*agent, *slot)).collect();
            planner.order(&put, &[])?;
        }
        Ok(planner)
    }

    /// Changes plans until it is told to stop; tells how many changes there were.
    pub(crate) fn run(mut self, control: &Control) -> Result<u64> {
        while !control.stop.load(Ordering::Relaxed) {
            let (mut put, mut delete) = (Vec::new(), Vec::new());
            for _ in 0..=self.random.below(4) {
                let agent = usize::try_from(self.random.below(self.agents.len() as u64))?;
                let slot = self.random.below(SLOTS);
                if self.random.below(4) == 0 {
                    delete.push(id(agent, slot));
                } else {
                    put.push(self.activity(agent, slot));
                }
            }
            self.order(&put, &delete)?;
            std::thread::sleep(PAUSE);
        }
        Ok(self.version)
    }

    /// The next version of an activity, somewhere else. Its name tells the version, so that an older one shows.
    fn activity(&mut self, agent: usize, slot: u64) -> Value {
        self.version += 1;
        let far = self.random.below(20) == 0;
        let hours = if far { FAR_DAYS * 24 } else { self.random.below(29 * 24) };
        let hours = i64::try_from(hours).unwrap_or(0) - 7 * 24;
        let start = self.day + SignedDuration::from_hours(hours);
        let long = SignedDuration::from_mins(15 * (1 + i64::try_from(slot % 8).unwrap_or(0)));
        json!({
            "activityId": id(agent, slot), "uuid": self.agents.get(agent),
            "activityName": format!("Work {}", self.version), "activityCode": "WORK",
            "startTimeUTC": start, "endTimeUTC": start + long,
        })
    }

    fn order(&self, put: &[Value], delete: &[String]) -> Result<()> {
        let order = json!({ "acdID": self.acd_id, "put": put, "delete": delete });
        let answer = http::send("POST", &self.url, "", Some(&order))?;
        ensure!(answer.status == 200, "planning: {}: {}", answer.status, answer.json);
        Ok(())
    }
}

fn id(agent: usize, slot: u64) -> String {
    format!("{agent}-{slot}")
}

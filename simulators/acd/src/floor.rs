//! The floor: everybody who is at work, one after another, and contacts that nobody took.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::chance::Chance;
use crate::hub::{Activity, Failure, Hub};
use crate::person::{Person, QUEUES, Step, later};
use crate::{Options, Progress, clock, goes_on, past};

const TICK: Duration = Duration::from_millis(500);
/// People who are looked at for a schedule, so that those who have one come first.
const CANDIDATES_MAX: usize = 400;
/// People come to work within this time, in seconds.
const ARRIVAL_S: i64 = 20;
/// How often schedules are read, in seconds: often until there are some.
const SCHEDULES_AGAIN_S: i64 = 600;
const SCHEDULES_SOON_S: i64 = 10;

/// Runs until it is to stop. What the hub refuses is tried again later.
///
/// # Errors
/// When there is no HTTP client to be had.
pub async fn run(
    options: Options,
    stop: impl Future<Output = ()>,
    mut tell: impl FnMut(Progress),
) -> Result<(), Failure> {
    let mut stop = pin!(stop);
    let hub = Hub::new(&options.base_url, &options.token)?;
    let mut floor = Floor::new(hub, options);
    while goes_on(&mut stop, TICK).await {
        floor.turn(clock::now(), &mut tell).await;
    }
    Ok(())
}

struct Floor {
    hub: Hub,
    options: Options,
    chance: Chance,
    people: Vec<Person>,
    schedules_at: Timestamp,
    abandoned_at: Timestamp,
    abandoned: u64,
}

impl Floor {
    fn new(hub: Hub, options: Options) -> Self {
        Self {
            hub,
            chance: Chance::new(options.seed),
            people: Vec::new(),
            schedules_at: Timestamp::MIN,
            abandoned_at: Timestamp::MIN,
            abandoned: 0,
            options,
        }
    }

    async fn turn(&mut self, now: Timestamp, tell: &mut impl FnMut(Progress)) {
        if self.schedules_at <= now {
            // What the hub does not answer now, it is asked again.
            let read = self.read_schedules(now, tell).await;
            let is_settled = read.is_ok_and(|count| count > 0);
            let pause_s = if is_settled { SCHEDULES_AGAIN_S } else { SCHEDULES_SOON_S };
            self.schedules_at = later(now, pause_s);
        }
        for index in 0..self.people.len() {
            let Some(person) = self.people.get_mut(index).filter(|one| one.next_at <= now) else {
                continue;
            };
            let step = person.step(now, &mut self.chance);
            match carry_out(&self.hub, person, &step, now).await {
                Ok(()) => {}
                Err(_) => person.forget(now),
            }
        }
        if self.abandoned_at <= now && !self.people.is_empty() {
            self.abandoned_at = later(now, self.chance.between(15, 45));
            // One contact more or less makes no difference.
            let _ = self.abandon(now).await;
        }
    }

    /// Reads who is there and what they are to do; tells how many have a schedule.
    async fn read_schedules(
        &mut self,
        now: Timestamp,
        tell: &mut impl FnMut(Progress),
    ) -> Result<usize, Failure> {
        let window = (later(now, -40 * 3_600), later(now, 24 * 3_600));
        let mut known: Vec<(i64, Vec<Activity>)> = Vec::new();
        for number in self.hub.people(CANDIDATES_MAX).await? {
            known.push((number, self.hub.schedule(number, window).await?));
        }
        // Those with a schedule first; there is more to see of them.
        known.sort_by_key(|(number, schedule)| (schedule.is_empty(), *number));
        let scheduled = known.iter().filter(|(_, schedule)| !schedule.is_empty()).count();
        let before = self.people.len();
        for (number, schedule) in &known {
            let there = self.people.iter_mut().find(|one| one.number == *number);
            if let Some(person) = there {
                person.schedule.clone_from(schedule);
            } else if self.people.len() < self.options.people {
                let comes_at = later(now, self.chance.between(0, ARRIVAL_S));
                let mut person = Person::new(*number, comes_at, &mut self.chance);
                person.schedule.clone_from(schedule);
                self.people.push(person);
            }
        }
        if before == 0 && !self.people.is_empty() {
            tell(Progress::AtWork(self.people.len()));
        }
        if let Some(until) = self.options.past_until.filter(|_| scheduled > 0) {
            let cast = known.iter().filter(|(_, schedule)| !schedule.is_empty());
            let cast: Vec<_> = cast.take(self.options.people).cloned().collect();
            let taken = past::deliver(&self.hub, &cast, until, &mut self.chance).await?;
            self.options.past_until = None;
            tell(Progress::Delivered(taken));
        }
        Ok(scheduled)
    }

    /// Somebody gave up waiting.
    async fn abandon(&mut self, now: Timestamp) -> Result<(), Failure> {
        let Some((queue, name)) = self.chance.pick(&QUEUES).copied() else { return Ok(()) };
        self.abandoned += 1;
        let waited_s = self.chance.between(3, 90);
        let body = json!({
            "queue": queue, "queueName": name, "outcome": "abandoned",
            "offeredAt": later(now, -waited_s).to_string(), "leftAt": now.to_string(),
        });
        let path = format!("/queue-contacts/gone-{}-{}", now.as_second(), self.abandoned);
        self.hub.send(Method::PUT, &path, Some(&body)).await.map(|_| ())
    }
}

/// Lets a step happen at the hub.
async fn carry_out(
    hub: &Hub,
    person: &mut Person,
    step: &Step,
    now: Timestamp,
) -> Result<(), Failure> {
    if *step == Step::LogIn {
        person.session = Some(log_in(hub, person.number).await?);
        return Ok(());
    }
    let Some(session) = person.session.clone() else { return Ok(()) };
    let session = format!("/agent-sessions/{session}");
    match step {
        Step::Wait | Step::LogIn => {}
        Step::LogOut => {
            person.session = None;
            hub.send(Method::DELETE, &format!("{session}?force=true"), None).await?;
        }
        Step::Available => set(hub, &session, &json!({"state": "available"})).await?,
        Step::Pause(code) => {
            let coded = json!({"state": "unavailable", "code": code});
            if set(hub, &session, &coded).await.is_err() {
                // Their team does not have the code.
                set(hub, &session, &json!({"state": "unavailable"})).await?;
            }
        }
        Step::Take { contact, from } => {
            let queue = from.and_then(|(place, waited_s)| Some((QUEUES.get(place)?, waited_s)));
            let body = match queue {
                None => json!({"kind": "outbound", "medium": "voice"}),
                Some(((queue, name), waited_s)) => json!({
                    "kind": "inbound", "medium": "voice", "queue": queue, "queueName": name,
                    "offeredAt": later(now, -waited_s).to_string(),
                }),
            };
            hub.send(Method::PUT, &format!("{session}/contacts/{contact}"), Some(&body)).await?;
        }
        Step::End(contact) => {
            let path = format!("{session}/contacts/{contact}?afterContactWork=true");
            hub.send(Method::DELETE, &path, None).await?;
        }
    }
    Ok(())
}

/// Logs a person in; a session that went on from before begins with no contacts.
async fn log_in(hub: &Hub, number: i64) -> Result<String, Failure> {
    let told =
        hub.send(Method::POST, "/agent-sessions", Some(&json!({"agentNumber": number}))).await?;
    let session = told.get("sessionId").and_then(Value::as_str).unwrap_or_default().to_owned();
    let contacts = told.get("contacts").and_then(Value::as_array).into_iter().flatten();
    for id in contacts.filter_map(|contact| contact.get("id")?.as_str()) {
        hub.send(Method::DELETE, &format!("/agent-sessions/{session}/contacts/{id}"), None).await?;
    }
    Ok(session)
}

async fn set(hub: &Hub, session: &str, wanted: &Value) -> Result<(), Failure> {
    hub.send(Method::PUT, &format!("{session}/state"), Some(wanted)).await.map(|_| ())
}

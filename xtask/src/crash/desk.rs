//! People at work: they log in, change their states and have contacts over the API, across kills.
//!
//! A request without an answer is sent again until it has one. What an answer says of a person's state must be in
//! their history for good.

use super::checker::state::Told;
use super::random::Random;
use super::writer::Control;
use crate::http::{self, Answer};
use crate::hub::Door;
use crate::process;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How long a hub that was killed may stay away.
const RETURN_LIMIT: Duration = Duration::from_secs(60);

/// From one change to the next, so that the writers have their share.
const PAUSE: Duration = Duration::from_millis(4);

/// The people of one desk.
pub(crate) struct Desk<'a> {
    door: &'a Door,
    unit: &'a str,
    people: Vec<Person>,
    random: Random,
    contacts: u64,
}

/// A person who may log in, and what was acknowledged of them.
pub(crate) struct Person {
    pub(crate) agent_number: String,
    pub(crate) acknowledged: Vec<Told>,
    session: Option<String>,
    contact: Option<String>,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(
        door: &'a Door,
        unit: &'a str,
        agent_numbers: Vec<String>,
        seed: u64,
    ) -> Self {
        let person = |agent_number| Person {
            agent_number,
            acknowledged: vec![],
            session: None,
            contact: None,
        };
        let people = agent_numbers.into_iter().map(person).collect();
        Self { door, unit, people, random: Random::new(seed.wrapping_add(2_000)), contacts: 0 }
    }

    /// Works until it is told to stop.
    pub(crate) fn run(mut self, control: &Control) -> Result<Vec<Person>> {
        while !control.stop.load(Ordering::Relaxed) {
            let number = usize::try_from(self.random.below(self.people.len() as u64))?;
            let roll = self.random.below(12);
            self.contacts += 1;
            let Some(person) = self.people.get_mut(number) else { continue };
            match person.session.clone() {
                Some(session) => act(self.door, person, &session, (roll, self.contacts))?,
                None => log_in(self.door, self.unit, person)?,
            }
            std::thread::sleep(PAUSE);
        }
        Ok(self.people)
    }
}

fn act(door: &Door, person: &mut Person, session: &str, (roll, number): (u64, u64)) -> Result<()> {
    let path = format!("/api/v1/agent-sessions/{session}");
    let answer = match (roll, person.contact.clone()) {
        (0, _) => {
            person.contact = None;
            person.session = None;
            send(door, "DELETE", &format!("{path}?force=true"), None)?
        }
        (1..=3, Some(contact)) => {
            person.contact = None;
            let after = if roll == 1 { "?afterContactWork=true" } else { "" };
            send(door, "DELETE", &format!("{path}/contacts/{contact}{after}"), None)?
        }
        (1..=3, None) => {
            let contact = format!("contact-{number}");
            let body = json!({ "kind": "inbound", "medium": "voice" });
            let target = format!("{path}/contacts/{contact}");
            person.contact = Some(contact);
            send(door, "PUT", &target, Some(&body))?
        }
        _ => {
            let state = if roll.is_multiple_of(2) { "available" } else { "unavailable" };
            send(door, "PUT", &format!("{path}/state"), Some(&json!({ "state": state })))?
        }
    };
    match answer.status {
        200 => acknowledge(person, &answer.json),
        // 404: the answer to logging out was lost, and the session is over.
        204 | 404 if roll == 0 => Ok(()),
        status => bail!("{path} was answered {status}: {}", answer.json),
    }
}

fn log_in(door: &Door, unit: &str, person: &mut Person) -> Result<()> {
    let number: u64 = person.agent_number.parse().context("not an agent number")?;
    let body = json!({ "agentNumber": number, "businessUnit": unit });
    let answer = send(door, "POST", "/api/v1/agent-sessions", Some(&body))?;
    if !matches!(answer.status, 200 | 201) {
        bail!("logging in was answered {}: {}", answer.status, answer.json);
    }
    let session = answer.json.get("sessionId").and_then(Value::as_str);
    person.session = Some(session.context("no session")?.to_owned());
    acknowledge(person, &answer.json)
}

fn acknowledge(person: &mut Person, json: &Value) -> Result<()> {
    let told = told(json).with_context(|| format!("not a person: {json}"))?;
    if person.acknowledged.last() != Some(&told) {
        person.acknowledged.push(told);
    }
    Ok(())
}

/// A state with its number, as the API tells it.
pub(crate) fn told(json: &Value) -> Option<Told> {
    Some(Told {
        sequence: json.get("sequence")?.as_u64()?,
        state: json.get("state")?.as_str()?.to_owned(),
    })
}

/// Sends a request until the hub has answered it.
fn send(door: &Door, method: &str, path: &str, body: Option<&Value>) -> Result<Answer> {
    let url = format!("{}{path}", door.base_url);
    process::wait_for("the hub answers again", RETURN_LIMIT, || {
        let answer = http::send(method, &url, &door.token, body).ok();
        Ok(answer.filter(|answer| !matches!(answer.status, 429 | 503)))
    })
}

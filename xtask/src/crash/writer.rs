//! One writer: creates and changes people over SCIM as an identity provider would, across kills.
//!
//! Keeps a journal of every request and every answer. A request without an answer is sent again until it
//! has one; a creation that is then refused as a conflict is looked up. A person belongs to one writer, so
//! what was acknowledged last is never in doubt.

use super::census::held_of;
use super::checker::{self, State, Written};
use super::fault::Fault;
use super::journal::Journal;
use super::random::Random;
use super::stage::Unit;
use crate::hub::Door;
use crate::{http, process};
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

/// How many change people while the hub is killed. Others, who write before that, have the next numbers.
pub(crate) const WRITERS: usize = 8;

/// How long a hub that was killed may stay away.
const RETURN_LIMIT: Duration = Duration::from_secs(60);

/// How long one that has to wait does so before it looks again.
const REST: Duration = Duration::from_millis(2);

/// How many of the last acknowledged people are read again after an interruption.
const RECENT: usize = 16;

/// Every twentieth person leaves once and may come back once: fewer departures than the brake on mass
/// departures lets through.
const LEAVERS: usize = 20;

/// Out and in again.
const TURNS: u8 = 2;

/// What the driver tells its writers, and they it.
#[derive(Default)]
pub(crate) struct Control {
    /// Finish what is under way, and end.
    pub(crate) stop: AtomicBool,
    /// Whoever writes people of the unit that is linked by files waits: else no batch would ever be the same after
    /// a kill, and none be acknowledged.
    pub(crate) files_rest: AtomicBool,
    /// How many people each writer may have made by now, so that creations spread over all kills.
    pub(crate) people: AtomicUsize,
    /// Changes that the hub acknowledged.
    pub(crate) acknowledged: AtomicU64,
    /// Requests whose answer never came.
    pub(crate) interrupted: AtomicU64,
}

/// A writer and its people.
pub(crate) struct Writer<'a> {
    /// The unit in which its people are.
    pub(crate) unit: Unit,
    index: usize,
    door: Door,
    control: &'a Control,
    journal: Journal,
    random: Random,
    people: Vec<Person>,
    recent: Vec<usize>,
    /// What it met on the way that must not be.
    pub(crate) faults: Vec<Fault>,
}

struct Person {
    id: String,
    /// How often the person was renamed. It stands in the name, so that an older one shows.
    renamed: u64,
    /// How often the person left or came back.
    turns: u8,
    written: Written,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(
        unit: Unit,
        index: usize,
        seed: u64,
        door: &Door,
        control: &'a Control,
        journal: Journal,
    ) -> Self {
        let random = Random::new(seed.wrapping_add(index as u64 + 1));
        Self {
            unit,
            index,
            door: door.clone(),
            control,
            journal,
            random,
            people: vec![],
            recent: vec![],
            faults: vec![],
        }
    }

    /// What it knows of its people.
    pub(crate) fn written(&self) -> impl Iterator<Item = Written> {
        self.people.iter().map(|person| person.written.clone())
    }

    /// Writes until told to stop.
    pub(crate) fn run(&mut self) -> Result<()> {
        while !self.control.stop.load(Ordering::Relaxed) {
            if self.unit == Unit::Filed && self.control.files_rest.load(Ordering::Relaxed) {
                std::thread::sleep(REST);
                continue;
            }
            let may_create = self.people.len() < self.control.people.load(Ordering::Relaxed);
            if may_create && (self.people.is_empty() || self.random.below(2) == 0) {
                self.create()?;
            } else if !self.people.is_empty() {
                self.change()?;
            }
        }
        Ok(())
    }

    /// Makes so many people, whatever it is told.
    pub(crate) fn make(&mut self, count: usize) -> Result<()> {
        (0..count).try_for_each(|_| self.create())
    }

    /// Renames its first people once.
    pub(crate) fn rename_each(&mut self, count: usize) -> Result<()> {
        (0..count.min(self.people.len())).try_for_each(|number| self.rename(number))
    }

    /// Lets its first people leave, or come back.
    pub(crate) fn turn_each(&mut self, count: usize) -> Result<()> {
        (0..count.min(self.people.len())).try_for_each(|number| self.turn(number))
    }

    fn create(&mut self) -> Result<()> {
        let (writer, number) = (self.index, self.people.len());
        let external_id = format!("crash-{writer}-{number}");
        let user_name = format!("w{writer}.p{number}@example.com");
        let state = State { first_name: "First".to_owned(), active: true };
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": user_name,
            "externalId": external_id,
            "name": { "givenName": state.first_name, "familyName": format!("Writer{writer}") },
            "emails": [{ "value": user_name, "type": "work", "primary": true }],
            "active": true,
        });
        let written = Written { external_id, acknowledged: None, pending: Some(state) };
        self.people.push(Person { id: String::new(), renamed: 0, turns: 0, written });
        let id = self.send_until_answered("POST", "/Users", &body, Some(&user_name))?;
        self.acknowledge(number, Some(id));
        Ok(())
    }

    fn change(&mut self) -> Result<()> {
        let number = usize::try_from(self.random.below(self.people.len() as u64))?;
        let turns = self.people.get(number).context("no such person")?.turns;
        let may_turn = number % LEAVERS == LEAVERS - 1 && turns < TURNS;
        if may_turn && self.random.below(8) == 0 { self.turn(number) } else { self.rename(number) }
    }

    fn rename(&mut self, number: usize) -> Result<()> {
        let person = self.people.get_mut(number).context("no such person")?;
        person.renamed += 1;
        let name = format!("Name{}", person.renamed);
        let change = |state: &mut State| state.first_name.clone_from(&name);
        self.replace(number, change, ("name.givenName", json!(name)))
    }

    fn turn(&mut self, number: usize) -> Result<()> {
        let person = self.people.get_mut(number).context("no such person")?;
        person.turns += 1;
        let active = person.turns.is_multiple_of(2);
        self.replace(number, |state| state.active = active, ("active", json!(active)))
    }

    fn replace(
        &mut self,
        number: usize,
        change: impl Fn(&mut State),
        (path, value): (&str, Value),
    ) -> Result<()> {
        let person = self.people.get_mut(number).context("no such person")?;
        let mut state = person.written.acknowledged.clone().context("not acknowledged")?;
        change(&mut state);
        person.written.pending = Some(state);
        let target = format!("/Users/{}", person.id);
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{ "op": "replace", "path": path, "value": value }],
        });
        self.send_until_answered("PATCH", &target, &body, None)?;
        self.acknowledge(number, None);
        Ok(())
    }

    fn acknowledge(&mut self, number: usize, id: Option<String>) {
        self.control.acknowledged.fetch_add(1, Ordering::Relaxed);
        let Some(person) = self.people.get_mut(number) else { return };
        person.id = id.unwrap_or_else(|| std::mem::take(&mut person.id));
        person.written.acknowledged = person.written.pending.take();
        self.recent.retain(|other| *other != number);
        self.recent.push(number);
        if self.recent.len() > RECENT {
            self.recent.remove(0);
        }
    }

    /// Sends a change until the hub has answered it; gives the person's id.
    fn send_until_answered(
        &mut self,
        method: &str,
        target: &str,
        body: &Value,
        user_name: Option<&str>,
    ) -> Result<String> {
        let mut interrupted = false;
        loop {
            self.journal.sent(method, target, body)?;
            let url = format!("{}{target}", self.door.base_url);
            match http::send(method, &url, &self.door.token, Some(body)) {
                Ok(answer) => {
                    self.journal.answered(answer.status)?;
                    let id = match (answer.status, user_name) {
                        (200 | 201, _) => {
                            answer.json.get("id").and_then(Value::as_str).map(str::to_owned)
                        }
                        (204, _) => Some(String::new()),
                        (409, Some(name)) if interrupted => Some(self.look_up(name)?),
                        // Too busy or not yet ready: nothing was done, says the hub.
                        (429 | 503, _) => None,
                        (status, _) => {
                            bail!("{method} {target} was answered {status}: {}", answer.json)
                        }
                    };
                    if let Some(id) = id {
                        return Ok(id);
                    }
                }
                Err(_) => {
                    self.journal.broke_off()?;
                    self.control.interrupted.fetch_add(1, Ordering::Relaxed);
                    interrupted = true;
                }
            }
            if interrupted {
                self.read_again()?;
            }
        }
    }

    /// Waits for the hub to be back and compares the people acknowledged last with what it holds now:
    /// a later change would paper over a loss.
    fn read_again(&mut self) -> Result<()> {
        self.get("/ServiceProviderConfig")?;
        for number in self.recent.clone() {
            let Some(person) = self.people.get(number) else { continue };
            let held = self.get(&format!("/Users/{}", person.id))?;
            match held_of(&held) {
                Some(held) => self.faults.extend(checker::lost(&person.written, &held.state)),
                None => {
                    let text = format!("{}: {held}", person.written.external_id);
                    self.faults.push(Fault::Lost(text));
                }
            }
        }
        Ok(())
    }

    fn look_up(&self, user_name: &str) -> Result<String> {
        let filter = format!("userName%20eq%20%22{user_name}%22");
        let found = self.get(&format!("/Users?filter={filter}"))?;
        let id = found.pointer("/Resources/0/id").and_then(Value::as_str);
        id.map(str::to_owned)
            .with_context(|| format!("a conflict, but {user_name} is not found: {found}"))
    }

    fn get(&self, target: &str) -> Result<Value> {
        let url = format!("{}{target}", self.door.base_url);
        process::wait_for("the hub answers again", RETURN_LIMIT, || {
            let Ok(answer) = http::send("GET", &url, &self.door.token, None) else {
                return Ok(None);
            };
            ensure!(answer.status < 500 || answer.status == 503, "GET {target}: {}", answer.status);
            Ok((answer.status != 503).then_some(answer.json))
        })
    }
}

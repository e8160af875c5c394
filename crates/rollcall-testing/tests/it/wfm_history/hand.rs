//! Does what an operation says: through the use cases, as people, identity providers and operators do it.

use anyhow::{Context as _, Result, bail};
use jiff::SignedDuration;
use rollcall_app::ChangeError;
use rollcall_app::provision::{Precondition, ScimClaim};
use rollcall_app::wfm::{Health, LinkSwitch, SeenHold};
use rollcall_domain::employee::{Claim, Profile, Status};
use rollcall_domain::source::Actor;
use rollcall_domain::user_name::UserName;
use rollcall_domain::wfm::FieldSwitch;
use serde_json::json;

use super::expectation::{FIRST_NAME, Person, last_name, unit_of};
use super::memory_wfm::UNBEARABLE;
use super::operation::{Asking, Operation, SLOTS, UNITS};
use super::place::{ACDS, Hub, Place};

/// A hub and its place, for as long as the hub lives.
pub(crate) struct Hand<'a> {
    pub(crate) place: &'a mut Place,
    pub(crate) hub: &'a Hub,
}

const OFF: &str = "The WFM moves house.";

impl Hand<'_> {
    /// Does it. What is not possible now is left.
    pub(crate) async fn apply(&mut self, operation: &Operation) -> Result<()> {
        match operation {
            Operation::Enter(slot, team) => self.enter(*slot, *team).await?,
            Operation::Leave(slot) => self.change(*slot, |person| person.active = false).await?,
            Operation::Return(slot) => self.change(*slot, |person| person.active = true).await?,
            Operation::Delete(slot) => self.delete(*slot).await?,
            Operation::Move(slot, team) => self.post(*slot, *team).await?,
            Operation::Rename(slot, name) => {
                let name = last_name(*name);
                self.change(*slot, move |person| person.last_name = name).await?;
            }
            Operation::Email(slot, number) => {
                let email = format!("mail{number}.{slot}@example.com");
                self.change(*slot, move |person| person.email = email).await?;
            }
            Operation::ExternalId(slot, number) => {
                let id = number.map(|number| format!("ext-{slot}-{number}"));
                self.change(*slot, move |person| person.external_id = id).await?;
            }
            Operation::Feature(team, switch) => {
                self.place.expected.teams[*team] = *switch == FieldSwitch::On;
                let (tenant, id) = (self.place.tenant()?, self.place.names.teams[*team]);
                self.hub.app.set_wfm_advanced(tenant, Actor::System, id, *switch).await?;
            }
            Operation::PersonalIds(unit, switch) => {
                self.place.expected.personal_ids[*unit] = *switch;
                self.save_settings(*unit).await?;
            }
            Operation::ExternalIds(unit, switch) => {
                self.place.expected.external_ids[*unit] = *switch;
                self.save_settings(*unit).await?;
            }
            Operation::Link(unit, switch) => self.switch(*unit, *switch).await?,
            Operation::Approve(unit) => drop(self.approve(*unit).await?),
            Operation::Reject(unit) => self.reject(*unit).await?,
            Operation::Release(unit) => {
                let (tenant, link) = (self.place.tenant()?, self.place.names.links[*unit]);
                lenient(self.hub.app.release_kept(tenant, Actor::System, link).await)?;
            }
            Operation::Ask(unit, what) => self.ask(*unit, *what).await?,
            Operation::Post(slot) => self.post_by_hand(*slot),
            Operation::Fault(unit, fault, times) => self.place.wfm.arm(ACDS[*unit], *fault, *times),
            Operation::CrashAt(unit, moment) => self.place.wfm.crash_at(ACDS[*unit], *moment),
            Operation::Arrive => self.place.wfm.arrive(),
            Operation::Clock(minutes) => {
                self.place.clock.advance(SignedDuration::from_mins(i64::from(*minutes)));
            }
            // The engine's time, and its death, are not in anybody's hand.
            Operation::CrashAfter(_) | Operation::Work(_) | Operation::Settle => {}
        }
        self.place.expected.note();
        Ok(())
    }

    async fn enter(&mut self, slot: usize, team: usize) -> Result<()> {
        if self.place.expected.people[slot].as_ref().is_some_and(|person| !person.deleted) {
            return Ok(());
        }
        let now = self.place.now();
        let (mut person, is_new) = match self.place.expected.people[slot].clone() {
            Some(person) => (person, false),
            None => (newcomer(slot, team, now), true),
        };
        person.deleted = false;
        if !person.active {
            person.activated_at = now;
        }
        person.active = true;
        let access = &self.hub.access[person.connection];
        let made = self.hub.app.provision(access, claim(slot, &person)?).await;
        let employee = made.map_err(|error| anyhow::anyhow!("{error}"))?.person;
        person.id = employee.id;
        person.numbers[unit_of(person.team)] = Some(employee.agent_number);
        self.place.expected.people[slot] = Some(person);
        self.place.expected.note();
        if is_new && team % 2 == 1 {
            self.post(slot, team).await?;
        }
        Ok(())
    }

    /// Changes what the identity provider says of somebody.
    async fn change(&mut self, slot: usize, change: impl FnOnce(&mut Person)) -> Result<()> {
        let Some(before) = self.place.expected.people[slot].clone() else { return Ok(()) };
        if before.deleted {
            return Ok(());
        }
        let mut person = before.clone();
        change(&mut person);
        if person.active && !before.active {
            person.activated_at = self.place.now();
        }
        let claim = claim(slot, &person)?;
        let access = &self.hub.access[person.connection];
        let apply = move |_: &serde_json::Map<String, serde_json::Value>| {
            Ok::<_, std::convert::Infallible>(claim.clone())
        };
        let done = self.hub.app.reprovision(access, person.id, Precondition::Any, apply).await;
        done.map_err(|error| anyhow::anyhow!("{error}"))?;
        self.place.expected.people[slot] = Some(person);
        Ok(())
    }

    async fn delete(&mut self, slot: usize) -> Result<()> {
        let Some(person) = &mut self.place.expected.people[slot] else { return Ok(()) };
        if person.deleted {
            return Ok(());
        }
        (person.deleted, person.active) = (true, false);
        let (access, id) = (&self.hub.access[person.connection], person.id);
        let done = self.hub.app.deprovision(access, id, Precondition::Any).await;
        done.map_err(|error| anyhow::anyhow!("{error}"))
    }

    async fn post(&mut self, slot: usize, team: usize) -> Result<()> {
        let (tenant, team_id) = (self.place.tenant()?, self.place.names.teams[team]);
        let Some(person) = &mut self.place.expected.people[slot] else { return Ok(()) };
        if person.deleted || person.team == team {
            return Ok(());
        }
        let app = &self.hub.app;
        if unit_of(person.team) == unit_of(team) {
            app.set_team(tenant, Actor::System, person.id, team_id).await?;
        } else {
            app.move_employee(tenant, Actor::System, person.id, team_id).await?;
            let number = app.employee(tenant, person.id).await?.employee.agent_number.0;
            let known = person.numbers[unit_of(team)].replace(number);
            if known.is_some_and(|known| known != number) {
                bail!("somebody who comes back to a unit has another number there");
            }
        }
        person.team = team;
        Ok(())
    }

    async fn save_settings(&self, unit: usize) -> Result<()> {
        let (tenant, link) = (self.place.tenant()?, self.place.names.links[unit]);
        let settings = self.place.settings(unit);
        Ok(self.hub.app.save_link_settings(tenant, Actor::System, link, settings).await?)
    }

    async fn switch(&mut self, unit: usize, switch: FieldSwitch) -> Result<()> {
        self.place.expected.links[unit] = switch;
        let (tenant, link) = (self.place.tenant()?, self.place.names.links[unit]);
        let switch = match switch {
            FieldSwitch::On => LinkSwitch::On,
            FieldSwitch::Off => LinkSwitch::Off { reason: OFF.to_owned() },
        };
        Ok(self.hub.app.switch_link(tenant, Actor::System, link, switch).await?)
    }

    /// Lets the departures go that a unit's link holds; tells whether it held some.
    pub(crate) async fn approve(&mut self, unit: usize) -> Result<bool> {
        let Some(held) = self.held(unit).await? else { return Ok(false) };
        let now = self.place.now();
        self.place.expected.approved[unit].get_or_insert(now);
        let (tenant, link) = (self.place.tenant()?, self.place.names.links[unit]);
        let app = &self.hub.app;
        lenient(app.approve_departures(tenant, Actor::System, link, held).await)?;
        Ok(true)
    }

    async fn reject(&mut self, unit: usize) -> Result<()> {
        let Some(held) = self.held(unit).await? else { return Ok(()) };
        self.place.expected.refuse(unit);
        let (tenant, link) = (self.place.tenant()?, self.place.names.links[unit]);
        let app = &self.hub.app;
        lenient(app.reject_departures(tenant, Actor::System, link, held).await)
    }

    async fn held(&self, unit: usize) -> Result<Option<SeenHold>> {
        let (tenant, link) = (self.place.tenant()?, self.place.names.links[unit]);
        let detail = self.hub.app.link(tenant, link).await?;
        let run = detail.runs.iter().find(|run| run.state == "held");
        let held = run.filter(|_| detail.link.health == Health::Held);
        let departures = detail.link.held_departures;
        Ok(held.map(|run| SeenHold { run: run.id, departures }))
    }

    pub(crate) async fn ask(&self, unit: usize, what: Asking) -> Result<()> {
        let (tenant, link) = (self.place.tenant()?, self.place.names.links[unit]);
        let app = &self.hub.app;
        lenient(match what {
            Asking::Comparison => app.compare_now(tenant, Actor::System, link).await,
            Asking::Preview => app.preview_comparison(tenant, Actor::System, link).await,
        })
    }

    fn post_by_hand(&self, slot: usize) {
        let Some(person) = &self.place.expected.people[slot] else { return };
        for (acd, number) in ACDS.iter().zip(person.numbers) {
            if let Some(number) = number {
                self.place.wfm.post(acd, number);
            }
        }
    }

    /// Ends what would hinder: every link is on, nobody has values that the WFM cannot bear.
    pub(crate) async fn tidy_up(&mut self) -> Result<()> {
        self.place.wfm.mend();
        self.place.wfm.arrive();
        for unit in 0..UNITS {
            self.switch(unit, FieldSwitch::On).await?;
        }
        for slot in 0..SLOTS {
            let person = self.place.expected.people[slot].as_ref();
            if person.is_some_and(|person| person.last_name == UNBEARABLE) {
                self.apply(&Operation::Rename(slot, 1)).await?;
            }
        }
        self.place.expected.note();
        Ok(())
    }
}

fn newcomer(slot: usize, team: usize, now: jiff::Timestamp) -> Person {
    let connection = unit_of(team);
    Person {
        id: rollcall_domain::EmployeeId::new(uuid::Uuid::nil()),
        connection,
        team: connection * 2,
        active: true,
        deleted: false,
        last_name: last_name(1),
        email: format!("mail0.{slot}@example.com"),
        external_id: Some(format!("ext-{slot}-0")),
        activated_at: now,
        numbers: [None; UNITS],
    }
}

fn claim(slot: usize, person: &Person) -> Result<ScimClaim> {
    let user_name = format!("person{slot}@example.com");
    let mut resource = serde_json::Map::new();
    resource.insert("userName".to_owned(), json!(user_name));
    let profile = Profile {
        user_name: UserName::parse(&user_name).ok().context("a user name")?,
        first_name: FIRST_NAME.to_owned(),
        last_name: person.last_name.clone(),
        email: person.email.clone(),
    };
    let status = if person.active { Status::Active } else { Status::Inactive };
    let claim = Claim { profile, status, external_id: person.external_id.clone() };
    Ok(ScimClaim { claim, resource, other_emails: Vec::new(), wishes: Vec::new(), template: None })
}

/// What is not possible now is left.
fn lenient(outcome: Result<(), ChangeError>) -> Result<()> {
    match outcome {
        Err(ChangeError::NotNow(_)) => Ok(()),
        other => Ok(other?),
    }
}

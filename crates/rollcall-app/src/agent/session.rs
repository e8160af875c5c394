//! Logging in and out, and what happens between.

use jiff::Timestamp;

use rollcall_domain::agent_state::agent::{AfterContact, Contact};
use rollcall_domain::agent_state::{self, Agent, AgentState, Command, Logout, Refusal, Wish};
use rollcall_domain::audit::Subject;
use rollcall_domain::source::Actor;
use rollcall_domain::unavailable_code::CodeName;
use rollcall_domain::{AgentSessionId, EmployeeId, TenantId};
use rollcall_storage::agent::agent_state::{self as rows, AgentRow};
use rollcall_storage::{
    StorageError, Tx, directory::employee as employees, directory::unavailable_code,
};
use serde_json::json;

use super::{Result, row};
use crate::app::App;
use crate::error::ChangeError;
use crate::history::{self, QueueOrigin};
use crate::record::{Act, Values};

/// What can be set from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentWish {
    /// To get contacts.
    Available,
    /// To get none, under a code of the person's team or without one.
    Unavailable(Option<CodeName>),
}

/// What happens to a person who is logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentEvent {
    /// They, or a system for them, set what can be set from outside.
    Set(AgentWish),
    /// The ACD gives them a contact.
    BeginContact(Contact),
    /// The ACD gives them a contact from a queue.
    BeginQueued(Contact, QueueOrigin),
    /// A contact ends.
    EndContact {
        /// Its id.
        id: String,
        /// What follows.
        then: AfterContact,
    },
    /// They log out.
    LogOut(Logout),
}

/// What became of a log-in.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    /// The person in their session.
    pub person: AgentRow,
    /// Whether the session is new. One that goes on already serves whoever logs in again: an answer may have
    /// been lost.
    pub is_new: bool,
}

impl App {
    /// Logs a person in. They are unavailable at first.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`Refusal::NotActive`].
    pub async fn log_in_agent(&self, tenant: TenantId, employee: EmployeeId) -> Result<LoggedIn> {
        let (now, id) = (self.now(), AgentSessionId::new(self.ids.next()));
        self.storage
            .write(tenant, move |tx| {
                let person = row(tx, employee)?;
                if !person.active {
                    return Err(ChangeError::Refused(Refusal::NotActive));
                }
                let person = step(tx, person, Command::LogIn(id), now)?;
                let session = person.agent.as_ref().and_then(|agent| agent.session.as_ref());
                let is_new = session.is_some_and(|session| session.id == id);
                Ok(LoggedIn { person, is_new })
            })
            .await
    }

    /// Lets something happen in a session.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] when the session is over; [`ChangeError::Refused`].
    pub async fn act_in_session(
        &self,
        tenant: TenantId,
        session: AgentSessionId,
        event: AgentEvent,
    ) -> Result<AgentRow> {
        let now = self.now();
        self.storage
            .write(tenant, move |tx| {
                let person = rows::find_session(tx, session)?
                    .ok_or(ChangeError::NotFound("agent session"))?;
                act(tx, person, event.clone(), now)
            })
            .await
    }

    /// Lets something happen to a person, whichever session they have.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::Refused`].
    pub async fn act_for_agent(
        &self,
        tenant: TenantId,
        employee: EmployeeId,
        event: AgentEvent,
    ) -> Result<AgentRow> {
        let now = self.now();
        self.storage
            .write(tenant, move |tx| {
                let person = row(tx, employee)?;
                act(tx, person, event.clone(), now)
            })
            .await
    }
}

impl App {
    /// Logs a person out by the hand of an administrator, whatever they do. Unlike what people do at the ACD
    /// themselves, it is audited.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`Refusal::NoSession`].
    pub async fn log_out_agent(
        &self,
        tenant: TenantId,
        actor: Actor,
        employee: EmployeeId,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let person = row(tx, employee)?;
                let before = person.agent.as_ref().map(|agent| agent.state.clone());
                let Some(before) = before.filter(|state| *state != AgentState::LoggedOut) else {
                    return Err(ChangeError::Refused(Refusal::NoSession));
                };
                step(tx, person, Command::LogOut(Logout::Forced), now)?;
                let employee = employees::get(tx, employee)?;
                let employee = employee.ok_or(ChangeError::NotFound("employee"))?;
                let values = Values {
                    before: Values::made(json!({"agentState": before.name()})).after,
                    after: Values::made(json!({"agentState": AgentState::LoggedOut.name()})).after,
                };
                let act = Act { actor, now, ids: app.ids.as_ref() };
                Ok(act.audit(tx, "agent.logged_out", Subject::employee(&employee), values)?)
            })
            .await
    }
}

/// Logs a person out who no longer works here, in the transaction that says so.
pub(crate) fn log_out_leaver(
    tx: &mut Tx<'_>,
    employee: EmployeeId,
    now: Timestamp,
) -> std::result::Result<(), StorageError> {
    let Some(person) = rows::get(tx, employee)? else { return Ok(()) };
    let Some(mut agent) = person.agent.clone() else { return Ok(()) };
    // Forced, it is never refused.
    let Ok(ended) = agent.apply(Command::LogOut(Logout::Forced), now) else { return Ok(()) };
    if person.agent.as_ref() == Some(&agent) {
        return Ok(());
    }
    rows::settle(tx, &person, &agent, &ended)?;
    history::follow(tx, &person, &agent, &ended, now)
}

fn act(tx: &mut Tx<'_>, person: AgentRow, event: AgentEvent, now: Timestamp) -> Result<AgentRow> {
    let command = match event {
        AgentEvent::Set(AgentWish::Available) => Command::Set(Wish::Available),
        AgentEvent::Set(AgentWish::Unavailable(None)) => Command::Set(Wish::Unavailable(None)),
        AgentEvent::Set(AgentWish::Unavailable(Some(name))) => {
            let known = unavailable_code::get(tx, &name)?;
            let code = agent_state::permit(&name, &person.team_codes, known);
            Command::Set(Wish::Unavailable(Some(code.map_err(ChangeError::Refused)?)))
        }
        AgentEvent::BeginContact(contact) => Command::BeginContact(contact),
        AgentEvent::BeginQueued(contact, origin) => {
            let id = contact.id.clone();
            let person = step(tx, person, Command::BeginContact(contact), now)?;
            history::note_origin(tx, &person, &id, &origin, now)?;
            return Ok(person);
        }
        AgentEvent::EndContact { id, then } => Command::EndContact { id, then },
        AgentEvent::LogOut(logout) => Command::LogOut(logout),
    };
    step(tx, person, command, now)
}

/// Lets a command happen and writes what it changes; nothing when it changes nothing.
fn step(
    tx: &mut Tx<'_>,
    mut person: AgentRow,
    command: Command,
    now: Timestamp,
) -> Result<AgentRow> {
    let mut agent = person.agent.clone().unwrap_or_else(|| Agent::new(now));
    let ended = agent.apply(command, now).map_err(ChangeError::Refused)?;
    if person.agent.as_ref() != Some(&agent) {
        rows::settle(tx, &person, &agent, &ended)?;
        history::follow(tx, &person, &agent, &ended, now)?;
        person.agent = Some(agent);
    }
    Ok(person)
}

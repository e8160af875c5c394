//! A person at the ACD, and how they go from one state to the next.
//!
//! Pure. A change ends the present interval and begins the next at the same moment, so that history has no
//! gaps and no overlaps by construction. Sequence numbers count the intervals of a person from 1 on; a reader
//! that sees one missing knows that it missed something.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::agent_state::{AgentState, ContactKind, Medium, Wish};
use crate::id::AgentSessionId;
use crate::unavailable_code::{CodeKind, CodeName, TIMEOUT_DEFAULT_MIN, UnavailableCode};

/// As many contacts may be open at a time. More is a system that forgets to end them.
pub const CONTACTS_MAX: usize = 64;

/// A person at the ACD, now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// The number of the present interval; 0 before the first log-in.
    pub sequence: i64,
    /// What they do.
    pub state: AgentState,
    /// Since when.
    pub since: Timestamp,
    /// When it ends by itself.
    pub due_at: Option<Timestamp>,
    /// What holds while they are logged in.
    pub session: Option<Session>,
}

/// From logging in to logging out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Its id.
    pub id: AgentSessionId,
    /// When they logged in.
    pub began_at: Timestamp,
    /// The open contacts, oldest first.
    pub contacts: Vec<Contact>,
    /// What they do when no contact and no work after one is left.
    pub rest: Rest,
    /// The work that begins when the last contact ends.
    pub work: Option<Stay>,
}

/// An open contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// Its id at the system that routes it.
    pub id: String,
    /// What it is to the person.
    pub kind: ContactKind,
    /// Over which channel it goes.
    pub medium: Medium,
}

/// What a person does between contacts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Rest {
    /// They wait for the next one.
    Available,
    /// They are away.
    Unavailable(Stay),
}

/// A code with the time that it may last, or none with the usual time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stay {
    /// The code.
    pub code: Option<CodeName>,
    /// How long, in minutes.
    pub timeout_min: i64,
}

/// What happens to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// They log in, and are unavailable at first. With a session already, nothing happens.
    LogIn(AgentSessionId),
    /// They, or a system for them, set what can be set from outside.
    Set(Wish),
    /// The ACD gives them a contact. Told twice, nothing happens the second time.
    BeginContact(Contact),
    /// A contact ends. One that is not open is none of theirs any more, and nothing happens.
    EndContact {
        /// Its id.
        id: String,
        /// What follows.
        then: AfterContact,
    },
    /// They log out.
    LogOut(Logout),
}

/// What follows a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterContact {
    /// What they did before, or chose meanwhile.
    Rest,
    /// Work, under a code if they chose one meanwhile.
    Work,
}

/// How somebody is logged out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logout {
    /// Unless they have a contact.
    Idle,
    /// Whatever they do: they no longer work here, or the ACD lost the end of a contact.
    Forced,
}

/// A time that is over. Its end is the beginning of the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    /// Its number.
    pub sequence: i64,
    /// What they did.
    pub state: AgentState,
    /// In which session.
    pub session: Option<AgentSessionId>,
    /// From.
    pub began_at: Timestamp,
    /// To. May be the same moment: two changes in one millisecond.
    pub ended_at: Timestamp,
}

/// Why nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// They are logged out.
    #[error("the person is logged out; begin a session first")]
    NoSession,
    /// They do not work here now.
    #[error("the person is not active; nobody logs them in")]
    NotActive,
    /// They have a contact.
    #[error("the person has a contact; end it before logging them out")]
    InContact,
    /// Too many contacts are open.
    #[error("the person has {CONTACTS_MAX} open contacts already; end those that are over")]
    TooManyContacts,
    /// The code means work after a contact, and there is no contact.
    #[error("{0:?} is a code for work after a contact, and the person has no contact")]
    NoContact(String),
    /// The person's team does not have the code.
    #[error("the person's team does not have the code \"{0}\"; assign it to the team first")]
    CodeNotOfTeam(CodeName),
    /// The code is no longer to be used.
    #[error("the code \"{0}\" is retired; choose another")]
    CodeRetired(CodeName),
}

impl Stay {
    /// No code, and the usual time.
    #[must_use]
    pub fn plain() -> Self {
        Self { code: None, timeout_min: TIMEOUT_DEFAULT_MIN }
    }

    fn of(code: Option<UnavailableCode>) -> Self {
        code.map_or_else(Self::plain, |code| Self {
            timeout_min: code.timeout_min,
            code: Some(code.name),
        })
    }

    fn end(&self, from: Timestamp) -> Option<Timestamp> {
        from.checked_add(SignedDuration::from_mins(self.timeout_min)).ok()
    }
}

impl Session {
    /// The contact that counts: a call before anything else, then the one that came last.
    #[must_use]
    pub fn foremost(&self) -> Option<&Contact> {
        let calls = self.contacts.iter().rfind(|contact| contact.medium == Medium::Voice);
        calls.or(self.contacts.last())
    }
}

impl Agent {
    /// Someone who never logged in.
    #[must_use]
    pub fn new(at: Timestamp) -> Self {
        Self { sequence: 0, state: AgentState::LoggedOut, since: at, due_at: None, session: None }
    }

    /// Lets a command happen at a moment, after what became due before. Answers the intervals that ended;
    /// none when the state stays.
    ///
    /// # Errors
    /// [`Refusal`]; the person may be changed in part then, and is to be thrown away.
    pub fn apply(&mut self, command: Command, now: Timestamp) -> Result<Vec<Interval>, Refusal> {
        // A clock that was set back does not make time run backwards here.
        let at = now.max(self.since);
        let mut ended = self.expire(at);
        match command {
            Command::LogIn(id) => self.log_in(id, at, &mut ended),
            Command::Set(wish) => self.set(wish, at, &mut ended)?,
            Command::BeginContact(contact) => self.begin_contact(contact, at, &mut ended)?,
            Command::EndContact { id, then } => self.end_contact(&id, then, at, &mut ended)?,
            Command::LogOut(logout) => self.log_out(logout, at, &mut ended)?,
        }
        Ok(ended)
    }

    /// Applies what became due until a moment, each at the moment when it was due.
    pub fn expire(&mut self, now: Timestamp) -> Vec<Interval> {
        let mut ended = Vec::new();
        while let Some(due) = self.due_at.filter(|due| *due <= now) {
            match self.state {
                AgentState::AfterContactWork(_) => self.go_on(due, &mut ended),
                _ => self.enter(AgentState::LoggedOut, None, due, &mut ended),
            }
        }
        ended
    }

    /// What follows when the contacts are over: for a page to show.
    #[must_use]
    pub fn next(&self) -> Option<AgentState> {
        let session = self.session.as_ref()?;
        match (&self.state, &session.work) {
            (AgentState::Contact(..), Some(work)) => {
                Some(AgentState::AfterContactWork(work.code.clone()))
            }
            (AgentState::Contact(..) | AgentState::AfterContactWork(_), _) => {
                Some(session.rest.state())
            }
            _ => None,
        }
    }

    fn log_in(&mut self, id: AgentSessionId, at: Timestamp, ended: &mut Vec<Interval>) {
        if self.session.is_some() {
            return;
        }
        let stay = Stay::plain();
        self.enter(AgentState::Unavailable(None), stay.end(at), at, ended);
        self.session = Some(Session {
            id,
            began_at: at,
            contacts: Vec::new(),
            rest: Rest::Unavailable(stay),
            work: None,
        });
    }

    fn set(&mut self, wish: Wish, at: Timestamp, ended: &mut Vec<Interval>) -> Result<(), Refusal> {
        let Some(session) = &mut self.session else { return Err(Refusal::NoSession) };
        let in_contact = matches!(self.state, AgentState::Contact(..));
        if let Wish::Unavailable(Some(code)) = &wish
            && code.kind == CodeKind::AfterContactWork
        {
            let stay = Stay::of(Some(code.clone()));
            if in_contact {
                session.work = Some(stay);
                return Ok(());
            }
            if !matches!(self.state, AgentState::AfterContactWork(_)) {
                return Err(Refusal::NoContact(code.name.to_string()));
            }
            let state = AgentState::AfterContactWork(stay.code.clone());
            self.enter(state, stay.end(at), at, ended);
            return Ok(());
        }
        session.rest = match wish {
            Wish::Available => Rest::Available,
            Wish::Unavailable(code) => Rest::Unavailable(Stay::of(code)),
        };
        session.work = None;
        if !in_contact {
            self.go_on(at, ended);
        }
        Ok(())
    }

    fn begin_contact(
        &mut self,
        contact: Contact,
        at: Timestamp,
        ended: &mut Vec<Interval>,
    ) -> Result<(), Refusal> {
        let Some(session) = &mut self.session else { return Err(Refusal::NoSession) };
        if session.contacts.iter().any(|open| open.id == contact.id) {
            return Ok(());
        }
        if session.contacts.len() >= CONTACTS_MAX {
            return Err(Refusal::TooManyContacts);
        }
        session.contacts.push(contact);
        self.go_on(at, ended);
        Ok(())
    }

    fn end_contact(
        &mut self,
        id: &str,
        then: AfterContact,
        at: Timestamp,
        ended: &mut Vec<Interval>,
    ) -> Result<(), Refusal> {
        let Some(session) = &mut self.session else { return Err(Refusal::NoSession) };
        let open = session.contacts.len();
        session.contacts.retain(|contact| contact.id != id);
        if session.contacts.len() == open {
            return Ok(());
        }
        if then == AfterContact::Work {
            session.work.get_or_insert_with(Stay::plain);
        }
        self.go_on(at, ended);
        Ok(())
    }

    fn log_out(
        &mut self,
        logout: Logout,
        at: Timestamp,
        ended: &mut Vec<Interval>,
    ) -> Result<(), Refusal> {
        if logout == Logout::Idle && matches!(self.state, AgentState::Contact(..)) {
            return Err(Refusal::InContact);
        }
        self.enter(AgentState::LoggedOut, None, at, ended);
        Ok(())
    }

    /// Goes on with what is there to do: a contact, the work after the last one, or the rest.
    fn go_on(&mut self, at: Timestamp, ended: &mut Vec<Interval>) {
        let Some(session) = &mut self.session else { return };
        let (state, due_at) = match session.foremost() {
            Some(contact) => (AgentState::Contact(contact.kind, contact.medium), None),
            None => match session.work.take() {
                Some(work) => (AgentState::AfterContactWork(work.code.clone()), work.end(at)),
                None => (session.rest.state(), session.rest.end(at)),
            },
        };
        self.enter(state, due_at, at, ended);
    }

    fn enter(
        &mut self,
        state: AgentState,
        due_at: Option<Timestamp>,
        at: Timestamp,
        ended: &mut Vec<Interval>,
    ) {
        // Setting what is set already does not begin its time anew.
        if state == self.state {
            return;
        }
        // Nothing is known of the time before the first log-in.
        if self.sequence > 0 {
            ended.push(Interval {
                sequence: self.sequence,
                state: self.state.clone(),
                session: self.session.as_ref().map(|session| session.id),
                began_at: self.since,
                ended_at: at,
            });
        }
        if state == AgentState::LoggedOut {
            self.session = None;
        }
        self.sequence += 1;
        self.state = state;
        self.since = at;
        self.due_at = due_at;
    }
}

impl Rest {
    fn state(&self) -> AgentState {
        match self {
            Self::Available => AgentState::Available,
            Self::Unavailable(stay) => AgentState::Unavailable(stay.code.clone()),
        }
    }

    fn end(&self, from: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Available => None,
            Self::Unavailable(stay) => stay.end(from),
        }
    }
}

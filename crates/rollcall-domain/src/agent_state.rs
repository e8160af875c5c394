//! What a person does at the ACD now. The names are those of the ACD (NICE agent SDK, agent states).
//!
//! Only [`Wish`] can be set from outside; the rest follows from contacts, from timeouts and from logging in
//! and out ([`agent`]).

pub mod agent;

use serde::{Deserialize, Serialize};

use crate::unavailable_code::{CodeName, UnavailableCode};

pub use agent::{Agent, Command, Interval, Logout, Refusal, Session};

/// Over which kind of channel a contact goes. Rules about telephones look at voice only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Medium {
    /// A call.
    Voice,
    /// A chat, a message, an e-mail, a work item.
    Digital,
}

impl Medium {
    /// Its written form.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Voice => "voice",
            Self::Digital => "digital",
        }
    }

    /// From its written form.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Voice, Self::Digital].into_iter().find(|medium| medium.name() == name)
    }
}

/// What a contact is to the person who has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ContactKind {
    /// It came in.
    Inbound,
    /// The person made it.
    Outbound,
    /// A colleague asks them.
    ConsultIn,
    /// They ask a colleague.
    ConsultOut,
    /// The dialer made it for them.
    Dialer,
}

impl ContactKind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Inbound, Self::Outbound, Self::ConsultIn, Self::ConsultOut, Self::Dialer];

    /// Its written form.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
            Self::ConsultIn => "consultIn",
            Self::ConsultOut => "consultOut",
            Self::Dialer => "dialer",
        }
    }

    /// From its written form.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    fn state_name(self) -> &'static str {
        match self {
            Self::Inbound => "inboundContact",
            Self::Outbound => "outboundContact",
            Self::ConsultIn => "consultIn",
            Self::ConsultOut => "consultOut",
            Self::Dialer => "dialer",
        }
    }
}

/// What a person does at the ACD.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AgentState {
    /// Nothing: they have no session.
    LoggedOut,
    /// They wait for a contact.
    Available,
    /// They take none. Without a code: nobody said why, as after logging in.
    Unavailable(Option<CodeName>),
    /// They have a contact.
    Contact(ContactKind, Medium),
    /// They finish what a contact left to do.
    AfterContactWork(Option<CodeName>),
}

impl AgentState {
    /// The written forms of all states.
    pub const NAMES: [&'static str; 9] = [
        "loggedOut",
        "available",
        "unavailable",
        "inboundContact",
        "outboundContact",
        "consultIn",
        "consultOut",
        "dialer",
        "afterContactWork",
    ];

    /// Its written form, without code and medium.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::LoggedOut => "loggedOut",
            Self::Available => "available",
            Self::Unavailable(_) => "unavailable",
            Self::Contact(kind, _) => kind.state_name(),
            Self::AfterContactWork(_) => "afterContactWork",
        }
    }

    /// The code that goes with it.
    #[must_use]
    pub fn code(&self) -> Option<&CodeName> {
        match self {
            Self::Unavailable(code) | Self::AfterContactWork(code) => code.as_ref(),
            Self::LoggedOut | Self::Available | Self::Contact(..) => None,
        }
    }

    /// The medium of its contact.
    #[must_use]
    pub fn medium(&self) -> Option<Medium> {
        match self {
            Self::Contact(_, medium) => Some(*medium),
            _ => None,
        }
    }

    /// From its written parts; `None` when they make no state.
    #[must_use]
    pub fn from_parts(name: &str, code: Option<&CodeName>, medium: Option<Medium>) -> Option<Self> {
        let state = match name {
            "loggedOut" => Self::LoggedOut,
            "available" => Self::Available,
            "unavailable" => Self::Unavailable(code.cloned()),
            "afterContactWork" => Self::AfterContactWork(code.cloned()),
            _ => {
                let kind = ContactKind::ALL.into_iter().find(|kind| kind.state_name() == name)?;
                Self::Contact(kind, medium?)
            }
        };
        (state.code() == code && state.medium() == medium).then_some(state)
    }
}

/// What can be set from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// To get contacts.
    Available,
    /// To get none; with a code that [`permit`] let through.
    Unavailable(Option<UnavailableCode>),
}

/// Lets a code through that the person's team has and that is not retired. `known` is what was set of it.
///
/// # Errors
/// [`Refusal::CodeNotOfTeam`], [`Refusal::CodeRetired`].
pub fn permit(
    wanted: &CodeName,
    team_codes: &[String],
    known: Option<UnavailableCode>,
) -> Result<UnavailableCode, Refusal> {
    let key = wanted.key();
    let listed = team_codes.iter().filter_map(|name| CodeName::parse(name).ok());
    let Some(name) = listed.into_iter().find(|name| name.key() == key) else {
        return Err(Refusal::CodeNotOfTeam(wanted.clone()));
    };
    let code = known.unwrap_or_else(|| UnavailableCode::standard(name));
    if code.retired { Err(Refusal::CodeRetired(code.name)) } else { Ok(code) }
}

#[cfg(test)]
mod tests;

//! What people do at the ACD, in words.

use rollcall_app::agent::{AgentState, ContactKind, Interval, Medium};
use rollcall_domain::agent_state::Agent;

use crate::view::agent_state::PastState;
use crate::view::badge::{Badge, Tone};
use crate::view::span::Span;

/// A state as icon, word and colour.
pub(crate) fn badge(state: &AgentState) -> Badge {
    let tone = match state {
        AgentState::Available => Tone::Ok,
        AgentState::Contact(..) => Tone::Waiting,
        AgentState::AfterContactWork(_) => Tone::Attention,
        AgentState::LoggedOut | AgentState::Unavailable(_) => Tone::Neutral,
    };
    Badge::new(tone, word(state))
}

/// A state in a few words.
pub(crate) fn word(state: &AgentState) -> String {
    match state {
        AgentState::LoggedOut => "Logged out".to_owned(),
        AgentState::Available => "Available".to_owned(),
        AgentState::Unavailable(Some(code)) => format!("Unavailable: {code}"),
        AgentState::Unavailable(None) => "Unavailable".to_owned(),
        AgentState::Contact(kind, medium) => contact(*kind, *medium).to_owned(),
        AgentState::AfterContactWork(Some(code)) => format!("After contact: {code}"),
        AgentState::AfterContactWork(None) => "After contact".to_owned(),
    }
}

/// What a timeout does, before the moment when it does so.
pub(crate) fn at_timeout(agent: &Agent) -> &'static str {
    match agent.state {
        AgentState::AfterContactWork(_) => "goes on at the latest at",
        _ => "is logged out at",
    }
}

/// The same, said to the person.
pub(crate) fn at_my_timeout(agent: &Agent) -> &'static str {
    match agent.state {
        AgentState::AfterContactWork(_) => "you go on at the latest at",
        _ => "you are logged out at",
    }
}

/// A time that is over.
pub(crate) fn past(interval: &Interval) -> PastState {
    let ms = interval.ended_at.duration_since(interval.began_at).as_millis();
    PastState {
        state: badge(&interval.state),
        began_at: interval.began_at,
        lasted: Span(u64::try_from(ms).unwrap_or(0)),
    }
}

fn contact(kind: ContactKind, medium: Medium) -> &'static str {
    match (kind, medium) {
        (ContactKind::Inbound, Medium::Voice) => "Inbound call",
        (ContactKind::Inbound, Medium::Digital) => "Inbound message",
        (ContactKind::Outbound, Medium::Voice) => "Outbound call",
        (ContactKind::Outbound, Medium::Digital) => "Outbound message",
        (ContactKind::ConsultIn, _) => "Consulted",
        (ContactKind::ConsultOut, _) => "Consulting",
        (ContactKind::Dialer, _) => "Dialer call",
    }
}

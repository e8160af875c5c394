//! Adherence in words.

use rollcall_app::adherence::{AcdStatus, ActivityKind, Reason};

use crate::view::badge::{Badge, Tone};

/// Why somebody is out of adherence, as icon, word and colour.
pub(crate) fn reason(reason: Reason) -> Badge {
    match reason {
        Reason::NotOpen => Badge::new(Tone::Failed, "Not open"),
        Reason::Mismatch => Badge::new(Tone::Attention, "Does something else"),
        Reason::Unmapped => Badge::new(Tone::Neutral, "Status is not mapped"),
        Reason::NoSchedule => Badge::new(Tone::Waiting, "Nothing is scheduled"),
    }
}

/// A status in a few words.
pub(crate) fn status(status: &AcdStatus) -> String {
    let word = match status.state() {
        "loggedOut" => "Logged out",
        "available" => "Available",
        "inboundContact" => "Inbound contact",
        "outboundContact" => "Outbound contact",
        "consultIn" => "Consulted",
        "consultOut" => "Consulting",
        "dialer" => "Dialer contact",
        "afterContactWork" => "After contact",
        _ => "Unavailable",
    };
    match status.code() {
        Some(code) => format!("{word}: {code}"),
        None => word.to_owned(),
    }
}

/// What an activity asks of people, in a few words.
pub(crate) fn kind(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::Open => "Open: there for contacts",
        ActivityKind::Closed => "Closed: at work, not for contacts",
        ActivityKind::Away => "Away: not at work",
    }
}

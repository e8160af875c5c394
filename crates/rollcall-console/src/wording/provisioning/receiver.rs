//! Receivers of security events in the words of people.

use rollcall_app::security_event::{BACKLOG_MAX, Delivery, StreamDetail};

use crate::error::sentence;
use crate::view::badge::{Badge, Tone};
use crate::view::count;
use crate::view::provisioning::receiver::{ReceiverKind, ReceiverRow};
use crate::wording::number;

/// What the names of all events begin with.
pub(crate) const PREFIX: &str = "urn:ietf:params:scim:event:";

/// A receiver as a row. `base` is the address of SCIM, below which those that ask do so.
pub(crate) fn row(detail: &StreamDetail, base: &str) -> ReceiverRow {
    let StreamDetail { stream, waiting } = detail;
    let (kind, address) = match &stream.delivery {
        Delivery::Poll { .. } => (ReceiverKind::Poll, format!("{base}/Events/{}", stream.id)),
        Delivery::Push { endpoint, .. } => (ReceiverKind::Push, endpoint.clone()),
    };
    let (badge, says) = fares(detail, kind);
    ReceiverRow {
        id: stream.id.to_string(),
        name: stream.name.clone(),
        kind,
        address,
        badge,
        says,
        off_since: stream.paused.as_ref().map(|(at, _)| *at),
        missed: stream.missed.map(|missed| (missed.from, missed.until)),
        waiting: match *waiting {
            waiting if waiting > BACKLOG_MAX => {
                format!("more than {}", count::grouped(number(BACKLOG_MAX)))
            }
            waiting => count::grouped(number(waiting)),
        },
        last_success: stream.told_at,
        last_failure: stream.failed.clone(),
    }
}

fn fares(detail: &StreamDetail, kind: ReceiverKind) -> (Badge, String) {
    let stream = &detail.stream;
    if let Some((_, why)) = &stream.paused {
        return (Badge::new(Tone::Attention, "Off"), sentence(why));
    }
    if let Some(problem) = &stream.problem {
        let says = format!("{} It is tried again, and what comes behind waits.", sentence(problem));
        return (Badge::new(Tone::Failed, "Not told"), says);
    }
    match (stream.told_at, kind) {
        (Some(_), ReceiverKind::Poll) => {
            (Badge::new(Tone::Ok, "On"), "It asks for its events.".to_owned())
        }
        (Some(_), ReceiverKind::Push) => {
            (Badge::new(Tone::Ok, "On"), "It is told of its events.".to_owned())
        }
        (None, ReceiverKind::Poll) => (
            Badge::new(Tone::Neutral, "Never asked"),
            "It has not asked yet. Enter address and token there.".to_owned(),
        ),
        (None, ReceiverKind::Push) => (
            Badge::new(Tone::Neutral, "Nothing told yet"),
            "Nothing has happened yet that it is told of.".to_owned(),
        ),
    }
}

/// When an event is told, for the name that follows [`PREFIX`].
pub(crate) fn meaning(name: &str) -> &'static str {
    match name {
        "prov:create:full" => "a person or group is new, with all values",
        "prov:create:notice" => "a person or group is new, with the names of the values",
        "prov:patch:full" => "one changed, with the new values",
        "prov:patch:notice" => "one changed, with the names of the values",
        "prov:activate" => "a person became active",
        "prov:deactivate" => "a person was deactivated",
        "prov:delete" => "a person or group was deleted",
        "feed:add" => "a person came back or was taken over",
        "feed:remove" => "a person's connection was removed",
        "misc:asyncresp" => "a step of a bulk request is done that was answered first",
        _ => "",
    }
}

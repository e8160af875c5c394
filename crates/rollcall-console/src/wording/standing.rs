//! Where one person stands in the WFM, as one line of truth.

use jiff::Timestamp;
use rollcall_app::employee::{Downstream, EmployeeDetail};
use rollcall_app::roster::Listed;
use rollcall_app::wfm::{Health, WfmLink};
use rollcall_domain::employee::Employee;
use rollcall_domain::wfm::{ManagementUnit, ManagementUnits, WfmAgent};

use super::number;
use crate::error::sentence;
use crate::view::badge::{Badge, Tone};
use crate::view::span::Span;
use crate::view::standing::Standing;

/// The standing of a person at one link.
pub(crate) fn of(at: &Downstream, detail: &EmployeeDetail, now: Timestamp) -> Standing {
    let known = at.standing.as_ref().and_then(|standing| standing.known.as_ref());
    let present = known.is_some_and(|agent| agent.management_unit == ManagementUnit::Arrived);
    let problem = at
        .standing
        .as_ref()
        .and_then(|standing| Some((standing.problem.clone()?, standing.problem_at?)));
    if let Some((problem, since)) = problem {
        let attempts = at.mark.as_ref().map_or(0, |mark| number(mark.attempts));
        return Standing::Failed { since, why: sentence(&problem), attempts };
    }
    if let Some(since) = at.kept.filter(|_| !at.qualifies) {
        return Standing::Kept { since, href: format!("/wfm/{}/kept", at.link.id) };
    }
    if let Some(mark) = &at.mark {
        let (since, leaves) = (mark.changed_at, present && !at.qualifies);
        return match at.link.health {
            Health::Held if leaves => Standing::Held {
                since,
                why: format!(
                    "The run would move more people to mu {} than may go without anybody being asked.",
                    at.link.units.departed
                ),
                run_href: format!("/wfm/{}", at.link.id),
            },
            Health::Failing => {
                Standing::Waiting { since, why: waits_for(at), leaves, until: None }
            }
            Health::Held => Standing::Held {
                since,
                why: "A run waits for a decision about people who would leave, and everyone who changed waits with \
                      them."
                    .to_owned(),
                run_href: format!("/wfm/{}", at.link.id),
            },
            Health::Well => {
                let until = Some(at.link.goes_at(mark.due_at)).filter(|goes| waits(&at.link, *goes, now));
                let why = if until.is_some() { "" } else { "It is on its way." }.to_owned();
                Standing::Waiting { since, why, leaves, until }
            }
        };
    }
    let confirmed = at.standing.as_ref().and_then(|standing| {
        Some((standing.confirmed_at?, standing.lag_ms.map(|ms| Span(number(ms)))))
    });
    match (confirmed, known) {
        (Some((since, after)), Some(_)) if present => Standing::InStep { since, after },
        (Some((since, after)), Some(_)) => Standing::Out { since, after },
        _ => Standing::NotSent { why: why_not(at, detail) },
    }
}

/// Whether a change that goes out at a moment waits until then for a run by the interval.
pub(crate) fn waits(link: &WfmLink, goes_at: Timestamp, now: Timestamp) -> bool {
    link.enabled && !link.immediate && goes_at > now
}

/// When a change at a link goes out, as the end of a sentence.
pub(crate) fn when_sent(link: &WfmLink) -> &'static str {
    match (link.enabled, link.immediate) {
        (false, _) => "once synchronization is on again",
        (true, true) => "within a second",
        (true, false) => "with the next run by schedule",
    }
}

fn waits_for(at: &Downstream) -> String {
    let reason = at.link.health_reason.as_deref().map(sentence).unwrap_or_default();
    format!("{reason} It goes out by itself when the WFM answers.").trim_start().to_owned()
}

fn why_not(at: &Downstream, detail: &EmployeeDetail) -> String {
    if at.qualifies {
        "It was never due; the next full comparison puts that right.".to_owned()
    } else if detail.employee.status.is_active() {
        format!("The team {} lacks the feature WFM Advanced.", detail.team.name)
    } else {
        "Only active people are.".to_owned()
    }
}

/// What the WFM holds, by the names of its own fields.
pub(crate) fn holds(agent: &WfmAgent, units: &ManagementUnits) -> Vec<(String, String)> {
    let none = || "not sent".to_owned();
    [
        ("uuid and acdLoginId", agent.agent_number.to_string()),
        ("firstName", agent.first_name.clone()),
        ("lastName", agent.last_name.clone()),
        ("emailAddress", agent.email.clone()),
        ("agentStateDate", agent.activation_date.clone()),
        ("personalId", agent.personal_id.clone().unwrap_or_else(none)),
        ("externalId", agent.external_id.clone().unwrap_or_else(none)),
        ("mu", units.name(agent.management_unit).to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// The standing of a person in a list, in a word.
pub(crate) fn listed(person: &Listed) -> Badge {
    let active = person.employee.status.is_active();
    match (person.problem.is_some(), person.due, person.in_wfm) {
        (true, ..) => Badge::new(Tone::Failed, "Failed"),
        (_, _, true) if person.kept => Badge::new(Tone::Attention, "Kept"),
        (_, true, _) if person.waits => Badge::new(Tone::Waiting, "With the next run"),
        (_, true, _) => Badge::new(Tone::Waiting, "On its way"),
        (_, _, true) if active => Badge::new(Tone::Ok, "In step"),
        (_, _, true) => Badge::new(Tone::Waiting, "On its way"),
        (_, _, false) if active => Badge::new(Tone::Neutral, "Not sent"),
        (_, _, false) => Badge::new(Tone::Neutral, "Out"),
    }
}

/// First and last name.
pub(crate) fn full_name(employee: &Employee) -> String {
    format!("{} {}", employee.profile.first_name, employee.profile.last_name)
}

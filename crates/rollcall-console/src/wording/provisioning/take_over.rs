//! Claims on people in the words of people.

use rollcall_app::take_over::{ClaimKind, Decision, TakeOverDetail};
use rollcall_domain::user_name::fold;

use crate::view::badge::{Badge, Tone};
use crate::view::provisioning::take_over::{Choices, Side, TakeOverPage, TakeOverRow};
use crate::view::shell::Shell;
use crate::wording::{number, standing};

/// A claim as a row of the queue.
pub(crate) fn row(detail: &TakeOverDetail) -> TakeOverRow {
    let request = &detail.request;
    TakeOverRow {
        href: href(detail),
        user_name: request.profile.user_name.to_string(),
        connection: detail.connection.name.clone(),
        person: standing::full_name(&detail.employee),
        manager: manager(detail).unwrap_or_else(|| "Local".to_owned()),
        badge: badge(request.decision),
        count: number(request.count),
        last_asked_at: request.last_asked_at,
    }
}

/// A claim as a page.
pub(crate) fn page(detail: &TakeOverDetail, shell: Shell) -> TakeOverPage {
    let request = &detail.request;
    let choices = match (request.decision, request.kind) {
        (Decision::Waiting, ClaimKind::Creation) => Choices::Decide,
        (Decision::Waiting, ClaimKind::Renaming) => Choices::Reject,
        _ => Choices::Reopen,
    };
    TakeOverPage {
        shell,
        href: href(detail),
        user_name: request.profile.user_name.to_string(),
        connection: detail.connection.name.clone(),
        connection_id: request.connection.to_string(),
        employee_id: request.employee.to_string(),
        person: standing::full_name(&detail.employee),
        manager: manager(detail),
        badge: badge(request.decision),
        says: says(detail),
        sides: sides(detail),
        resource: pretty(&request.resource),
        external_id: request.external_id.clone().unwrap_or_default(),
        count: number(request.count),
        asked_at: request.asked_at,
        last_asked_at: request.last_asked_at,
        choices,
    }
}

fn href(detail: &TakeOverDetail) -> String {
    format!("/take-overs/{}/{}", detail.request.connection, detail.request.employee)
}

fn manager(detail: &TakeOverDetail) -> Option<String> {
    detail.manager.as_ref().map(|connection| connection.name.clone())
}

fn badge(decision: Decision) -> Badge {
    match decision {
        Decision::Waiting => Badge::new(Tone::Attention, "Waits for you"),
        Decision::Approved => Badge::new(Tone::Waiting, "Approved"),
        Decision::Rejected => Badge::new(Tone::Neutral, "Rejected"),
    }
}

fn says(detail: &TakeOverDetail) -> String {
    let (request, connection) = (&detail.request, &detail.connection.name);
    let person = standing::full_name(&detail.employee);
    match (request.decision, request.kind) {
        (Decision::Waiting, ClaimKind::Creation) => format!(
            "{connection} wants to make somebody with this username, which {person} has here. It is refused until you decide."
        ),
        (_, ClaimKind::Renaming) => format!(
            "{connection} wants to give somebody whom it manages this username, which {person} has here. Two people cannot be made one: one of them needs another username. It is refused."
        ),
        (Decision::Approved, _) => format!(
            "It was approved. When {connection} sends this person again, {person} is taken over."
        ),
        (Decision::Rejected, _) => match &request.reason {
            Some(reason) => format!("It was rejected, and {connection} is refused: {reason}."),
            None => format!("It was rejected, and {connection} is refused."),
        },
    }
}

fn sides(detail: &TakeOverDetail) -> Vec<Side> {
    let (here, claimed) = (&detail.employee, &detail.request);
    let side = |field, here: &str, claimed: &str, same| Side {
        field,
        here: here.to_owned(),
        claimed: claimed.to_owned(),
        same,
    };
    let (own, theirs) = (&here.profile, &claimed.profile);
    let (own_id, their_id) = (
        here.external_id.as_deref().unwrap_or_default(),
        claimed.external_id.as_deref().unwrap_or_default(),
    );
    vec![
        side(
            "Username",
            own.user_name.as_str(),
            theirs.user_name.as_str(),
            own.user_name.key() == theirs.user_name.key(),
        ),
        side(
            "First name",
            &own.first_name,
            &theirs.first_name,
            own.first_name == theirs.first_name,
        ),
        side("Last name", &own.last_name, &theirs.last_name, own.last_name == theirs.last_name),
        side("E-mail", &own.email, &theirs.email, fold(&own.email) == fold(&theirs.email)),
        side("External ID", own_id, their_id, own_id == their_id),
    ]
}

/// The resource so that people can read it.
fn pretty(resource: &str) -> String {
    serde_json::from_str::<serde_json::Value>(resource)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| resource.to_owned())
}

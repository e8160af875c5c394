//! One SCIM connection's page.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;
use rollcall_app::ChangeError;
use rollcall_app::edit::{self, Edit};
use rollcall_app::scim_connection::{LIVE_TOKENS_MAX, ScimToken, ends_soon, lifetimes};
use rollcall_domain::ScimConnectionId;
use rollcall_domain::policy::{ComingBack, ConnectionPolicy, GroupMeaning, Reading};
use rollcall_domain::take_over::TakeOver;
use serde::Deserialize;

use super::connections::people;
use super::way;
use crate::console::Console;
use crate::error::ConsoleError;
use crate::form::OwnForm;
use crate::view::choice::Choice;
use crate::view::provisioning::connection::ConnectionPage;
use crate::view::provisioning::token::{TokenRow, TokenState};
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::{health, name};

/// Where the SCIM front door stands below our address.
const SCIM_PATH: &str = "/scim/v2";

/// What a group can be: value, word of the form, what people read.
const GROUPS: [(GroupMeaning, &str, &str); 3] = [
    (GroupMeaning::Team, "team", "a team"),
    (GroupMeaning::Role, "role", "a role"),
    (GroupMeaning::None, "none", "not taken"),
];
/// By what a person who comes back is known.
const COMINGS_BACK: [(ComingBack, &str, &str); 2] = [
    (ComingBack::ExternalIdOrUserName, "either", "id or user name"),
    (ComingBack::ExternalId, "external_id", "external id only"),
];

/// What becomes of a claim on somebody who is not the connection's own.
const TAKE_OVERS: [(TakeOver, &str, &str); 3] = [
    (TakeOver::Refuse, "refuse", "refused"),
    (TakeOver::Link, "link", "taken over if e-mail matches"),
    (TakeOver::Ask, "ask", "put into the queue"),
];

/// Whom it may read.
const READINGS: [(Reading, &str, &str); 2] = [
    (Reading::Own, "own", "its own people"),
    (Reading::Tenant, "tenant", "everyone, and changes its own only"),
];

#[derive(Deserialize)]
pub(super) struct PolicyForm {
    #[serde(default)]
    seen: String,
    #[serde(default)]
    groups: String,
    #[serde(default)]
    coming_back: String,
    #[serde(default)]
    take_over: String,
    #[serde(default)]
    reading: String,
}

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let page = page(&console, &visit, parse(&id)?, None).await?;
    Ok(Html(if visit.part() == "facts" { page.as_facts().render()? } else { page.render()? }))
}

/// The page, with a token that was made just now.
pub(super) async fn page(
    console: &Console,
    visit: &Visit,
    id: ScimConnectionId,
    fresh_token: Option<String>,
) -> Result<ConnectionPage, ConsoleError> {
    let now = console.app.now();
    let detail = console.app.connection(visit.viewer.tenant, id).await?;
    let fares = health::connection(&detail, now);
    let mut tokens: Vec<TokenRow> =
        detail.tokens.iter().rev().map(|token| row(token, now)).collect();
    tokens.sort_by_key(|token| !token.state.is_live());
    let policy = detail.connection.policy;
    let live = tokens.iter().filter(|token| token.state.is_live()).count();
    Ok(ConnectionPage {
        shell: visit.shell(Section::Connections),
        id: id.to_string(),
        dialect: name::dialect(&detail.connection.dialect).to_owned(),
        repairs: repairs(&detail.connection.dialect),
        base_url: base_url(console, visit),
        badge: fares.badge,
        says: fares.says,
        last_heard: fares.at,
        people: people(console, visit, &detail).await?,
        groups: GROUPS.map(|(_, value, label)| choice(value, label)).into(),
        group: word(&GROUPS, policy.groups).to_owned(),
        comings_back: COMINGS_BACK.map(|(_, value, label)| choice(value, label)).into(),
        coming_back: word(&COMINGS_BACK, policy.coming_back).to_owned(),
        take_overs: TAKE_OVERS.map(|(_, value, label)| choice(value, label)).into(),
        take_over: word(&TAKE_OVERS, policy.take_over).to_owned(),
        readings: READINGS.map(|(_, value, label)| choice(value, label)).into(),
        reading: word(&READINGS, policy.reading).to_owned(),
        policy_seen: edit::mark(&policy),
        overtaken: None,
        tokens,
        may_add_token: live < LIVE_TOKENS_MAX,
        lifetimes: lifetimes()
            .map(|(label, lifetime)| Choice {
                value: lifetime.map(|lifetime| lifetime.as_hours().to_string()).unwrap_or_default(),
                label: label.to_owned(),
            })
            .into(),
        fresh_token,
        ways: way::section(&detail),
        name: detail.connection.name,
    })
}

pub(super) async fn set_policy(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<PolicyForm>,
) -> Result<Response, ConsoleError> {
    let id = parse(&id)?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let policy = ConnectionPolicy {
        groups: meaning(&GROUPS, &form.groups),
        coming_back: meaning(&COMINGS_BACK, &form.coming_back),
        take_over: meaning(&TAKE_OVERS, &form.take_over),
        reading: meaning(&READINGS, &form.reading),
    };
    let edit = Edit::of_form(policy, &form.seen);
    let notice = match console.app.set_connection_policy(tenant, actor, id, edit).await {
        Err(ChangeError::Overtaken) => {
            let page = ConnectionPage {
                group: word(&GROUPS, policy.groups).to_owned(),
                coming_back: word(&COMINGS_BACK, policy.coming_back).to_owned(),
                take_over: word(&TAKE_OVERS, policy.take_over).to_owned(),
                reading: word(&READINGS, policy.reading).to_owned(),
                overtaken: Some(format!("/connections/{id}")),
                ..page(&console, &visit, id, None).await?
            };
            return Ok((StatusCode::CONFLICT, Html(page.render()?)).into_response());
        }
        Ok(()) => Notice::Done("Saved.".to_owned()),
        Err(ChangeError::NotNow(reason)) => {
            Notice::Refused(format!("Nothing was changed: {reason}."))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Visit::back(&format!("/connections/{id}"), &notice))
}

fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned() }
}

/// The word of a choice in the form.
fn word<T: Copy + PartialEq>(table: &[(T, &'static str, &str)], chosen: T) -> &'static str {
    table.iter().find(|(value, ..)| *value == chosen).map_or("", |(_, word, _)| word)
}

/// The choice of a word; a word that none has means the default.
fn meaning<T: Copy + Default>(table: &[(T, &str, &str)], word: &str) -> T {
    table.iter().find(|(_, known, _)| *known == word).map_or_else(T::default, |(value, ..)| *value)
}

pub(super) fn parse(id: &str) -> Result<ScimConnectionId, ConsoleError> {
    id.parse().map_err(|_| ConsoleError::Missing("SCIM connection"))
}

/// A token as a row.
pub(super) fn row(token: &ScimToken, now: Timestamp) -> TokenRow {
    TokenRow {
        id: token.id.to_string(),
        hint: token.hint.clone(),
        made_at: token.created_at,
        expires_at: token.expires_at,
        last_used: token.last_used_at,
        state: match token.revoked_at {
            Some(at) => TokenState::Revoked { at },
            None if !token.is_live(now) => TokenState::Expired,
            None if ends_soon(token, now) => TokenState::ExpiresSoon,
            None => TokenState::Live,
        },
    }
}

pub(super) fn base_url(console: &Console, visit: &Visit) -> String {
    match &console.settings.public_url {
        Some(url) => format!("{url}{SCIM_PATH}"),
        None => format!("http://{}{SCIM_PATH}", visit.host),
    }
}

/// What a dialect understands besides the protocol, for people who set up the other side.
fn repairs(dialect: &str) -> Vec<String> {
    const MILD: &str = "Paths to nothing we know, removals of what is gone and second primary values are passed over.";
    let own: &[&str] = match dialect {
        "rfc" => return Vec::new(),
        "okta" => &["PATCH without a path, with the attributes inside the value."],
        "entra" => &[
            "Operation names with capital letters, such as Replace.",
            "Booleans written as texts, such as \"False\".",
            "Dotted names and names with their schema as keys of a value.",
            "PATCH is answered without a body.",
        ],
        "onelogin" => &["The URN of SCIM 1.1, and empty texts for values that are not set."],
        "jumpcloud" => &["Members that are removed by value, not by a path."],
        "keycloak" => &["Bodies with an id of their own; the address counts."],
        _ => &[],
    };
    own.iter().chain([&MILD]).map(|one| (*one).to_owned()).collect()
}

//! One SCIM connection's page.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use jiff::Timestamp;
use rollcall_app::scim_connection::{LIVE_TOKENS_MAX, ScimToken, ends_soon, lifetimes};
use rollcall_domain::ScimConnectionId;

use super::connections::people;
use crate::console::Console;
use crate::error::ConsoleError;
use crate::view::connection::ConnectionPage;
use crate::view::employees::Choice;
use crate::view::shell::Section;
use crate::view::token::{TokenRow, TokenState};
use crate::visit::Visit;
use crate::wording::{health, name};

/// Where the SCIM front door stands below our address.
const SCIM_PATH: &str = "/scim/v2";

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
        tokens,
        may_add_token: live < LIVE_TOKENS_MAX,
        lifetimes: lifetimes()
            .map(|(label, lifetime)| Choice {
                value: lifetime.map(|lifetime| lifetime.as_hours().to_string()).unwrap_or_default(),
                label: label.to_owned(),
            })
            .into(),
        fresh_token,
        name: detail.connection.name,
    })
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

fn base_url(console: &Console, visit: &Visit) -> String {
    match &console.settings.public_url {
        Some(url) => format!("{url}{SCIM_PATH}"),
        None => format!("http://{}{SCIM_PATH}", visit.host),
    }
}

/// What a dialect understands besides the protocol, for people who set up the other side.
fn repairs(dialect: &str) -> Vec<String> {
    let all: &[&str] = match dialect {
        "okta" => &["PATCH without a path, with the attributes inside the value."],
        "entra" => &[
            "Operation names with capital letters, such as Replace.",
            "Booleans written as texts, such as \"False\".",
            "Dotted names and names with their schema as keys of a value.",
        ],
        _ => &[],
    };
    all.iter().map(|one| (*one).to_owned()).collect()
}

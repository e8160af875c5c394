//! Tokens of a SCIM connection: made and shown once, revoked after a look at what that does.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use jiff::SignedDuration;
use rollcall_app::ChangeError;
use rollcall_domain::ScimTokenId;
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::connection;
use super::connections::people;
use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::{Nothing, OwnForm};
use crate::view::provisioning::token::RevokePage;
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;

#[derive(Deserialize)]
pub(super) struct Chosen {
    /// Hours, or nothing for no end.
    #[serde(default)]
    lifetime: String,
}

/// Makes a token and answers with the page that shows it: it stands in no address, and no later page has it.
pub(super) async fn issue(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<Chosen>,
) -> Result<Response, ConsoleError> {
    let connection = connection::parse(&id)?;
    let lifetime = form.lifetime.parse().ok().map(SignedDuration::from_hours);
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    match console.app.issue_token(tenant, actor, connection, lifetime).await {
        Ok(issued) => {
            let secret = issued.secret.expose_secret().to_owned();
            let page = connection::page(&console, &visit, connection, Some(secret)).await?;
            Ok(Html(page.render()?).into_response())
        }
        Err(ChangeError::NotNow(why)) => {
            Ok(Visit::back(&format!("/connections/{connection}"), &Notice::Refused(sentence(&why))))
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn preview(
    State(console): State<Console>,
    visit: Visit,
    Path((id, token)): Path<(String, String)>,
) -> Result<Html<String>, ConsoleError> {
    let connection = connection::parse(&id)?;
    let token = parse(&token)?;
    let now = console.app.now();
    let detail = console.app.connection(visit.viewer.tenant, connection).await?;
    let found =
        detail.tokens.iter().find(|one| one.id == token).ok_or(ConsoleError::Missing("token"))?;
    let others = detail.tokens.iter().filter(|one| one.id != token && one.is_live(now)).count();
    let page = RevokePage {
        shell: visit.shell(Section::Connections),
        connection_id: connection.to_string(),
        token: connection::row(found, now),
        others_live: u64::try_from(others).unwrap_or(u64::MAX),
        people: people(&console, &visit, &detail).await?,
        connection_name: detail.connection.name,
    };
    Ok(Html(page.render()?))
}

pub(super) async fn revoke(
    State(console): State<Console>,
    visit: Visit,
    Path((id, token)): Path<(String, String)>,
    OwnForm(Nothing {}): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let connection = connection::parse(&id)?;
    let token = parse(&token)?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    console.app.revoke_token(tenant, actor, connection, token).await?;
    let done =
        Notice::Done("The token is revoked. Requests with it are refused from now on.".to_owned());
    Ok(Visit::back(&format!("/connections/{connection}"), &done))
}

fn parse(id: &str) -> Result<ScimTokenId, ConsoleError> {
    id.parse().map_err(|_| ConsoleError::Missing("token"))
}

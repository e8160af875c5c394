//! Registered applications of a SCIM connection: the secret is shown once, revoked after a look at what that does.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use rollcall_app::ChangeError;
use rollcall_app::oauth::NewApplication;
use rollcall_domain::OauthApplicationId;
use rollcall_domain::pkce::Pkce;
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::connection::parse;
use super::way;
use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::{Nothing, OwnForm};
use crate::view::provisioning::application::{ApplicationMadePage, ApplicationRevokePage};
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    name: String,
    /// Separated by spaces.
    #[serde(default)]
    redirect_uris: String,
    /// A JWK, a JWK set or PEM, or nothing.
    #[serde(default)]
    keys: String,
    /// `optional`, or nothing.
    #[serde(default)]
    pkce: String,
}

/// Registers an application and answers with the page that shows its secret: it stands in no address, and no later
/// page has it.
pub(super) async fn register(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<Wanted>,
) -> Result<Response, ConsoleError> {
    let connection = parse(&id)?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let redirect_uris = form.redirect_uris.split_whitespace().map(str::to_owned).collect();
    let keys = Some(form.keys).filter(|keys| !keys.trim().is_empty());
    let pkce = Pkce::from_name(&form.pkce);
    let new = NewApplication { name: form.name, redirect_uris, keys, pkce };
    let made = match console.app.register_application(tenant, actor, connection, new).await {
        Ok(made) => made,
        Err(ChangeError::NotNow(why) | ChangeError::Invalid(why)) => {
            let refused =
                Notice::Refused(format!("No application was registered. {}", sentence(&why)));
            return Ok(Visit::back(&format!("/connections/{connection}"), &refused));
        }
        Err(error) => return Err(error.into()),
    };
    let detail = console.app.connection(tenant, connection).await?;
    let origin = visit.origin(&console);
    let page = ApplicationMadePage {
        shell: visit.shell(Section::Connections),
        connection_id: connection.to_string(),
        connection_name: detail.connection.name,
        name: made.application.name,
        client_id: made.application.client_id,
        secret: made.secret.expose_secret().to_owned(),
        authorization_url: format!("{origin}/oauth/authorize"),
        token_url: format!("{origin}/oauth/token"),
    };
    Ok(Html(page.render()?).into_response())
}

pub(super) async fn preview(
    State(console): State<Console>,
    visit: Visit,
    Path((id, application)): Path<(String, String)>,
) -> Result<Html<String>, ConsoleError> {
    let (connection, application) = (parse(&id)?, parse_application(&application)?);
    let detail = console.app.connection(visit.viewer.tenant, connection).await?;
    let found = detail.applications.iter().find(|one| one.id == application);
    let found = found.ok_or(ConsoleError::Missing("application"))?;
    let page = ApplicationRevokePage {
        shell: visit.shell(Section::Connections),
        connection_id: connection.to_string(),
        application: way::application(found),
        others: way::count(&detail, &console) > usize::from(found.revoked_at.is_none()),
        connection_name: detail.connection.name.clone(),
    };
    Ok(Html(page.render()?))
}

pub(super) async fn revoke(
    State(console): State<Console>,
    visit: Visit,
    Path((id, application)): Path<(String, String)>,
    OwnForm(Nothing {}): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let (connection, application) = (parse(&id)?, parse_application(&application)?);
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    console.app.revoke_application(tenant, actor, connection, application).await?;
    let done = "The application is revoked. It and its tokens are refused from now on.".to_owned();
    Ok(Visit::back(&format!("/connections/{connection}"), &Notice::Done(done)))
}

pub(super) fn parse_application(id: &str) -> Result<OauthApplicationId, ConsoleError> {
    id.parse().map_err(|_| ConsoleError::Missing("application"))
}

//! One application with its public keys: adding one, and removing one after a look at what that does.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use rollcall_app::ChangeError;
use rollcall_app::oauth::{OauthApplication, PUBLIC_KEYS_MAX, PublicKey, public_keys};
use rollcall_domain::{OauthApplicationId, ScimConnectionId};
use serde::Deserialize;

use super::application::parse_application;
use super::connection::parse;
use super::way;
use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::{Nothing, OwnForm};
use crate::view::provisioning::application::{ApplicationPage, PublicKeyRemovalPage, PublicKeyRow};
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;

#[derive(Deserialize)]
pub(super) struct Added {
    /// A JWK, a JWK set or PEM.
    #[serde(default)]
    keys: String,
}

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    Path((id, application)): Path<(String, String)>,
) -> Result<Html<String>, ConsoleError> {
    let place = (parse(&id)?, parse_application(&application)?);
    let (connection_name, found) = load(&console, &visit, place).await?;
    let keys = public_keys(&found);
    let origin = visit.origin(&console);
    let page = ApplicationPage {
        authorization_url: format!("{origin}/oauth/authorize"),
        token_url: format!("{origin}/oauth/token"),
        shell: visit.shell(Section::Connections),
        connection_id: place.0.to_string(),
        connection_name,
        path: path(place),
        may_add_key: found.revoked_at.is_none() && keys.len() < PUBLIC_KEYS_MAX,
        keys: keys.into_iter().map(|key| row(key, &found)).collect(),
        key_used: found.key_used.clone(),
        application: way::application(&found),
    };
    Ok(Html(page.render()?))
}

pub(super) async fn add(
    State(console): State<Console>,
    visit: Visit,
    Path((id, application)): Path<(String, String)>,
    OwnForm(form): OwnForm<Added>,
) -> Result<Response, ConsoleError> {
    let place = (parse(&id)?, parse_application(&application)?);
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let notice = match console.app.add_application_key(tenant, actor, place, form.keys).await {
        Ok(()) => Notice::Done("The public key is added. It counts from now on.".to_owned()),
        Err(ChangeError::NotNow(why) | ChangeError::Invalid(why)) => {
            Notice::Refused(format!("No public key was added. {}", sentence(&why)))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Visit::back(&path(place), &notice))
}

pub(super) async fn preview(
    State(console): State<Console>,
    visit: Visit,
    Path((id, application, key)): Path<(String, String, String)>,
) -> Result<Html<String>, ConsoleError> {
    let place = (parse(&id)?, parse_application(&application)?);
    let (connection_name, found) = load(&console, &visit, place).await?;
    let keys = public_keys(&found);
    let others = keys.len() > 1;
    let page = PublicKeyRemovalPage {
        shell: visit.shell(Section::Connections),
        connection_id: place.0.to_string(),
        connection_name,
        path: path(place),
        key: row(named(keys, &key)?, &found),
        application: found.name,
        others,
    };
    Ok(Html(page.render()?))
}

pub(super) async fn remove(
    State(console): State<Console>,
    visit: Visit,
    Path((id, application, key)): Path<(String, String, String)>,
    OwnForm(Nothing {}): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let place = (parse(&id)?, parse_application(&application)?);
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let (_, found) = load(&console, &visit, place).await?;
    let key = named(public_keys(&found), &key)?;
    console.app.remove_application_key(tenant, actor, place, key).await?;
    let done = "The public key is removed. What is signed with it proves nothing from now on.";
    Ok(Visit::back(&path(place), &Notice::Done(done.to_owned())))
}

/// The application, with the name of its connection.
async fn load(
    console: &Console,
    visit: &Visit,
    (connection, application): (ScimConnectionId, OauthApplicationId),
) -> Result<(String, OauthApplication), ConsoleError> {
    let detail = console.app.connection(visit.viewer.tenant, connection).await?;
    let found = detail.applications.into_iter().find(|one| one.id == application);
    Ok((detail.connection.name, found.ok_or(ConsoleError::Missing("application"))?))
}

fn named(keys: Vec<PublicKey>, handle: &str) -> Result<PublicKey, ConsoleError> {
    let found = keys.into_iter().find(|key| key.handle() == handle);
    found.ok_or(ConsoleError::Missing("public key"))
}

fn row(key: PublicKey, application: &OauthApplication) -> PublicKeyRow {
    let used = application.key_used.as_ref().filter(|(id, _)| *id == key.id);
    PublicKeyRow {
        handle: key.handle(),
        last_used: used.map(|(_, at)| *at),
        id: key.id,
        kind: key.kind,
    }
}

fn path((connection, application): (ScimConnectionId, OauthApplicationId)) -> String {
    format!("/connections/{connection}/applications/{application}")
}

//! Access keys of a SCIM connection: made for an employee and shown once, revoked after a look at what that does.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use rollcall_app::ChangeError;
use rollcall_domain::AccessKeyId;
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::connection::parse;
use super::way;
use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::{Nothing, OwnForm};
use crate::view::provisioning::key::{KeyMadePage, KeyRevokePage};
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;

#[derive(Deserialize)]
pub(super) struct Chosen {
    /// The user name of the employee.
    #[serde(default)]
    owner: String,
}

/// Makes a key and answers with the page that shows it: it stands in no address, and no later page has it.
pub(super) async fn make(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<Chosen>,
) -> Result<Response, ConsoleError> {
    let connection = parse(&id)?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let made = match console.app.make_access_key(tenant, actor, connection, &form.owner).await {
        Ok(made) => made,
        Err(ChangeError::NotNow(why) | ChangeError::Invalid(why)) => {
            let refused = Notice::Refused(format!("No access key was made. {}", sentence(&why)));
            return Ok(Visit::back(&format!("/connections/{connection}"), &refused));
        }
        Err(error) => return Err(error.into()),
    };
    let detail = console.app.connection(tenant, connection).await?;
    let owned = detail.keys.iter().find(|owned| owned.key.id == made.key.id);
    let page = KeyMadePage {
        shell: visit.shell(Section::Connections),
        connection_id: connection.to_string(),
        connection_name: detail.connection.name.clone(),
        owner: owned.map(|owned| owned.owner_name.clone()).unwrap_or_default(),
        key_id: made.key.key_id,
        secret: made.secret.expose_secret().to_owned(),
        exchange_url: format!("{}/authentication/v1/token/access-key", visit.origin(&console)),
    };
    Ok(Html(page.render()?).into_response())
}

pub(super) async fn preview(
    State(console): State<Console>,
    visit: Visit,
    Path((id, key)): Path<(String, String)>,
) -> Result<Html<String>, ConsoleError> {
    let (connection, key) = (parse(&id)?, parse_key(&key)?);
    let detail = console.app.connection(visit.viewer.tenant, connection).await?;
    let found = detail.keys.iter().find(|owned| owned.key.id == key);
    let owned = found.ok_or(ConsoleError::Missing("access key"))?;
    let page = KeyRevokePage {
        shell: visit.shell(Section::Connections),
        connection_id: connection.to_string(),
        key: way::key(owned),
        others: way::count(&detail, &console) > usize::from(owned.works()),
        connection_name: detail.connection.name.clone(),
    };
    Ok(Html(page.render()?))
}

pub(super) async fn revoke(
    State(console): State<Console>,
    visit: Visit,
    Path((id, key)): Path<(String, String)>,
    OwnForm(Nothing {}): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let (connection, key) = (parse(&id)?, parse_key(&key)?);
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    console.app.revoke_access_key(tenant, actor, connection, key).await?;
    let done = "The access key is revoked. It and its tokens are refused from now on.".to_owned();
    Ok(Visit::back(&format!("/connections/{connection}"), &Notice::Done(done)))
}

fn parse_key(id: &str) -> Result<AccessKeyId, ConsoleError> {
    id.parse().map_err(|_| ConsoleError::Missing("access key"))
}

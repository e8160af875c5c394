//! The removal of a SCIM connection: what it would do, and then the thing itself.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};

use super::connection::parse;
use crate::console::Console;
use crate::error::ConsoleError;
use crate::form::{Nothing, OwnForm};
use crate::view::count;
use crate::view::provisioning::removal::RemovalPage;
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::number;

pub(super) async fn preview(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let preview = console.app.preview_removal(visit.viewer.tenant, parse(&id)?).await?;
    let page = RemovalPage {
        shell: visit.shell(Section::Connections),
        id: preview.connection.id.to_string(),
        name: preview.connection.name,
        people: u64::try_from(preview.people).unwrap_or(u64::MAX),
        more: u64::try_from(preview.people - preview.named.len()).unwrap_or(u64::MAX),
        named: preview.named.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        groups: number(preview.groups),
        live_others: u64::try_from(preview.live_others).unwrap_or(u64::MAX),
        live_tokens: u64::try_from(preview.live_tokens).unwrap_or(u64::MAX),
    };
    Ok(Html(page.render()?))
}

pub(super) async fn remove(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(Nothing {}): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let people = console.app.remove_connection(tenant, actor, parse(&id)?).await?;
    let done = format!(
        "The connection is removed. {} local now.",
        match people {
            1 => "One person is".to_owned(),
            many => format!("{} are", count::people(many)),
        }
    );
    Ok(Visit::back("/connections", &Notice::Done(done)))
}

//! The journal of a SCIM connection.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use rollcall_app::journal::{RequestEntry, Requests, Ring};
use serde::Deserialize;

use super::connection::parse;
use crate::console::Console;
use crate::error::ConsoleError;
use crate::view::provisioning::journal::{JournalPage, RequestRow, Shown};
use crate::view::shell::Section;
use crate::visit::Visit;
use crate::wording::provisioning::journal as words;

/// As many requests are shown: all that are kept.
const ROWS_MAX: usize = 200;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    show: String,
}

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, ConsoleError> {
    let (tenant, id) = (visit.viewer.tenant, parse(&id)?);
    let connection = console.app.connection(tenant, id).await?.connection;
    let (ring, shown) = match asked.show.as_str() {
        "refused" => (Ring::Refused, Shown::Refused),
        "unproven" => (Ring::Unproven, Shown::Unproven),
        _ => (Ring::All, Shown::All),
    };
    let Requests { entries, mut ignored } =
        console.app.requests(tenant, id, ring, ROWS_MAX).await?;
    ignored.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let page = JournalPage {
        shell: visit.shell(Section::Connections),
        id: id.to_string(),
        name: connection.name,
        shown,
        rows: rows(entries),
        ignored,
    };
    Ok(Html(if visit.part() == "list" { page.as_list().render()? } else { page.render()? }))
}

/// Requests as rows.
pub(super) fn rows(entries: Vec<RequestEntry>) -> Vec<RequestRow> {
    entries.into_iter().map(words::row).collect()
}

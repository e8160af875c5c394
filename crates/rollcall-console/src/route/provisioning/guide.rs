//! How an identity provider is set up.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use rollcall_app::journal::Ring;

use super::connection::{base_url, parse};
use super::journal::rows;
use super::way;
use crate::console::Console;
use crate::error::ConsoleError;
use crate::view::provisioning::guide::GuidePage;
use crate::view::shell::Section;
use crate::visit::Visit;
use crate::wording::name;
use crate::wording::provisioning::guide as words;

/// As many requests show that the connection works.
const ROWS_MAX: usize = 5;

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let (tenant, id) = (visit.viewer.tenant, parse(&id)?);
    let detail = console.app.connection(tenant, id).await?;
    let account = console.app.account(tenant).await?;
    let requests = console.app.requests(tenant, id, Ring::All, ROWS_MAX).await?;
    let dialect = detail.connection.dialect.as_str();
    let page = GuidePage {
        shell: visit.shell(Section::Connections),
        id: id.to_string(),
        provider: name::dialect(dialect).to_owned(),
        steps: words::steps(dialect, &base_url(&console, &visit), &visit.origin(&console)),
        try_it: words::try_it(dialect),
        has_token: way::count(&detail, &console) > 0,
        rows: rows(requests.entries),
        attributes: words::attributes(account.tenant.settings.optional_attributes),
        agent_urn: words::AGENT_URN,
        name: detail.connection.name,
    };
    Ok(Html(if visit.part() == "list" { page.as_list().render()? } else { page.render()? }))
}

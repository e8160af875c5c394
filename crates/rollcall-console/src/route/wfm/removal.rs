//! Removing a link over which nothing was sent, after showing what goes with it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use rollcall_app::ChangeError;

use super::link::{parse, said};
use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::{Nothing, OwnForm};
use crate::view::shell::{Notice, Section};
use crate::view::wfm::removal::RemovalPage;
use crate::visit::Visit;
use crate::wording::number;

/// What goes with the link, or why it stays.
pub(super) async fn preview(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let (tenant, link) = (visit.viewer.tenant, parse(&id)?);
    let (detail, refused) = match console.app.removable_link(tenant, link).await {
        Ok(detail) => (detail, None),
        Err(ChangeError::NotNow(why)) => {
            (console.app.link(tenant, link).await?, Some(sentence(&why)))
        }
        Err(error) => return Err(error.into()),
    };
    let page = RemovalPage {
        shell: visit.shell(Section::Wfm),
        link_href: format!("/wfm/{id}"),
        link: format!("IEX WFM {}", detail.link.acd_id),
        business_unit: detail.business_unit,
        address: detail.link.base_url,
        due: number(detail.tally.due),
        refused,
    };
    Ok(Html(page.render()?))
}

pub(super) async fn remove(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(_): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let id = parse(&id)?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    match console.app.remove_link(tenant, actor, id).await {
        Ok(()) => {
            let done = "The link is removed. Its business unit can be linked anew.";
            Ok(Visit::back("/wfm", &Notice::Done(done.to_owned())))
        }
        refusal => said(refusal, id, ""),
    }
}

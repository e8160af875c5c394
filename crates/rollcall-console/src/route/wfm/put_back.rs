//! Putting back people whom an identity provider deactivated by mistake: what it would do, and then the thing
//! itself.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};

use super::link::parse;
use crate::console::Console;
use crate::error::ConsoleError;
use crate::form::{Nothing, OwnForm};
use crate::view::count;
use crate::view::shell::{Notice, Section};
use crate::view::wfm::put_back::PutBackPage;
use crate::visit::Visit;
use crate::wording::number;

pub(super) async fn preview(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let preview = console.app.preview_put_back(visit.viewer.tenant, parse(&id)?).await?;
    let (people, named) = (number(preview.people), preview.named);
    let page = PutBackPage {
        shell: visit.shell(Section::Wfm),
        link_href: format!("/wfm/{id}"),
        link: format!("IEX WFM {}", preview.link.acd_id),
        people,
        more: people.saturating_sub(u64::try_from(named.len()).unwrap_or(u64::MAX)),
        named: named.into_iter().map(|(id, name)| (format!("/employees/{id}"), name)).collect(),
        others: number(preview.others),
    };
    Ok(Html(page.render()?))
}

pub(super) async fn put_back(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(Nothing {}): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let people = number(console.app.put_back(tenant, actor, parse(&id)?).await?);
    let notice = match people {
        0 => {
            Notice::Refused("Nobody was put back: nobody's departure is held for that.".to_owned())
        }
        1 => Notice::Done("One person is active again.".to_owned()),
        many => Notice::Done(format!("{} are active again.", count::people(many))),
    };
    Ok(Visit::back(&format!("/wfm/{id}"), &notice))
}

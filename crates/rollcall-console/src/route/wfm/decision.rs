//! The decision about a run that was stopped before a mass departure, and who stays since a rejection.

use std::fmt::Write as _;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use rollcall_app::wfm::SeenHold;
use serde::Deserialize;

use super::link::{parse, said};
use crate::console::Console;
use crate::error::ConsoleError;
use crate::form::{Nothing, OwnForm};
use crate::view::count::people;
use crate::view::pager::Pager;
use crate::view::shell::{Notice, Section};
use crate::view::wfm::kept::{KeptPage, KeptRow};
use crate::visit::Visit;
use crate::wording::number;

/// Agents on one page.
const PAGE: usize = 100;

#[derive(Deserialize)]
pub(super) struct Decision {
    /// The run whose page was decided on.
    #[serde(default)]
    run: String,
    departures: String,
    #[serde(default)]
    sure: String,
}

impl Decision {
    fn seen(&self) -> Result<SeenHold, ConsoleError> {
        let run = self.run.parse().map_err(|_| ConsoleError::Missing("run"))?;
        Ok(SeenHold { run, departures: self.departures.parse().unwrap_or(-1) })
    }
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    after: String,
}

pub(super) async fn approve(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<Decision>,
) -> Result<Response, ConsoleError> {
    let id = parse(&id)?;
    if form.sure != "yes" {
        let notice =
            Notice::Refused("Nothing was approved: tick that you are sure first.".to_owned());
        return Ok(Visit::back(&format!("/wfm/{id}"), &notice));
    }
    let seen = form.seen()?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let later = console.app.since_held(tenant, id, seen.run).await?.later;
    let approved = console.app.approve_departures(tenant, actor, id, seen).await;
    let done = match number(later) {
        0 => "Approved. The next run moves them, and no more than these; it begins at once."
            .to_owned(),
        later => format!(
            "Approved. But {} left after this run stopped: the run that follows moves nobody, and asks about all of \
             them together. It begins at once.",
            people(later)
        ),
    };
    said(approved, id, &done)
}

pub(super) async fn reject(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<Decision>,
) -> Result<Response, ConsoleError> {
    let id = parse(&id)?;
    let seen = form.seen()?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let later = console.app.since_held(tenant, id, seen.run).await?.later;
    let rejected = console.app.reject_departures(tenant, actor, id, seen).await;
    let mut done = "Rejected. They stay in the WFM as they are, until they belong there again or you let them go."
        .to_owned();
    if later > 0 {
        let _ = write!(
            done,
            " Of {} who left after this run stopped nothing is decided: the next run weighs them anew.",
            people(number(later))
        );
    }
    said(rejected, id, &done)
}

/// Who stays since a rejection, and how that is lifted.
pub(super) async fn kept(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, ConsoleError> {
    let (id, tenant) = (parse(&id)?, visit.viewer.tenant);
    let detail = console.app.link(tenant, id).await?;
    let after = asked.after.parse().unwrap_or(i64::MIN);
    let mut kept = console.app.kept_agents(tenant, id, after, PAGE + 1).await?;
    let has_next = kept.len() > PAGE;
    kept.truncate(PAGE);
    let here = format!("/wfm/{id}/kept");
    let last = kept.last().filter(|_| has_next);
    let page = KeptPage {
        shell: visit.shell(Section::Wfm),
        link_href: format!("/wfm/{id}"),
        link: format!("IEX WFM {}", detail.link.acd_id),
        departed_unit: detail.link.units.departed.clone(),
        all: number(detail.kept),
        pager: Pager {
            previous: (!asked.after.is_empty()).then(|| here.clone()),
            next: last.map(|last| format!("{here}?after={}", last.agent_number)),
        },
        rows: kept
            .iter()
            .map(|agent| KeptRow {
                agent_number: number(agent.agent_number),
                name: agent.name.clone(),
                href: agent.employee.map(|id| format!("/employees/{id}")),
                since: agent.since,
            })
            .collect(),
    };
    Ok(Html(match visit.part() {
        "kept" => page.as_kept().render()?,
        _ => page.render()?,
    }))
}

pub(super) async fn release(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(_): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let id = parse(&id)?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let done = "Nobody is kept any longer. If those who are due to depart are too many, the run stops and asks again.";
    said(console.app.release_kept(tenant, actor, id).await, id, done)
}

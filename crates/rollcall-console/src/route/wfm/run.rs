//! One run's page: what it does while it runs, and what it did.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use jiff::SignedDuration;
use rollcall_app::wfm::{Health, LinkDetail, RunDetail, SinceHeld};
use rollcall_domain::{EmployeeId, RunId};
use serde::Deserialize;

use super::link::parse as parse_link;
use crate::console::Console;
use crate::error::ConsoleError;
use crate::percent::encoded;
use crate::view::pager::Pager;
use crate::view::shell::Section;
use crate::view::wfm::run::{self, RunPage};
use crate::visit::Visit;
use crate::wording::number;
use crate::wording::wfm::finding;
use crate::wording::wfm::run as run_words;

/// People on one page.
const PAGE: usize = 100;
/// People whom a held run names before it asks.
const NAMED: usize = 60;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    after: String,
}

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    Path((link, run)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, ConsoleError> {
    let tenant = visit.viewer.tenant;
    let run_id: RunId = run.parse().map_err(|_| ConsoleError::Missing("run"))?;
    let link = console.app.link(tenant, parse_link(&link)?).await?;
    let after: Option<EmployeeId> = asked.after.parse().ok();
    let detail = console.app.run(tenant, run_id, asked.outcome.clone(), after, PAGE).await?;
    if detail.run.link != link.link.id {
        return Err(ConsoleError::Missing("run"));
    }
    let mut page = page(&console, &visit, &link, &detail, asked);
    if page.approve_action.is_some() {
        let held = console.app.run(tenant, run_id, "held".to_owned(), None, NAMED).await?;
        let named = held.outcomes.iter();
        page.would_move = named
            .map(|one| (one.name.clone(), format!("/employees/{}", one.outcome.employee)))
            .collect();
        let since = console.app.since_held(tenant, link.link.id, run_id).await?;
        page.since = Some(since_held(&link, &since));
    }
    Ok(Html(match visit.part() {
        "now" => page.as_now().render()?,
        "people" => page.as_people().render()?,
        _ => page.render()?,
    }))
}

fn since_held(link: &LinkDetail, since: &SinceHeld) -> run::SinceHeld {
    let named = since.named.iter();
    let interval = SignedDuration::from_secs(link.link.interval_s);
    run::SinceHeld {
        later: number(since.later),
        named: named.map(|(id, name)| (name.clone(), format!("/employees/{id}"))).collect(),
        back: number(since.back),
        others: number(since.others),
        next_look: link.link.swept_at.and_then(|at| at.checked_add(interval).ok()),
    }
}

fn page(
    console: &Console,
    visit: &Visit,
    link: &LinkDetail,
    detail: &RunDetail,
    asked: Asked,
) -> RunPage {
    let id = link.link.id;
    let newest_held = link.runs.iter().find(|run| run.state == "held").map(|run| run.id);
    let waits = link.link.health == Health::Held && newest_held == Some(detail.run.id);
    let here = format!("/wfm/{id}/runs/{}?outcome={}", detail.run.id, encoded(&asked.outcome));
    let found = |drift| finding::of(drift, &detail.run, &link.link.units.departed);
    let last = detail.outcomes.last().filter(|_| detail.has_next);
    RunPage {
        shell: visit.shell(Section::Wfm),
        run: run_words::summary(&detail.run, &link.link, console.app.now()),
        target: format!("IEX WFM {}", link.link.acd_id),
        target_href: format!("/wfm/{id}"),
        pager: Pager {
            previous: (!asked.after.is_empty()).then(|| here.clone()),
            next: last.map(|last| format!("{here}&after={}", last.outcome.employee)),
        },
        outcome: asked.outcome,
        rows: detail
            .outcomes
            .iter()
            .map(|outcome| run_words::person(outcome, &link.link.units))
            .collect(),
        would_move: Vec::new(),
        since: None,
        approve_action: waits.then(|| format!("/wfm/{id}/approve")),
        reject_action: waits.then(|| format!("/wfm/{id}/reject")),
        arrived_unit: link.link.units.arrived.clone(),
        departed_unit: link.link.units.departed.clone(),
        preview: (detail.run.cause == "preview" && detail.run.state == "done")
            .then(|| detail.run.reason.clone().unwrap_or_default()),
        found: detail.found.iter().map(|found| finding::counted(*found)).collect(),
        findings: detail.findings.iter().map(found).collect(),
    }
}

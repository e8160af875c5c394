//! The WFM link's page and its settings.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use rollcall_app::ChangeError;
use rollcall_app::overview::LinkState;
use rollcall_app::wfm::{Health, LinkDetail, RealTimeFeed};
use rollcall_domain::wfm::{FieldSwitch, Transport};
use rollcall_domain::{RunId, WfmLinkId};
use serde::Deserialize;

use super::way_form;
use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::view::badge::{Badge, Tone};
use crate::view::pager::Pager;
use crate::view::shell::{Notice, Section};
use crate::view::span::Span;
use crate::view::wfm::link::{
    HeldRun, OffLink, Progress, RealTimeLink, ScheduleReading, Tab, WfmLink, WfmPage, WfmSettings,
};
use crate::view::wfm::run::RunSummary;
use crate::visit::Visit;
use crate::wording::wfm::lag;
use crate::wording::wfm::run as run_words;
use crate::wording::wfm::setting;
use crate::wording::wfm::transport;
use crate::wording::{health, number};

/// Runs on one page.
const RUNS: usize = 50;

#[derive(Deserialize)]
pub(super) struct Asked {
    /// The run behind which the page begins.
    #[serde(default)]
    before: String,
}

/// The first link, which in most tenants is the only one.
pub(super) async fn first(
    State(console): State<Console>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, ConsoleError> {
    let links = console.app.links(visit.viewer.tenant).await?;
    let first = links.first().map(|detail| detail.link.id);
    page(&console, &visit, &links, (first, &asked)).await
}

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, ConsoleError> {
    let id = parse(&id)?;
    let links = console.app.links(visit.viewer.tenant).await?;
    if !links.iter().any(|detail| detail.link.id == id) {
        return Err(ConsoleError::Missing("WFM link"));
    }
    page(&console, &visit, &links, (Some(id), &asked)).await
}

/// Back on the link's page, with a receipt or with the reason why not.
pub(super) fn said(
    outcome: Result<(), ChangeError>,
    id: WfmLinkId,
    done: &str,
) -> Result<Response, ConsoleError> {
    let notice = match outcome {
        Ok(()) => Notice::Done(done.to_owned()),
        Err(ChangeError::Storage(error)) => return Err(ChangeError::Storage(error).into()),
        Err(ChangeError::NotFound(what)) => return Err(ConsoleError::Missing(what)),
        Err(refusal) => Notice::Refused(sentence(&refusal.to_string())),
    };
    Ok(Visit::back(&format!("/wfm/{id}"), &notice))
}

pub(super) fn parse(id: &str) -> Result<WfmLinkId, ConsoleError> {
    id.parse().map_err(|_| ConsoleError::Missing("WFM link"))
}

async fn page(
    console: &Console,
    visit: &Visit,
    links: &[LinkDetail],
    (shown, asked): (Option<WfmLinkId>, &Asked),
) -> Result<Html<String>, ConsoleError> {
    let detail = links.iter().find(|detail| Some(detail.link.id) == shown);
    let state = match detail {
        // The lags are the overview's; the list of runs does not need them.
        Some(_) if visit.part() != "runs" => {
            let overview = console.app.overview(visit.viewer.tenant).await?;
            overview.links.into_iter().find(|state| Some(state.link.id) == shown)
        }
        _ => None,
    };
    let tab = |detail: &LinkDetail| Tab {
        href: format!("/wfm/{}", detail.link.id),
        name: detail.business_unit.clone(),
        current: Some(detail.link.id) == shown,
    };
    let lags = match detail {
        Some(detail) if visit.part().is_empty() => {
            lag::histograms(&console.app.link_lags(visit.viewer.tenant, detail.link.id).await?)
        }
        _ => Vec::new(),
    };
    let (runs, pager) = runs(console, visit, detail, asked).await?;
    let page = WfmPage {
        lags,
        schedules: reading(console, visit, detail).await?,
        shell: visit.shell(Section::Wfm),
        tabs: if links.len() > 1 { links.iter().map(tab).collect() } else { Vec::new() },
        link: detail.map(|detail| link(detail, state.as_ref())),
        may_link: visit.part().is_empty()
            && !console.app.unlinked_units(visit.viewer.tenant).await?.is_empty(),
        runs,
        pager,
    };
    Ok(Html(match visit.part() {
        "now" => page.as_now().render()?,
        "runs" => page.as_runs().render()?,
        _ => page.render()?,
    }))
}

/// A page of the link's runs.
async fn runs(
    console: &Console,
    visit: &Visit,
    detail: Option<&LinkDetail>,
    asked: &Asked,
) -> Result<(Vec<RunSummary>, Pager), ConsoleError> {
    let Some(detail) = detail.filter(|_| visit.part() != "now") else {
        return Ok((Vec::new(), Pager::default()));
    };
    let (id, before) = (detail.link.id, asked.before.parse::<RunId>().ok());
    let (runs, has_older) = console.app.runs(visit.viewer.tenant, id, before, RUNS).await?;
    let oldest = runs.last().filter(|_| has_older);
    let pager = Pager {
        previous: before.map(|_| format!("/wfm/{id}")),
        next: oldest.map(|run| format!("/wfm/{id}?before={}", run.id)),
    };
    let now = console.app.now();
    let summary = |run| run_words::summary(run, &detail.link, now);
    Ok((runs.iter().map(summary).collect(), pager))
}

async fn reading(
    console: &Console,
    visit: &Visit,
    detail: Option<&LinkDetail>,
) -> Result<Option<ScheduleReading>, ConsoleError> {
    // Files tell no schedules: nothing is wrong that no reading would end.
    let reads = |detail: &&LinkDetail| detail.link.transport == Transport::Http;
    let Some(detail) = detail.filter(reads).filter(|_| visit.part().is_empty()) else {
        return Ok(None);
    };
    let reading = console.app.schedule_reading(visit.viewer.tenant, detail.link.id).await?;
    Ok(reading.map(|reading| ScheduleReading {
        read_at: reading.pulled_at,
        problem: reading.problem.zip(reading.problem_at),
        skipped: number(reading.unknown_agents),
    }))
}

fn link(detail: &LinkDetail, state: Option<&LinkState>) -> WfmLink {
    let link = &detail.link;
    let fares = health::waiting(detail)
        .unwrap_or_else(|| health::link(link, &detail.tally, detail.answered_at));
    let lag = |of: fn(&LinkState) -> Option<i64>| state.and_then(of).map(|ms| Span(number(ms)));
    WfmLink {
        id: link.id.to_string(),
        name: format!("IEX WFM {}", link.acd_id),
        business_unit: detail.business_unit.clone(),
        badge: fares.badge,
        says: fares.says,
        says_at: fares.at,
        in_step: number(detail.tally.present),
        out_of_step: number(detail.tally.due.max(detail.tally.failed)),
        last_answer: detail.answered_at,
        next_run: link.next_sweep().filter(|_| link.enabled),
        waiting: if link.enabled && !link.immediate && link.health == Health::Well {
            number(detail.tally.due)
        } else {
            0
        },
        lag_p50: lag(|state| state.lag_p50_ms),
        lag_p99: lag(|state| state.lag_p99_ms),
        held: held(detail),
        off: link.off.as_ref().map(|off| OffLink { reason: off.reason.clone(), since: off.since }),
        is_on: link.enabled,
        kept: number(detail.kept),
        asked: link.asked.is_some(),
        progress: progress(detail),
        real_time: detail.real_time.as_ref().map(real_time),
        settings: WfmSettings {
            acd_id: link.acd_id.clone(),
            sends_personal_id: link.switches.personal_id == FieldSwitch::On,
            sends_external_id: link.switches.external_id == FieldSwitch::On,
            interval_seconds: number(link.interval_s),
            fields: setting::fields(link),
            way: transport::way(&link.transport).to_owned(),
            way_hint: transport::hint(&link.transport),
            endpoint: link.base_url.clone(),
            way_href: way_form::of(link).map(|_| format!("/wfm/{}/way", link.id)),
            arrived_unit: link.units.arrived.clone(),
            departed_unit: link.units.departed.clone(),
            immediate: link.immediate,
            run_now_permitted: link.run_now_permitted,
        },
    }
}

/// How far the run is that goes on. Before the first one, who waits for it.
fn progress(detail: &LinkDetail) -> Option<Progress> {
    let link = &detail.link;
    let is_first = !detail.runs.iter().any(|run| run.state != "running");
    match detail.runs.first() {
        // A run by files that waits says so in its own words.
        Some(run) if run.state == "running" && run.reason.is_none() => {
            let counts = run.counts;
            let settled = counts.unchanged + counts.arrived + counts.updated + counts.departed;
            Some(Progress {
                is_first,
                href: Some(format!("/wfm/{}/runs/{}", link.id, run.id)),
                done: number(settled + counts.failed),
                of: number(counts.due),
            })
        }
        None if link.enabled && detail.tally.due > 0 && link.health == Health::Well => {
            Some(Progress { is_first, href: None, done: 0, of: number(detail.tally.due) })
        }
        _ => None,
    }
}

fn real_time(feed: &RealTimeFeed) -> RealTimeLink {
    let badge = match (feed.enabled, feed.failing) {
        (false, _) => Badge::new(Tone::Neutral, "Off"),
        (true, true) => Badge::new(Tone::Failed, "Failing"),
        (true, false) if feed.snapshot_at.is_none() => Badge::new(Tone::Waiting, "Begins"),
        (true, false) => Badge::new(Tone::Ok, "Well"),
    };
    RealTimeLink {
        badge,
        since: feed.health_since,
        problem: feed.problem.clone().filter(|_| feed.enabled),
        snapshot_at: feed.snapshot_at,
    }
}

fn held(detail: &LinkDetail) -> Option<HeldRun> {
    let link = &detail.link;
    let run = detail.runs.iter().find(|run| run.state == "held")?;
    (link.health == Health::Held).then(|| HeldRun {
        href: format!("/wfm/{}/runs/{}", link.id, run.id),
        since: link.health_since,
        would_move: number(link.held_departures),
        said: link.health_reason.as_deref().map(sentence).unwrap_or_default(),
        waiting: number(detail.tally.due),
    })
}

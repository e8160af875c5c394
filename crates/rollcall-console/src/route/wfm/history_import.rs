//! Bringing a file of history: what it would do, and then the doing. The file travels with the form, so that nothing
//! is kept of one that nobody takes in.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rollcall_app::history::file::{self, COLUMNS, FAULTS_MAX, FILE_MAX_BYTES, Fault};
use rollcall_app::history::{ImportPlan, PlannedQueue};
use rollcall_app::wfm::LinkDetail;
use rollcall_domain::interval::{Kind, day};
use serde::Deserialize;

use super::link::parse;
use crate::console::Console;
use crate::error::ConsoleError;
use crate::form::OwnForm;
use crate::view::count::noun;
use crate::view::shell::{Notice, Section};
use crate::view::wfm::history::{HistoryImportPage, ImportQueue, ImportWords};
use crate::visit::Visit;
use crate::wording::number;

/// The largest form: a file in which every character needs three.
pub(super) const FORM_BYTES_MAX: usize = 3 * FILE_MAX_BYTES + 64 * 1024;

#[derive(Deserialize)]
pub(super) struct Brought {
    #[serde(default)]
    step: String,
    #[serde(default)]
    content: String,
}

pub(super) async fn form(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let link = console.app.link(visit.viewer.tenant, parse(&id)?).await?;
    Ok(Html(page(&visit, &link, String::new()).render()?))
}

pub(super) async fn bring(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(brought): OwnForm<Brought>,
) -> Result<Response, ConsoleError> {
    let (app, tenant) = (&console.app, visit.viewer.tenant);
    let link = app.link(tenant, parse(&id)?).await?;
    let unit = link.link.business_unit;
    let rows = match file::read(brought.content.as_bytes(), app.now()) {
        Ok(rows) => rows,
        Err(faults) => return refused(&visit, &link, brought.content, &faults),
    };
    if brought.step == "take" {
        let done = app.import_history(tenant, visit.viewer.actor(), unit, rows).await?;
        let today = app.history_day(tenant, unit, None, Kind::Queues).await?;
        let zone = day::zone(&today.time_zone).unwrap_or(TimeZone::UTC);
        let taken = taken(&done, &zone);
        // What the file brought is what one wants to see: its last day.
        let date = taken.map(|(_, last)| format!("&date={last}")).unwrap_or_default();
        let days = match taken {
            Some((first, last)) if first == last => format!(", all of {last}"),
            Some((first, last)) => format!(", from {first} to {last}; this is the last day"),
            None => String::new(),
        };
        let intervals = noun(number(done.intervals), "interval was", "intervals were");
        let notice = Notice::Done(format!("{intervals} taken in{days}."));
        let href = format!("/wfm/{}/history?kind=queues{date}", link.link.id);
        return Ok(Visit::back(&href, &notice));
    }
    let plan = app.plan_history_import(tenant, unit, &rows).await?;
    let feed = app.history_feed(tenant, link.link.id).await?;
    let is_sent = feed.is_some_and(|state| state.feed.enabled);
    let mut page = page(&visit, &link, brought.content);
    page.plan = Some(planned(plan, is_sent));
    Ok(Html(page.render()?).into_response())
}

/// The first and the last day of what was taken in.
fn taken(done: &ImportPlan, zone: &TimeZone) -> Option<(Date, Date)> {
    let date = |at: Timestamp| zone.to_datetime(at).date();
    let first = done.queues.iter().map(|queue| queue.first).min()?;
    let end = done.queues.iter().map(|queue| queue.end).max()?;
    let last = end.checked_sub(SignedDuration::from_secs(1)).unwrap_or(end);
    Some((date(first), date(last)))
}

fn refused(
    visit: &Visit,
    link: &LinkDetail,
    content: String,
    faults: &[Fault],
) -> Result<Response, ConsoleError> {
    // What is too large to be taken in is too large to be shown again.
    let content = if content.len() > FILE_MAX_BYTES { String::new() } else { content };
    let mut page = page(visit, link, content);
    page.has_more_faults = faults.len() >= FAULTS_MAX;
    page.faults = faults.iter().map(|fault| (fault.line, sentence(&fault.reason))).collect();
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
}

fn sentence(reason: &str) -> String {
    format!("{reason}.")
}

fn page(visit: &Visit, link: &LinkDetail, content: String) -> HistoryImportPage {
    let href = format!("/wfm/{}/history", link.link.id);
    let mut shell = visit.shell(Section::Wfm);
    // After a refusal the page is the answer to a form, and its own address all the same.
    shell.path = format!("{href}/import");
    HistoryImportPage {
        shell,
        history_href: href,
        business_unit: link.business_unit.clone(),
        columns: COLUMNS.join(","),
        content,
        faults: Vec::new(),
        has_more_faults: false,
        plan: None,
    }
}

fn planned(plan: ImportPlan, is_sent: bool) -> ImportWords {
    let queue = |queue: PlannedQueue| ImportQueue {
        queue: queue.queue,
        is_new: queue.is_new,
        first: queue.first,
        end: queue.end,
        intervals: number(queue.intervals),
        offered: number(queue.offered),
    };
    ImportWords {
        queues: plan.queues.into_iter().map(queue).collect(),
        intervals: number(plan.intervals),
        replaced: number(plan.replaced),
        counted: number(plan.counted),
        is_sent,
    }
}

//! Schedules: all activities of a window, and what changed since (`CONTRACT.md` §3.6, §3.7).

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::gate::{Armed, Note};
use crate::journal::Tally;
use crate::refusal::Refusal;
use crate::route::checked_acd;
use crate::schedule::{Activity, Change};
use crate::shared::{Shared, State as Shelf};

const MAX_LIMIT: usize = 1_000;

#[derive(Deserialize)]
pub(crate) struct OfWindow {
    from: Timestamp,
    until: Timestamp,
    cursor: Option<String>,
    limit: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listed {
    activities: Vec<Activity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    changes_cursor: String,
}

pub(crate) async fn list(
    State(shared): State<Shared>,
    acd: Path<String>,
    Extension(Armed(fault)): Extension<Armed>,
    Extension(note): Extension<Note>,
    window: Result<Query<OfWindow>, QueryRejection>,
) -> Result<Json<Listed>, Refusal> {
    let acd = checked_acd(acd)?;
    let Query(asked) = window.map_err(|_| {
        Refusal::bad_request("invalid_window", "from and until are the times of a window in UTC.")
    })?;
    if fault == Some(Fault::BrokenCursor) {
        return Err(Refusal::bad_request("invalid_cursor", "The cursor is not one of this list."));
    }
    let limit = limit_of(asked.limit)?;
    let after = asked.cursor.filter(|cursor| !cursor.is_empty());
    let schedules = shared.schedules();
    // The first page's, so that what changes while the pages are read is told afterwards.
    let changes_cursor = cursor(&shared, schedules.last(&acd));
    let page = schedules.page(&acd, (asked.from, asked.until), after.as_deref(), limit);
    note.set("answered", tally(page.activities.len()));
    Ok(Json(Listed { activities: page.activities, next_cursor: page.next, changes_cursor }))
}

#[derive(Deserialize)]
pub(crate) struct Since {
    cursor: String,
    limit: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Changed {
    changes: Vec<Change>,
    next_cursor: String,
    more: bool,
}

pub(crate) async fn changes(
    State(shared): State<Shared>,
    acd: Path<String>,
    Extension(Armed(fault)): Extension<Armed>,
    Extension(note): Extension<Note>,
    since: Result<Query<Since>, QueryRejection>,
) -> Result<Json<Changed>, Refusal> {
    let acd = checked_acd(acd)?;
    let gone = || {
        Refusal::new(
            StatusCode::GONE,
            "cursor_gone",
            "The changes behind this cursor are not remembered. Read the whole window again.",
        )
    };
    let Query(since) = since.map_err(|_| Refusal::bad_request("invalid_cursor", "No cursor."))?;
    let limit = limit_of(since.limit)?;
    let known = number(&shared, &since.cursor).filter(|_| fault != Some(Fault::CursorGone));
    let after = known.ok_or_else(gone)?;
    let found = shared.schedules().changes(&acd, after, limit).ok_or_else(gone)?;
    note.set("answered", tally(found.changes.len()));
    let next_cursor = cursor(&shared, found.last);
    Ok(Json(Changed { changes: found.changes, next_cursor, more: found.more }))
}

/// An order of the control plane (`CONTRACT.md` §5).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    #[serde(rename = "acdID")]
    acd_id: String,
    #[serde(default)]
    put: Vec<Activity>,
    #[serde(default)]
    delete: Vec<String>,
}

pub(crate) async fn order(
    State(shared): State<Shared>,
    order: Result<Json<Order>, JsonRejection>,
) -> Result<Json<Value>, Refusal> {
    let Json(order) =
        order.map_err(|rejection| Refusal::bad_request("invalid_body", rejection.body_text()))?;
    let mut schedules = shared.schedules();
    let counts = json!({"put": order.put.len(), "deleted": order.delete.len()});
    order.put.into_iter().for_each(|activity| schedules.put(&order.acd_id, activity));
    order.delete.iter().for_each(|id| schedules.delete(&order.acd_id, id));
    Ok(Json(counts))
}

/// Whose schedules are to be told.
#[derive(Deserialize)]
pub(crate) struct OfAcd {
    #[serde(rename = "acdID")]
    acd_id: String,
}

pub(crate) async fn dump(State(shared): State<Shared>, Query(of): Query<OfAcd>) -> Json<Value> {
    Json(json!({"activities": shared.schedules().all(&of.acd_id)}))
}

fn limit_of(limit: Option<usize>) -> Result<usize, Refusal> {
    match limit {
        None => Ok(MAX_LIMIT),
        Some(limit) if (1..=MAX_LIMIT).contains(&limit) => Ok(limit),
        Some(_) => Err(Refusal::bad_request(
            "invalid_limit",
            format!("Ask for 1 to {MAX_LIMIT} activities a page."),
        )),
    }
}

/// Cursors are good for one life of the process: it forgets schedules with its end.
fn cursor(state: &Shelf, number: u64) -> String {
    format!("{}-{number}", state.began_ms)
}

fn number(state: &Shelf, cursor: &str) -> Option<u64> {
    let (life, number) = cursor.split_once('-')?;
    (life == state.began_ms.to_string()).then(|| number.parse().ok()).flatten()
}

fn tally(count: usize) -> Tally {
    Tally { agents: u32::try_from(count).unwrap_or(u32::MAX), ..Tally::default() }
}

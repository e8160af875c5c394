//! The control plane (`CONTRACT.md` §5): faults, journal, dump, counters, reset. Loopback only,
//! which the router sees to.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use futures_util::stream;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::fault::FaultOrder;
use crate::journal::Stats;
use crate::refusal::Refusal;
use crate::route::schedule;
use crate::shared::Shared;
use crate::store::Key;

/// How many agents of a dump are taken under one lock.
const STRETCH: usize = 1_000;
const DEFAULT_ENTRIES: usize = 10_000;

pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/faults", post(arm).get(waiting).delete(disarm))
        .route("/journal", get(journal))
        .route("/agents", get(dump))
        .route("/stats", get(stats))
        .route("/schedules", post(schedule::order).get(schedule::dump))
        .route("/state", delete(reset))
}

async fn arm(
    State(shared): State<Shared>,
    orders: Result<Json<Vec<FaultOrder>>, JsonRejection>,
) -> Result<Json<Value>, Refusal> {
    let Json(orders) =
        orders.map_err(|rejection| Refusal::bad_request("invalid_body", rejection.body_text()))?;
    let mut faults = shared.faults();
    faults.arm(orders);
    Ok(Json(json!({"armed": faults.waiting().len()})))
}

async fn waiting(State(shared): State<Shared>) -> Json<Vec<FaultOrder>> {
    Json(shared.faults().waiting())
}

async fn disarm(State(shared): State<Shared>) -> StatusCode {
    shared.faults().clear();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Since {
    #[serde(default)]
    since: u64,
    limit: Option<usize>,
}

async fn journal(
    State(shared): State<Shared>,
    since: Result<Query<Since>, QueryRejection>,
) -> Result<Json<Value>, Refusal> {
    let Query(since) =
        since.map_err(|rejection| Refusal::bad_request("invalid_query", rejection.body_text()))?;
    let (entries, last_seq) = {
        let journal = shared.journal();
        (journal.since(since.since, since.limit.unwrap_or(DEFAULT_ENTRIES)), journal.last_seq())
    };
    Ok(Json(json!({"entries": entries, "lastSeq": last_seq})))
}

async fn stats(State(shared): State<Shared>) -> Json<Stats> {
    Json(shared.stats())
}

async fn reset(State(shared): State<Shared>) -> StatusCode {
    shared.reset();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct OfAcd {
    #[serde(rename = "acdID")]
    acd_id: Option<String>,
}

/// Streams the agents, so that a dump of 100,000 needs no memory of its own.
async fn dump(State(shared): State<Shared>, Query(of): Query<OfAcd>) -> Response {
    let mut acds = of.acd_id.map_or_else(|| shared.wfm().store.acds(), |acd| vec![acd]);
    acds.reverse();
    let start = Dump { shared, acds, after: None, stage: Stage::Opening, separator: "" };
    let body = stream::unfold(start, |mut dump| async move {
        let piece = dump.next()?;
        Some((Ok::<_, Infallible>(Bytes::from(piece)), dump))
    });
    ([(CONTENT_TYPE, "application/json")], Body::from_stream(body)).into_response()
}

/// How far a dump has come.
struct Dump {
    shared: Shared,
    /// The acds still to come, the next one last.
    acds: Vec<String>,
    after: Option<Key>,
    stage: Stage,
    /// What stands before the next agent: nothing, then a comma.
    separator: &'static str,
}

#[derive(Clone, Copy)]
enum Stage {
    Opening,
    Agents,
    Done,
}

impl Dump {
    /// The next piece of `{"agents": […]}`.
    fn next(&mut self) -> Option<String> {
        match self.stage {
            Stage::Opening => {
                self.stage = Stage::Agents;
                Some("{\"agents\":[".to_owned())
            }
            Stage::Agents => Some(self.stretch().unwrap_or_else(|| {
                self.stage = Stage::Done;
                "]}".to_owned()
            })),
            Stage::Done => None,
        }
    }

    fn stretch(&mut self) -> Option<String> {
        let acd = self.acds.last()?.clone();
        let page = self.shared.wfm().store.page(&acd, self.after.as_ref(), STRETCH);
        let mut piece = String::new();
        for (key, record) in &page.rows {
            let agent = serde_json::to_string(&record.unpack(&acd, &key.uuid));
            piece.push_str(self.separator);
            piece.push_str(&agent.unwrap_or_default());
            self.separator = ",";
        }
        self.after = page.rows.into_iter().next_back().map(|(key, _)| key);
        if !page.more {
            self.acds.pop();
            self.after = None;
        }
        Some(piece)
    }
}

//! `PUT /wfm/v1/acds/{acdID}/history/{kind}/{start}` (`CONTRACT.md` §9).

use axum::Extension;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use crate::gate::Note;
use crate::history::{self, HistoryKind, Taken};
use crate::journal::Tally;
use crate::refusal::Refusal;
use crate::route::checked_acd;
use crate::shared::Shared;

/// How large a file may be.
pub(crate) const MAX_FILE_BYTES: usize = 32 * 1024 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameters {
    revision: u64,
}

pub(crate) async fn put(
    State(shared): State<Shared>,
    Path((acd, kind, start)): Path<(String, String, String)>,
    parameters: Result<Query<Parameters>, axum::extract::rejection::QueryRejection>,
    Extension(note): Extension<Note>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let acd = checked_acd(Path(acd))?;
    let Ok(Query(Parameters { revision })) = parameters else {
        return Err(invalid("Name the revision, a whole number, as ?revision=."));
    };
    let kind = HistoryKind::from_name(&kind)
        .ok_or_else(|| Refusal::not_found("There is history of agents and of queues."))?;
    let start = history::start(&start)
        .ok_or_else(|| invalid("The start is no quarter of an hour such as 20261121T0915Z."))?;
    let body = body.map_err(|_| invalid("The body could not be read, or is above 32 MiB."))?;
    let text = std::str::from_utf8(&body).map_err(|_| invalid("The file is not UTF-8."))?;
    let rows = match history::rows(kind, start, text) {
        Ok(rows) => rows,
        Err(reason) => {
            note.set("refused", Tally { rejected: 1, ..Tally::default() });
            return Ok(axum::Json(json!({"status": "refused", "reason": reason})).into_response());
        }
    };
    let agents = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let taken = shared.intervals().put((&acd, kind), start, revision, rows);
    let (outcome, answer) = match taken {
        Taken::Stored => ("applied", json!({"status": "stored", "revision": revision})),
        Taken::Unchanged => ("replayed", json!({"status": "unchanged", "revision": revision})),
        Taken::Stale(newer) => ("stale", json!({"status": "stale", "revision": newer})),
    };
    note.set(outcome, Tally { agents, ..Tally::default() });
    Ok(axum::Json(answer).into_response())
}

fn invalid(message: &str) -> Refusal {
    Refusal::bad_request("invalid_body", message)
}

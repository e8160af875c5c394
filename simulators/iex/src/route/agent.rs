//! One agent, and the repair of doubles (`CONTRACT.md` §3.3, §3.4).

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde_json::{Value, json};

use crate::agent::Agent;
use crate::gate::Note;
use crate::journal::Tally;
use crate::refusal::Refusal;
use crate::route::checked_acd;
use crate::shared::Shared;

pub(crate) async fn get(
    State(shared): State<Shared>,
    Path((acd, uuid)): Path<(String, String)>,
    Extension(note): Extension<Note>,
) -> Result<Json<Agent>, Refusal> {
    let acd = checked_acd(Path(acd))?;
    let agent = shared.wfm().store.find(&acd, &uuid).ok_or_else(unknown)?;
    note.set("answered", Tally { agents: 1, ..Tally::default() });
    Ok(Json(agent))
}

pub(crate) async fn remove_duplicates(
    State(shared): State<Shared>,
    Path((acd, uuid)): Path<(String, String)>,
    Extension(note): Extension<Note>,
) -> Result<Json<Value>, Refusal> {
    let acd = checked_acd(Path(acd))?;
    let removed = shared.wfm().store.remove_duplicates(&acd, &uuid).ok_or_else(unknown)?;
    let duplicates = u32::try_from(removed).unwrap_or(u32::MAX);
    note.set("applied", Tally { duplicates, ..Tally::default() });
    Ok(Json(json!({"removed": removed})))
}

fn unknown() -> Refusal {
    Refusal::not_found("The acd has no agent with this uuid.")
}

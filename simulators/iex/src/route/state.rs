//! Real-time states (`CONTRACT.md` §3.8). The one route whose caller proves itself in the body.

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::gate::Note;
use crate::journal::Tally;
use crate::refusal::Refusal;
use crate::shared::Shared;
use crate::state::StateBatch;

const CODE_MAX_CHARS: usize = 25;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Batch {
    authentication_key: String,
    source_id: String,
    is_snapshot: bool,
    states: Vec<One>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct One {
    user_code: String,
    state_code: String,
}

pub(crate) async fn batch(
    State(shared): State<Shared>,
    Extension(note): Extension<Note>,
    body: Result<Json<Batch>, JsonRejection>,
) -> Result<Json<Value>, Refusal> {
    let Json(batch) =
        body.map_err(|rejection| Refusal::bad_request("invalid_body", rejection.body_text()))?;
    let options = &shared.options;
    if batch.authentication_key != options.state_key || batch.source_id != options.state_source {
        let words = "The key is wrong, or the source is not known.";
        return Err(Refusal::bad_request("invalid_source", words));
    }
    let is_code = |one: &One| {
        (1..=CODE_MAX_CHARS).contains(&one.state_code.chars().count())
            && !one.user_code.trim().is_empty()
    };
    if !batch.states.iter().all(is_code) {
        let words = "A state has a user code, and a state code of 1 to 25 characters.";
        return Err(Refusal::bad_request("invalid_state", words));
    }
    let agents = u32::try_from(batch.states.len()).unwrap_or(u32::MAX);
    let states = batch.states.into_iter().map(|one| (one.user_code, one.state_code));
    let taken = StateBatch { is_snapshot: batch.is_snapshot, states: states.collect() };
    shared.states().take(taken);
    note.set("applied", Tally { agents, ..Tally::default() });
    Ok(Json(json!({})))
}

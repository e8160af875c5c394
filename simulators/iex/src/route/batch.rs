//! `POST /wfm/v1/acds/{acdID}/agents/batch` (`CONTRACT.md` §3.1).

use axum::Extension;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;

use crate::batch::{Batch, Draft, MAX_AGENTS};
use crate::clock;
use crate::fault::Fault;
use crate::gate::{Armed, Note, internal};
use crate::journal::Tally;
use crate::refusal::Refusal;
use crate::replay::Recall;
use crate::route::checked_acd;
use crate::shared::{Shared, Wfm};
use crate::store::Effect;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const IDEMPOTENT_REPLAY: HeaderName = HeaderName::from_static("idempotent-replay");
const MAX_KEY_BYTES: usize = 128;

#[derive(Serialize)]
struct Answer {
    results: Vec<Outcome>,
}

#[derive(Serialize)]
struct Outcome {
    uuid: Option<String>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

pub(crate) async fn upsert(
    State(shared): State<Shared>,
    acd: Path<String>,
    Extension(Armed(fault)): Extension<Armed>,
    Extension(note): Extension<Note>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let acd = checked_acd(acd)?;
    let key = if shared.options.unique_key { Some(key_of(&headers)?) } else { None };
    let body = body.map_err(|rejection| unread(&rejection))?;
    let mut batch = parse(&body)?;
    if fault == Some(Fault::HalfAppliedBatch) {
        batch.truncate(batch.len() / 2);
        apply(&mut shared.wfm(), &acd, batch, &note);
        return Err(internal());
    }

    let (answer, created) = {
        let mut wfm = shared.wfm();
        if let Some(key) = &key {
            match wfm.replays.recall(&acd, key, &body) {
                Recall::Answer(answer) => {
                    note.set("replayed", Tally { agents: count(batch.len()), ..Tally::default() });
                    return Ok((
                        [(IDEMPOTENT_REPLAY, HeaderValue::from_static("true"))],
                        json(answer),
                    )
                        .into_response());
                }
                Recall::OtherBody => return Err(key_reused()),
                Recall::New => {}
            }
        }
        let (results, created) = apply(&mut wfm, &acd, batch, &note);
        let answer = Bytes::from(serde_json::to_vec(&Answer { results }).map_err(|_| internal())?);
        if let Some(key) = &key {
            wfm.replays.remember(&acd, key, &body, answer.clone());
        }
        (answer, created)
    };

    // The caller may be gone by the end of the delay; then nothing below happens, and where there
    // is no unique key its agents stay unknown to later lookups (CONTRACT.md §4).
    tokio::time::sleep(shared.options.answer_delay).await;
    if !matches!(fault, Some(Fault::TimeoutAfterApplying { .. })) {
        let mut wfm = shared.wfm();
        for uuid in created {
            wfm.store.settle(&acd, &uuid);
        }
    }
    Ok(json(answer))
}

/// Applies a batch in order, notes the effect, and says what became of each agent and which were
/// created where lookups do not find them yet.
fn apply(wfm: &mut Wfm, acd: &str, batch: Vec<Draft>, note: &Note) -> (Vec<Outcome>, Vec<String>) {
    let now_ms = clock::now().as_millisecond();
    let mut tally = Tally { agents: count(batch.len()), ..Tally::default() };
    let mut results = Vec::with_capacity(batch.len());
    let mut created = Vec::new();
    for draft in batch {
        let uuid = draft.uuid.clone();
        let applied = draft.check(acd).map(|upsert| wfm.store.upsert(upsert, now_ms));
        let effect = match applied {
            Ok(effect) => effect,
            Err(reason) => {
                tally.rejected += 1;
                results.push(Outcome { uuid, status: "rejected", reason: Some(reason) });
                continue;
            }
        };
        let status = match effect {
            Effect::Created | Effect::Doubled => {
                tally.created += 1;
                tally.duplicates += u32::from(effect == Effect::Doubled);
                created.extend(uuid.clone());
                "created"
            }
            Effect::Updated => {
                tally.updated += 1;
                "updated"
            }
            Effect::Refused => {
                tally.rejected += 1;
                "unknown"
            }
            Effect::Unchanged => {
                tally.unchanged += 1;
                "unchanged"
            }
        };
        results.push(Outcome { uuid, status, reason: None });
    }
    note.set("applied", tally);
    (results, created)
}

fn parse(body: &[u8]) -> Result<Vec<Draft>, Refusal> {
    let batch: Batch = serde_json::from_slice(body).map_err(|error| {
        Refusal::bad_request("invalid_body", format!("The body is not a batch of agents: {error}."))
    })?;
    if batch.agents.len() > MAX_AGENTS {
        return Err(Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_many_agents",
            format!(
                "The batch has {} agents. Send at most {MAX_AGENTS} at a time.",
                batch.agents.len()
            ),
        ));
    }
    Ok(batch.agents)
}

fn key_of(headers: &HeaderMap) -> Result<String, Refusal> {
    let key =
        headers.get(IDEMPOTENCY_KEY).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if key.is_empty() || key.len() > MAX_KEY_BYTES {
        return Err(Refusal::bad_request(
            "idempotency_key_required",
            format!("Send a header Idempotency-Key of 1 to {MAX_KEY_BYTES} characters."),
        ));
    }
    Ok(key.to_owned())
}

fn key_reused() -> Refusal {
    Refusal::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "idempotency_key_reused",
        "This Idempotency-Key was used with another body. Use a new key.",
    )
}

fn unread(rejection: &BytesRejection) -> Refusal {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            "The body is above 4 MiB. Send fewer agents at a time.",
        )
    } else {
        Refusal::bad_request("invalid_body", "The body could not be read to its end.")
    }
}

fn json(body: Bytes) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}

fn count(agents: usize) -> u32 {
    u32::try_from(agents).unwrap_or(u32::MAX)
}

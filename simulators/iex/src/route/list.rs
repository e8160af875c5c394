//! `GET /wfm/v1/acds/{acdID}/agents` (`CONTRACT.md` §3.2).

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};

use crate::agent::Agent;
use crate::fault::Fault;
use crate::gate::{Armed, Note};
use crate::journal::Tally;
use crate::refusal::Refusal;
use crate::route::checked_acd;
use crate::shared::Shared;
use crate::store::Key;

const DEFAULT_LIMIT: usize = 500;
const MAX_LIMIT: usize = 1_000;

#[derive(Deserialize)]
pub(crate) struct Parameters {
    cursor: Option<String>,
    limit: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listed {
    agents: Vec<Agent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    total: usize,
}

pub(crate) async fn list(
    State(shared): State<Shared>,
    acd: Path<String>,
    Extension(Armed(fault)): Extension<Armed>,
    Extension(note): Extension<Note>,
    parameters: Result<Query<Parameters>, QueryRejection>,
) -> Result<Json<Listed>, Refusal> {
    let acd = checked_acd(acd)?;
    let Query(parameters) = parameters.map_err(|_| invalid_cursor())?;
    let limit = limit_of(parameters.limit.as_deref())?;
    if fault == Some(Fault::BrokenCursor) {
        return Err(invalid_cursor());
    }
    let after = match parameters.cursor.as_deref() {
        None | Some("") => None,
        Some(cursor) => Some(decode(cursor).ok_or_else(invalid_cursor)?),
    };
    let mut page = shared.wfm().store.page(&acd, after.as_ref(), limit);
    if fault == Some(Fault::LostPage) {
        page.rows.truncate(page.rows.len() / 2);
        page.more = false;
    }
    let agents: Vec<Agent> =
        page.rows.iter().map(|(key, record)| record.unpack(&acd, &key.uuid)).collect();
    let count = u32::try_from(agents.len()).unwrap_or(u32::MAX);
    note.set("answered", Tally { agents: count, ..Tally::default() });
    let next_cursor = page.rows.last().filter(|_| page.more).map(|(key, _)| encode(key));
    Ok(Json(Listed { agents, next_cursor, total: page.total }))
}

fn limit_of(text: Option<&str>) -> Result<usize, Refusal> {
    let Some(text) = text else { return Ok(DEFAULT_LIMIT) };
    match text.parse() {
        Ok(limit) if (1..=MAX_LIMIT).contains(&limit) => Ok(limit),
        _ => Err(Refusal::bad_request(
            "invalid_limit",
            format!(
                "The limit {text} is not 1 to {MAX_LIMIT}. Ask for at most {MAX_LIMIT} agents a page."
            ),
        )),
    }
}

fn invalid_cursor() -> Refusal {
    Refusal::bad_request(
        "invalid_cursor",
        "The cursor is not one that this list gave out. Start again without a cursor.",
    )
}

/// The key in hexadecimal: opaque to callers, and safe in a URL whatever the uuid holds.
fn encode(key: &Key) -> String {
    let bytes = key.copy.to_be_bytes().into_iter().chain(key.uuid.bytes());
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

fn decode(cursor: &str) -> Option<Key> {
    if !cursor.is_ascii() || !cursor.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|it| u8::try_from(it).ok());
    let bytes: Vec<u8> = cursor
        .as_bytes()
        .chunks_exact(2)
        .map(|pair| match pair {
            [high, low] => Some((digit(high)? << 4) | digit(low)?),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let (copy, uuid) = bytes.split_first_chunk::<4>()?;
    let uuid = std::str::from_utf8(uuid).ok()?;
    Some(Key { uuid: uuid.into(), copy: u32::from_be_bytes(*copy) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_and_nonsense_does_not() {
        let key = Key { uuid: "zoë/17".into(), copy: 3 };
        assert_eq!(decode(&encode(&key)), Some(key));
        for nonsense in ["x", "zz", "00", "00000000ff", "é1"] {
            assert_eq!(decode(nonsense), None, "{nonsense}");
        }
    }
}

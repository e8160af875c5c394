//! Bulk requests that are answered before they are carried out (RFC 9967 §2.5.1, RFC 7240 §4.1).

use std::time::{Duration, Instant};

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Map, Value};

use rollcall_app::access::ScimAccess;
use rollcall_app::bulk_request::{
    BulkRequest, NewBulkRequest, NextPart, OPEN_MAX, PART_MAX, Taken,
};
use rollcall_app::{ChangeError, StorageError};
use rollcall_domain::{BulkRequestId, TenantId};
use rollcall_scim::{
    BulkRequest as Message, DialectName, ErrorKind, RequestedOperation, ScimError,
};

use crate::scim::answer;
use crate::scim::bulk::{BOUNDS, prepare, respond, told};
use crate::scim::caller::{Caller, Named};
use crate::scim::failure::Failure;
use crate::scim::journal::{self, Note};
use crate::scim::service::Scim;

/// A client may wait this long for the result before it is told to come back.
const PATIENCE_MAX: Duration = Duration::from_secs(30);
/// How soon a client should ask for the result again, in seconds.
const ASK_AGAIN_S: HeaderValue = HeaderValue::from_static("1");
/// How often it is looked whether another node took something in and left it.
const ROUND: Duration = Duration::from_secs(10);
/// How long to leave storage alone that cannot take anything now.
const PAUSE: Duration = Duration::from_secs(1);

const PREFER: HeaderName = HeaderName::from_static("prefer");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
const SET_TXN: HeaderName = HeaderName::from_static("set-txn");

/// How long a client that wants the answer first would wait for the result all the same (`Prefer:
/// respond-async, wait=5`); `None` for a client that does not want that.
pub(super) fn patience(headers: &HeaderMap) -> Option<Duration> {
    let preferences = headers.get_all(PREFER).iter().filter_map(|value| value.to_str().ok());
    let preferences: Vec<String> = preferences
        .flat_map(|value| value.split(','))
        // Parameters of a preference mean nothing here.
        .filter_map(|preference| preference.split(';').next())
        .map(|preference| preference.replace([' ', '"'], "").to_ascii_lowercase())
        .collect();
    preferences.iter().find(|preference| *preference == "respond-async")?;
    let seconds = preferences.iter().find_map(|preference| preference.strip_prefix("wait="));
    let seconds = seconds.and_then(|seconds| seconds.parse().ok()).unwrap_or(0);
    Some(Duration::from_secs(seconds).min(PATIENCE_MAX))
}

/// Takes a request in. What can be seen to be wrong at once is refused at once.
pub(super) async fn take_in(
    scim: &Scim,
    caller: Caller,
    sent: Map<String, Value>,
    patience: Duration,
) -> Result<Response, Failure> {
    let body = Value::Object(sent.clone()).to_string();
    let request = Message::parse(sent, &caller.dialect, BOUNDS)?;
    let count = request.operations.len();
    let asked = request.operations.into_iter().map(|asked| RequestedOperation::read(asked).0);
    let bulk_ids = asked.filter_map(|asked| asked.bulk_id).collect();
    let new = NewBulkRequest { body, base_url: caller.base_url.clone(), bulk_ids };
    let taken = scim.app.take_in(&caller.access, new).await;
    let Taken::In(id) = taken.map_err(|error| Failure::storage(&error))? else {
        let detail = format!(
            "{OPEN_MAX} requests of this connection wait already; send this one again when one is done."
        );
        return Err(Failure::new(ErrorKind::TooManyRequests, detail));
    };
    caller.note.effect(format!("{count} operations to be done later"));
    let wait = scim.app.bulk_finished(&caller.access, id);
    if !patience.is_zero()
        && tokio::time::timeout(patience, wait).await.is_ok()
        && let Some(done) = found(scim, &caller, id).await?
    {
        return Ok(respond(&caller, &results(&done)));
    }
    let mut response = accepted(id);
    let headers = response.headers_mut();
    headers.insert(PREFERENCE_APPLIED, HeaderValue::from_static("respond-async"));
    if let Ok(location) = HeaderValue::try_from(format!("{}/Bulk/{id}", caller.base_url)) {
        headers.insert(header::LOCATION, location);
    }
    Ok(response)
}

/// `GET /Bulk/{id}`: the result, or 202 until it is there.
pub(crate) async fn result(
    State(scim): State<Scim>,
    caller: Caller,
    Named(id): Named,
) -> Result<Response, Failure> {
    let none = || {
        let detail = "There is no such request, or it was finished more than a day ago.";
        Failure::new(ErrorKind::NotFound, detail)
    };
    let id = id.parse().ok().filter(|parsed: &BulkRequestId| parsed.to_string() == id);
    let id = id.ok_or_else(none)?;
    let found = found(&scim, &caller, id).await?.ok_or_else(none)?;
    if found.finished_at.is_none() {
        let mut response = accepted(id);
        response.headers_mut().insert(header::RETRY_AFTER, ASK_AGAIN_S);
        return Ok(response);
    }
    Ok(respond(&caller, &results(&found)))
}

async fn found(
    scim: &Scim,
    caller: &Caller,
    id: BulkRequestId,
) -> Result<Option<BulkRequest>, Failure> {
    let found = scim.app.taken_in(&caller.access, id).await;
    found.map_err(|error| Failure::storage(&error))
}

fn accepted(id: BulkRequestId) -> Response {
    let mut response = answer::empty(StatusCode::ACCEPTED);
    if let Ok(transaction) = HeaderValue::try_from(id.to_string()) {
        response.headers_mut().insert(SET_TXN, transaction);
    }
    response
}

fn results(request: &BulkRequest) -> Value {
    serde_json::from_str(&request.results).unwrap_or_default()
}

/// Carries out what waits, for ever: of each connection some operations of its oldest request, in turn.
pub(crate) async fn carry_out(scim: &Scim) {
    loop {
        match turn(scim).await {
            Ok(Turn::Worked) => {}
            Ok(Turn::Idle) => {
                // Whichever comes first; both only say that it is time to look.
                let _ = tokio::time::timeout(ROUND, scim.app.bulk_came()).await;
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "bulk requests that were taken in have to wait"
                );
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

enum Turn {
    Worked,
    Idle,
}

async fn turn(scim: &Scim) -> Result<Turn, StorageError> {
    let (mut turn, mut failure) = (Turn::Idle, None);
    for (tenant, id) in scim.app.waiting_bulk().await? {
        if let Some((request, access)) = scim.app.load_bulk(tenant, id).await? {
            turn = Turn::Worked;
            // What one request waits for is no reason for the others to wait.
            failure = step(scim, tenant, request, access).await.err().or(failure);
        }
    }
    if matches!(turn, Turn::Idle) {
        scim.app.forget_bulk().await?;
    }
    failure.map_or(Ok(turn), Err)
}

/// Carries the next operations of a request out.
async fn step(
    scim: &Scim,
    tenant: TenantId,
    request: BulkRequest,
    access: ScimAccess,
) -> Result<(), StorageError> {
    let began = Instant::now();
    let caller = caller(&request, access);
    let body = serde_json::from_str(&request.body).unwrap_or_default();
    let Ok(read) = Message::parse(body, &caller.dialect, BOUNDS) else {
        return scim.app.give_bulk_up(tenant, request, Vec::new()).await;
    };
    let (from, total) = (usize::try_from(request.done).unwrap_or(0), read.operations.len());
    let mut left: Vec<Value> = read.operations.into_iter().skip(from).collect();
    let next: Vec<Value> = left.iter().take(PART_MAX).cloned().collect();
    let (asked, operations) = prepare(next, &caller, &scim.limits);
    let kept = request.clone();
    let next = NextPart { request, operations, total, errors_max: read.errors_max };
    let teller = caller.clone();
    let tell = move |index: usize, outcome: Result<_, ChangeError<ScimError>>| {
        let asked = index.checked_sub(from).and_then(|place| asked.get(place));
        asked.map(|asked| told(asked, outcome, &teller)).unwrap_or_default()
    };
    match scim.app.carry_out_next(&caller.access, next, tell).await {
        Ok(after) => {
            let (done, failed) = (after.done - kept.done, after.failed - kept.failed);
            let effect = format!("{} operations done, {failed} refused, later", done - failed);
            journal::tell_later(
                &scim.app,
                &caller.note,
                format!("/Bulk/{}", kept.id),
                (effect, began),
            );
            Ok(())
        }
        Err(error) if error.is_passing() => Err(error),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                bulk_request.id = %kept.id,
                "a bulk request that was taken in cannot be carried out"
            );
            let told = left.drain(..).map(|operation| failed(operation, &caller)).collect();
            scim.app.give_bulk_up(tenant, kept, told).await
        }
    }
}

/// What is told of an operation that the server cannot carry out.
fn failed(operation: Value, caller: &Caller) -> Value {
    let detail = "The server failed; nothing was changed.";
    let error = ScimError::new(ErrorKind::Internal, detail);
    told(&RequestedOperation::read(operation).0, Err(ChangeError::Refused(error)), caller)
}

/// Who sent the request, as if the request were here.
fn caller(request: &BulkRequest, access: ScimAccess) -> Caller {
    let dialect = access.dialect.parse::<DialectName>().map(DialectName::dialect);
    let note = Note::default();
    note.belongs_to(access.tenant, access.connection);
    Caller {
        dialect: dialect.unwrap_or_default(),
        access,
        base_url: request.base_url.clone(),
        media_type: answer::SCIM_JSON,
        note,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preference_is_read_however_it_is_written() {
        let check = |values: &[&'static str], expected: Option<u64>| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(PREFER, HeaderValue::from_static(value));
            }
            assert_eq!(patience(&headers), expected.map(Duration::from_secs), "{values:?}");
        };
        check(&[], None);
        check(&["wait=5"], None);
        check(&["return=minimal"], None);
        check(&["respond-async"], Some(0));
        check(&["Respond-Async; x=1, wait=5"], Some(5));
        check(&["respond-async", "wait = \"7\""], Some(7));
        check(&["respond-async, wait=never"], Some(0));
        check(&["respond-async, wait=9999"], Some(30));
    }
}

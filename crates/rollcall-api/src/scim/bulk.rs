//! `POST /Bulk` (RFC 7644 §3.7): many operations in one request and one transaction, each of them kept or
//! undone for itself. With `Prefer: respond-async` the answer comes first.

pub(crate) mod later;

mod operation;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};

use rollcall_app::ChangeError;
use rollcall_app::bulk::{BulkDone, BulkOperation, BulkWork};
use rollcall_scim::{BulkBounds, BulkRequest, Limits, RequestedOperation, ScimError};

use crate::scim::caller::Caller;
use crate::scim::failure::Failure;
use crate::scim::service::Scim;
use crate::scim::{answer, body};

/// What one request may hold.
pub(crate) const BOUNDS: BulkBounds =
    BulkBounds { max_operations: 1_000, max_payload_bytes: 8 << 20 };
const RESPONSE_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

/// Carries the operations of a request out.
pub(crate) async fn bulk(
    State(scim): State<Scim>,
    caller: Caller,
    headers: HeaderMap,
    sent: Body,
) -> Result<Response, Failure> {
    let limits = Limits {
        body_bytes: usize::try_from(BOUNDS.max_payload_bytes).unwrap_or(usize::MAX),
        // More than the operations that are taken, so that too many of them are told as such.
        array_elements: 20_000,
        values: 400_000,
        ..scim.limits
    };
    let sent = body::read((&headers, &caller.note), sent, &limits).await?;
    if let Some(patience) = later::patience(&headers) {
        return later::take_in(&scim, caller, sent, patience).await;
    }
    let request = BulkRequest::parse(sent, &caller.dialect, BOUNDS)?;
    let (asked, operations) = prepare(request.operations, &caller, &scim.limits);
    let outcome = scim.app.bulk(&caller.access, operations, request.errors_max).await;
    let outcome = outcome.map_err(|error| Failure::storage(&error))?;
    caller.note.effect(effect(&outcome));
    let told = asked.iter().zip(outcome).map(|(asked, outcome)| told(asked, outcome, &caller));
    Ok(respond(&caller, &told.collect::<Vec<_>>().into()))
}

/// The message that tells what became of the operations.
fn respond(caller: &Caller, told: &Value) -> Response {
    let body = json!({"schemas": [RESPONSE_SCHEMA], "Operations": told});
    answer::json(StatusCode::OK, caller.media_type.clone(), body.to_string().into_bytes())
}

/// What each operation asks for, and what is to be done for it.
fn prepare(
    operations: Vec<Value>,
    caller: &Caller,
    limits: &Limits,
) -> (Vec<RequestedOperation>, Vec<BulkOperation<ScimError>>) {
    let read = operations.into_iter().map(|operation| {
        let (mut asked, refusal) = RequestedOperation::read(operation);
        let work = match refusal {
            None => operation::prepare(&mut asked, caller, limits),
            Some(refusal) => BulkWork::Refused(refusal),
        };
        let operation = BulkOperation { bulk_id: asked.bulk_id.clone(), work };
        (asked, operation)
    });
    read.unzip()
}

/// What the journal says of them all.
fn effect(outcome: &[Result<BulkDone, ChangeError<ScimError>>]) -> String {
    let refused = outcome.iter().filter(|one| one.is_err()).count();
    format!("{} operations done, {refused} refused", outcome.len() - refused)
}

/// What the answer says of one operation. The status is a text (RFC 7644 §3.7.3).
fn told(
    asked: &RequestedOperation,
    outcome: Result<BulkDone, ChangeError<ScimError>>,
    caller: &Caller,
) -> Value {
    let mut told = Map::new();
    told.insert("method".to_owned(), asked.method.clone().into());
    if let Some(bulk_id) = &asked.bulk_id {
        told.insert("bulkId".to_owned(), bulk_id.clone().into());
    }
    match outcome {
        Ok(done) => {
            let kind = if asked.path.starts_with("/Groups") { "Groups" } else { "Users" };
            let location = format!("{}/{kind}/{}", caller.base_url, done.id);
            told.insert("location".to_owned(), location.into());
            if let Some(version) = done.version {
                let tag = rollcall_scim::etag(version.unsigned_abs());
                told.insert("version".to_owned(), tag.into());
            }
            let status = match asked.method.as_str() {
                "POST" => "201",
                "DELETE" => "204",
                _ => "200",
            };
            told.insert("status".to_owned(), status.into());
        }
        Err(error) => {
            let error = Failure::from(error).into_error();
            caller.note.refused_part(&error);
            told.insert("status".to_owned(), error.status().to_string().into());
            told.insert("response".to_owned(), error.body());
            if asked.method != "POST" {
                let location = format!("{}{}", caller.base_url, asked.path);
                told.insert("location".to_owned(), location.into());
            }
        }
    }
    Value::Object(told)
}

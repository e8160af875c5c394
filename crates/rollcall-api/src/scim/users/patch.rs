//! `PATCH /Users/{id}` (RFC 7644 §3.5.2).

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value};

use rollcall_domain::employee::Status;
use rollcall_scim::{PatchRequest, ScimError};

use crate::scim::caller::{Caller, Named};
use crate::scim::failure::Failure;
use crate::scim::schema::schemas;
use crate::scim::service::Scim;
use crate::scim::wish::Taken;
use crate::scim::{answer, body, request, user, users, wish};

/// Applies the operations to the user as it is when its turn comes, all of them or none.
pub(crate) async fn patch(
    State(scim): State<Scim>,
    caller: Caller,
    Named(id): Named,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    request: Body,
) -> Result<Response, Failure> {
    let query = request::query(query.as_deref())?;
    let projection = request::projection(&query)?;
    let id = users::id(&id)?;
    let body = body::read((&headers, &caller.note), request, &scim.limits).await?;
    let dialect = caller.dialect;
    let taken = Taken::from(&caller);
    let patch = PatchRequest::parse(body, &dialect, &scim.limits)?;
    let note = caller.note.clone();
    let apply = move |present: &Map<String, Value>| -> Result<_, ScimError> {
        let mut resource = present.clone();
        let mut outcome = patch.apply(&mut resource, schemas(taken.optional), &dialect)?;
        outcome.ignored.extend(wish::withhold(&mut resource, taken));
        note.ignored(outcome.ignored);
        let wishes = wish::changed(present, &resource, taken);
        user::claim(resource, Status::Active, &dialect, wishes)
    };
    let precondition = request::precondition(&headers);
    let changed = scim.app.reprovision(&caller.access, id, precondition, apply).await?;
    caller.note.written(changed.written);
    // RFC 7644 §3.5.2: a client that names attributes wants to read them.
    if dialect.patch_answers_no_content && query.attributes.is_none() {
        let mut response = answer::empty(StatusCode::NO_CONTENT);
        if let Some(tag) = answer::etag(changed.person.version) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        return Ok(response);
    }
    Ok(users::answer(StatusCode::OK, &caller, &changed.person, &projection))
}

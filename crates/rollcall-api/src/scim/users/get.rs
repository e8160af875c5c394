//! `GET /Users/{id}` (RFC 7644 §3.4.1).

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};

use crate::scim::answer;
use crate::scim::caller::{Caller, Named};
use crate::scim::failure::Failure;
use crate::scim::service::Scim;
use crate::scim::{request, users};

/// One user, or 304 when the client has this version (`If-None-Match`).
pub(crate) async fn get(
    State(scim): State<Scim>,
    caller: Caller,
    Named(id): Named,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let projection = request::projection(&request::query(query.as_deref())?)?;
    let person = scim
        .app
        .scim_person(&caller.access, users::id(&id)?)
        .await
        .map_err(|error| Failure::storage(&error))?
        .ok_or_else(Failure::no_user)?;
    let known = request::entity_tags(&headers, &header::IF_NONE_MATCH);
    if known.is_some_and(|tags| tags.matches(person.version.unsigned_abs())) {
        let mut response = answer::empty(StatusCode::NOT_MODIFIED);
        if let Some(tag) = answer::etag(person.version) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        return Ok(response);
    }
    Ok(users::answer(StatusCode::OK, &caller, &person, &projection))
}

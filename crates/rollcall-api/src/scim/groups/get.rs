//! `GET /Groups/{id}` (RFC 7644 §3.4.1).

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};

use crate::scim::caller::{Caller, Named};
use crate::scim::failure::Failure;
use crate::scim::service::Scim;
use crate::scim::{answer, groups, request};

/// One group, or 304 when the client has this version (`If-None-Match`).
pub(crate) async fn get(
    State(scim): State<Scim>,
    caller: Caller,
    Named(id): Named,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let projection = request::projection(&request::query(query.as_deref())?)?;
    let found = scim.app.scim_group(&caller.access, groups::id(&id)?).await?;
    let found = found.ok_or_else(groups::no_group)?;
    let known = request::entity_tags(&headers, &header::IF_NONE_MATCH);
    if known.is_some_and(|tags| tags.matches(found.version.unsigned_abs())) {
        let mut response = answer::empty(StatusCode::NOT_MODIFIED);
        groups::mark(&mut response, &found);
        return Ok(response);
    }
    groups::answer(&scim, &caller, StatusCode::OK, &found, &projection).await
}

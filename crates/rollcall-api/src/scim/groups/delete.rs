//! `DELETE /Groups/{id}` (RFC 7644 §3.6).

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use crate::scim::caller::{Caller, Named};
use crate::scim::failure::Failure;
use crate::scim::service::Scim;
use crate::scim::{answer, groups, request};

/// Ends a group.
pub(crate) async fn delete(
    State(scim): State<Scim>,
    caller: Caller,
    Named(id): Named,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let precondition = request::precondition(&headers);
    scim.app.delete_group(&caller.access, groups::id(&id)?, precondition).await?;
    Ok(answer::empty(StatusCode::NO_CONTENT))
}

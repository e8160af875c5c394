//! `DELETE /Users/{id}` (RFC 7644 §3.6): the person is deactivated and hidden, and can come back.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use crate::scim::caller::{Caller, Named};
use crate::scim::failure::Failure;
use crate::scim::service::Scim;
use crate::scim::{answer, request, users};

/// Deactivates and hides a user.
pub(crate) async fn delete(
    State(scim): State<Scim>,
    caller: Caller,
    Named(id): Named,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    scim.app.deprovision(&caller.access, users::id(&id)?, request::precondition(&headers)).await?;
    Ok(answer::empty(StatusCode::NO_CONTENT))
}

//! `POST /Groups/.search` (RFC 7644 §3.4.3): a list whose parameters stand in the body.

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

use rollcall_scim::ListQuery;

use crate::scim::body;
use crate::scim::caller::Caller;
use crate::scim::failure::Failure;
use crate::scim::groups::list;
use crate::scim::service::Scim;

/// One page of groups.
pub(crate) async fn search(
    State(scim): State<Scim>,
    caller: Caller,
    headers: HeaderMap,
    request: Body,
) -> Result<Response, Failure> {
    let body = body::read((&headers, &caller.note), request, &scim.limits).await?;
    let query = ListQuery::from_search(body, &caller.dialect)?;
    list::serve(&scim, caller, &query).await
}

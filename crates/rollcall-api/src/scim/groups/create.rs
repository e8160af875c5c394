//! `POST /Groups` (RFC 7644 §3.3).

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use rollcall_scim::normalise;

use crate::scim::caller::Caller;
use crate::scim::failure::Failure;
use crate::scim::schema::GROUP_SCHEMAS;
use crate::scim::service::Scim;
use crate::scim::{body, group, groups, request};

/// Makes a group: a new team or role, or the present one of that name.
pub(crate) async fn create(
    State(scim): State<Scim>,
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    sent: Body,
) -> Result<Response, Failure> {
    let projection = request::projection(&request::query(query.as_deref())?)?;
    let body = body::read((&headers, &caller.note), sent, &scim.limits).await?;
    groups::check_served(&caller)?;
    let mut normalised = normalise(body, &GROUP_SCHEMAS, &caller.dialect)?;
    caller.note.ignored(std::mem::take(&mut normalised.ignored));
    let claim = group::claim(normalised.attributes)?;
    let made = scim.app.create_group(&caller.access, claim).await?;
    caller.note.pending_members(&made.pending);
    groups::answer(&scim, &caller, StatusCode::CREATED, &made.group, &projection).await
}

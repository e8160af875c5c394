//! `PATCH /Groups/{id}` (RFC 7644 §3.5.2). It sees the members that it names, not the others.

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

use rollcall_app::scim_group::{ScimGroup, Seen};
use rollcall_scim::{Dialect, ListQuery, PatchRequest, Projection, ScimError, Scope};

use crate::scim::caller::{Caller, Named};
use crate::scim::failure::Failure;
use crate::scim::schema::GROUP_SCHEMAS;
use crate::scim::service::Scim;
use crate::scim::{body, group, groups, request};

/// Applies the operations to the group as it is when its turn comes, all of them or none.
pub(crate) async fn patch(
    State(scim): State<Scim>,
    caller: Caller,
    Named(id): Named,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    sent: Body,
) -> Result<Response, Failure> {
    let query = request::query(query.as_deref())?;
    let projection = request::projection(&query)?;
    let id = groups::id(&id)?;
    let body = body::read((&headers, &caller.note), sent, &scim.limits).await?;
    let dialect = caller.dialect;
    let patch = PatchRequest::parse(body, &dialect, &scim.limits)?;
    let seen = match patch.scope("members", &dialect) {
        Scope::All => Seen::All,
        Scope::Named(named) => Seen::Named(named),
    };
    let note = caller.note.clone();
    let apply = move |present: &Map<String, Value>, members: &[String]| -> Result<_, ScimError> {
        let mut resource = group::with_members(present, members);
        let outcome = patch.apply(&mut resource, &GROUP_SCHEMAS, &dialect)?;
        note.ignored(outcome.ignored);
        group::claim(resource)
    };
    let precondition = request::precondition(&headers);
    let changed = scim.app.change_group(&caller.access, id, precondition, seen, apply).await?;
    caller.note.pending_members(&changed.pending);
    if is_echoed(&scim, &caller, &changed.group, (&query, &projection), &dialect).await? {
        return groups::answer(&scim, &caller, StatusCode::OK, &changed.group, &projection).await;
    }
    Ok(groups::empty(&changed.group))
}

/// Whether the group is sent back. A client that names attributes wants to read them (RFC 7644 §3.5.2); one
/// that adds a member to a large group does not want all others.
async fn is_echoed(
    scim: &Scim,
    caller: &Caller,
    changed: &ScimGroup,
    (query, projection): (&ListQuery<'_>, &Projection),
    dialect: &Dialect,
) -> Result<bool, Failure> {
    if query.attributes.is_some() || !groups::shows_members(projection) {
        return Ok(true);
    }
    if dialect.patch_answers_no_content {
        return Ok(false);
    }
    let most = groups::ECHOED_MEMBERS_MAX;
    let members = scim.app.group_members(&caller.access, changed.id, most + 1).await?;
    Ok(members.len() <= most)
}

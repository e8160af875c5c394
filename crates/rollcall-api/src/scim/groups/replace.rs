//! `PUT /Groups/{id}` (RFC 7644 §3.5.1).

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

use rollcall_app::scim_group::Seen;
use rollcall_scim::{ErrorKind, ScimError, normalise};

use crate::scim::caller::{Caller, Named};
use crate::scim::failure::Failure;
use crate::scim::schema::GROUP_SCHEMAS;
use crate::scim::service::Scim;
use crate::scim::{body, group, groups, request};

/// Puts a group in the place of another. Without `members` it has none (Okta O16 sends all of them).
pub(crate) async fn replace(
    State(scim): State<Scim>,
    caller: Caller,
    Named(id): Named,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    sent: Body,
) -> Result<Response, Failure> {
    let projection = request::projection(&request::query(query.as_deref())?)?;
    let id = groups::id(&id)?;
    let body = body::read((&headers, &caller.note), sent, &scim.limits).await?;
    let mut normalised = normalise(body, &GROUP_SCHEMAS, &caller.dialect)?;
    let is_other = normalised.sent_id.as_deref().is_some_and(|sent| sent != id.to_string());
    if is_other && !caller.dialect.ignore_sent_id {
        return Err(Failure::new(
            ErrorKind::Mutability,
            "The body's id is not the one of the URL; ids never change.",
        ));
    }
    caller.note.ignored(std::mem::take(&mut normalised.ignored));
    let attributes = normalised.attributes;
    let apply = move |_: &Map<String, Value>, _: &[String]| -> Result<_, ScimError> {
        group::claim(attributes.clone())
    };
    let precondition = request::precondition(&headers);
    let changed = scim.app.change_group(&caller.access, id, precondition, Seen::All, apply).await?;
    caller.note.pending_members(&changed.pending);
    groups::answer(&scim, &caller, StatusCode::OK, &changed.group, &projection).await
}

//! `/Groups`: one operation per file.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod patch;
pub(crate) mod replace;
pub(crate) mod search;

mod selection;

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use serde_json::Value;

use rollcall_app::scim_group::ScimGroup;
use rollcall_domain::GroupId;
use rollcall_domain::policy::GroupMeaning;
use rollcall_scim::{ErrorKind, Projection};

use crate::scim::caller::Caller;
use crate::scim::failure::Failure;
use crate::scim::schema::GROUP_SCHEMAS;
use crate::scim::service::Scim;
use crate::scim::{answer, group};

/// A group with more members than this is not sent back with every change of it.
const ECHOED_MEMBERS_MAX: usize = 1_000;

/// The id of a path; one that is none of ours names no group.
fn id(text: &str) -> Result<GroupId, Failure> {
    group::id(text).ok_or_else(no_group)
}

fn no_group() -> Failure {
    Failure::new(ErrorKind::NotFound, "There is no such group.")
}

/// Refuses what would make or change groups where the connection serves none.
fn check_served(caller: &Caller) -> Result<(), Failure> {
    if caller.access.policy.groups == GroupMeaning::None {
        let detail =
            "This connection serves no groups; an administrator of Rollcall can switch them on.";
        return Err(Failure::new(ErrorKind::NotImplemented, detail));
    }
    Ok(())
}

/// Whether an answer shows members.
fn shows_members(projection: &Projection) -> bool {
    projection.shows("members", &GROUP_SCHEMAS)
}

/// A group as the body of an answer. Members are read only where they are shown.
async fn answer(
    scim: &Scim,
    caller: &Caller,
    status: StatusCode,
    found: &ScimGroup,
    projection: &Projection,
) -> Result<Response, Failure> {
    let members = if shows_members(projection) {
        Some(scim.app.group_members(&caller.access, found.id, usize::MAX).await?)
    } else {
        None
    };
    let mut resource = group::resource(found, members.as_deref(), &caller.base_url);
    projection.apply(&mut resource, &GROUP_SCHEMAS);
    let body = Value::Object(resource).to_string().into_bytes();
    let mut response = answer::json(status, caller.media_type.clone(), body);
    mark(&mut response, found);
    if status == StatusCode::CREATED
        && let Ok(location) =
            HeaderValue::try_from(format!("{}/Groups/{}", caller.base_url, found.id))
    {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

fn mark(response: &mut Response, found: &ScimGroup) {
    if let Some(tag) = answer::etag(found.version) {
        response.headers_mut().insert(header::ETAG, tag);
    }
}

/// An answer without a body.
fn empty(found: &ScimGroup) -> Response {
    let mut response = answer::empty(StatusCode::NO_CONTENT);
    mark(&mut response, found);
    response
}

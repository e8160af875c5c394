//! `/Users`: one operation per file.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod patch;
pub(crate) mod replace;
pub(crate) mod search;

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};

use rollcall_app::scim_person::ScimPerson;
use rollcall_domain::EmployeeId;
use rollcall_scim::Projection;

use crate::scim::answer;
use crate::scim::caller::Caller;
use crate::scim::failure::Failure;
use crate::scim::user;

/// The id of a path, letter by letter (RFC 7643 §3.1). One that is none of ours names nobody, and is not
/// told apart from one that is gone.
fn id(text: &str) -> Result<EmployeeId, Failure> {
    user::id(text).ok_or_else(Failure::no_user)
}

/// A user as the body of an answer.
fn answer(
    status: StatusCode,
    caller: &Caller,
    person: &ScimPerson,
    projection: &Projection,
) -> Response {
    let mut body = Vec::with_capacity(person.resource.len() + 384);
    user::write_projected(&mut body, person, &caller.base_url, projection, caller.schemas());
    let mut response = answer::json(status, caller.media_type.clone(), body);
    if let Some(tag) = answer::etag(person.version) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    if status == StatusCode::CREATED
        && let Ok(location) =
            HeaderValue::try_from(format!("{}/Users/{}", caller.base_url, person.id))
    {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

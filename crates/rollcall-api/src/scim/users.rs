//! `/Users`: one operation per file.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod patch;
pub(crate) mod replace;
pub(crate) mod search;

use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use rollcall_app::provision::Precondition;
use rollcall_app::scim_person::ScimPerson;
use rollcall_domain::EmployeeId;
use rollcall_scim::{EntityTags, ListQuery, Projection};

use crate::scim::answer;
use crate::scim::caller::Caller;
use crate::scim::failure::Failure;
use crate::scim::user;

/// The id of a path, letter by letter (RFC 7643 §3.1). One that is none of ours names nobody, and is not
/// told apart from one that is gone.
fn id(text: &str) -> Result<EmployeeId, Failure> {
    user::id(text).ok_or_else(Failure::no_user)
}

/// In which versions the client wants to change the user (`If-Match`).
fn precondition(headers: &HeaderMap) -> Precondition {
    match entity_tags(headers, &header::IF_MATCH) {
        None | Some(EntityTags::Any) => Precondition::Any,
        Some(EntityTags::Listed(tags)) => {
            // Another spelling of a number, such as `02`, is another tag.
            let version =
                |tag: &String| tag.parse().ok().filter(|version: &i64| version.to_string() == *tag);
            Precondition::OneOf(tags.iter().filter_map(version).collect())
        }
    }
}

fn entity_tags(headers: &HeaderMap, name: &HeaderName) -> Option<EntityTags> {
    headers.get(name).map(|value| EntityTags::parse(value.to_str().unwrap_or_default()))
}

/// The parameters of the URL. A name that is not known here is none of ours: Entra appends flags of its
/// own (docs/scim-clients.md, C1).
pub(crate) fn query(text: Option<&str>) -> Result<ListQuery<'_>, Failure> {
    let Some(text) = text else { return Ok(ListQuery::default()) };
    Ok(ListQuery::from_pairs(form_urlencoded::parse(text.as_bytes()))?)
}

fn projection(query: &ListQuery<'_>) -> Result<Projection, Failure> {
    Ok(Projection::parse(query.attributes.as_deref(), query.excluded_attributes.as_deref())?)
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
    if let Some(tag) = answer::etag(person) {
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

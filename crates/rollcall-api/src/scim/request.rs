//! What a request brings beside its body: parameters of the URL and conditions.

use http::{HeaderMap, HeaderName, header};

use rollcall_app::provision::Precondition;
use rollcall_scim::{EntityTags, ListQuery, Projection};

use crate::scim::failure::Failure;

/// In which versions the client wants to change the resource (`If-Match`).
pub(crate) fn precondition(headers: &HeaderMap) -> Precondition {
    versions(entity_tags(headers, &header::IF_MATCH))
}

/// The versions that entity tags name.
pub(crate) fn versions(tags: Option<EntityTags>) -> Precondition {
    match tags {
        None | Some(EntityTags::Any) => Precondition::Any,
        Some(EntityTags::Listed(tags)) => {
            // Another spelling of a number, such as `02`, is another tag.
            let version =
                |tag: &String| tag.parse().ok().filter(|version: &i64| version.to_string() == *tag);
            Precondition::OneOf(tags.iter().filter_map(version).collect())
        }
    }
}

/// The entity tags that a header lists.
pub(crate) fn entity_tags(headers: &HeaderMap, name: &HeaderName) -> Option<EntityTags> {
    headers.get(name).map(|value| EntityTags::parse(value.to_str().unwrap_or_default()))
}

/// The parameters of the URL. A name that is not known here is none of ours: Entra appends flags of its
/// own (docs/scim-clients.md, C1).
pub(crate) fn query(text: Option<&str>) -> Result<ListQuery<'_>, Failure> {
    let Some(text) = text else { return Ok(ListQuery::default()) };
    Ok(ListQuery::from_pairs(form_urlencoded::parse(text.as_bytes()))?)
}

/// Which attributes the client wants to read.
pub(crate) fn projection(query: &ListQuery<'_>) -> Result<Projection, Failure> {
    Ok(Projection::parse(query.attributes.as_deref(), query.excluded_attributes.as_deref())?)
}

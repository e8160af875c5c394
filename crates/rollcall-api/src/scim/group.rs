//! Between a SCIM Group and a team or role, both ways.

use serde_json::{Map, Value, json};

use rollcall_app::scim_group::{GroupClaim, ScimGroup};
use rollcall_domain::letter::readable;
use rollcall_domain::{GroupId, time};
use rollcall_scim::{ErrorKind, ScimError};

/// Longer names and ids are refused: indexes hold them.
const TEXT_MAX_BYTES: usize = 1_024;

/// Reads what a client says of a group from a resource in canonical form.
pub(crate) fn claim(mut resource: Map<String, Value>) -> Result<GroupClaim, ScimError> {
    let display_name = text(&resource, "displayName")?
        .filter(|name| !readable(name).trim().is_empty())
        .ok_or_else(|| invalid("displayName is required and must not be empty.".to_owned()))?;
    let external_id = text(&resource, "externalId")?;
    let members = members(&resource)?;
    resource.remove("members");
    Ok(GroupClaim { display_name, external_id, resource, members })
}

fn text(resource: &Map<String, Value>, name: &str) -> Result<Option<String>, ScimError> {
    match resource.get(name).and_then(Value::as_str) {
        Some(text) if text.len() > TEXT_MAX_BYTES => {
            let length = text.len();
            Err(invalid(format!("{name} has {length} bytes; {TEXT_MAX_BYTES} are allowed.")))
        }
        found => Ok(found.map(str::to_owned)),
    }
}

fn members(resource: &Map<String, Value>) -> Result<Vec<String>, ScimError> {
    let members = resource.get("members").and_then(Value::as_array).into_iter().flatten();
    let ids = members.filter_map(|member| member.get("value")?.as_str());
    ids.map(|id| {
        if id.len() > TEXT_MAX_BYTES {
            return Err(invalid("members: an id is too long to be one.".to_owned()));
        }
        Ok(id.to_owned())
    })
    .collect()
}

fn invalid(detail: String) -> ScimError {
    ScimError::new(ErrorKind::InvalidValue, detail)
}

/// The id that a text is; `None` for one that is no id, or another spelling of one.
pub(crate) fn id(text: &str) -> Option<GroupId> {
    text.parse().ok().filter(|id: &GroupId| id.to_string() == text)
}

/// The members of a resource, as a PATCH sees them.
pub(crate) fn with_members(
    resource: &Map<String, Value>,
    members: &[String],
) -> Map<String, Value> {
    let mut whole = resource.clone();
    if !members.is_empty() {
        let members: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
        whole.insert("members".to_owned(), members.into());
    }
    whole
}

/// A group as a client reads it, with the members that are given.
pub(crate) fn resource(
    group: &ScimGroup,
    members: Option<&[String]>,
    base_url: &str,
) -> Map<String, Value> {
    let mut resource: Map<String, Value> =
        serde_json::from_str(&group.resource).unwrap_or_default();
    let id = group.id.to_string();
    resource.insert(
        "meta".to_owned(),
        json!({
            "resourceType": "Group",
            "created": time::to_text(group.created_at),
            "lastModified": time::to_text(group.updated_at),
            "location": format!("{base_url}/Groups/{id}"),
            "version": rollcall_scim::etag(group.version.unsigned_abs()),
        }),
    );
    resource.insert("id".to_owned(), id.into());
    let member = |id: &String| json!({"value": id, "$ref": format!("{base_url}/Users/{id}"), "type": "User"});
    if let Some(members) = members.filter(|members| !members.is_empty()) {
        resource.insert("members".to_owned(), members.iter().map(member).collect());
    }
    resource
}

//! The SCIM words that both manners share: schemas, quoting, and reading what a server answers.
//! Pure.

use serde_json::Value;

use crate::person::{Held, Profile};

pub(crate) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub(crate) const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// A value in a filter: a JSON string (RFC 7644 §3.4.2.2).
pub(crate) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// What a user resource says of a person; `None` if it has no id.
pub(crate) fn read(resource: &Value) -> Option<Held> {
    let text = |value: Option<&Value>| {
        value.and_then(Value::as_str).map(ToOwned::to_owned).unwrap_or_default()
    };
    let name = resource.get("name");
    let enterprise = resource.get(ENTERPRISE);
    let within = |value: Option<&Value>, key: &str| text(value.and_then(|value| value.get(key)));
    let profile = Profile {
        user_name: text(resource.get("userName")),
        given_name: within(name, "givenName"),
        family_name: within(name, "familyName"),
        email: work_email(resource),
        title: text(resource.get("title")),
        department: within(enterprise, "department"),
        employee_number: within(enterprise, "employeeNumber"),
        // A server that leaves it out means active (RFC 7643 §4.1.1 leaves it to the server).
        active: resource.get("active").and_then(Value::as_bool).unwrap_or(true),
    };
    let id = text(resource.get("id"));
    if id.is_empty() { None } else { Some(Held { id, profile }) }
}

/// The first user of a list answer.
pub(crate) fn first(list: &Value) -> Option<Held> {
    read(list.get("Resources")?.as_array()?.first()?)
}

/// What a server says of its refusal, for a person to read.
pub(crate) fn detail(body: &Value) -> String {
    let part = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default();
    format!("{} {}", part("scimType"), part("detail")).trim().to_owned()
}

fn work_email(resource: &Value) -> String {
    let emails = resource.get("emails").and_then(Value::as_array);
    let mut emails = emails.into_iter().flatten();
    let is_work = |email: &&Value| email.get("type").and_then(Value::as_str) == Some("work");
    let email = emails.clone().find(is_work).or_else(|| emails.next());
    let value = email.and_then(|email| email.get("value")).and_then(Value::as_str);
    value.unwrap_or_default().to_owned()
}

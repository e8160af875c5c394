//! Bodies to begin with: complete enough for servers that require more than the RFC does.

use serde_json::{Value, json};

pub(crate) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(crate) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub(crate) const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// A person. `name` is unique in the run; the user name is an address, because many servers want one.
pub(crate) fn person(name: &str) -> Value {
    let address = address(name);
    json!({
        "schemas": [USER],
        "userName": address,
        "externalId": format!("ext-{name}"),
        "name": {"givenName": "Ana", "familyName": name},
        "displayName": format!("Ana {name}"),
        "emails": [{"value": address, "type": "work", "primary": true}],
        "active": true,
    })
}

/// A group with members.
pub(crate) fn group(name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
    json!({"schemas": [GROUP], "displayName": name, "members": members})
}

/// An address that leads nowhere (RFC 2606 §3).
pub(crate) fn address(name: &str) -> String {
    format!("{name}@example.com")
}

/// Sets a member of a body.
pub(crate) fn set(body: &mut Value, member: &str, value: impl Into<Value>) {
    if let Some(body) = body.as_object_mut() {
        body.insert(member.to_owned(), value.into());
    }
}

/// Takes a member out of a body.
pub(crate) fn remove(body: &mut Value, member: &str) {
    if let Some(body) = body.as_object_mut() {
        body.remove(member);
    }
}

//! Microsoft Entra's manner, as "Develop and plan provisioning for a SCIM endpoint" and "Known
//! issues … SCIM 2.0 protocol compliance" of Microsoft's documentation tell it. Pure: requests as
//! values.
//!
//! Entra writes operations with a capital, booleans as strings and one operation for each
//! attribute; with the flag `aadOptscim062020` in the base address, one operation without a path
//! whose keys are dotted paths and URNs.

use serde_json::{Map, Value, json};

use crate::client::encode;
use crate::person::{Person, Profile};
use crate::resource::{ENTERPRISE, PATCH, USER, quoted};

/// In which of its two dialects Entra writes PATCH.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// The default: capitals, string booleans, a path for each attribute.
    Default,
    /// With the flag: no path, dotted keys.
    Flagged,
}

impl Dialect {
    /// The dialect that the flags of the base address ask for.
    pub(crate) fn of(flags: &str) -> Self {
        if flags.to_ascii_lowercase().contains("aadoptscim062020") {
            Self::Flagged
        } else {
            Self::Default
        }
    }
}

/// The connection test, sent again with each cycle: asks for nobody.
pub(crate) fn test(guid: &str) -> String {
    find(&format!("AzureAD_Test-{guid}"))
}

/// Matches a person. Spaces are written as `+`.
pub(crate) fn find(user_name: &str) -> String {
    let filter = encode(&format!("userName eq {}", quoted(user_name))).replace("%20", "+");
    format!("/Users?filter={filter}")
}

/// A new user.
pub(crate) fn create(person: &Person) -> Value {
    let profile = &person.profile;
    json!({
        "schemas": [USER, ENTERPRISE],
        "externalId": person.external_id,
        "userName": profile.user_name,
        "active": profile.active,
        "displayName": profile.display_name(),
        "emails": [{"primary": true, "type": "work", "value": profile.email}],
        "meta": {"resourceType": "User"},
        "name": {
            "formatted": profile.display_name(),
            "familyName": profile.family_name,
            "givenName": profile.given_name,
        },
        "title": profile.title,
        "roles": [],
        ENTERPRISE: {
            "employeeNumber": profile.employee_number,
            "department": profile.department,
        },
    })
}

/// A PATCH with what changed.
pub(crate) fn patch(before: &Profile, after: &Profile, dialect: Dialect) -> Value {
    let changes = changes(before, after);
    let mut operations: Vec<Value> = Vec::new();
    match dialect {
        Dialect::Default => {
            for (path, was, is) in changes {
                let op = if was.is_empty() { "Add" } else { "Replace" };
                operations.push(json!({"op": op, "path": path, "value": is}));
            }
            if before.active != after.active {
                let active = if after.active { "True" } else { "False" };
                operations.push(json!({"op": "Replace", "path": "active", "value": active}));
            }
        }
        Dialect::Flagged => {
            let mut value: Map<String, Value> =
                changes.into_iter().map(|(path, _, is)| (path, Value::String(is))).collect();
            if before.active != after.active {
                value.insert("active".into(), json!(after.active));
            }
            operations.push(json!({"op": "replace", "value": value}));
        }
    }
    json!({"schemas": [PATCH], "Operations": operations})
}

/// The paths that changed, with the old and the new value.
fn changes(before: &Profile, after: &Profile) -> Vec<(String, String, String)> {
    let enterprise = |attribute: &str| format!("{ENTERPRISE}:{attribute}");
    let values = |profile: &Profile| {
        [
            ("userName".to_owned(), profile.user_name.clone()),
            ("displayName".to_owned(), profile.display_name()),
            ("name.formatted".to_owned(), profile.display_name()),
            ("name.givenName".to_owned(), profile.given_name.clone()),
            ("name.familyName".to_owned(), profile.family_name.clone()),
            ("emails[type eq \"work\"].value".to_owned(), profile.email.clone()),
            ("title".to_owned(), profile.title.clone()),
            (enterprise("department"), profile.department.clone()),
            (enterprise("employeeNumber"), profile.employee_number.clone()),
        ]
    };
    values(before)
        .into_iter()
        .zip(values(after))
        .filter(|((_, was), (_, is))| was != is)
        .map(|((path, was), (_, is))| (path, was, is))
        .collect()
}

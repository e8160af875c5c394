//! Okta's manner, as Okta's developer documentation tells it (reference/scim/scim-20 and
//! concepts/scim in okta/okta-developer-docs). Pure: requests as values.
//!
//! Okta has two kinds of applications that differ in how they change a user: those of its
//! integration network (OIN) send a PATCH without a path, those made with its app wizard (AIW)
//! read the resource and put it back changed. People with even numbers are of the first kind here.

use serde_json::{Map, Value, json};

use crate::client::encode;
use crate::person::{Person, Profile};
use crate::resource::{ENTERPRISE, PATCH, USER, quoted};

/// Which kind of application provisions a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum App {
    Network,
    Wizard,
}

impl App {
    pub(crate) fn of(person: &Person) -> Self {
        if person.number.is_multiple_of(2) { Self::Network } else { Self::Wizard }
    }
}

/// The connection test.
pub(crate) const TEST: &str = "/Users?startIndex=1&count=2";

/// Looks a person up before creating.
pub(crate) fn find(user_name: &str) -> String {
    let filter = encode(&format!("userName eq {}", quoted(user_name)));
    format!("/Users?filter={filter}&startIndex=1&count=100")
}

/// A new user. The password is sent even where its synchronization is off.
pub(crate) fn create(person: &Person) -> Value {
    let profile = &person.profile;
    json!({
        "schemas": [USER, ENTERPRISE],
        "userName": profile.user_name,
        "name": {"givenName": profile.given_name, "familyName": profile.family_name},
        "emails": [{"primary": true, "value": profile.email, "type": "work"}],
        "displayName": profile.display_name(),
        "title": profile.title,
        "locale": "en-US",
        "externalId": person.external_id,
        "groups": [],
        "password": format!("1mz{:05}nq", person.number),
        "active": profile.active,
        ENTERPRISE: {
            "department": profile.department,
            "employeeNumber": profile.employee_number,
        },
    })
}

/// A PATCH without a path, with what changed.
pub(crate) fn patch(before: &Profile, after: &Profile) -> Value {
    let mut value = Map::new();
    let mut enterprise = Map::new();
    if before.active != after.active {
        value.insert("active".into(), json!(after.active));
    }
    if before.user_name != after.user_name {
        value.insert("userName".into(), json!(after.user_name));
    }
    if before.display_name() != after.display_name() {
        let name = json!({"givenName": after.given_name, "familyName": after.family_name});
        value.insert("name".into(), name);
        value.insert("displayName".into(), json!(after.display_name()));
    }
    if before.email != after.email {
        let emails = json!([{"primary": true, "value": after.email, "type": "work"}]);
        value.insert("emails".into(), emails);
    }
    if before.title != after.title {
        value.insert("title".into(), json!(after.title));
    }
    if before.department != after.department {
        enterprise.insert("department".into(), json!(after.department));
    }
    if before.employee_number != after.employee_number {
        enterprise.insert("employeeNumber".into(), json!(after.employee_number));
    }
    if !enterprise.is_empty() {
        value.insert(ENTERPRISE.into(), Value::Object(enterprise));
    }
    json!({"schemas": [PATCH], "Operations": [{"op": "replace", "value": value}]})
}

/// The resource as the server gave it, with all it holds that is not Okta's, put back changed.
pub(crate) fn merge(mut resource: Value, person: &Person) -> Value {
    let profile = &person.profile;
    if let Some(object) = resource.as_object_mut() {
        object.insert("userName".into(), json!(profile.user_name));
        object.insert("externalId".into(), json!(person.external_id));
        let name = json!({"givenName": profile.given_name, "familyName": profile.family_name});
        object.insert("name".into(), name);
        let emails = json!([{"primary": true, "value": profile.email, "type": "work"}]);
        object.insert("emails".into(), emails);
        object.insert("displayName".into(), json!(profile.display_name()));
        object.insert("title".into(), json!(profile.title));
        object.insert("active".into(), json!(profile.active));
        let enterprise = object.entry(ENTERPRISE).or_insert_with(|| json!({}));
        if let Some(enterprise) = enterprise.as_object_mut() {
            enterprise.insert("department".into(), json!(profile.department));
            enterprise.insert("employeeNumber".into(), json!(profile.employee_number));
        }
    }
    resource
}

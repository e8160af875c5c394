//! What an audit entry tells: who did what to whom, with the values before and after.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::employee::Employee;
use crate::id::AuditEntryId;
use crate::source::Actor;

/// One line of the audit trail. Written in the transaction of the change that it tells.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    /// Version 7, so that the ids are in the order of the entries.
    pub id: AuditEntryId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What was done, as `noun.verb`: `employee.created`, `scim_token.revoked`.
    pub action: String,
    /// Whom or what it was done to.
    pub subject: Subject,
    /// The changed values as they were; empty for a creation.
    pub before: Map<String, Value>,
    /// The changed values as they are.
    pub after: Map<String, Value>,
}

/// What an audit entry is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The noun: `employee`, `scim_connection`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its name at that time, for people to read.
    pub name: String,
}

impl Subject {
    /// A person, named as people are named.
    #[must_use]
    pub fn employee(employee: &Employee) -> Self {
        let profile = &employee.profile;
        Self {
            kind: "employee",
            id: employee.id.to_string(),
            name: format!("{} {}", profile.first_name, profile.last_name),
        }
    }
}

/// The values of a person that an audit entry shows.
#[must_use]
pub fn values(employee: &Employee) -> Map<String, Value> {
    let profile = &employee.profile;
    let mut values = Map::new();
    values.insert("userName".into(), json!(profile.user_name.as_str()));
    values.insert("firstName".into(), json!(profile.first_name));
    values.insert("lastName".into(), json!(profile.last_name));
    values.insert("email".into(), json!(profile.email));
    values.insert("status".into(), json!(employee.status));
    values.insert("externalId".into(), json!(employee.external_id));
    values.insert("team".into(), json!(employee.team));
    values.insert("primaryRole".into(), json!(employee.primary_role));
    values.insert("agentNumber".into(), json!(employee.agent_number.0));
    let details = &employee.details;
    for (name, value) in [
        ("displayName", &details.display_name),
        ("middleName", &details.middle_name),
        ("mobileNumber", &details.mobile_number),
        ("timeZone", &details.time_zone),
        ("type", &details.employee_type),
    ] {
        values.extend(value.as_ref().map(|value| (name.to_owned(), json!(value))));
    }
    let authenticator = details.login_authenticator;
    values.extend(authenticator.map(|id| ("loginAuthenticator".to_owned(), json!(id))));
    values.insert("managedBy".into(), json!(employee.managed_by));
    values
}

/// What differs between two states of a person: the values before, and the values after.
#[must_use]
pub fn difference(before: &Employee, after: &Employee) -> (Map<String, Value>, Map<String, Value>) {
    let (mut old, mut new) = (values(before), values(after));
    let names: Vec<String> = old.keys().chain(new.keys()).cloned().collect();
    for name in names {
        if old.get(&name) == new.get(&name) {
            old.remove(&name);
            new.remove(&name);
        } else {
            // A value that came or went is told as null on the other side.
            old.entry(name.clone()).or_insert(Value::Null);
            new.entry(name).or_insert(Value::Null);
        }
    }
    (old, new)
}

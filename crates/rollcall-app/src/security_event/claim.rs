//! The claims of an event: about whom it is, and what it tells (RFC 9967 §2).

use serde_json::{Map, Value, json};

use crate::security_event::PREFIX;

const PATCH_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// Something that happened to one resource.
pub(super) struct Happening {
    /// The resource's path below the base: `/Users/{id}`.
    pub(super) path: String,
    pub(super) external_id: Option<String>,
    pub(super) told: Vec<Told>,
}

/// One event of it. A receiver hears of as many of them as it wants to.
pub(super) enum Told {
    /// That it happened.
    Plain(&'static str),
    /// What is there now, or what was changed: whole, or by name only.
    Values { kind: &'static str, version: i64, data: Option<Value>, attributes: Vec<String> },
    /// An event with a payload of its own.
    Payload(&'static str, Value),
}

impl Happening {
    pub(super) fn user(id: &impl ToString, resource: &Map<String, Value>, told: Vec<Told>) -> Self {
        let path = format!("/Users/{}", id.to_string());
        Self { path, external_id: external_id(resource), told }
    }

    pub(super) fn group(
        id: &impl ToString,
        resource: &Map<String, Value>,
        told: Vec<Told>,
    ) -> Self {
        let path = format!("/Groups/{}", id.to_string());
        Self { path, external_id: external_id(resource), told }
    }

    /// The claims for a receiver that wants to be told of `wanted`; `None` if none of it is wanted.
    pub(super) fn claims(&self, wanted: &[String], transaction: &str) -> Option<Value> {
        let wants = |kind: &str| {
            wanted.iter().any(|uri| uri.strip_prefix(PREFIX).is_some_and(|name| name == kind))
        };
        let mut events = Map::new();
        for told in &self.told {
            if let Some((kind, payload)) = told.event(&wants) {
                events.insert(format!("{PREFIX}{kind}"), payload);
            }
        }
        if events.is_empty() {
            return None;
        }
        let mut subject = json!({"format": "scim", "uri": self.path});
        if let (Some(external_id), Some(subject)) = (&self.external_id, subject.as_object_mut()) {
            subject.insert("externalId".to_owned(), external_id.as_str().into());
        }
        Some(json!({"sub_id": subject, "txn": transaction, "events": events}))
    }
}

impl Told {
    /// The event in the form that is wanted, the whole before the names.
    fn event(&self, wants: &impl Fn(&str) -> bool) -> Option<(String, Value)> {
        match self {
            Self::Plain(kind) => wants(kind).then(|| ((*kind).to_owned(), json!({}))),
            Self::Payload(kind, payload) => {
                wants(kind).then(|| ((*kind).to_owned(), payload.clone()))
            }
            Self::Values { kind, version, data, attributes } => {
                let (full, notice) = (format!("{kind}:full"), format!("{kind}:notice"));
                let version = format!("W/\"{version}\"");
                match data {
                    Some(data) if wants(&full) => {
                        Some((full, json!({"version": version, "data": data})))
                    }
                    // What is too large to be told whole is told by name to those who want it whole, too.
                    _ if wants(&notice) || wants(&full) => {
                        Some((notice, json!({"version": version, "attributes": attributes})))
                    }
                    _ => None,
                }
            }
        }
    }
}

/// What is new of a resource: all of it.
pub(super) fn created(version: i64, resource: Map<String, Value>) -> Told {
    let attributes = resource.keys().cloned().collect();
    Told::Values { kind: "prov:create", version, data: Some(resource.into()), attributes }
}

/// What changed, as the PATCH that makes the same change: operations, and the names that they touch.
pub(super) fn changed(version: i64, operations: Option<Vec<Value>>, names: Vec<String>) -> Told {
    let data =
        operations.map(|operations| json!({"schemas": [PATCH_SCHEMA], "Operations": operations}));
    Told::Values { kind: "prov:patch", version, data, attributes: names }
}

/// The operations that make `after` of `before`, and the paths that they touch. Attributes of an extension
/// stand for themselves.
pub(super) fn difference(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> (Vec<Value>, Vec<String>) {
    let (mut operations, mut names) = (Vec::new(), Vec::new());
    for (path, was, is) in pairs(before, after, "") {
        match (is_extension(&path), was, is) {
            (true, was, is) => {
                let empty = Map::new();
                let inside = |value: Option<&'_ Value>| {
                    value.and_then(Value::as_object).cloned().unwrap_or_else(|| empty.clone())
                };
                for (path, was, is) in pairs(&inside(was), &inside(is), &format!("{path}:")) {
                    operations.extend(operation(&path, was, is));
                    names.push(path);
                }
            }
            (false, was, is) => {
                operations.extend(operation(&path, was, is));
                names.push(path);
            }
        }
    }
    (operations, names)
}

/// What differs, by path.
fn pairs<'a>(
    before: &'a Map<String, Value>,
    after: &'a Map<String, Value>,
    prefix: &str,
) -> Vec<(String, Option<&'a Value>, Option<&'a Value>)> {
    let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
    names
        .filter(|name| *name != "schemas")
        .map(|name| (format!("{prefix}{name}"), before.get(name), after.get(name)))
        .filter(|(_, was, is)| was != is)
        .collect()
}

fn operation(path: &str, was: Option<&Value>, is: Option<&Value>) -> Option<Value> {
    match (was, is) {
        (_, Some(value)) => Some(json!({"op": "replace", "path": path, "value": value})),
        (Some(_), None) => Some(json!({"op": "remove", "path": path})),
        (None, None) => None,
    }
}

fn is_extension(name: &str) -> bool {
    name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
}

fn external_id(resource: &Map<String, Value>) -> Option<String> {
    resource.get("externalId").and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_change_is_told_as_the_patch_that_makes_it() {
        let before = map(json!({
            "schemas": ["a"], "title": "Agent", "nickName": "An", "active": true,
            "urn:x:User": {"team": "A", "floor": "1"},
        }));
        let after = map(json!({
            "schemas": ["a", "b"], "title": "Lead", "active": true, "locale": "de",
            "urn:x:User": {"team": "B", "floor": "1"},
        }));
        let (operations, mut names) = difference(&before, &after);
        names.sort();
        assert_eq!(names, ["locale", "nickName", "title", "urn:x:User:team"]);
        for operation in [
            json!({"op": "replace", "path": "title", "value": "Lead"}),
            json!({"op": "replace", "path": "locale", "value": "de"}),
            json!({"op": "remove", "path": "nickName"}),
            json!({"op": "replace", "path": "urn:x:User:team", "value": "B"}),
        ] {
            assert!(operations.contains(&operation), "{operation} is not in {operations:?}");
        }
        assert_eq!(operations.len(), 4);
    }

    #[test]
    fn a_receiver_hears_what_it_wants_in_the_form_that_it_wants() {
        let resource = map(json!({"externalId": "e", "userName": "ana"}));
        let told = vec![created(1, resource.clone()), Told::Plain("prov:activate")];
        let happening = Happening::user(&"7", &resource, told);
        let check = |wanted: &[&str], expected: &[&str]| {
            let wanted: Vec<String> = wanted.iter().map(|name| format!("{PREFIX}{name}")).collect();
            let claims = happening.claims(&wanted, "t");
            let events = claims.as_ref().and_then(|claims| claims["events"].as_object().cloned());
            let names: Vec<String> = events.unwrap_or_default().keys().cloned().collect();
            let expected: Vec<String> =
                expected.iter().map(|name| format!("{PREFIX}{name}")).collect();
            assert_eq!(names, expected);
            claims
        };
        assert_eq!(check(&["prov:delete"], &[]), None);
        check(&["prov:create:notice"], &["prov:create:notice"]);
        let both = ["prov:create:full", "prov:create:notice", "prov:activate"];
        let claims = check(&both, &["prov:activate", "prov:create:full"]).unwrap();
        assert_eq!(
            claims["sub_id"],
            json!({"format": "scim", "uri": "/Users/7", "externalId": "e"})
        );
        let full = &claims["events"]["urn:ietf:params:scim:event:prov:create:full"];
        assert_eq!(*full, json!({"version": "W/\"1\"", "data": resource}));
    }
}

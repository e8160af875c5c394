//! What a client wants of the optional attributes: read from the resource that it makes.

use serde_json::{Map, Value};

use rollcall_app::provision::Wish;
use rollcall_domain::RoleId;
use rollcall_domain::authority::Attribute;
use rollcall_domain::optional::OptionalAttributes;

use rollcall_scim::DialectName;

use crate::scim::caller::Caller;
use crate::scim::schema::{AGENT_URN, TEMPLATE};

/// What is taken over of what a connection's client sends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken {
    /// The optional attributes that the tenant takes.
    pub(crate) optional: OptionalAttributes,
    /// Whether `roles` and `entitlements` grant what `/Roles` and `/Entitlements` list: to Okta they do. To
    /// other clients they are texts of their own.
    grants: bool,
}

impl Taken {
    /// What a caller's connection takes.
    pub(crate) fn from(caller: &Caller) -> Self {
        let grants = caller.dialect.name == DialectName::Okta;
        Self { optional: caller.access.optional, grants }
    }
}

/// The name under which mobile numbers that are not taken are told.
const MOBILE: &str = "phoneNumbers[type eq \"mobile\"]";

/// Takes out of a resource what the tenant does not take and the schemas cannot tell apart: mobile numbers
/// among the telephone numbers, and a template for whom is there. Answers the names of all that is not taken, also of what is kept as it was
/// sent but means nothing here: a time zone that is none. A person is not refused for that.
pub(crate) fn withhold(resource: &mut Map<String, Value>, taken: Taken) -> Vec<String> {
    let zone = value(resource, Attribute::TimeZone, taken).filter(|zone| !is_time_zone(zone));
    let zone = zone.map(|zone| format!("timezone {zone:?}"));
    let late = template(resource).map(|_| format!("{AGENT_URN}:{TEMPLATE}"));
    zone.into_iter().chain(late).chain(withhold_mobile(resource, taken)).collect()
}

/// Takes the name of the template out of a resource: it is a wish for a creation, and no value of a person.
pub(crate) fn template(resource: &mut Map<String, Value>) -> Option<String> {
    let agent = resource.get_mut(AGENT_URN)?.as_object_mut()?;
    let name = agent.remove(TEMPLATE)?;
    if agent.is_empty() {
        resource.remove(AGENT_URN);
        if let Some(Value::Array(schemas)) = resource.get_mut("schemas") {
            schemas.retain(|urn| urn != AGENT_URN);
        }
    }
    match name {
        Value::String(name) => Some(name),
        _ => None,
    }
}

fn withhold_mobile(resource: &mut Map<String, Value>, taken: Taken) -> Option<String> {
    if taken.optional.contains(Attribute::MobileNumber) {
        return None;
    }
    let numbers = resource.get_mut("phoneNumbers")?.as_array_mut()?;
    let before = numbers.len();
    numbers.retain(|number| !is_mobile(number));
    let (left, withheld) = (numbers.len(), numbers.len() < before);
    if left == 0 {
        resource.remove("phoneNumbers");
    }
    withheld.then(|| MOBILE.to_owned())
}

/// The wishes of a client that states the whole resource (POST, PUT): what it states counts, and what it
/// states no longer is withdrawn.
pub(crate) fn stated(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    taken: Taken,
) -> Vec<Wish> {
    wishes(taken, |attribute| {
        let (was, is) = (value(before, attribute, taken), value(after, attribute, taken));
        (was.is_some() || is.is_some()).then_some(is)
    })
}

/// The wishes of a client that states what is to change (PATCH): the rest stays as it is, also where an
/// administrator changed it meanwhile.
pub(crate) fn changed(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    taken: Taken,
) -> Vec<Wish> {
    wishes(taken, |attribute| {
        let (was, is) = (value(before, attribute, taken), value(after, attribute, taken));
        (was != is).then_some(is)
    })
}

fn wishes<'a>(taken: Taken, wanted: impl Fn(Attribute) -> Option<Option<&'a str>>) -> Vec<Wish> {
    taken
        .optional
        .iter()
        .filter_map(|attribute| {
            let value = wanted(attribute)?;
            if attribute == Attribute::TimeZone && value.is_some_and(|zone| !is_time_zone(zone)) {
                return None;
            }
            Some(Wish { attribute, value: value.map(str::to_owned) })
        })
        .collect()
}

/// What a resource in canonical form says of an optional attribute. The extension counts before the core.
fn value(resource: &Map<String, Value>, attribute: Attribute, taken: Taken) -> Option<&str> {
    let core = |name: &str| resource.get(name);
    let agent = |name: &str| resource.get(AGENT_URN).and_then(|agent| agent.get(name));
    let granted = |name: &str| if taken.grants { granted(resource, name) } else { None };
    let found = match attribute {
        Attribute::DisplayName => core("displayName"),
        Attribute::MiddleName => core("name").and_then(|name| name.get("middleName")),
        Attribute::MobileNumber => mobile(resource),
        Attribute::TimeZone => agent("timeZone").or_else(|| core("timezone")),
        Attribute::Type => agent("type").or_else(|| core("userType")),
        Attribute::LoginAuthenticator => agent("loginAuthenticator"),
        Attribute::PrimaryRole => agent("primaryRole").or_else(|| granted("roles")),
        Attribute::Team => agent("team").or_else(|| granted("entitlements")),
        _ => None,
    };
    found.and_then(Value::as_str)
}

/// The role or team that is granted by its id, as `/Roles` and `/Entitlements` tell it (Okta O19): the primary
/// one, else the first. Other values mean nothing here; clients use these attributes for much else.
fn granted<'a>(resource: &'a Map<String, Value>, attribute: &str) -> Option<&'a Value> {
    let id = |grant: &'a Value| grant.get("value").filter(|id| is_id(id));
    let grants = resource.get(attribute)?.as_array()?;
    let primary = grants.iter().find(|grant| grant.get("primary") == Some(&Value::Bool(true)));
    primary.and_then(id).or_else(|| grants.iter().find_map(id))
}

/// Ids of roles and of teams are written alike.
fn is_id(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    text.parse().is_ok_and(|id: RoleId| id.to_string() == text)
}

fn is_time_zone(name: &str) -> bool {
    jiff::tz::TimeZone::get(name).is_ok()
}

/// The primary mobile number, else the first.
fn mobile(resource: &Map<String, Value>) -> Option<&Value> {
    let numbers = resource.get("phoneNumbers")?.as_array()?;
    let mut mobiles = numbers.iter().filter(|number| is_mobile(number));
    let is_primary = |number: &&Value| number.get("primary") == Some(&Value::Bool(true));
    let number = mobiles.clone().find(is_primary).or_else(|| mobiles.next())?;
    number.get("value")
}

fn is_mobile(number: &Value) -> bool {
    let kind = number.get("type").and_then(Value::as_str);
    kind.is_some_and(|kind| kind.eq_ignore_ascii_case("mobile"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ALL: Taken = Taken { optional: OptionalAttributes::ALL, grants: true };
    const NONE: Taken = Taken { optional: OptionalAttributes::NONE, grants: true };

    fn resource(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_whole_statement_withdraws_what_it_leaves_out_and_a_patch_does_not() {
        let before = resource(json!({"displayName": "Ada", "userType": "Employee"}));
        let after = resource(json!({"displayName": "Ada", AGENT_URN: {"team": "Sales"}}));
        let all = ALL;
        let wish =
            |attribute, value: Option<&str>| Wish { attribute, value: value.map(Into::into) };
        assert_eq!(
            stated(&before, &after, all),
            [
                wish(Attribute::DisplayName, Some("Ada")),
                wish(Attribute::Type, None),
                wish(Attribute::Team, Some("Sales"))
            ]
        );
        assert_eq!(
            changed(&before, &after, all),
            [wish(Attribute::Type, None), wish(Attribute::Team, Some("Sales"))]
        );
        assert_eq!(changed(&before, &after, NONE), []);
    }

    #[test]
    fn a_time_zone_that_is_none_is_told_and_not_taken() {
        let all = ALL;
        let mut person = resource(json!({"timezone": "Atlantis/Capital"}));
        assert_eq!(withhold(&mut person, all), ["timezone \"Atlantis/Capital\""]);
        assert_eq!(stated(&Map::new(), &person, all), []);
        assert!(withhold(&mut resource(json!({"timezone": "Europe/Berlin"})), all).is_empty());
    }

    #[test]
    fn mobile_numbers_are_taken_out_where_they_are_not_taken() {
        let numbers = json!([
            {"type": "Mobile", "value": "1"},
            {"type": "work", "value": "2"}
        ]);
        let mut person = resource(json!({"phoneNumbers": numbers}));
        assert_eq!(value(&person, Attribute::MobileNumber, ALL), Some("1"));
        assert!(withhold(&mut person.clone(), ALL).is_empty());
        assert_eq!(withhold(&mut person, NONE), [MOBILE]);
        assert_eq!(person["phoneNumbers"], json!([{"type": "work", "value": "2"}]));
        assert!(withhold(&mut person, NONE).is_empty());
    }
}

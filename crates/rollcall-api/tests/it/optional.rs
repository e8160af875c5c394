//! The optional attributes: ignored until the tenant switches them on, written by the identity provider
//! from then on.

use rollcall_app::journal::Ring;
use rollcall_domain::authority::Attribute;
use rollcall_domain::optional::OptionalAttributes;
use serde_json::{Value, json};

use crate::database::on_each_database;
use crate::door::{AGENT, person};

fn everything() -> Value {
    json!({
        "userName": "ana@example.com",
        "name": {"givenName": "Ana", "familyName": "ana", "middleName": "Maria"},
        "emails": [{"value": "ana@example.com", "type": "work", "primary": true}],
        "displayName": "Ana N.",
        "phoneNumbers": [
            {"type": "mobile", "value": "+49 170 1"},
            {"type": "work", "value": "+49 30 2"}
        ],
        "timezone": "Europe/Berlin",
        "userType": "Employee",
        AGENT: {"team": "Default team", "primaryRole": "Agent", "loginAuthenticator": "Password"},
    })
}

#[test]
fn sent_while_off_they_are_stored_nowhere_and_told() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        hub.switch(&door, OptionalAttributes::NONE).await;
        let created = door.post("/Users", &everything()).await.expect(201).json();
        for name in ["displayName", "timezone", "userType", AGENT] {
            assert_eq!(created.get(name), None, "{name}");
        }
        assert_eq!(created["name"].get("middleName"), None);
        assert_eq!(created["phoneNumbers"], json!([{"type": "work", "value": "+49 30 2"}]));
        let detail = hub.employee(&door, &created).await;
        assert_eq!(detail.employee.details, rollcall_domain::detail::Details::default());
        let journal = hub.journal(&door, Ring::All).await;
        let ignored: Vec<_> = journal.ignored.into_iter().map(|(name, _)| name).collect();
        for name in ["displayName", "name.middleName", "timezone", "userType"] {
            assert!(ignored.iter().any(|told| told == name), "{name} is not told: {ignored:?}");
        }
    });
}

#[test]
fn switched_on_each_is_taken_over_with_its_origin() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let sent = everything();
        let created = door.post("/Users", &sent).await.expect(201).json();
        assert_eq!(created["displayName"], "Ana N.");
        let detail = hub.employee(&door, &created).await;
        let details = &detail.employee.details;
        assert_eq!(details.display_name.as_deref(), Some("Ana N."));
        assert_eq!(details.middle_name.as_deref(), Some("Maria"));
        assert_eq!(details.mobile_number.as_deref(), Some("+49 170 1"));
        assert_eq!(details.time_zone.as_deref(), Some("Europe/Berlin"));
        assert_eq!(details.employee_type.as_deref(), Some("Employee"));
        assert!(details.login_authenticator.is_some());
        let origin = detail.employee.origins.of(Attribute::DisplayName).map(|(source, _)| source);
        assert_eq!(origin, Some(detail.employee.managed_by));
    });
}

#[test]
fn a_name_that_nothing_here_has_is_refused_and_nothing_is_stored() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        for (name, value) in [("team", "Sales"), ("primaryRole", "Boss")] {
            let mut ana = person("ana");
            ana[AGENT] = json!({name: value});
            let refused = door.post("/Users", &ana).await;
            assert!(refused.text.contains(value), "{}", refused.text);
            refused.refused(400, Some("invalidValue"));
        }
        assert_eq!(door.get("/Users").await.json()["totalResults"], 0);
    });
}

#[test]
fn what_is_withdrawn_is_cleared_if_it_came_from_there() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let created = door.post("/Users", &everything()).await.expect(201).json();
        let path = format!("/Users/{}", created["id"].as_str().expect("an id"));
        let mut without = everything();
        without.as_object_mut().expect("a resource").remove("displayName");
        door.put(&path, &without).await.expect(200);
        let detail = hub.employee(&door, &created).await;
        assert_eq!(detail.employee.details.display_name, None);
        assert_eq!(detail.employee.details.middle_name.as_deref(), Some("Maria"));
    });
}

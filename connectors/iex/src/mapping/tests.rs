//! How our agents are written and read.

use serde_json::{Value, json};

use super::*;

fn ana() -> WfmAgent {
    WfmAgent {
        agent_number: 10_000_017,
        first_name: "Ana".into(),
        last_name: "Ruiz".into(),
        email: "ana@example.com".into(),
        activation_date: "2026-11-20".into(),
        personal_id: Some("0193".into()),
        external_id: None,
        management_unit: ManagementUnit::Arrived,
    }
}

fn written(write: &WfmWrite) -> Value {
    serde_json::to_value(to_wire(write, "4471", &ManagementUnits::default())).unwrap()
}

#[test]
fn an_arrival_names_the_unit_and_a_change_does_not() {
    let arrival =
        WfmWrite { agent: ana(), unit: Some(ManagementUnit::Arrived), cleared: Vec::new() };
    let mut expected = json!({
        "uuid": "10000017", "acdLoginId": "10000017", "firstName": "Ana", "lastName": "Ruiz",
        "emailAddress": "ana@example.com", "agentStateDate": "2026-11-20", "personalId": "0193",
        "acdID": "4471", "mu": "1",
    });
    assert_eq!(written(&arrival), expected);
    let departure = WfmWrite { unit: Some(ManagementUnit::Departed), ..arrival.clone() };
    assert_eq!(written(&departure)["mu"], "2");
    let units = ManagementUnits::parse("17", "left").unwrap();
    assert_eq!(to_wire(&arrival, "4471", &units).mu, Some("17"));
    assert_eq!(to_wire(&departure, "4471", &units).mu, Some("left"));
    let change = WfmWrite { unit: None, ..arrival };
    expected.as_object_mut().unwrap().remove("mu");
    assert_eq!(written(&change), expected);
}

#[test]
fn absent_leaves_and_cleared_clears() {
    let mut write = WfmWrite {
        agent: WfmAgent { personal_id: None, ..ana() },
        unit: None,
        cleared: vec![OptionalField::PersonalId],
    };
    let value = written(&write);
    assert_eq!((value.get("personalId"), value.get("externalId")), (Some(&Value::Null), None));
    write.cleared.clear();
    assert_eq!(written(&write).get("personalId"), None);
}

fn listed(uuid: &str, mu: &str) -> Agent {
    serde_json::from_value(json!({
        "uuid": uuid, "acdLoginId": uuid, "firstName": "Ana", "lastName": "Ruiz",
        "emailAddress": "ana@example.com", "agentStateDate": "2026-11-20T09:00:00Z",
        "personalId": "0193", "externalId": "", "acdID": "4471", "mu": mu, "site": "north",
    }))
    .unwrap()
}

#[test]
fn what_is_listed_is_read_as_ours() {
    let units = ManagementUnits::default();
    assert_eq!(from_wire(&listed("10000017", "1"), &units), Some(ana()));
    assert_eq!(
        from_wire(&listed("10000017", "north-3"), &units),
        Some(ana()),
        "a unit of their own"
    );
    let gone = WfmAgent { management_unit: ManagementUnit::Departed, ..ana() };
    assert_eq!(from_wire(&listed("10000017", "2"), &units), Some(gone.clone()));
    let others = ManagementUnits::parse("17", "left").unwrap();
    assert_eq!(from_wire(&listed("10000017", "left"), &others), Some(gone));
    assert_eq!(from_wire(&listed("10000017", "2"), &others), Some(ana()));
    let agents = vec![listed("1", "1"), listed("007", "1"), listed("ana", "1"), listed("", "1")];
    let read = page(Page { agents, next_cursor: None, total: 4 }, &units);
    assert_eq!(read.foreign[1].key, "ana");
    assert_eq!((read.agents.len(), read.foreign.len(), read.total), (1, 3, 4));
}

#[test]
fn results_have_to_be_those_of_the_batch() {
    let (first, second) = (ana(), WfmAgent { agent_number: 18, ..ana() });
    let write = |agent| WfmWrite { agent, unit: None, cleared: Vec::new() };
    let writes = [write(first), write(second)];
    let units = ManagementUnits::default();
    let sent: Vec<_> = writes.iter().map(|write| to_wire(write, "4471", &units)).collect();
    let check = |results: Value| receipts(&sent, serde_json::from_value(results).unwrap());

    let good = json!([
        {"uuid": "10000017", "status": "updated"},
        {"uuid": "18", "status": "rejected", "reason": "No\nlicence."},
    ]);
    let refused = WfmReceipt::Refused { reason: "No licence.".into() };
    assert_eq!(check(good), Ok(vec![WfmReceipt::Accepted, refused]));
    let unknown = json!([
        {"uuid": "10000017", "status": "unknown"},
        {"uuid": "18", "status": "created"},
    ]);
    assert_eq!(check(unknown), Ok(vec![WfmReceipt::Unknown, WfmReceipt::Accepted]));
    for bad in [
        json!([{"uuid": "10000017", "status": "created"}]),
        json!([{"uuid": "18", "status": "created"}, {"uuid": "10000017", "status": "created"}]),
        json!([{"uuid": "10000017", "status": "created"}, {"uuid": "18", "status": "maybe"}]),
        json!([{"uuid": null, "status": "rejected"}, {"uuid": "18", "status": "created"}]),
    ] {
        assert!(matches!(check(bad), Err(ConnectorError::Malformed { .. })));
    }
}

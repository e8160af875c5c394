//! Claims on people who are not the connection's own: refused, linked, or left to an administrator.

use rollcall_app::take_over::{ClaimKind, Decision, TakeOver, TakeOverDetail};
use rollcall_domain::EmployeeId;
use rollcall_domain::policy::ConnectionPolicy;
use rollcall_domain::source::{Actor, Source};
use serde_json::{Value, json};

use crate::database::on_each_database;
use crate::door::{Door, id_of, person};
use crate::hub::Hub;

/// A new connection beside the first one, with this policy.
async fn claimant(hub: &Hub, first: &Door, take_over: TakeOver) -> Door {
    let door = hub.second_door(first, "okta").await;
    set(hub, &door, take_over).await;
    door
}

async fn set(hub: &Hub, door: &Door, take_over: TakeOver) {
    let policy = ConnectionPolicy { take_over, ..ConnectionPolicy::default() };
    let (tenant, id) = (door.tenant(), door.connection);
    let set = hub.app.set_connection_policy(tenant, Actor::System, id, policy).await;
    set.expect("the policy is set");
}

/// People of a connection that is gone: local. Answers the path of each.
async fn locals<const N: usize>(hub: &Hub, names: [&str; N]) -> (Door, [String; N]) {
    let door = hub.door("okta").await;
    let mut paths = Vec::new();
    for name in names {
        paths.push(door.create(name).await);
    }
    let gone = hub.app.remove_connection(door.tenant(), Actor::System, door.connection).await;
    gone.expect("it is removed");
    (door, paths.try_into().expect("as many as names"))
}

fn employee_id(path: &str) -> EmployeeId {
    id_of(path).parse().expect("an id")
}

async fn queue(hub: &Hub, door: &Door) -> Vec<TakeOverDetail> {
    hub.app.take_overs(door.tenant()).await.expect("the queue can be read")
}

async fn manager(hub: &Hub, door: &Door, path: &str) -> Source {
    hub.employee(door, &json!({"id": id_of(path)})).await.employee.managed_by
}

fn with(name: &str, field: &str, value: Value) -> Value {
    let mut body = person(name);
    body[field] = value;
    body
}

fn other_email() -> Value {
    json!([{"value": "someone@example.com", "primary": true}])
}

#[test]
fn by_default_a_claim_is_refused_and_nobody_is_bothered() {
    on_each_database(async |hub| {
        let (first, [ana]) = locals(hub, ["ana"]).await;
        let door = hub.second_door(&first, "okta").await;
        door.post("/Users", &person("ana")).await.refused(409, Some("uniqueness"));
        assert!(queue(hub, &door).await.is_empty());
        assert_eq!(manager(hub, &door, &ana).await, Source::Local);
    });
}

#[test]
fn where_both_match_and_nobody_manages_them_the_same_employee_is_linked() {
    on_each_database(async |hub| {
        let (first, [ana, ben]) = locals(hub, ["ana", "ben"]).await;
        let door = claimant(hub, &first, TakeOver::Link).await;
        let before = hub.employee(&door, &json!({"id": id_of(&ana)})).await.employee;
        let mut body = with("ana", "externalId", json!("new-id"));
        body["userName"] = json!("ANA@example.com");
        body["name"]["givenName"] = json!("Anna");
        let linked = door.post("/Users", &body).await.expect(201);
        assert_eq!(linked.id(), id_of(&ana));
        assert_eq!(linked.json()["userName"], "ANA@example.com");
        let detail = hub.employee(&door, &linked.json()).await;
        let after = detail.employee;
        assert_eq!(after.managed_by, Source::Scim(door.connection));
        assert_eq!((after.agent_number, after.team), (before.agent_number, before.team));
        assert_eq!(after.profile.first_name, "Anna");
        let link = detail.links.iter().find(|link| link.source == after.managed_by);
        assert!(link.expect("a link").evidence.contains("both matched"));
        assert_eq!(detail.history[0].action, "employee.taken_over");
        assert_eq!(detail.history[0].before["managedBy"], "local");
        // From now on she is the connection's own.
        assert_eq!(door.get("/Users").await.names(), ["ANA@example.com"]);
        let found = door.filter("externalId eq \"new-id\"").await;
        assert_eq!(found.names(), ["ANA@example.com"]);
        door.post("/Users", &body).await.refused(409, Some("uniqueness"));
        let path = format!("/Users/{}", id_of(&ana));
        door.patch(&path, json!([{"op": "replace", "path": "active", "value": false}]))
            .await
            .expect(200);

        // One of the two is no identity.
        let other = with("ben", "emails", other_email());
        door.post("/Users", &other).await.refused(409, Some("uniqueness"));
        assert_eq!(manager(hub, &door, &ben).await, Source::Local);
        assert!(queue(hub, &door).await.is_empty());
    });
}

#[test]
fn a_person_of_another_connection_is_never_linked_by_itself() {
    on_each_database(async |hub| {
        let owner = hub.door("okta").await;
        let ana = owner.create("ana").await;
        let door = claimant(hub, &owner, TakeOver::Link).await;
        door.post("/Users", &person("ana")).await.refused(409, Some("uniqueness"));
        assert_eq!(manager(hub, &owner, &ana).await, Source::Scim(owner.connection));
    });
}

#[test]
fn what_an_administrator_approves_happens_at_the_next_push() {
    on_each_database(async |hub| {
        let (first, [ana]) = locals(hub, ["ana"]).await;
        let door = claimant(hub, &first, TakeOver::Ask).await;
        let body = with("ana", "emails", other_email());
        let detail = door.post("/Users", &body).await.refused(409, Some("uniqueness"));
        assert!(detail.contains("waits for an administrator"), "{detail}");
        hub.pass(60);
        door.post("/Users", &body).await.refused(409, Some("uniqueness"));
        let waiting = queue(hub, &door).await;
        assert_eq!(waiting.len(), 1, "one row, however often it is claimed");
        let request = &waiting[0].request;
        assert_eq!((request.count, request.decision), (2, Decision::Waiting));
        assert_eq!(request.profile.email, "someone@example.com");
        assert_eq!(waiting[0].employee.profile.email, "ana@example.com");
        let overview = hub.app.overview(door.tenant()).await.expect("it can be read");
        assert_eq!(overview.claims.map(|(count, _)| count), Some(1));

        let (tenant, key) = (door.tenant(), (door.connection, employee_id(&ana)));
        let other = Some("another".to_owned());
        let stale = hub.app.approve_take_over(tenant, Actor::System, key, other).await;
        assert!(stale.is_err(), "another claim was looked at");
        let seen = Some("00u-ana".to_owned());
        let approved = hub.app.approve_take_over(tenant, Actor::System, key, seen).await;
        approved.expect("it is approved");
        assert_eq!(manager(hub, &door, &ana).await, Source::Local, "nothing yet");
        assert_eq!(door.get("/Users").await.names(), [""; 0]);
        // Another external id is another claim.
        let other = with("ana", "externalId", json!("another"));
        door.post("/Users", &other).await.refused(409, Some("uniqueness"));
        assert_eq!(queue(hub, &door).await[0].request.decision, Decision::Waiting);
        let seen = Some("another".to_owned());
        let approved = hub.app.approve_take_over(tenant, Actor::System, key, seen).await;
        approved.expect("it is approved");
        let linked = door.post("/Users", &other).await.expect(201);
        assert_eq!(linked.id(), id_of(&ana));
        assert!(queue(hub, &door).await.is_empty());
        let history = hub.employee(&door, &linked.json()).await.history;
        assert_eq!(history[0].action, "employee.taken_over");
        assert!(history[0].after["evidence"].as_str().expect("a text").contains("approved"));
        assert_eq!(history[1].action, "employee.take_over_approved");
    });
}

#[test]
fn what_an_administrator_rejects_stays_so_until_it_is_reopened() {
    on_each_database(async |hub| {
        let (first, [ana]) = locals(hub, ["ana"]).await;
        let door = claimant(hub, &first, TakeOver::Ask).await;
        door.post("/Users", &person("ana")).await.refused(409, Some("uniqueness"));
        let (tenant, key) = (door.tenant(), (door.connection, employee_id(&ana)));
        let reason = "another Ana Novak";
        let rejected = hub.app.reject_take_over(tenant, Actor::System, key, reason).await;
        rejected.expect("it is rejected");
        let detail = door.post("/Users", &person("ana")).await.refused(409, Some("uniqueness"));
        assert!(detail.contains("another Ana Novak"), "{detail}");
        // Nor does another administrator who had the page open before that: it is reopened first.
        let seen = queue(hub, &door).await[0].request.external_id.clone();
        let stale = hub.app.approve_take_over(tenant, Actor::System, key, seen).await;
        let stale = stale.expect_err("it is decided").to_string();
        assert!(stale.contains("it was rejected meanwhile"), "{stale}");
        // A policy that would link does not overrule a person who decided.
        set(hub, &door, TakeOver::Link).await;
        door.post("/Users", &person("ana")).await.refused(409, Some("uniqueness"));
        assert_eq!(queue(hub, &door).await[0].request.count, 3);
        let reopened = hub.app.reopen_take_over(tenant, Actor::System, key).await;
        reopened.expect("it is reopened");
        assert_eq!(door.post("/Users", &person("ana")).await.expect(201).id(), id_of(&ana));
    });
}

#[test]
fn a_person_whom_another_connection_manages_can_be_handed_over() {
    on_each_database(async |hub| {
        let owner = hub.door("okta").await;
        let ana = owner.create("ana").await;
        let door = claimant(hub, &owner, TakeOver::Ask).await;
        door.post("/Users", &person("ana")).await.refused(409, Some("uniqueness"));
        let (tenant, key) = (door.tenant(), (door.connection, employee_id(&ana)));
        let seen = Some("00u-ana".to_owned());
        let approved = hub.app.approve_take_over(tenant, Actor::System, key, seen).await;
        approved.expect("it is approved");
        door.post("/Users", &person("ana")).await.expect(201);
        assert_eq!(manager(hub, &owner, &ana).await, Source::Scim(door.connection));
        owner.get(&ana).await.refused(404, None);
        assert_eq!(owner.get("/Users").await.json()["totalResults"], 0);
        // To its old owner she is somebody else's now.
        owner.post("/Users", &person("ana")).await.refused(409, Some("uniqueness"));
        assert_eq!(door.get("/Users").await.names(), ["ana@example.com"]);
    });
}

#[test]
fn a_renaming_makes_no_two_people_one_and_is_told() {
    on_each_database(async |hub| {
        let (first, [ana]) = locals(hub, ["ana"]).await;
        let door = claimant(hub, &first, TakeOver::Ask).await;
        let ben = door.create("ben").await;
        let rename = json!([{"op": "replace", "path": "userName", "value": "ana@example.com"}]);
        let detail = door.patch(&ben, rename.clone()).await.refused(409, Some("uniqueness"));
        assert!(detail.contains("two people"), "{detail}");
        let told = queue(hub, &door).await;
        assert_eq!(told[0].request.kind, ClaimKind::Renaming);
        let (tenant, key) = (door.tenant(), (door.connection, employee_id(&ana)));
        let seen = told[0].request.external_id.clone();
        let approved = hub.app.approve_take_over(tenant, Actor::System, key, seen).await;
        assert!(approved.is_err());
        set(hub, &door, TakeOver::Refuse).await;
        door.patch(&ben, rename).await.refused(409, Some("uniqueness"));
        assert_eq!(manager(hub, &door, &ana).await, Source::Local);
    });
}

#[test]
fn in_a_bulk_request_claims_are_told_too() {
    on_each_database(async |hub| {
        let (first, [ana, _]) = locals(hub, ["ana", "ben"]).await;
        let door = claimant(hub, &first, TakeOver::Ask).await;
        let operation = |id: &str, name: &str| json!({"method": "POST", "path": "/Users", "bulkId": id, "data": person(name)});
        let operations = [operation("a", "ana"), operation("b", "ben"), operation("e", "eve")];
        let answer = door.post("/Bulk", &json!({"Operations": operations})).await.expect(200);
        let statuses: Vec<Value> = answer.json()["Operations"]
            .as_array()
            .expect("operations")
            .iter()
            .map(|done| done["status"].clone())
            .collect();
        assert_eq!(statuses, ["409", "409", "201"]);
        assert_eq!(queue(hub, &door).await.len(), 2);
        let key = (door.connection, employee_id(&ana));
        let seen = Some("00u-ana".to_owned());
        let approved = hub.app.approve_take_over(door.tenant(), Actor::System, key, seen).await;
        approved.expect("it is approved");
        let again = json!({"Operations": [operation("a", "ana")]});
        let answer = door.post("/Bulk", &again).await.expect(200);
        assert_eq!(answer.json()["Operations"][0]["status"], "201");
        let gone = hub.app.remove_connection(door.tenant(), Actor::System, door.connection).await;
        gone.expect("it is removed");
        assert!(queue(hub, &door).await.is_empty(), "its claims go with it");
    });
}

//! Many operations in one request: each is kept or undone for itself, and refers to the others by name.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::database::on_each_database;
use crate::door::{Door, ENTERPRISE, id_of, person};

const REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

async fn send(door: &Door, operations: Value) -> Answer {
    let body = json!({"schemas": [REQUEST], "Operations": operations});
    door.post("/Bulk", &body).await
}

/// What became of each operation.
async fn done(door: &Door, operations: Value) -> Vec<Value> {
    let answer = send(door, operations).await.expect(200).json();
    assert_eq!(answer["schemas"], json!([RESPONSE]));
    answer["Operations"].as_array().expect("a list").clone()
}

fn statuses(done: &[Value]) -> Vec<&str> {
    done.iter().map(|one| one["status"].as_str().expect("the status is a text")).collect()
}

fn post(name: &str) -> Value {
    json!({"method": "POST", "path": "/Users", "bulkId": name, "data": person(name)})
}

#[test]
fn every_kind_of_operation_is_carried_out_in_order() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let (ana, ben) = (door.create("ana").await, door.create("ben").await);
        let off = json!({"Operations": [{"op": "replace", "path": "active", "value": false}]});
        let mut cyd = person("ben");
        cyd.as_object_mut().expect("a resource").insert("title".into(), json!("Lead"));
        let all = done(
            &door,
            json!([
                post("dan"),
                {"method": "PATCH", "path": ana, "data": off},
                {"method": "put", "path": ben, "data": cyd, "version": "W/\"1\""},
                {"method": "DELETE", "path": ana},
            ]),
        )
        .await;
        assert_eq!(statuses(&all), ["201", "200", "200", "204"]);
        assert_eq!((&all[0]["bulkId"], &all[0]["version"]), (&json!("dan"), &json!("W/\"1\"")));
        assert_eq!(all[2]["location"], format!("{}{ben}", door.base_url));
        assert!(all.iter().all(|one| one.get("response").is_none()), "{all:?}");
        door.get(&ana).await.refused(404, None);
        assert_eq!(door.get(&ben).await.expect(200).json()["title"], "Lead");
        let location = all[0]["location"].as_str().expect("it is told");
        let path = location.strip_prefix(&door.base_url).expect("it is here");
        assert_eq!(door.get(path).await.expect(200).json()["userName"], "dan@example.com");
    });
}

#[test]
fn operations_refer_to_each_other_forwards_backwards_and_in_a_circle() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let with_manager = |name: &str, manager: &str| {
            let mut operation = post(name);
            operation["data"][ENTERPRISE] =
                json!({"manager": {"value": format!("bulkId:{manager}")}});
            operation
        };
        let group = json!({
            "method": "POST", "path": "/Groups", "bulkId": "sales",
            "data": {"displayName": "Sales", "members": [{"value": "bulkId:ana"}, {"value": "bulkId:ben"}]},
        });
        let more = json!({
            "method": "PATCH", "path": "/Groups/bulkId:sales",
            "data": {"Operations": [{"op": "add", "path": "members", "value": [{"value": "bulkId:cyd"}]}]},
        });
        let all = done(
            &door,
            json!([
                group,
                with_manager("ana", "ben"),
                with_manager("ben", "ana"),
                more,
                post("cyd")
            ]),
        )
        .await;
        assert_eq!(statuses(&all), ["201", "201", "201", "200", "201"], "{all:?}");
        let id = |at: usize| id_of(all[at]["location"].as_str().unwrap()).to_owned();
        let ana = door.get(&format!("/Users/{}", id(1))).await.expect(200).json();
        assert_eq!(ana[ENTERPRISE]["manager"]["value"], id(2));
        assert_eq!(ana["groups"][0]["value"], id(0));
        let mut members = door.members(&format!("/Groups/{}", id(0))).await;
        let mut expected = [id(1), id(2), id(4)];
        members.sort();
        expected.sort();
        assert_eq!(members, expected);
    });
}

#[test]
fn a_group_that_names_somebody_who_comes_back_gets_them() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let ana = door.create("ana").await;
        door.delete(&ana).await.expect(204);
        let group = json!({
            "method": "POST", "path": "/Groups", "bulkId": "sales",
            "data": {"displayName": "Sales", "members": [{"value": "bulkId:ana"}]},
        });
        let all = done(&door, json!([group, post("ana")])).await;
        assert_eq!(id_of(all[1]["location"].as_str().unwrap()), id_of(&ana), "the same person");
        let sales = format!("/Groups/{}", id_of(all[0]["location"].as_str().unwrap()));
        assert_eq!(door.members(&sales).await, [id_of(&ana)]);
    });
}

#[test]
fn one_that_fails_leaves_nothing_and_the_others_are_kept() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let mut nameless = post("bad");
        nameless["data"].as_object_mut().unwrap().remove("name");
        let operations = json!([
            post("ana"),
            {"method": "POST", "path": "/Users", "bulkId": "twin", "data": person("ana")},
            nameless,
            {"method": "POST", "path": "/Users", "data": person("x")},
            {"method": "PATCH", "path": "/Users/none", "data": {"Operations": []}},
            {"method": "DELETE", "path": "/Users/bulkId:nobody"},
            {"method": "GET", "path": "/Users"},
            {"method": "DELETE", "path": "/Machines/1"},
            7,
            post("ben"),
        ]);
        let all = done(&door, operations.clone()).await;
        let expected = ["201", "409", "400", "400", "404", "400", "405", "404", "400", "201"];
        assert_eq!(statuses(&all), expected, "{all:?}");
        assert_eq!(all[1]["response"]["scimType"], "uniqueness");
        assert_eq!(all[1]["response"]["status"], "409");
        assert_eq!(door.get("/Users").await.names(), ["ana@example.com", "ben@example.com"]);

        let body = json!({"schemas": [REQUEST], "failOnErrors": 2, "Operations": operations});
        let other = hub.door("rfc").await;
        let answer = other.post("/Bulk", &body).await.expect(200).json();
        assert_eq!(answer["Operations"].as_array().map(Vec::len), Some(3), "no more are tried");
        assert_eq!(other.get("/Users").await.names(), ["ana@example.com"]);
    });
}

#[test]
fn a_request_that_is_too_large_or_not_sound_does_nothing() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let many: Vec<Value> = (0..1_001).map(|number| post(&format!("p{number}"))).collect();
        let detail = send(&door, json!(many)).await.refused(413, None);
        assert!(detail.contains("1000"), "{detail}");
        let mut large = post("x");
        large["data"]["title"] = json!("x".repeat(9 << 20));
        let detail = send(&door, json!([large])).await.refused(413, None);
        assert!(detail.contains("8388608"), "{detail}");
        send(&door, json!([post("x"), post("x")])).await.refused(400, Some("invalidSyntax"));
        send(&door, json!({})).await.refused(400, Some("invalidSyntax"));
        let zero = json!({"failOnErrors": 0, "Operations": []});
        door.post("/Bulk", &zero).await.refused(400, Some("invalidSyntax"));
        let wrong = json!({"schemas": ["urn:x"], "Operations": []});
        door.post("/Bulk", &wrong).await.refused(400, Some("invalidSyntax"));
        assert_eq!(door.get("/Users").await.json()["totalResults"], 0);
        assert_eq!(done(&door, json!([])).await, Vec::<Value>::new());
    });
}

#[test]
fn groups_that_name_each_other_do_not_hold_up_the_request() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let group = |name: &str, member: &str| {
            json!({
                "method": "POST", "path": "/Groups", "bulkId": name,
                "data": {"displayName": name, "members": [{"value": format!("bulkId:{member}")}]},
            })
        };
        let all = done(
            &door,
            json!([
                group("sales", "support"),
                group("support", "sales"),
                group("alone", "alone"),
                post("ana")
            ]),
        )
        .await;
        assert_eq!(statuses(&all), ["201", "201", "201", "201"], "{all:?}");
        let sales = id_of(all[0]["location"].as_str().unwrap()).to_owned();
        // Members are people; a group waits, as anybody does who is not known.
        assert_eq!(door.members(&format!("/Groups/{sales}")).await, Vec::<String>::new());
    });
}

#[test]
fn who_is_deleted_by_a_named_operation_is_in_no_group() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let ana = door.create("ana").await;
        let group = door.group("Sales", &[&ana]).await;
        let all = done(&door, json!([{"method": "DELETE", "path": ana, "bulkId": "gone"}])).await;
        assert_eq!(statuses(&all), ["204"], "{all:?}");
        assert_eq!(door.members(&group).await, Vec::<String>::new());
    });
}

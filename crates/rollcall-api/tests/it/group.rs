//! Groups: what they hold, what they do to people, and what a change of them costs.

use rollcall_domain::policy::GroupMeaning;
use rollcall_storage::{directory::employee_role, directory::structure};
use serde_json::{Value, json};

use crate::database::on_each_database;
use crate::door::{Door, GROUP, id_of, member, person};
use crate::hub::Hub;

/// The name of the team that a person stands in.
async fn team(hub: &Hub, door: &Door, path: &str) -> String {
    let resource = json!({"id": id_of(path)});
    hub.employee(door, &resource).await.team.name
}

#[test]
fn a_group_is_made_read_listed_renamed_and_deleted() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let ana = door.create("ana").await;
        let body = json!({"displayName": "Sales", "externalId": "g-1", "members": [member(&ana)]});
        let made = door.post("/Groups", &body).await.expect(201);
        let group = made.json();
        assert_eq!(group["schemas"], json!([GROUP]));
        assert_eq!(group["externalId"], "g-1");
        assert_eq!(group["members"][0]["value"], id_of(&ana));
        assert_eq!(group["members"][0]["$ref"], format!("{}{ana}", door.base_url));
        assert_eq!(group["meta"]["resourceType"], "Group");
        assert_eq!(made.header("etag"), group["meta"]["version"]);
        let path = format!("/Groups/{}", made.id());
        assert_eq!(made.header("location"), format!("{}{path}", door.base_url));
        assert_eq!(door.get(&path).await.expect(200).json(), group);
        let list = door.get("/Groups").await.expect(200).json();
        assert_eq!((&list["totalResults"], &list["Resources"][0]), (&json!(1), &group));

        let renamed = json!([{"op": "replace", "value": {"id": "x", "displayName": "Sales 2"}}]);
        let after = door.patch(&path, renamed).await.expect(200).json();
        assert_eq!(
            (&after["displayName"], &after["members"]),
            (&json!("Sales 2"), &group["members"])
        );
        assert_eq!(team(hub, &door, &ana).await, "Sales 2");

        door.delete(&path).await.expect(204);
        door.get(&path).await.refused(404, None);
        door.delete(&path).await.refused(404, None);
        assert_eq!(team(hub, &door, &ana).await, "Default team");
        assert_eq!(door.get(&ana).await.expect(200).json().get("groups"), None);
        assert_eq!(door.get("/Groups").await.expect(200).json()["totalResults"], 0);
        door.group("Sales 2", &[]).await;
    });
}

/// RFC 7643 §4.1.2: `groups` has the name of each group. What a client keeps of a person is out of date when one
/// of them is renamed (RFC 7644 §3.14).
#[test]
fn a_person_is_read_with_the_present_name_of_each_group() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let (ana, ben) = (door.create("ana").await, door.create("ben").await);
        let sales = door.group("Sales \"EMEA\"", &[&ana]).await;
        let before = door.get(&ana).await.expect(200);
        let display = |person: &Value| person["groups"][0]["display"].clone();
        assert_eq!(display(&before.json()), "Sales \"EMEA\"");
        let titled = json!([{"op": "replace", "path": "title", "value": "Lead"}]);
        let answer = door.patch(&ana, titled).await.expect(200);
        assert_eq!(display(&answer.json()), "Sales \"EMEA\"", "what a change answers with, too");
        let etag = answer.header("etag").to_owned();
        let if_changed = async |path: &str, etag: &str| {
            let request = door.ask(reqwest::Method::GET, path).header("if-none-match", etag);
            Door::send(request).await
        };
        if_changed(&ana, &etag).await.expect(304);
        let bens = door.get(&ben).await.expect(200).header("etag").to_owned();

        let rename = json!([{"op": "replace", "path": "displayName", "value": "Sales 2"}]);
        door.patch(&sales, rename).await.expect(200);
        let after = if_changed(&ana, &etag).await.expect(200);
        assert_eq!(display(&after.json()), "Sales 2");
        assert_eq!(after.header("etag"), after.json()["meta"]["version"]);
        let list = door.list(&[("count", "5")]).await.expect(200).json();
        assert_eq!(display(&list["Resources"][0]), "Sales 2");
        if_changed(&ben, &bens).await.expect(304);

        let found = door.filter("groups.display eq \"sales 2\"").await.expect(200);
        assert_eq!(found.names(), ["ana@example.com"]);
        let part = [("filter", "userName sw \"ana\""), ("attributes", "groups.display")];
        let part = door.list(&part).await.expect(200).json();
        assert_eq!(part["Resources"][0]["groups"], json!([{"display": "Sales 2"}]));
        let sorted = [("sortBy", "userName"), ("sortOrder", "descending")];
        let sorted = door.list(&sorted).await.expect(200).json();
        assert_eq!(sorted["Resources"][0].get("groups"), None);
        assert_eq!(display(&sorted["Resources"][1]), "Sales 2");
    });
}

#[test]
fn names_and_external_ids_are_taken_once() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let sales = json!({"displayName": "Sales", "externalId": "g-1"});
        door.post("/Groups", &sales).await.expect(201);
        let upper = json!({"displayName": "SALES"});
        door.post("/Groups", &upper).await.refused(409, Some("uniqueness"));
        let same_id = json!({"displayName": "Other", "externalId": "g-1"});
        door.post("/Groups", &same_id).await.refused(409, Some("uniqueness"));
        let other = door.group("Other", &[]).await;
        let rename = json!([{"op": "replace", "path": "displayName", "value": "sales"}]);
        door.patch(&other, rename).await.refused(409, Some("uniqueness"));
        for bad in [json!({}), json!({"displayName": ""}), json!({"displayName": "  "})] {
            door.post("/Groups", &bad).await.refused(400, Some("invalidValue"));
        }
        // A team of that name belongs to this connection already; another cannot have it.
        let second = hub.second_door(&door, "okta").await;
        second.post("/Groups", &sales).await.refused(409, Some("uniqueness"));
        assert_eq!(second.get("/Groups").await.expect(200).json()["totalResults"], 0);
    });
}

#[test]
fn a_team_that_is_there_already_becomes_the_group() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let path = door.group("Default team", &[]).await;
        assert_eq!(id_of(&path), door.made.team.id.to_string());
        // It is not the connection's own, so it stays when the group goes.
        door.delete(&path).await.expect(204);
        let team = door.made.team.id;
        assert!(door.look(move |tx| structure::get_team(tx, team)).await.is_some());
    });
}

#[test]
fn the_newest_membership_decides_the_team_and_the_older_ones_are_kept() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let ana = door.create("ana").await;
        let sales = door.group("Sales", &[&ana]).await;
        assert_eq!(team(hub, &door, &ana).await, "Sales");
        hub.pass(1);
        let care = door.group("Care", &[&ana]).await;
        assert_eq!(team(hub, &door, &ana).await, "Care");
        assert_eq!(door.members(&sales).await, [id_of(&ana)]);
        let groups = door.get(&ana).await.expect(200).json()["groups"].clone();
        let ids: Vec<&str> =
            groups.as_array().unwrap().iter().map(|it| it["value"].as_str().unwrap()).collect();
        assert_eq!(ids, [id_of(&care), id_of(&sales)]);
        assert_eq!(groups[0]["$ref"], format!("{}{care}", door.base_url));

        let gone = json!([{"op": "Remove", "path": "members", "value": [member(&ana)]}]);
        door.patch(&care, gone.clone()).await.expect(204);
        assert_eq!(team(hub, &door, &ana).await, "Sales");
        door.patch(&sales, gone).await.expect(204);
        assert_eq!(team(hub, &door, &ana).await, "Default team");
    });
}

#[test]
fn a_member_nobody_knows_waits_and_the_others_take_effect() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let (ana, ben) = (door.create("ana").await, door.create("ben").await);
        let unknown = json!({"value": "0193a4d2-0000-7000-8000-000000000000"});
        let sales = door.group("Sales", &[]).await;
        let push = json!([{"op": "add", "path": "members", "value": [unknown, member(&ana)]}]);
        door.patch(&sales, push).await.expect(200);
        assert_eq!(door.members(&sales).await, [id_of(&ana)]);
        assert_eq!(team(hub, &door, &ana).await, "Sales");

        // Ben was deleted: he is in no group, and is again when he comes back.
        door.patch(&sales, json!([{"op": "add", "path": "members", "value": [member(&ben)]}]))
            .await;
        door.delete(&ben).await.expect(204);
        assert_eq!(door.members(&sales).await, [id_of(&ana)]);
        let back = door.post("/Users", &person("ben")).await.expect(201).json();
        assert_eq!(back["id"], id_of(&ben));
        assert_eq!(back["groups"][0]["value"], id_of(&sales));
        assert_eq!(door.members(&sales).await.len(), 2);
    });
}

#[test]
fn another_connections_people_are_unknown() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let other = hub.second_door(&door, "okta").await;
        let theirs = other.create("eve").await;
        let sales = door.group("Sales", &[&theirs]).await;
        assert_eq!(door.members(&sales).await, Vec::<String>::new());
        assert_eq!(team(hub, &door, &theirs).await, "Default team");
    });
}

#[test]
fn a_role_is_given_beside_the_primary_one() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        hub.set_groups(&door, GroupMeaning::Role).await;
        let ana = door.create("ana").await;
        let id = id_of(&ana).parse().unwrap();
        let mut paths = Vec::new();
        for number in 0..12 {
            hub.pass(1);
            paths.push(door.group(&format!("Role {number:02}"), &[&ana]).await);
        }
        let roles = door.look(move |tx| employee_role::list(tx, id)).await;
        assert_eq!(roles.len(), 10, "a person has ten roles beside the primary one");
        assert_eq!(door.members(&paths[11]).await, [id_of(&ana)], "what was said is kept");
        let clear = json!([{"op": "replace", "path": "members", "value": []}]);
        door.patch(&paths[0], clear).await.expect(200);
        let after = door.look(move |tx| employee_role::list(tx, id)).await;
        assert_eq!(after.len(), 10, "the eleventh moved up");
        assert_ne!(roles, after);
        assert_eq!(team(hub, &door, &ana).await, "Default team");
    });
}

#[test]
fn where_groups_are_off_the_list_is_empty_and_the_rest_says_why() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        hub.set_groups(&door, GroupMeaning::None).await;
        assert_eq!(door.get("/Groups").await.expect(200).json()["totalResults"], 0);
        door.post("/Groups", &json!({"displayName": "Sales"})).await.refused(501, None);
        let types = door.get("/ResourceTypes").await.expect(200).json();
        assert_eq!(types["totalResults"], 1);
        assert_eq!(door.get("/Schemas").await.expect(200).json()["totalResults"], 3);
    });
}

#[test]
fn a_version_that_is_not_the_present_one_changes_nothing() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let sales = door.group("Sales", &[]).await;
        let rename = json!({"displayName": "Care"}).to_string();
        let stale = door.ask(reqwest::Method::PUT, &sales).header("if-match", "W/\"9\"");
        Door::send(stale.body(rename.clone())).await.refused(412, None);
        let fresh = door.ask(reqwest::Method::PUT, &sales).header("if-match", "W/\"1\"");
        Door::send(fresh.body(rename)).await.expect(200);
        let known = door.ask(reqwest::Method::GET, &sales).header("if-none-match", "W/\"2\"");
        Door::send(known).await.expect(304);
    });
}

#[test]
fn the_probes_of_entra_and_okta_are_answered() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let (ana, ben) = (door.create("ana").await, door.create("ben").await);
        let sales = door.group("Sales \"north\"", &[&ana]).await;
        door.group("Care", &[]).await;
        let found = async |filter: &str, rest: &str| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            let query = query.append_pair("filter", filter).finish();
            let list = door.get(&format!("/Groups?{query}{rest}")).await.expect(200).json();
            list["Resources"].as_array().expect("a list").clone()
        };
        let (id, ana, ben) = (id_of(&sales), id_of(&ana), id_of(&ben));
        let named =
            found(r#"displayName eq "sales \"NORTH\"""#, "&excludedAttributes=members").await;
        assert_eq!((named.len(), named[0].get("members")), (1, None));
        for filter in [
            format!(r#"id eq "{id}" and members eq "{ana}""#),
            format!(r#"id eq "{id}" and members.value eq "{ana}""#),
            format!(r#"members[value eq "{ana}"]"#),
            r#"members pr and displayName sw "sal""#.to_owned(),
        ] {
            let all = found(&filter, "&attributes=id").await;
            assert_eq!(all.len(), 1, "{filter}");
            assert_eq!(all[0]["id"], id);
        }
        let other = format!(r#"id eq "{id}" and members eq "{ben}""#);
        assert_eq!(found(&other, "").await.len(), 0);
        assert_eq!(found(r#"displayName eq "nobody""#, "").await.len(), 0);
    });
}

#[test]
fn one_member_more_touches_as_much_in_a_large_group_as_in_a_small_one() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let (ana, ben) = (door.create("ana").await, door.create("ben").await);
        let (small, large) = (door.group("Small", &[]).await, door.group("Large", &[]).await);
        let many: Vec<Value> =
            (0..900).map(|number| json!({"value": format!("x-{number}")})).collect();
        let push = json!([{"op": "Add", "path": "members", "value": many}]);
        door.patch(&large, push).await.expect(204);
        let mut lines = Vec::new();
        for (path, person) in [(&small, &ana), (&large, &ben)] {
            let before = door.trace().await;
            let add = json!([{"op": "Add", "path": "members", "value": [member(person)]}]);
            let answer = door.patch(path, add).await.expect(204);
            lines.push(door.left(&before, &answer).await.lines().count());
        }
        assert_eq!(lines[0], lines[1], "the same entries and marks, whoever else is in the group");
    });
}

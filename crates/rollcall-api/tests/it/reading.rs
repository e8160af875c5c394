//! A connection that may read the whole tenant: it reads everyone, and changes its own people only.

use rollcall_domain::policy::{ConnectionPolicy, Reading};
use rollcall_domain::source::Actor;
use serde_json::{Value, json};

use crate::database::on_each_database;
use crate::door::{Door, person};
use crate::hub::Hub;

async fn read(hub: &Hub, door: &Door, reading: Reading) {
    let policy = ConnectionPolicy { reading, ..ConnectionPolicy::default() };
    let set = hub.app.set_connection_policy(door.tenant(), Actor::System, door.connection, policy);
    set.await.expect("the policy is set");
}

fn names(list: &Value) -> Vec<String> {
    let people = list["Resources"].as_array().expect("people");
    people.iter().map(|user| user["userName"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn others_are_read_in_every_way() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let ana = door.create("ana").await;
        let wide = hub.second_door(&door, "rfc").await;
        wide.create("ben").await;
        wide.get(&ana).await.refused(404, None);
        read(hub, &wide, Reading::Tenant).await;

        let seen = wide.get(&ana).await.expect(200).json();
        assert_eq!(seen["userName"], "ana@example.com");
        assert_eq!(seen["externalId"], Value::Null, "that is between ana and her own provider");
        let both = ["ana@example.com", "ben@example.com"];
        assert_eq!(names(&wide.get("/Users").await.expect(200).json()), both);
        let paged = wide.get("/Users?startIndex=2&count=1").await.expect(200).json();
        assert_eq!(
            (names(&paged), paged["totalResults"].clone()),
            (vec![both[1].into()], json!(2))
        );
        for filter in [
            "userName eq \"ANA@example.com\"",
            "name.familyName pr and userName sw \"ana\"",
            "emails.value eq \"ana@example.com\"",
            "active eq true and userName co \"ana\"",
        ] {
            let path = format!("/Users?filter={}", filter.replace(' ', "+"));
            let list = wide.get(&path).await.expect(200).json();
            assert_eq!(names(&list), both[..1], "{filter}");
        }
        let sorted = wide.get("/Users?sortBy=userName&sortOrder=descending").await.expect(200);
        assert_eq!(names(&sorted.json()), [both[1], both[0]]);
        let walked = wide.get("/Users?cursor&count=1").await.expect(200).json();
        assert_eq!(names(&walked), both[..1]);
        assert_eq!(names(&door.get("/Users").await.expect(200).json()), both[..1]);

        read(hub, &wide, Reading::Own).await;
        wide.get(&ana).await.refused(404, None);
        assert_eq!(names(&wide.get("/Users").await.expect(200).json()), both[1..]);
    });
}

#[test]
fn others_are_not_changed() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let ana = door.create("ana").await;
        let wide = hub.second_door(&door, "rfc").await;
        read(hub, &wide, Reading::Tenant).await;
        let before = door.trace().await;
        let title = json!([{"op": "add", "path": "title", "value": "Lead"}]);
        let detail = wide.patch(&ana, title).await.refused(403, None);
        assert!(detail.contains("not the connection's own"), "{detail}");
        wide.put(&ana, &person("ana")).await.refused(403, None);
        wide.delete(&ana).await.refused(403, None);
        wide.post("/Users", &person("ana")).await.refused(409, Some("uniqueness"));
        assert_eq!(door.trace().await, before);
    });
}

#[test]
fn another_tenant_stays_unseen() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let ana = door.create("ana").await;
        let stranger = hub.door("rfc").await;
        read(hub, &stranger, Reading::Tenant).await;
        stranger.get(&ana).await.refused(404, None);
        stranger.delete(&ana).await.refused(404, None);
        let list = stranger.get("/Users").await.expect(200).json();
        assert_eq!(list["totalResults"], 0);
    });
}

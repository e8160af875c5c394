//! Without the role that people begin with nobody is made, and an administrator is told so.

use rollcall_domain::RoleId;
use rollcall_domain::policy::GroupMeaning;
use rollcall_domain::source::Actor;
use rollcall_domain::structure::Role;
use rollcall_storage::{StorageError, directory::structure};
use serde_json::json;

use crate::database::on_each_database;
use crate::door::{Door, person};
use crate::hub::Hub;

/// Gives the role that people begin with another name.
async fn rename(hub: &Hub, door: &Door, from: &'static str, to: &'static str) {
    let renamed: Result<(), StorageError> = hub
        .storage
        .write(door.tenant(), move |tx| {
            let role = structure::find_role(tx, from)?.expect("the role is there");
            structure::rename_role(tx, role, to)
        })
        .await;
    renamed.expect("the role is renamed");
}

#[test]
fn refused_creations_are_counted_until_the_role_is_there() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let ana = door.create("ana").await;
        let refused = async || {
            let tenant = door.tenant();
            let account = hub.app.account(tenant).await.expect("it can be read").refused;
            let overview = hub.app.overview(tenant).await.expect("it can be read").refused;
            assert_eq!(account, overview);
            account
        };
        assert_eq!(refused().await, None);
        rename(hub, &door, "Agent", "Advisor").await;
        let before = door.trace().await;
        let detail = door.post("/Users", &person("ben")).await.refused(400, Some("invalidValue"));
        assert!(detail.contains("\"Agent\""), "{detail}");
        hub.pass(60);
        let operation = |id: &str| json!({"method": "POST", "path": "/Users", "bulkId": id, "data": person(id)});
        let body = json!({"Operations": [operation("ben"), operation("eve")]});
        door.post("/Bulk", &body).await.expect(200);
        assert_eq!(door.trace().await, before, "nothing is stored");
        let alert = refused().await.expect("it is told");
        assert_eq!((alert.subject.as_str(), alert.count), ("Agent", 3));
        assert_eq!(alert.last_at.duration_since(alert.since).as_secs(), 60);
        // Whoever is there stays as they are.
        door.put(&ana, &person("ana")).await.expect(200);

        rename(hub, &door, "Advisor", "Agent").await;
        assert_eq!(refused().await, None);
        door.create("ben").await;
        rename(hub, &door, "Agent", "Advisor").await;
        assert_eq!(refused().await, None, "what was mended is forgotten");
        door.post("/Users", &person("eve")).await.refused(400, Some("invalidValue"));
        assert_eq!(refused().await.map(|alert| alert.count), Some(1));
        let (tenant, to) = (door.tenant(), "Advisor".to_owned());
        hub.app.set_default_role(tenant, Actor::System, to).await.expect("it is set");
        assert_eq!(refused().await, None);
        door.create("eve").await;
    });
}

#[test]
fn it_stays_the_default_role_when_a_group_renames_it_and_outlives_the_group() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        hub.set_groups(&door, GroupMeaning::Role).await;
        let path = door.group("Agent", &[]).await;
        let rename = json!([{"op": "replace", "path": "displayName", "value": "Advisor"}]);
        door.patch(&path, rename).await.expect(200);
        let account = hub.app.account(door.tenant()).await.expect("it can be read");
        assert_eq!(account.tenant.default_role, "Advisor");
        assert!(account.has_default_role);
        door.create("ana").await;
        door.delete(&path).await.expect(204);
        door.create("ben").await;
    });
}

#[test]
fn a_role_of_that_name_that_is_made_mends_it() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        rename(hub, &door, "Agent", "Advisor").await;
        door.post("/Users", &person("ben")).await.refused(400, Some("invalidValue"));
        let role = Role { id: RoleId::new(uuid::Uuid::from_u128(9)), name: "Agent".into() };
        let made: Result<(), StorageError> =
            hub.storage.write(door.tenant(), move |tx| structure::insert_role(tx, &role)).await;
        made.expect("the role is made");
        let account = hub.app.account(door.tenant()).await.expect("it can be read");
        assert_eq!((account.has_default_role, account.refused), (true, None));
        door.create("ben").await;
    });
}

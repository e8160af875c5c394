//! Access keys: exchanged for a token of an hour, which stops with its owner.

use rollcall_app::access_key::MadeKey;
use rollcall_app::journal::Ring;
use rollcall_domain::source::Actor;
use secrecy::ExposeSecret;
use serde_json::json;

use crate::answer::Answer;
use crate::database::{execute, on_each_database};
use crate::door::{Door, person};
use crate::hub::Hub;

pub(crate) const PATH: &str = "/authentication/v1/token/access-key";

impl Hub {
    /// A key to the door's connection for a person of its own.
    pub(crate) async fn key(&self, door: &Door, owner: &str) -> MadeKey {
        let (tenant, connection) = (door.tenant(), door.connection);
        let made = self.app.make_access_key(tenant, Actor::System, connection, owner).await;
        made.expect("the key is made")
    }

    /// Sends a text to where keys are exchanged.
    async fn exchange_text(&self, door: &Door, body: String) -> Answer {
        let request = door.http.post(format!("http://{}{PATH}", self.address));
        Door::send(request.header("content-type", "application/json").body(body)).await
    }

    async fn exchange(&self, door: &Door, id: &str, secret: &str) -> Answer {
        let body = json!({"accessKeyId": id, "accessKeySecret": secret});
        self.exchange_text(door, body.to_string()).await
    }

    /// The door with a token that the key was exchanged for.
    pub(crate) async fn by_key(&self, door: &Door, key: &MadeKey) -> Door {
        let answer = self.exchange(door, &key.key.key_id, key.secret.expose_secret()).await;
        let body = answer.expect(200).json();
        let token = body["access_token"].as_str().expect("a token").to_owned();
        Door { token, ..door.clone() }
    }
}

/// Why the last request of the connection was refused.
async fn refusal(hub: &Hub, door: &Door) -> String {
    let entries = hub.journal(door, Ring::Refused).await.entries;
    entries.first().and_then(|entry| entry.detail.clone()).unwrap_or_default()
}

#[test]
fn a_key_is_exchanged_for_a_token_of_an_hour() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        door.create("scim-key").await;
        let key = hub.key(&door, "Scim-Key@example.com").await;
        let answer = hub.exchange(&door, &key.key.key_id, key.secret.expose_secret()).await;
        let answer = answer.expect(200);
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("content-type"), "application/json");
        let body = answer.json();
        assert_eq!(body["token_type"], "Bearer");
        assert_eq!(body["expires_in"], 3_600);
        let token = body["access_token"].as_str().expect("a token").to_owned();
        let by_key = Door { token, ..door.clone() };
        by_key.get("/Users").await.expect(200);
        let journal = hub.journal(&door, Ring::All).await;
        let entry = &journal.entries[1];
        assert_eq!((&*entry.target, &*entry.effect, &entry.sent), (PATH, "token issued", &None));
        let shown = format!("{journal:?}");
        assert!(!shown.contains(&by_key.token) && !shown.contains(key.secret.expose_secret()));

        hub.pass(3_599);
        by_key.get("/Users").await.expect(200);
        hub.pass(1);
        by_key.get("/Users").await.refused(401, None);
        let why = refusal(hub, &door).await;
        assert!(why.ends_with("The access key is exchanged for the next one."), "{why}");
        hub.by_key(&door, &key).await.get("/Users").await.expect(200);
    });
}

#[test]
fn whoever_has_half_a_key_is_told_what_strangers_are_told() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let path = door.create("scim-key").await;
        let key = hub.key(&door, "scim-key@example.com").await;
        let (id, secret) = (key.key.key_id.clone(), key.secret.expose_secret().to_owned());
        let stranger = hub.exchange(&door, "rck_nobody", "rcs_nothing").await.expect(401);
        assert_eq!(stranger.json()["error"], "invalid_client");
        let wrong_secret = hub.exchange(&door, &id, "rcs_nothing").await.expect(401);
        assert_eq!(stranger.text, wrong_secret.text);
        let unproven = hub.journal(&door, Ring::Unproven).await.entries;
        let told = unproven.first().and_then(|entry| entry.detail.as_deref()).unwrap_or_default();
        assert!(told.contains("is not its secret"), "{told}");
        assert_eq!(refusal(hub, &door).await, "", "the client did nothing wrong");
        let all = format!("{:?}", hub.journal(&door, Ring::All).await.entries);
        assert!(!all.contains("is not its secret"), "{all}");
        let wrong_id = hub.exchange(&door, "rck_nobody", &secret).await.expect(401);
        assert_eq!(stranger.text, wrong_id.text);
        let swapped = hub.exchange(&door, &secret, &id).await.expect(401);
        assert_eq!(stranger.text, swapped.text);
        let long = hub.exchange(&door, &id, &"x".repeat(1_000)).await.expect(401);
        assert_eq!(stranger.text, long.text);
        // A key's halves open nothing by themselves.
        for token in [id.clone(), secret.clone(), rollcall_app::secret::hash(&secret)] {
            Door { token, ..door.clone() }.get("/Users").await.refused(401, None);
        }
        let off = json!([{"op": "replace", "value": {"active": false}}]);
        door.patch(&path, off).await.expect(200);
        let stopped = hub.exchange(&door, &id, &secret).await.expect(401);
        assert_eq!(stranger.text, stopped.text);
        assert_eq!(
            refusal(hub, &door).await,
            "The access key's employee Ana scim-key was deactivated."
        );
    });
}

#[test]
fn a_key_and_its_tokens_stop_with_their_owner_and_come_back_with_them() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let path = door.create("scim-key").await;
        let key = hub.key(&door, "scim-key@example.com").await;
        let by_key = hub.by_key(&door, &key).await;
        by_key.get("/Users").await.expect(200);
        let set = |active: bool| json!([{"op": "replace", "value": {"active": active}}]);
        door.patch(&path, set(false)).await.expect(200);
        by_key.get("/Users").await.refused(401, None);
        assert_eq!(
            refusal(hub, &door).await,
            "The access key's employee Ana scim-key was deactivated."
        );
        door.patch(&path, set(true)).await.expect(200);
        by_key.get("/Users").await.expect(200);
        door.delete(&path).await.expect(204);
        by_key.get("/Users").await.refused(401, None);
        door.post("/Users", &person("scim-key")).await.expect(201);
        by_key.get("/Users").await.expect(200);

        let (tenant, connection) = (door.tenant(), door.connection);
        let revoked = hub.app.revoke_access_key(tenant, Actor::System, connection, key.key.id);
        revoked.await.expect("the key is revoked");
        by_key.get("/Users").await.refused(401, None);
        let why = refusal(hub, &door).await;
        let expected = format!("The access key {} was revoked at 2026-11-21T", key.key.key_id);
        assert!(why.starts_with(&expected), "{why}");
        door.get("/Users").await.expect(200);
    });
}

#[test]
fn a_key_that_locks_its_own_connection_out_does_so_after_the_answer() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let path = door.create("scim-key").await;
        let key = hub.key(&door, "scim-key@example.com").await;
        let by_key = hub.by_key(&door, &key).await;
        by_key.delete(&path).await.expect(204);
        by_key.get("/Users").await.refused(401, None);
    });
}

#[test]
fn two_keys_live_at_a_time_and_each_belongs_to_somebody_active() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let path = door.create("scim-key").await;
        let (tenant, connection) = (door.tenant(), door.connection);
        let make = async |name: &str| {
            let made = hub.app.make_access_key(tenant, Actor::System, connection, name).await;
            made.map_err(|error| error.to_string())
        };
        assert_eq!(
            make("nobody@example.com").await.unwrap_err(),
            "nobody has the user name nobody@example.com"
        );
        let first = make("scim-key@example.com").await.unwrap();
        make("scim-key@example.com").await.unwrap();
        assert!(make("scim-key@example.com").await.unwrap_err().contains("2 live access keys"));
        let revoked = hub.app.revoke_access_key(tenant, Actor::System, connection, first.key.id);
        revoked.await.unwrap();
        let leave = json!([{"op": "replace", "path": "active", "value": false}]);
        door.patch(&path, leave).await.expect(200);
        assert!(make("scim-key@example.com").await.unwrap_err().contains("is inactive"));
        door.delete(&path).await.expect(204);
        assert!(make("scim-key@example.com").await.unwrap_err().contains("nobody has"));
        let foreign = hub.door("okta").await;
        let other = hub.app.revoke_access_key(
            foreign.tenant(),
            Actor::System,
            foreign.connection,
            first.key.id,
        );
        assert!(other.await.is_err(), "it is another tenant's");
        // Hand-made tokens and keys do not count against each other.
        hub.token(&door, None).await;
    });
}

#[test]
fn a_key_opens_its_own_connection_only() {
    on_each_database(async |hub| {
        let (one, two) = (hub.door("okta").await, hub.door("okta").await);
        for door in [&one, &two] {
            door.create("scim-key").await;
        }
        let key = hub.key(&one, "scim-key@example.com").await;
        let by_key = hub.by_key(&two, &key).await;
        let path = one.create("only-here").await;
        by_key.get(&path).await.expect(200);
        two.get(&path).await.refused(404, None);
        assert_eq!(hub.journal(&two, Ring::All).await.entries.len(), 2, "its own two requests");
        let statement = format!(
            "update scim_connection set removed_at = '2026-11-21T09:00:00.000Z' where id = '{}'",
            one.connection
        );
        execute(&hub.database, &statement).await;
        let answer = hub.exchange(&two, &key.key.key_id, key.secret.expose_secret()).await;
        answer.expect(401);
    });
}

#[test]
fn a_body_that_is_none_is_refused_and_tries_are_counted() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        for body in [
            "",
            "{}",
            "[]",
            "{\"accessKeyId\": 1, \"accessKeySecret\": \"x\"}",
            "{\"accessKeyId\":\"a\"}",
        ] {
            let answer = hub.exchange_text(&door, body.to_owned()).await.expect(400);
            assert_eq!(answer.json()["error"], "invalid_request");
        }
        hub.exchange_text(&door, "x".repeat(20_000)).await.expect(400);
        hub.exchange(&door, "rck_\0", "x").await.expect(401);
        for _ in 0..10 {
            hub.exchange(&door, "rck_guessed", "x").await.expect(401);
        }
        let answer = hub.exchange(&door, "rck_guessed", "x").await.expect(429);
        assert!(answer.header("retry-after").parse::<u64>().is_ok());
        hub.exchange(&door, "rck_another", "x").await.expect(401);
    });
}

//! Errors are SCIM errors, wherever they come from, and nothing is stored by what was refused.

use reqwest::Method;
use rollcall_api::ROUTES;
use rollcall_domain::structure::{BusinessUnit, Team};
use rollcall_domain::{BusinessUnitId, TeamId, TenantId};
use rollcall_storage::directory::tenant::{self, Tenant};
use rollcall_storage::{StorageError, directory::structure};
use serde_json::json;
use uuid::Uuid;

use crate::database::{execute, on_each_database};
use crate::door::{Door, USER, person};

#[test]
fn a_method_that_a_route_lacks_is_named_with_those_that_it_has() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let id = door.create("ana").await;
        for (route, methods) in ROUTES {
            let path = match *route {
                "/scim/v2/Users/{id}" => id.clone(),
                "/scim/v2/Schemas/{id}" => format!("/Schemas/{USER}"),
                other => other.replace("/scim/v2", "").replace("{id}", "User"),
            };
            for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "GET", "PURGE"] {
                if methods.contains(&method) {
                    continue;
                }
                for path in [path.clone(), format!("{path}/")] {
                    let method = Method::from_bytes(method.as_bytes()).expect("a method");
                    let answer = Door::send(door.ask(method.clone(), &path)).await;
                    let detail = answer.refused(405, None);
                    assert_eq!(answer.header("allow"), methods.join(", "), "{method} {path}");
                    assert!(methods.iter().all(|known| detail.contains(known)), "{detail}");
                }
            }
        }
        assert_eq!(door.get(&id).await.json()["active"], true);
    });
}

#[test]
fn an_endpoint_that_is_none_is_told_in_the_same_words_whatever_is_asked() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        for path in ["/Mee", "/users", "/Users/1/2", "/%FF", "/x?filter=a"] {
            for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                let answer = Door::send(door.ask(method, path)).await;
                answer.refused(404, None);
            }
        }
    });
}

#[test]
fn a_body_that_is_no_json_is_told_apart() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        let before = door.trace().await;
        for content_type in [
            "application/xml",
            "text/html",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded",
        ] {
            let request = door.ask(Method::POST, "/Users").header("content-type", content_type);
            Door::send(request.body(person("ben").to_string())).await.refused(415, None);
        }
        for body in [
            "",
            " ",
            "{",
            "null",
            "[]",
            "\"text\"",
            "{\"userName\":}",
            "{} {}",
            "{'a': 1}",
            "\u{feff}{}",
            "{\"a\":1,}",
        ] {
            for (method, path) in [
                (Method::POST, "/Users"),
                (Method::PUT, path.as_str()),
                (Method::PATCH, path.as_str()),
            ] {
                door.write(method, path, body.to_owned()).await.refused(400, Some("invalidSyntax"));
            }
        }
        let request = door.ask(Method::POST, "/Users").body(vec![b'{', b'"', 0xff, b'"', b'}']);
        Door::send(request).await.refused(400, Some("invalidSyntax"));
        assert_eq!(door.trace().await, before);
    });
}

#[test]
fn a_patch_that_fails_changes_nothing() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        let (read, before) = (door.get(&path).await, door.trace().await);
        let good = json!({"op": "replace", "path": "title", "value": "Agent"});
        for (bad, scim_type) in [
            (json!({"op": "replace", "path": "unknown", "value": "x"}), "invalidPath"),
            (json!({"op": "replace", "path": "title[", "value": "x"}), "invalidPath"),
            (
                json!({"op": "replace", "path": "emails[type eq \"a\\u0000\"].value", "value": "x"}),
                "invalidPath",
            ),
            (json!({"op": "replace", "path": "meta.created", "value": "x"}), "mutability"),
            (json!({"op": "replace", "path": "id", "value": "x"}), "mutability"),
            (json!({"op": "remove"}), "noTarget"),
            (
                json!({"op": "replace", "path": "emails[type eq \"none\"].value", "value": "x"}),
                "noTarget",
            ),
            (json!({"op": "move", "path": "title", "value": "x"}), "invalidSyntax"),
            (json!({"op": "add", "path": "title"}), "invalidValue"),
            (json!({"op": "add", "path": "title", "value": 1}), "invalidValue"),
            (
                json!({"op": "replace", "path": "emails", "value": [{"value": "none"}]}),
                "invalidValue",
            ),
            (json!({"op": "add", "value": "text"}), "invalidValue"),
            (json!("text"), "invalidSyntax"),
        ] {
            let answer = door.patch(&path, json!([good, bad])).await;
            let detail = answer.refused(400, Some(scim_type));
            assert!(!detail.is_empty(), "{bad}");
        }
        assert_eq!(door.get(&path).await.text, read.text);
        assert_eq!(door.trace().await, before);
    });
}

#[test]
fn a_host_cannot_write_into_answers() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        for (host, written) in [
            ("a\",\"active\":false,\"b\":\"", "http://localhost/scim/v2"),
            ("evil.example/path?", "http://localhost/scim/v2"),
            ("rollcall.example:8443", "http://rollcall.example:8443/scim/v2"),
            ("[::1]:8443", "http://[::1]:8443/scim/v2"),
        ] {
            let answer = Door::send(door.ask(Method::GET, &path).header("host", host)).await;
            let body = answer.expect(200).json();
            assert_eq!(body["meta"]["location"], format!("{written}{path}"));
            assert_eq!(body["active"], true);
        }
    });
}

#[test]
fn a_reader_of_plain_json_is_answered_in_it() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        for (accept, content_type) in [
            ("application/json", "application/json"),
            ("application/scim+json", "application/scim+json"),
            ("application/json, application/scim+json", "application/scim+json"),
            ("application/json, */*", "application/scim+json"),
            ("*/*", "application/scim+json"),
            ("text/html", "application/scim+json"),
        ] {
            for path in [path.as_str(), "/Users", "/Schemas"] {
                let answer = Door::send(door.ask(Method::GET, path).header("accept", accept)).await;
                assert_eq!(answer.expect(200).header("content-type"), content_type, "{accept}");
            }
        }
    });
}

#[test]
fn without_the_default_role_nobody_is_created() {
    on_each_database(async |hub| {
        let tenant = Tenant {
            id: TenantId::new(Uuid::from_u128(1)),
            name: "Bare".into(),
            default_role: "Trainee".into(),
            settings: rollcall_domain::policy::AccountSettings::default(),
            created_at: hub.app.now(),
        };
        let row = tenant.clone();
        let written = hub.storage.write_installation(move |session| tenant::insert(session, &row));
        let written: Result<(), StorageError> = written.await;
        written.expect("the tenant is written");
        let business_unit =
            BusinessUnit { id: BusinessUnitId::new(Uuid::from_u128(2)), name: "B".into() };
        let team = Team {
            id: TeamId::new(Uuid::from_u128(3)),
            business_unit: business_unit.id,
            name: "T".into(),
            features: Vec::new(),
            unavailable_codes: Vec::new(),
        };
        let made = rollcall_app::administration::NewTenant { tenant, business_unit, team };
        let rows = made.clone();
        let written = hub.storage.write(made.tenant.id, move |tx| {
            structure::insert_business_unit(tx, &rows.business_unit, 1)?;
            structure::insert_team(tx, &rows.team)
        });
        let written: Result<(), StorageError> = written.await;
        written.expect("the structure is written");
        let bare = Door { made, ..hub.door("rfc").await };
        let door = hub.second_door(&bare, "rfc").await;

        let before = door.trace().await;
        let detail = door.post("/Users", &person("ana")).await.refused(400, Some("invalidValue"));
        assert!(detail.contains("\"Trainee\""), "{detail}");
        assert_eq!(door.get("/Users").await.json()["totalResults"], 0);
        assert_eq!(door.trace().await, before);
        let role = "insert into role (tenant_id, id, name) values ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000004', 'Trainee')";
        execute(&hub.database, role).await;
        door.post("/Users", &person("ana")).await.expect(201);
    });
}

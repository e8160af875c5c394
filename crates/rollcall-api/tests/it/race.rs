//! Requests at the same time: none is lost, none is done twice.

use reqwest::Method;
use serde_json::json;
use tokio::task::JoinSet;

use crate::answer::Answer;
use crate::database::on_each_database;
use crate::door::{Door, patch, person};

/// Sends requests at once; answers how often each status came.
async fn at_once(requests: Vec<reqwest::RequestBuilder>) -> Vec<Answer> {
    let mut work = JoinSet::new();
    for request in requests {
        work.spawn(Door::send(request));
    }
    work.join_all().await
}

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

#[test]
fn of_sixty_equal_creations_one_is_done() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        for (round, body) in [person("ana"), person("ben")].into_iter().enumerate() {
            let request = || door.ask(Method::POST, "/Users").body(body.to_string());
            let answers = at_once((0..60).map(|_| request()).collect()).await;
            assert_eq!((count(&answers, 201), count(&answers, 409)), (1, 59));
            for answer in answers.iter().filter(|answer| answer.status == 409) {
                answer.refused(409, Some("uniqueness"));
            }
            assert_eq!(door.get("/Users").await.json()["totalResults"], round + 1);
        }
        let audit = format!("{:?}", door.trace().await);
        assert_eq!(audit.matches("employee.created").count(), 2);
    });
}

#[test]
fn of_sixty_equal_restorations_one_is_done() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        door.delete(&path).await.expect(204);
        let request = || door.ask(Method::POST, "/Users").body(person("ana").to_string());
        let answers = at_once((0..60).map(|_| request()).collect()).await;
        assert_eq!((count(&answers, 201), count(&answers, 409)), (1, 59));
        assert_eq!(door.get("/Users").await.names(), ["ana@example.com"]);
        door.get(&path).await.expect(200);
    });
}

#[test]
fn creations_of_one_name_or_one_external_id_exclude_each_other() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let mut requests = Vec::new();
        for number in 0..20 {
            let mut body = person(&format!("p{number}"));
            body[if number % 2 == 0 { "userName" } else { "externalId" }] =
                json!("shared@example.com");
            requests.push(door.ask(Method::POST, "/Users").body(body.to_string()));
        }
        let answers = at_once(requests).await;
        assert_eq!((count(&answers, 201), count(&answers, 409)), (2, 18));
    });
}

#[test]
fn of_two_changes_of_one_version_one_is_refused() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        for version in 1..=20 {
            let change = |title: &str| {
                let title = format!("{title} {version}");
                let body = patch(&json!([{"op": "replace", "path": "title", "value": title}]));
                let request =
                    door.ask(Method::PATCH, &path).header("if-match", format!("W/\"{version}\""));
                request.body(body.to_string())
            };
            let answers = at_once(vec![change("first"), change("second")]).await;
            assert_eq!((count(&answers, 200), count(&answers, 412)), (1, 1), "version {version}");
        }
    });
}

#[test]
fn of_forty_changes_at_once_none_is_lost() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        let mut requests = Vec::new();
        for number in 0..40 {
            let value = json!([{"value": format!("role-{number}"), "type": format!("t{number}")}]);
            let body = patch(&json!([{"op": "add", "path": "roles", "value": value}]));
            requests.push(door.ask(Method::PATCH, &path).body(body.to_string()));
        }
        let names = [
            "displayName",
            "nickName",
            "title",
            "userType",
            "preferredLanguage",
            "locale",
            "timezone",
        ];
        for name in names {
            let body = patch(&json!([{"op": "add", "path": name, "value": name}]));
            requests.push(door.ask(Method::PATCH, &path).body(body.to_string()));
        }
        let answers = at_once(requests).await;
        assert_eq!(count(&answers, 200), 47);
        let after = door.get(&path).await.json();
        assert_eq!(after["meta"]["version"], "W/\"48\"");
        assert_eq!(after["roles"].as_array().expect("a list").len(), 40);
        for name in names {
            assert_eq!(after[name], name);
        }
        let audit = format!("{:?}", door.trace().await);
        assert_eq!(audit.matches("employee.changed_by_provider").count(), 47);
    });
}

#[test]
fn a_deletion_and_changes_at_once_leave_one_truth() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        let mut requests = vec![door.ask(Method::DELETE, &path)];
        for number in 0..20 {
            let body =
                patch(&json!([{"op": "replace", "path": "title", "value": number.to_string()}]));
            requests.push(door.ask(Method::PATCH, &path).body(body.to_string()));
        }
        let answers = at_once(requests).await;
        assert_eq!(count(&answers, 204), 1);
        assert_eq!(count(&answers, 200) + count(&answers, 404), 20);
        door.get(&path).await.refused(404, None);
        let audit = format!("{:?}", door.trace().await);
        assert_eq!(audit.matches("employee.changed_by_provider").count(), count(&answers, 200));
    });
}

#[test]
fn a_long_page_has_everybody_who_stays_while_others_leave() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let operations: Vec<_> = (0..700)
            .map(|n| {
                let data = person(&format!("u{n:03}"));
                json!({"method": "POST", "path": "/Users", "bulkId": n.to_string(), "data": data})
            })
            .collect();
        let schema = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
        let made =
            door.post("/Bulk", &json!({"schemas": [schema], "Operations": operations})).await;
        let made = made.expect(200).json();
        let leaving: Vec<_> = (0..200)
            .filter_map(|n| made["Operations"][n]["location"].as_str()?.rsplit_once("/Users"))
            .map(|(_, path)| door.ask(Method::DELETE, &format!("/Users{path}")))
            .collect();
        assert_eq!(leaving.len(), 200);
        let leave = tokio::spawn(async move {
            for request in leaving {
                Door::send(request).await.expect(204);
            }
        });
        let staying: Vec<_> = (200..700).map(|n| format!("u{n:03}@example.com")).collect();
        loop {
            let is_last = leave.is_finished();
            let names = door.get("/Users?count=1000").await.expect(200).names();
            assert_eq!(names[names.len() - staying.len()..], staying);
            if is_last {
                break;
            }
        }
        leave.await.expect("they leave");
    });
}

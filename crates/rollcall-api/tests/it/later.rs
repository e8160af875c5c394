//! Bulk requests that are carried out after their answer.

use std::time::{Duration, Instant};

use reqwest::Method;
use rollcall_app::journal::Ring;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::database::{execute, on_each_database};
use crate::door::{Door, id_of, person};

/// Longer than anything here takes.
const BOUND: Duration = Duration::from_secs(30);

fn post(name: &str) -> Value {
    json!({"method": "POST", "path": "/Users", "bulkId": name, "data": person(name)})
}

async fn send(door: &Door, prefer: &str, body: &Value) -> Answer {
    let request = door.ask(Method::POST, "/Bulk").header("prefer", prefer);
    Door::send(request.body(body.to_string())).await
}

/// Sends operations to be carried out later; answers where the result will be.
async fn take_in(door: &Door, operations: &Value) -> String {
    let taken = send(door, "respond-async", &json!({"Operations": operations})).await.expect(202);
    assert_eq!((taken.text.as_str(), taken.header("preference-applied")), ("", "respond-async"));
    let location = taken.header("location");
    assert_eq!(taken.header("set-txn"), id_of(location));
    location.strip_prefix(&door.base_url).expect("it is here").to_owned()
}

/// What became of the operations, when it is known.
async fn result(door: &Door, path: &str) -> Vec<Value> {
    let begun = Instant::now();
    loop {
        let answer = door.get(path).await;
        if answer.status != 202 {
            return answer.expect(200).json()["Operations"].as_array().expect("a list").clone();
        }
        assert_eq!(answer.header("retry-after"), "1");
        assert!(begun.elapsed() < BOUND, "it is never done");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn statuses(done: &[Value]) -> Vec<&str> {
    done.iter().map(|one| one["status"].as_str().expect("the status is a text")).collect()
}

#[test]
fn what_a_revoked_token_brought_is_not_done() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let other = hub.token(&door, None).await;
        let operations: Vec<Value> = (0..230).map(|number| post(&format!("p{number}"))).collect();
        let path = take_in(&door, &json!(operations)).await;
        hub.revoke(&door).await;
        hub.begin_work();
        assert_eq!(result(&other, &path).await, Vec::<Value>::new());
        assert_eq!(other.get("/Users?count=0").await.json()["totalResults"], 0);
    });
}

#[test]
fn what_was_taken_in_outlives_the_process_and_is_done_once() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        // More than one transaction takes, with a circle of names from the first into the last of them.
        let mut operations: Vec<Value> =
            (0..230).map(|number| post(&format!("p{number}"))).collect();
        operations[3] = post("p2");
        operations.insert(0, json!({
            "method": "POST", "path": "/Groups", "bulkId": "all",
            "data": {"displayName": "All", "members": [{"value": "bulkId:p229"}, {"value": "bulkId:p0"}]},
        }));
        let twice = operations[4]["bulkId"].take();
        assert_eq!(twice, "p2");
        operations[4]["bulkId"] = json!("twin");
        let path = take_in(&door, &json!(operations)).await;
        door.get(&path).await.expect(202);
        assert_eq!(door.get("/Users").await.json()["totalResults"], 0, "nothing is done yet");

        // Nobody was there to do it; another process begins.
        hub.begin_work();
        let done = result(&door, &path).await;
        assert_eq!(done.len(), 231);
        for (index, one) in done.iter().enumerate() {
            let expected = if index == 4 { "409" } else { "201" };
            assert_eq!(one["status"], expected, "{one}");
        }
        assert_eq!(door.get("/Users?count=0").await.json()["totalResults"], 229);
        let all = done[0]["location"].as_str().expect("it was made");
        let mut members = door.members(all.strip_prefix(&door.base_url).expect("here")).await;
        let mut expected = [230, 1].map(|at| id_of(done[at]["location"].as_str().unwrap()));
        members.sort();
        expected.sort_unstable();
        assert_eq!(members, expected);
        assert_eq!(result(&door, &path).await, done, "it can be read again");
    });
}

#[test]
fn a_result_is_its_connections_own_and_is_kept_for_a_day() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let colleague = hub.second_door(&door, "rfc").await;
        let path = take_in(&door, &json!([post("ana"), post("ana2")])).await;
        hub.begin_work();
        assert_eq!(statuses(&result(&door, &path).await), ["201", "201"]);
        colleague.get(&path).await.refused(404, None);
        for other in ["/Bulk/x", "/Bulk/019ab0c1-d2e3-7000-8000-ffffffffffff"] {
            door.get(other).await.refused(404, None);
        }
        hub.pass(24 * 3_600 + 1);
        let begun = Instant::now();
        // The worker looks for what is old when it has nothing else to do.
        take_in(&door, &json!([])).await;
        while door.get(&path).await.status != 404 {
            assert!(begun.elapsed() < BOUND, "it is kept for ever");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
}

#[test]
fn who_waits_gets_the_result_if_it_is_there_in_time() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let body = json!({"Operations": [post("ana")]});
        let late = send(&door, "respond-async, wait=1", &body).await.expect(202);
        assert!(!late.header("location").is_empty());
        hub.begin_work();
        let twice = send(&door, "respond-async, wait=30", &body).await.expect(200).json();
        assert_eq!(twice["Operations"][0]["status"], "409", "in the order in which they came");
        send(&door, "wait=30", &body).await.expect(200);
    });
}

#[test]
fn what_is_not_sound_or_too_much_is_refused_at_once() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let twins = json!({"Operations": [post("x"), post("x")]});
        send(&door, "respond-async", &twins).await.refused(400, Some("invalidSyntax"));
        send(&door, "respond-async", &json!({})).await.refused(400, Some("invalidSyntax"));
        let many: Vec<Value> = (0..1_001).map(|number| post(&format!("p{number}"))).collect();
        send(&door, "respond-async", &json!({"Operations": many})).await.refused(413, None);
        for _ in 0..10 {
            take_in(&door, &json!([post("ana")])).await;
        }
        let body = json!({"Operations": [post("ana")]});
        let refused = send(&door, "respond-async", &body).await;
        assert_eq!(refused.header("retry-after"), "2");
        refused.refused(429, None);
        let other = hub.second_door(&door, "rfc").await;
        take_in(&other, &json!([post("ana")])).await;
    });
}

#[test]
fn errors_are_counted_over_the_whole_and_the_journal_tells_of_it() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let bad = json!({"method": "DELETE", "path": "/Users/none"});
        let mut operations = vec![bad; 230];
        operations[0] = post("ana");
        operations[0]["data"]["password"] = json!("secret");
        let body = json!({"failOnErrors": 150, "Operations": operations});
        let taken = send(&door, "respond-async", &body).await.expect(202);
        let path = taken.header("location").strip_prefix(&door.base_url).expect("here").to_owned();
        hub.begin_work();
        assert_eq!(result(&door, &path).await.len(), 151);
        let told = async || -> Vec<String> {
            let entries = hub.journal(&door, Ring::All).await.entries.into_iter();
            entries.map(|entry| entry.effect).filter(|effect| effect.ends_with("later")).collect()
        };
        // The journal hears of the last part a moment after its result can be read.
        let begun = Instant::now();
        while told().await.len() < 3 {
            assert!(begun.elapsed() < BOUND, "the last part is never told");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(
            told().await,
            [
                "0 operations done, 51 refused, later",
                "1 operations done, 99 refused, later",
                "230 operations to be done later"
            ]
        );
        let ignored = hub.journal(&door, Ring::All).await.ignored;
        assert_eq!(ignored, [("password".to_owned(), 1)]);
    });
}

#[test]
fn a_removed_connections_requests_are_forgotten() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let other = hub.second_door(&door, "rfc").await;
        take_in(&door, &json!([post("ana")])).await;
        let removed = hub.app.remove_connection(
            door.tenant(),
            rollcall_domain::source::Actor::System,
            door.connection,
        );
        removed.await.expect("it is removed");
        hub.begin_work();
        let path = take_in(&other, &json!([post("ben")])).await;
        assert_eq!(statuses(&result(&other, &path).await), ["201"]);
        assert_eq!(door.look(rollcall_storage::directory::roster::totals).await, (1, 1));
    });
}

#[test]
fn what_cannot_be_carried_out_is_told_and_holds_nobody_up() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = take_in(&door, &json!([post("ana")])).await;
        let next = take_in(&door, &json!([post("ben")])).await;
        let statement = format!("update bulk_request set body = '7' where id = '{}'", id_of(&path));
        execute(&hub.database, &statement).await;
        hub.begin_work();
        assert_eq!(result(&door, &path).await, Vec::<Value>::new());
        assert_eq!(statuses(&result(&door, &next).await), ["201"]);
    });
}

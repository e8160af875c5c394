//! Contacts in queues, and the intervals that are counted from them.

use reqwest::Method;
use rollcall_domain::time;
use serde_json::{Value, json};

use crate::agent_door::{AgentDoor, check_problem};
use crate::answer::Answer;
use crate::database::on_each_database;

async fn tell(door: &AgentDoor, contact: &str, body: &Value) -> Answer {
    door.send(Method::PUT, &format!("/queue-contacts/{contact}"), Some(body)).await
}

/// The sum of a member over a day.
fn sum(intervals: &Value, member: &str) -> i64 {
    intervals.as_array().unwrap().iter().map(|one| one[member].as_i64().unwrap()).sum()
}

#[test]
fn what_happens_is_counted_in_quarters_of_the_day() {
    on_each_database(async |hub| {
        let door = hub.agent_door().await;
        let ana = hub.person(&door, "ana").await;
        let session = door.log_in(&ana).await;
        door.set(&session, json!({"state": "available"})).await.expect(200);
        hub.pass(60);
        let offered = time::to_text(hub.app.now());
        hub.pass(30);
        let call = json!({"kind": "inbound", "medium": "voice", "queue": "12",
            "queueName": "Sales", "offeredAt": offered});
        // Its answer may be lost, and it is sent again.
        for _ in 0..2 {
            door.begin(&session, "c1", call.clone()).await.expect(200);
        }
        hub.pass(100);
        door.end(&session, "c1").await.expect(200);
        let gone = json!({"queue": "12", "offeredAt": offered, "outcome": "abandoned",
            "leftAt": time::to_text(hub.app.now())});
        for _ in 0..2 {
            let known = tell(&door, "c2", &gone).await.expect(200).json();
            assert_eq!(
                (&known["outcome"], &known["overflowedIn"]),
                (&json!("abandoned"), &json!(false))
            );
        }
        let queues = door.get("/history/queues").await.expect(200).json();
        assert_eq!(queues["timeZone"], "UTC");
        let sales = &queues["queues"][0];
        assert_eq!((&sales["queue"], &sales["name"]), (&json!("12"), &json!("Sales")));
        let intervals = &sales["intervals"];
        assert_eq!(intervals.as_array().unwrap().len(), 96);
        assert_eq!(intervals[95]["number"], 95);
        for (member, expected) in [
            ("offered", 2),
            ("answered", 1),
            ("abandoned", 1),
            ("answeredWaitS", 30),
            ("abandonedWaitS", 130),
            ("talkS", 100),
        ] {
            assert_eq!(sum(intervals, member), expected, "{member}");
        }
        let path = format!("/history/agents?agentNumber={}", ana.number);
        let agents = door.get(&path).await.expect(200).json();
        let intervals = &agents["agents"][0]["intervals"];
        for (member, expected) in
            [("loggedInS", 190), ("inboundS", 100), ("waitingS", 90), ("inboundCount", 1)]
        {
            assert_eq!(sum(intervals, member), expected, "{member}");
        }
        let before = door.get("/history/agents?date=2020-01-01").await.expect(200).json();
        assert_eq!(sum(&before["agents"][0]["intervals"], "loggedInS"), 0);
        let none = door.get("/history/queues?after=12").await.expect(200).json();
        assert_eq!(none["queues"], json!([]));
    });
}

#[test]
fn what_cannot_be_is_refused() {
    on_each_database(async |hub| {
        let door = hub.agent_door().await;
        let now = hub.app.now();
        let at = |seconds| {
            let moment = now.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap();
            time::to_text(moment)
        };
        for (body, words) in [
            (json!({"queue": "", "offeredAt": at(0), "outcome": "waiting"}), "A queue"),
            (json!({"queue": "a;b", "offeredAt": at(0), "outcome": "waiting"}), "semicolon"),
            (json!({"queue": "12", "offeredAt": at(0), "outcome": "lost"}), "unknown variant"),
            (json!({"queue": "12", "offeredAt": at(0), "outcome": "abandoned"}), "has not left"),
            (
                json!({"queue": "12", "offeredAt": at(0), "outcome": "waiting", "leftAt": at(1)}),
                "has not left",
            ),
            (
                json!({"queue": "12", "offeredAt": at(0), "outcome": "answered", "leftAt": at(-1)}),
                "no sooner",
            ),
            (json!({"queue": "12", "offeredAt": at(3_600), "outcome": "waiting"}), "future"),
            (
                json!({"queue": "12", "offeredAt": "2020-01-01T00:00:00Z", "outcome": "waiting"}),
                "396",
            ),
            (json!({"queue": "12", "offeredAt": at(0), "outcome": "waiting", "x": 1}), "x"),
        ] {
            let answer = tell(&door, "c", &body).await;
            check_problem(&answer, 400, "invalid-request");
            assert!(answer.text.contains(words), "{words}: {}", answer.text);
        }
        let body = json!({"queue": "12", "offeredAt": at(0), "outcome": "waiting",
            "businessUnit": "Nowhere"});
        check_problem(&tell(&door, "c", &body).await, 404, "not-found");
        for path in ["/history/agents?date=yesterday", "/history/queues?agentNumber=1"] {
            check_problem(&door.get(path).await, 400, "invalid-request");
        }
        assert_eq!(door.get("/history/queues").await.json()["queues"], json!([]));
    });
}

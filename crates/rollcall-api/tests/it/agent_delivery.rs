//! Intervals that other systems counted.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use rollcall_app::history::{BATCH_ROWS_MAX, FeedSettings};
use rollcall_domain::source::Actor;
use serde_json::{Value, json};

use crate::agent_door::{AgentDoor, check_problem};
use crate::answer::Answer;
use crate::database::on_each_database;
use crate::hub::Hub;

async fn deliver(door: &AgentDoor, batch: &Value) -> Answer {
    door.send(Method::PUT, "/history/intervals", Some(batch)).await
}

fn batch(revision: i64, queues: &[Value], agents: &[Value]) -> Value {
    json!({"source": "uccx-1", "revision": revision, "queues": queues, "agents": agents})
}

/// A row of a queue on the day of the hub's clock.
fn queue(time: &str, offered: i64) -> Value {
    json!({"interval": 15, "date": "20261121", "time": time, "queue": "12", "queue_name": "Sales",
        "offd_direct_call_cnt": offered, "answ_call_cnt": 1, "wait_dur": 77})
}

fn agent(number: i64, time: &str) -> Value {
    json!({"date_from": "20261121", "interval": time, "agent_id": number.to_string(),
        "tot_work_dur": 900, "avail_dur": 600, "pause_dur": 300, "transfer_out_call_cnt": 2})
}

/// A quarter of a queue or a person, as a reader has it.
async fn quarter(door: &AgentDoor, list: &str, number: usize) -> Value {
    let page = door.get(&format!("/history/{list}?date=2026-11-21")).await.expect(200).json();
    page[list][0]["intervals"][number].clone()
}

async fn feed_in_prague(hub: &Hub, door: &AgentDoor) {
    let zone = FeedSettings { time_zone: "Europe/Prague".into(), ..FeedSettings::default() };
    let set = hub.app.set_history_feed(door.scim.tenant(), Actor::System, door.scim.link, zone);
    set.await.expect("the feed is set");
}

/// As many intervals are due at the WFM once everything has settled.
async fn due(hub: &Hub, door: &AgentDoor) -> i64 {
    let feed = hub.app.history_feed(door.scim.tenant(), door.scim.link).await;
    feed.expect("storage answers").expect("there is a feed").due
}

#[test]
fn what_is_delivered_stands_for_what_was_counted() {
    on_each_database(async |hub| {
        let door = hub.agent_door().await;
        let ana = hub.person(&door, "ana").await;
        feed_in_prague(hub, &door).await;
        let session = door.log_in(&ana).await;
        door.set(&session, json!({"state": "available"})).await.expect(200);
        hub.pass(900);
        // The quarter from 9:00 UTC on is the 40th in Prague, where it is an hour later.
        let counted = quarter(&door, "agents", 40).await;
        assert_eq!((&counted["availableS"], &counted["source"]), (&json!(900), &Value::Null));
        let rows = [agent(ana.number, "09:00")];
        let told = deliver(&door, &batch(1, &[queue("09:00", 5)], &rows)).await.expect(200).json();
        assert_eq!((&told["taken"], &told["unchanged"]), (&json!(2), &json!([])));
        let delivered = quarter(&door, "agents", 40).await;
        assert_eq!((&delivered["availableS"], &delivered["pausedS"]), (&json!(600), &json!(300)));
        assert_eq!(
            (&delivered["source"], &delivered["transferredCount"]),
            (&json!("uccx-1"), &json!(2))
        );
        let sales = quarter(&door, "queues", 40).await;
        assert_eq!(
            (&sales["offered"], &sales["membersWaitingS"], &sales["source"]),
            (&json!(5), &json!(77), &json!("uccx-1"))
        );
        // What goes on is counted here until somebody delivers it.
        hub.pass(60);
        assert_eq!(quarter(&door, "agents", 41).await["availableS"], 60);
    });
}

#[test]
fn a_batch_that_is_sent_again_changes_nothing_and_says_so() {
    on_each_database(async |hub| {
        let door = hub.agent_door().await;
        feed_in_prague(hub, &door).await;
        let send = async |revision, offered| {
            let batch = batch(revision, &[queue("08:45", offered)], &[]);
            deliver(&door, &batch).await.expect(200).json()
        };
        assert_eq!(send(3, 5).await["taken"], 1);
        hub.pass(120);
        assert_eq!(due(hub, &door).await, 1);
        for (revision, offered) in [(3, 5), (3, 6), (2, 7)] {
            let told = send(revision, offered).await;
            assert_eq!(told["taken"], 0, "{revision}");
            let stands = json!([{"list": "queues", "row": 1, "reason": "revision",
                "source": "uccx-1", "revision": 3}]);
            assert_eq!(told["unchanged"], stands);
        }
        assert_eq!(quarter(&door, "queues", 39).await["offered"], 5);
        assert_eq!(send(4, 6).await["taken"], 1);
        assert_eq!(quarter(&door, "queues", 39).await["offered"], 6);
        // An interval is its first source's.
        let mut other = batch(9, &[queue("08:45", 9), queue("08:30", 9)], &[]);
        other["source"] = json!("webex");
        let told = deliver(&door, &other).await.expect(200).json();
        assert_eq!(told["taken"], 1);
        assert_eq!(told["unchanged"][0]["reason"], "source");
        assert_eq!(quarter(&door, "queues", 39).await["offered"], 6);
    });
}

#[test]
fn a_batch_at_fault_is_refused_whole_with_row_and_reason() {
    on_each_database(async |hub| {
        let door = hub.agent_door().await;
        let ana = hub.person(&door, "ana").await;
        let good = queue("08:00", 1);
        let with = |member: &str, value: Value| {
            let mut row = queue("08:15", 1);
            row[member] = value;
            row
        };
        let mut sum = agent(ana.number, "08:00");
        sum["pause_dur"] = json!(299);
        let mut of_queue = agent(ana.number, "08:00");
        of_queue["queue"] = json!("12");
        for (queues, agents, list, words) in [
            (vec![good.clone(), with("interval", json!(30))], vec![], "queues", "30 minutes"),
            (vec![good.clone(), with("time", json!("08:20"))], vec![], "queues", "the quarter of"),
            (vec![good.clone(), with("time", json!("8:15"))], vec![], "queues", "of the form"),
            (vec![good.clone(), with("date", json!("20260230"))], vec![], "queues", "of the form"),
            (vec![good.clone(), with("date", json!("20200101"))], vec![], "queues", "396 days"),
            (vec![good.clone(), queue("09:00", 1)], vec![], "queues", "not over"),
            (vec![good.clone(), good.clone()], vec![], "queues", "another row"),
            (vec![good.clone(), with("queue", json!("a;b"))], vec![], "queues", "semicolon"),
            (vec![good.clone(), with("answ_call_cnt", json!(-1))], vec![], "queues", "answ_call"),
            (vec![good.clone(), with("wait_dur", json!(1.5))], vec![], "queues", "1.5"),
            (vec![good.clone(), with("answered", json!(1))], vec![], "queues", "unknown field"),
            (vec![good.clone(), json!({"queue": "12"})], vec![], "queues", "missing field"),
            (vec![], vec![agent(ana.number, "08:00"), agent(7, "08:00")], "agents", "nobody"),
            (vec![], vec![agent(ana.number, "08:15"), sum], "agents", "together"),
            (vec![], vec![agent(ana.number, "08:15"), of_queue], "agents", "as a whole"),
        ] {
            let answer = deliver(&door, &batch(1, &queues, &agents)).await;
            check_problem(&answer, 400, "invalid-request");
            let faults = answer.json()["faults"].clone();
            assert_eq!(faults.as_array().map(Vec::len), Some(1), "{words}: {faults}");
            assert_eq!((&faults[0]["list"], &faults[0]["row"]), (&json!(list), &json!(2)));
            let reason = faults[0]["reason"].as_str().expect("a reason");
            assert!(reason.contains(words), "{words}: {reason}");
        }
        let page = door.get("/history/queues").await.expect(200).json();
        assert_eq!(page["queues"], json!([]), "nothing was taken");
        assert_eq!(quarter(&door, "agents", 32).await["source"], Value::Null);
    });
}

#[test]
fn a_batch_is_bounded_and_says_who_sends_it() {
    on_each_database(async |hub| {
        let door = hub.agent_door().await;
        for source in ["", "file", "Uccx", "a b", &"a".repeat(61)] {
            let mut body = batch(1, &[queue("08:00", 1)], &[]);
            body["source"] = json!(source);
            let answer = deliver(&door, &body).await;
            check_problem(&answer, 400, "invalid-request");
            assert!(answer.text.contains("a source is"), "{}", answer.text);
        }
        let many: Vec<Value> = (0..=BATCH_ROWS_MAX).map(|_| json!({})).collect();
        let answer = deliver(&door, &batch(1, &many, &[])).await;
        check_problem(&answer, 400, "invalid-request");
        assert!(answer.text.contains("2000 rows"), "{}", answer.text);
        let mut large = batch(1, &[], &[]);
        large["queues"] = json!(["x".repeat(2 * 1024 * 1024)]);
        check_problem(&deliver(&door, &large).await, 413, "too-large");
        check_problem(&deliver(&door, &batch(-1, &[], &[])).await, 400, "invalid-request");
    });
}

#[test]
fn units_of_other_tenants_are_out_of_reach() {
    on_each_database(async |hub| {
        let (owner, stranger) = (hub.agent_door().await, hub.agent_door().await);
        let mut body = batch(1, &[queue("08:00", 1)], &[]);
        body["businessUnit"] = json!(owner.scim.made.business_unit.id);
        check_problem(&deliver(&stranger, &body).await, 404, "not-found");
        deliver(&owner, &body).await.expect(200);
        let page = stranger.get("/history/queues").await.expect(200).json();
        assert_eq!(page["queues"], json!([]));
    });
}

#[test]
fn the_day_on_which_clocks_are_put_back_has_a_hundred_quarters() {
    on_each_database(async |hub| {
        let door = hub.agent_door().await;
        feed_in_prague(hub, &door).await;
        let begin: Timestamp = "2026-10-24T22:00:00Z".parse().expect("a moment");
        let rows: Vec<Value> = (0..100)
            .map(|number| {
                let at = begin.checked_add(SignedDuration::from_mins(15 * number));
                let at = TimeZone::UTC.to_datetime(at.expect("a moment"));
                json!({"date": at.strftime("%Y%m%d").to_string(),
                    "time": at.strftime("%H:%M").to_string(),
                    "queue": "12", "offd_direct_call_cnt": number})
            })
            .collect();
        let told = deliver(&door, &batch(1, &rows, &[])).await.expect(200).json();
        assert_eq!(told["taken"], 100);
        let path = "/history/queues?date=2026-10-25";
        let day = door.get(path).await.expect(200).json();
        let intervals = day["queues"][0]["intervals"].as_array().expect("a list").clone();
        let found: Vec<i64> =
            intervals.iter().map(|one| one["offered"].as_i64().expect("a number")).collect();
        assert_eq!(found, (0..100).collect::<Vec<i64>>());
        assert_eq!(due(hub, &door).await, 100, "each is sent");
    });
}

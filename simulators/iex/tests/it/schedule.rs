//! Schedules: windows, changes, and what a caller has to do when changes are forgotten (`CONTRACT.md` §3.6, §3.7).

use serde_json::{Value, json};
use simulator_iex::{Activity, Fault, FaultOrder, Options, Route};

use crate::caller::{ACD, Caller, agents};

fn activity(id: &str, hours: (u32, u32)) -> Activity {
    let order = json!({
        "activityId": id, "uuid": "10000000", "activityName": "Open",
        "startTimeUTC": format!("2026-11-21T{:02}:00:00Z", hours.0),
        "endTimeUTC": format!("2026-11-21T{:02}:00:00Z", hours.1),
    });
    serde_json::from_value(order).unwrap()
}

fn path(rest: &str) -> String {
    format!("/wfm/v1/acds/{ACD}/schedules{rest}")
}

fn window(from: u32, until: u32, more: &str) -> String {
    path(&format!("?from=2026-11-21T{from:02}:00:00Z&until=2026-11-21T{until:02}:00:00Z{more}"))
}

fn ids(body: &Value) -> Vec<&str> {
    let found = body["activities"].as_array().unwrap();
    found.iter().map(|activity| activity["activityId"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_window_comes_in_pages() {
    let caller = Caller::start(Options::default()).await;
    let day = (0..6).map(|hour| activity(&format!("a{hour}"), (hour, hour + 1)));
    caller.simulator.put_activities(ACD, day);
    let first = caller.get(&window(1, 5, "&limit=3")).await.body;
    assert_eq!(ids(&first), ["a1", "a2", "a3"]);
    let next = format!("&limit=3&cursor={}", first["nextCursor"].as_str().unwrap());
    let second = caller.get(&window(1, 5, &next)).await.body;
    assert_eq!((ids(&second), second.get("nextCursor")), (vec!["a4"], None));
    assert_eq!(
        first["activities"][0],
        json!({
            "activityId": "a1", "uuid": "10000000", "activityName": "Open",
            "startTime": "2026-11-21T01:00:00", "endTime": "2026-11-21T02:00:00",
            "startTimeUTC": "2026-11-21T01:00:00Z", "endTimeUTC": "2026-11-21T02:00:00Z",
        })
    );
    assert_eq!(caller.get(&path("?from=today&until=x")).await.error(), (400, "invalid_window"));
    assert_eq!(caller.get(&window(1, 5, "&limit=9999")).await.error(), (400, "invalid_limit"));
    caller.simulator.arm([FaultOrder::once(Fault::BrokenCursor)]);
    assert_eq!(caller.get(&window(1, 5, &next)).await.error(), (400, "invalid_cursor"));
}

#[tokio::test]
async fn what_changes_after_the_first_page_is_told() {
    let caller = Caller::start(Options::default()).await;
    caller.simulator.put_activities(ACD, [activity("a", (1, 2)), activity("b", (2, 3))]);
    let first = caller.get(&window(0, 9, "")).await.body;
    let changes = |cursor: &str, more: &str| path(&format!("/changes?cursor={cursor}{more}"));
    let cursor = first["changesCursor"].as_str().unwrap();
    let nothing = caller.get(&changes(cursor, "")).await.body;
    assert_eq!(nothing, json!({"changes": [], "nextCursor": cursor, "more": false}));

    let put = [activity("a", (1, 2)), activity("c", (3, 4))].map(|it| {
        json!({
            "activityId": it.activity_id, "uuid": it.uuid, "activityName": it.activity_name,
            "startTimeUTC": it.start, "endTimeUTC": it.end,
        })
    });
    let order = json!({"acdID": ACD, "delete": ["b", "never there"], "put": put});
    let request = caller.http.post(caller.url("/_control/schedules")).json(&order);
    assert_eq!(caller.send(request).await.body, json!({"put": 2, "deleted": 2}));
    let one = caller.get(&changes(cursor, "&limit=1")).await.body;
    assert_eq!(
        (one["changes"][0]["change"].as_str(), one["more"].as_bool()),
        (Some("put"), Some(true))
    );
    assert_eq!(one["changes"][0]["activity"]["activityId"], "c", "a is as it was");
    let two = caller.get(&changes(one["nextCursor"].as_str().unwrap(), "")).await.body;
    assert_eq!(two["changes"], json!([{"change": "deleted", "activityId": "b"}]));
    assert_eq!(two["more"], false);
    let all = caller.get(&format!("/_control/schedules?acdID={ACD}")).await.body;
    assert_eq!(all["activities"].as_array().map(Vec::len), Some(2));
    assert_eq!(all["activities"][0]["activityId"], "a");
}

#[tokio::test]
async fn forgotten_changes_are_said_to_be_gone() {
    let caller = Caller::start(Options::default()).await;
    caller.simulator.put_activities(ACD, [activity("a", (1, 2))]);
    let first = caller.get(&window(0, 9, "")).await.body;
    let cursor = first["changesCursor"].as_str().unwrap();
    let changes = path(&format!("/changes?cursor={cursor}"));
    caller.simulator.arm([FaultOrder::once(Fault::CursorGone).on(Route::ScheduleChanges)]);
    assert_eq!(caller.get(&changes).await.error(), (410, "cursor_gone"));
    assert_eq!(caller.get(&changes).await.status, 200);
    for other in ["x", "1-1", "9999999999999-0"] {
        let changes = path(&format!("/changes?cursor={other}"));
        assert_eq!(caller.get(&changes).await.error(), (410, "cursor_gone"), "{other}");
    }
    caller.simulator.reset();
    assert_eq!(caller.get(&changes).await.error(), (410, "cursor_gone"), "it was reset");
    assert_eq!(caller.simulator.activities(ACD), []);
}

#[tokio::test]
async fn agents_get_shifts_where_that_is_asked_for() {
    let caller = Caller::start(Options { shifts: true, ..Options::default() }).await;
    caller.batch("k", &agents(0..3)).await;
    let wait = async {
        while caller.simulator.activities(ACD).is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), wait).await.expect("they get shifts");
    let found = caller.simulator.activities(ACD);
    assert!(found.len() > 3 * 60 && found.iter().any(|it| it.activity_name == "Lunch"));
}

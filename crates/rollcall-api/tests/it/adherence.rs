//! Who is out of adherence, and what was, for systems of the tenant.

use jiff::SignedDuration;
use rollcall_app::api_token::Scope;
use rollcall_domain::adherence::{AcdStatus, ActivityName};
use rollcall_domain::source::Actor;
use rollcall_domain::wfm::schedule::Activity;
use rollcall_storage::{StorageError, schedule::wfm_schedule};
use serde_json::{Value, json};

use crate::agent_door::{AgentDoor, Person, check_problem};
use crate::database::on_each_database;
use crate::hub::Hub;

/// Schedules people from now on: names and minutes, one after the other.
async fn schedule(hub: &Hub, door: &AgentDoor, people: &[&Person], day: &[(&str, i64)]) {
    let (app, tenant) = (&hub.app, door.scim.tenant());
    let links = app.links(tenant).await.expect("storage works");
    let link = links.first().expect("the business unit is linked").link.id;
    let mut activities = Vec::new();
    for person in people {
        let mut from = app.now();
        for (number, (name, minutes)) in day.iter().enumerate() {
            let to = from.checked_add(SignedDuration::from_mins(*minutes)).expect("a moment");
            let activity = Activity {
                external_id: format!("{}-{number}", person.number),
                name: (*name).to_owned(),
                code: None,
                starts_at: from,
                ends_at: to,
            };
            activities.push((person.id, activity));
            from = to;
        }
    }
    let kept: Result<(), StorageError> =
        hub.storage.write(tenant, move |tx| wfm_schedule::put(tx, link, 1, &activities)).await;
    kept.expect("they are kept");
    let open = ActivityName::parse("Open").expect("a name");
    let available = AcdStatus::from_parts("available", None).expect("a status");
    app.map_status(tenant, Actor::System, available, open).await.expect("it is mapped");
}

async fn judge(hub: &Hub) {
    hub.app.judge_adherence().await.expect("storage works");
}

/// Parts of each entry of a list.
fn parts(body: &Value, list: &str, names: &[&str]) -> Vec<Vec<String>> {
    let entries = body[list].as_array().expect("a list");
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    entries.iter().map(|entry| names.iter().map(|name| plain(&entry[*name])).collect()).collect()
}

#[test]
fn who_is_out_of_adherence_is_told_with_the_reason() {
    on_each_database(async |hub| {
        let owner = hub.agent_door().await;
        let door = hub.agent_token(&owner.scim, &[Scope::Adherence]).await;
        let (ana, ben) = (hub.person(&owner, "ana").await, hub.person(&owner, "ben").await);
        let nobody = door.get("/adherence").await.expect(200).json();
        assert_eq!((&nobody["outOfAdherence"], &nobody["out"]), (&json!(0), &json!([])));
        schedule(hub, &owner, &[&ana, &ben], &[("Open", 60), ("Lunch", 30)]).await;
        let session = owner.log_in(&ana).await;
        owner.set(&session, json!({"state": "available"})).await.expect(200);
        judge(hub).await;
        let told = door.get("/adherence").await.expect(200).json();
        assert_eq!((&told["inAdherence"], &told["outOfAdherence"]), (&json!(1), &json!(1)));
        let names = ["agentNumber", "reason", "scheduled", "state"];
        let number = ben.number.to_string();
        assert_eq!(parts(&told, "out", &names), [[&number, "notOpen", "Open", "loggedOut"]]);
        hub.pass(3_600);
        judge(hub).await;
        let told = door.get("/adherence").await.expect(200).json();
        let number = ana.number.to_string();
        let first = ["mismatch", "Lunch", "available"].map(str::to_owned);
        let rows = parts(&told, "out", &names);
        assert!(rows.iter().any(|row| row[0] == number && row[1..] == first), "{rows:?}");
        let whose = parts(&told, "out", &["agentNumber", "absent"]);
        let ben_number = ben.number.to_string();
        // Ben is out for longer, and stands behind, because he has not come.
        assert_eq!(whose, [[number.as_str(), "false"], [ben_number.as_str(), "true"]], "{told}");
        assert!(told["out"][1]["outSince"].as_str() < told["out"][1]["from"].as_str(), "{told}");
        for wrong in ["limit=0", "limit=1001", "limit=many", "colour=blue"] {
            check_problem(&door.get(&format!("/adherence?{wrong}")).await, 400, "invalid-request");
        }
        check_problem(&door.get("/adherence?team=Golf").await, 404, "not-found");
    });
}

#[test]
fn events_are_told_in_pages_without_gaps() {
    on_each_database(async |hub| {
        let owner = hub.agent_door().await;
        let door = hub.agent_token(&owner.scim, &[Scope::Adherence]).await;
        let ana = hub.person(&owner, "ana").await;
        schedule(hub, &owner, &[&ana], &[("Open", 60), ("Lunch", 30)]).await;
        judge(hub).await;
        hub.pass(600);
        let session = owner.log_in(&ana).await;
        hub.pass(60);
        owner.set(&session, json!({"state": "available"})).await.expect(200);
        // Nobody looked for a long time; each part has its moments all the same.
        hub.pass(3_600);
        judge(hub).await;
        let mut events: Vec<Value> = Vec::new();
        let mut path = format!("/adherence/events?limit=2&agentNumber={}", ana.number);
        loop {
            let page = door.get(&path).await.expect(200).json();
            events.extend(page["events"].as_array().expect("a list").iter().cloned());
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/adherence/events?limit=2&agentNumber={}&after={next}", ana.number);
        }
        let all = json!({"events": events});
        let told = parts(&all, "events", &["adherence", "scheduled", "state"]);
        let expected = [
            ["out", "Open", "loggedOut"],
            ["in", "Open", "unavailable"],
            ["in", "Open", "available"],
        ];
        assert_eq!(told, expected);
        for pair in events.windows(2) {
            assert_eq!(pair[0]["to"], pair[1]["from"]);
        }
        let empty = door.get("/adherence/events?to=2020-01-01T00:00:00Z").await.expect(200).json();
        assert_eq!(empty["events"], json!([]));
        for wrong in [
            "from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z",
            "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
            "after=yesterday",
            "agentNumber=one",
        ] {
            let answer = door.get(&format!("/adherence/events?{wrong}")).await;
            check_problem(&answer, 400, "invalid-request");
        }
        check_problem(&door.get("/adherence/events?agentNumber=99").await, 404, "not-found");
    });
}

//! The stream of agent states: everybody first, then each change, in order.

use std::time::Duration;

use reqwest::Method;
use rollcall_domain::source::Actor;
use serde_json::{Value, json};

use crate::agent_door::{AgentDoor, said};
use crate::database::{execute, on_each_database};

/// How long an event may take, in a test on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// An open stream.
struct Events {
    response: reqwest::Response,
    text: String,
}

impl Events {
    async fn open(door: &AgentDoor, query: &str) -> Self {
        let request = door.ask(Method::GET, &format!("/agent-states/stream{query}"));
        let response = request.send().await.expect("an answer comes");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, text: String::new() }
    }

    /// The next event; `None` at the end of the stream.
    async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| {
                    let line = event.lines().find_map(|line| line.strip_prefix(name));
                    line.map(|value| value.trim().to_owned())
                };
                // A comment keeps the connection open.
                let Some(kind) = field("event:") else { continue };
                let data = field("data:").expect("an event has data");
                return Some((kind, serde_json::from_str(&data).expect("it is JSON")));
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
            let chunk = chunk.expect("an event comes in time").expect("the stream goes on")?;
            self.text.push_str(&String::from_utf8_lossy(&chunk));
        }
    }

    /// What is told until a kind of event comes: number, sequence and state.
    async fn until(&mut self, kind: &str) -> Vec<(i64, i64, String)> {
        let mut told = Vec::new();
        while let Some((found, data)) = self.next().await {
            if found == kind {
                return told;
            }
            told.push(brief(&data));
        }
        panic!("the stream ended before {kind}");
    }

    async fn change(&mut self) -> (i64, i64, String) {
        let (kind, data) = self.next().await.expect("the stream goes on");
        assert_eq!(kind, "state", "{data}");
        brief(&data)
    }
}

fn brief(data: &Value) -> (i64, i64, String) {
    let number = |name: &str| data[name].as_i64().expect("a number");
    (number("agentNumber"), number("sequence"), said(data))
}

#[test]
fn everybody_is_told_first_and_each_change_then() {
    on_each_database(async |hub| {
        let door = hub.agent_door().await;
        let (ana, ben) = (hub.person(&door, "ana").await, hub.person(&door, "ben").await);
        let session = door.log_in(&ana).await;
        let mut events = Events::open(&door, "").await;
        assert_eq!(events.until("ready").await, [(ana.number, 1, "unavailable".into())]);
        door.set(&session, json!({"state": "available"})).await.expect(200);
        assert_eq!(events.change().await, (ana.number, 2, "available".into()));
        // Nothing changes, so nothing is told.
        door.set(&session, json!({"state": "available"})).await.expect(200);
        door.log_in(&ben).await;
        assert_eq!(events.change().await, (ben.number, 1, "unavailable".into()));
        door.send(Method::DELETE, &session, None).await.expect(204);
        let (_, data) = events.next().await.expect("the stream goes on");
        assert_eq!(brief(&data), (ana.number, 3, "loggedOut".into()));
        assert_eq!(data["before"], json!({"state": "available"}));
        assert_eq!(data.get("sessionId"), None);
        hub.pass(120 * 60);
        hub.app.apply_timeouts().await.expect("it runs");
        assert_eq!(events.change().await, (ben.number, 2, "loggedOut".into()));
    });
}

#[test]
fn a_reader_hears_of_its_team_and_its_tenant_only() {
    on_each_database(async |hub| {
        let (door, foreign) = (hub.agent_door().await, hub.agent_door().await);
        let (ana, ben) = (hub.person(&door, "ana").await, hub.person(&door, "ben").await);
        let unit = door.scim.made.business_unit.id;
        let tenant = door.scim.tenant();
        let other = hub.app.create_team(tenant, Actor::System, unit, "Second line").await;
        let other = other.expect("the team is made").id;
        hub.app.set_team(tenant, Actor::System, ben.id, other).await.expect("they are moved");
        let stranger = hub.person(&foreign, "ana").await;
        let mut all = Events::open(&door, "").await;
        let mut team = Events::open(&door, "?team=Second+line").await;
        let mut theirs = Events::open(&foreign, "").await;
        for events in [&mut all, &mut team, &mut theirs] {
            assert_eq!(events.until("ready").await, []);
        }
        let session = door.log_in(&ana).await;
        door.set(&session, json!({"state": "available"})).await.expect(200);
        door.log_in(&ben).await;
        foreign.log_in(&stranger).await;
        assert_eq!(all.change().await, (ana.number, 1, "unavailable".into()));
        assert_eq!(all.change().await, (ana.number, 2, "available".into()));
        assert_eq!(all.change().await, (ben.number, 1, "unavailable".into()));
        assert_eq!(team.change().await, (ben.number, 1, "unavailable".into()));
        assert_eq!(theirs.change().await, (stranger.number, 1, "unavailable".into()));
    });
}

#[test]
fn a_reader_that_may_have_missed_something_is_told_everybody_anew() {
    on_each_database(async |hub| {
        if !hub.storage.is_sole_writer() {
            return;
        }
        let door = hub.agent_door().await;
        let ana = hub.person(&door, "ana").await;
        door.log_in(&ana).await;
        let mut events = Events::open(&door, "").await;
        events.until("ready").await;
        // Another program writes to the file.
        execute(&hub.database, "update tenant set name = 'Acme Inc.'").await;
        assert_eq!(events.until("missed").await, []);
        assert_eq!(events.until("ready").await, [(ana.number, 1, "unavailable".into())]);
    });
}

/// Twenty people change at once; each reader hears of every change, each person's in order.
#[test]
fn changes_of_one_person_come_in_their_order() {
    on_each_database(async |hub| {
        let door = hub.agent_door().await;
        let mut people = Vec::new();
        for number in 0..10 {
            let person = hub.person(&door, &format!("p{number}")).await;
            let session = door.log_in(&person).await;
            people.push((person, session));
        }
        let mut events = Events::open(&door, "").await;
        events.until("ready").await;
        let mut tasks = Vec::new();
        for (_, session) in people {
            let door = door.clone();
            tasks.push(tokio::spawn(async move {
                for turn in 0..10 {
                    let state = if turn % 2 == 0 { "available" } else { "unavailable" };
                    door.set(&session, json!({"state": state})).await.expect(200);
                }
            }));
        }
        let mut last = std::collections::HashMap::new();
        for _ in 0..100 {
            let (number, sequence, _) = events.change().await;
            assert_eq!(sequence, last.insert(number, sequence).unwrap_or(1) + 1);
        }
        for task in tasks {
            task.await.expect("the person is done");
        }
    });
}

//! Timeouts: applied late, at the moments when they were due.

use rollcall_app::agent::HISTORY_KEPT_DAYS;
use serde_json::json;

use crate::agent_door::said;
use crate::database::on_each_database;

#[test]
fn a_timeout_has_the_moment_when_it_was_due() {
    on_each_database(async |hub| {
        let door = hub.agent_door().await;
        hub.work_code(&door, "Notes", 5).await;
        let (ana, ben) = (hub.person(&door, "ana").await, hub.person(&door, "ben").await);
        let session = door.log_in(&ana).await;
        door.log_in(&ben).await;
        let lunch = json!({"state": "unavailable", "code": "Lunch"});
        let told = door.set(&session, lunch).await.expect(200).json();
        assert_eq!(told["dueAt"], "2026-11-21T11:00:00.000Z");
        let call = json!({"kind": "inbound", "medium": "voice"});
        door.begin(&session, "c", call).await.expect(200);
        let notes = json!({"state": "unavailable", "code": "Notes"});
        door.set(&session, notes).await.expect(200);
        hub.pass(60);
        door.end(&session, "c").await.expect(200);
        assert_eq!(hub.app.apply_timeouts().await.expect("it runs"), 0);
        // The hub was down for a day, say.
        hub.pass(24 * 60 * 60);
        let before = door.state(&ana).await;
        assert_eq!(said(&before), "loggedOut", "what is due is told, applied or not");
        assert_eq!(hub.app.apply_timeouts().await.expect("it runs"), 2);
        assert_eq!(hub.app.apply_timeouts().await.expect("it runs"), 0);
        assert_eq!(door.state(&ana).await, before);
        assert_eq!(before["since"], "2026-11-21T11:06:00.000Z");
        assert_eq!(
            door.story(&ana).await,
            [
                "unavailable",
                "unavailable Lunch",
                "inboundContact",
                "afterContactWork Notes",
                "unavailable Lunch",
                "loggedOut"
            ]
        );
        assert_eq!(door.story(&ben).await, ["unavailable", "loggedOut"]);
        let path = format!("/agents/{}/state-history?from=2026-11-21T09:00:00Z", ana.number);
        let history = door.get(&path).await.expect(200).json();
        let ends: Vec<&str> = history["intervals"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| one["endedAt"].as_str().expect("a moment"))
            .collect();
        assert_eq!(
            &ends[..3],
            ["2026-11-21T11:06:00.000Z", "2026-11-21T09:06:00.000Z", "2026-11-21T09:01:00.000Z"]
        );
    });
}

#[test]
fn history_is_kept_for_a_year_and_a_month() {
    on_each_database(async |hub| {
        let door = hub.agent_door().await;
        let ana = hub.person(&door, "ana").await;
        let session = door.log_in(&ana).await;
        door.set(&session, json!({"state": "available"})).await.expect(200);
        hub.pass(HISTORY_KEPT_DAYS * 24 * 60 * 60);
        assert_eq!(hub.app.prune_agent_history().await.expect("it runs"), 0);
        hub.pass(1);
        assert_eq!(hub.app.prune_agent_history().await.expect("it runs"), 1);
        assert_eq!(door.story(&ana).await, ["available"]);
    });
}

//! Agent states across a kill: what was answered is there, and history has no gap.

use serde_json::{Value, json};

use super::http::{get, post, send};
use super::program::Folder;
use super::serve::start;

/// Sequence, beginning and end of each interval, oldest first; the present one has no end.
fn line(url: &str, token: &str, number: i64) -> Vec<(i64, String, Option<String>)> {
    let path = format!("{url}/api/v1/agents/{number}/state-history?from=2026-01-01T00:00:00Z");
    let history = get(&path, token).json();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let past = history["intervals"].as_array().unwrap().iter().rev();
    let mut line: Vec<_> = past
        .map(|one| {
            let sequence = one["sequence"].as_i64().unwrap();
            (sequence, text(&one["beganAt"]).unwrap(), text(&one["endedAt"]))
        })
        .collect();
    let present = &history["present"];
    line.push((present["sequence"].as_i64().unwrap(), text(&present["since"]).unwrap(), None));
    line
}

#[test]
fn what_was_answered_survives_a_kill() {
    let folder = Folder::new();
    let (mut hub, mut url) = start(&folder);
    let scim = folder.run(&["scim-token", "create"]).good();
    let create = ["api-token", "create", "Desktop", "--scope", "agent-sessions"];
    let token = folder.run(&create).good();
    let person = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "ana@example.com",
        "name": {"givenName": "Ana", "familyName": "Berg"},
        "emails": [{"value": "ana@example.com"}],
    });
    assert_eq!(post(&format!("{url}/scim/v2/Users"), &scim, &person).status, 201);
    let all = |url: &str| get(&format!("{url}/api/v1/agent-states"), &token).json();
    assert_eq!(all(&url)["agents"], json!([]));
    // The first number that a business unit gives.
    let number = 100_001;
    let begun =
        post(&format!("{url}/api/v1/agent-sessions"), &token, &json!({"agentNumber": number}));
    let session = begun.json()["sessionId"].as_str().unwrap().to_owned();
    for turn in 0..6 {
        for state in ["available", "unavailable"] {
            let path = format!("{url}/api/v1/agent-sessions/{session}/state");
            let answer = send("PUT", &path, &token, &json!({"state": state}));
            assert_eq!((answer.status, &answer.json()["state"]), (200, &json!(state)));
        }
        let before = line(&url, &token, number);
        if turn % 3 == 0 {
            hub.signal("-KILL");
            hub.end();
            (hub, url) = start(&folder);
        }
        assert_eq!(line(&url, &token, number), before);
    }
    let line = line(&url, &token, number);
    assert_eq!(line.len(), 13);
    for pair in line.windows(2) {
        assert_eq!(pair[0].0 + 1, pair[1].0);
        assert_eq!(pair[0].2.as_ref(), Some(&pair[1].1));
    }
    assert_eq!(all(&url)["agents"][0]["sessionId"], json!(session));
    hub.signal("-TERM");
    assert_eq!(hub.end(), 0);
}

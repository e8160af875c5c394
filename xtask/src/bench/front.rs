//! What the load generator does not ask for: bulk requests, a filter that no index serves, and one member
//! more in a large group. One request at a time.

use super::{Database, Site};
use crate::http::{self, Answer};
use crate::hub::Door;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

/// As many people one request makes.
const BULK: usize = 1_000;
/// As many are in the large group.
const MEMBERS: usize = 50_000;
/// How often one member is added and removed.
const TURNS: usize = 100;

/// What was measured.
pub(super) struct Front {
    /// Creations per second in bulk requests of [`BULK`]; the middle one of all requests.
    pub(super) bulk_per_second: f64,
    /// One member added or removed, in a group of one and in one of [`MEMBERS`]; the middle one.
    pub(super) member_small_ms: f64,
    pub(super) member_large_ms: f64,
}

/// Fills a store by bulk requests, and changes groups in it.
pub(super) fn measure(binary: &Path) -> Result<Front> {
    let mut site = Site::prepare("bench-front", binary, &Database::Sqlite)?;
    site.start_hub()?;
    let door = site.door.clone();
    let (mut ids, mut times) = (Vec::with_capacity(MEMBERS), Vec::new());
    for round in 0..MEMBERS / BULK {
        let answer = send(&door, "POST", "/Bulk", Some(&creations(round)))?;
        times.push(answer.took.as_secs_f64());
        let done =
            answer.json.get("Operations").and_then(Value::as_array).context("no operations")?;
        for operation in done {
            let location = operation.get("location").and_then(Value::as_str).context("refused")?;
            ids.push(location.rsplit('/').next().unwrap_or_default().to_owned());
        }
    }
    ensure!(ids.len() == MEMBERS, "{} people were made", ids.len());
    let (small, large) = (group(&door, "Small")?, group(&door, "Large")?);
    for chunk in ids.chunks(BULK) {
        change(&door, &large, "add", chunk)?;
    }
    let one = ids.get(..1).context("there is nobody")?;
    change(&door, &large, "remove", one)?;
    Ok(Front {
        bulk_per_second: BULK as f64 / median(times),
        member_small_ms: turns(&door, &small, one)?,
        member_large_ms: turns(&door, &large, one)?,
    })
}

/// How long a filter takes that no index serves; the middle one of five.
pub(super) fn scan_ms(door: &Door) -> Result<f64> {
    let mut times = Vec::new();
    for _ in 0..5 {
        let answer = send(door, "GET", "/Users?filter=title+co+%22x%22&count=10", None)?;
        times.push(answer.took.as_secs_f64() * 1_000.0);
    }
    Ok(median(times))
}

fn creations(round: usize) -> Value {
    let operations: Vec<Value> = (0..BULK)
        .map(|number| {
            let name = format!("person-{round}-{number}@example.com");
            json!({"method": "POST", "path": "/Users", "bulkId": number.to_string(), "data": {
                "userName": name,
                "externalId": format!("x-{round}-{number}"),
                "name": {"givenName": "Ana", "familyName": format!("Novak {number}")},
                "emails": [{"value": name, "type": "work", "primary": true}],
            }})
        })
        .collect();
    json!({"Operations": operations})
}

fn group(door: &Door, name: &str) -> Result<String> {
    let made = send(door, "POST", "/Groups", Some(&json!({"displayName": name})))?;
    Ok(made.json.get("id").and_then(Value::as_str).context("the group has no id")?.to_owned())
}

/// Adds one person and takes them out again, many times.
fn turns(door: &Door, group: &str, one: &[String]) -> Result<f64> {
    let mut times = Vec::new();
    for _ in 0..TURNS {
        for kind in ["add", "remove"] {
            times.push(change(door, group, kind, one)?.as_secs_f64() * 1_000.0);
        }
    }
    Ok(median(times))
}

/// Adds or removes members; answers how long that took.
fn change(door: &Door, group: &str, kind: &str, people: &[String]) -> Result<Duration> {
    let members: Vec<Value> = people.iter().map(|id| json!({"value": id})).collect();
    let body = json!({"Operations": [{"op": kind, "path": "members", "value": members}]});
    // The same short answer from a small group and from a large one.
    let path = format!("/Groups/{group}?attributes=displayName");
    send(door, "PATCH", &path, Some(&body)).map(|answer| answer.took)
}

fn send(door: &Door, method: &str, path: &str, body: Option<&Value>) -> Result<Answer> {
    let answer = http::send(method, &format!("{}{path}", door.base_url), &door.token, body)?;
    ensure!(
        (200..300).contains(&answer.status),
        "{method} {path}: {} {}",
        answer.status,
        answer.json
    );
    Ok(answer)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

//! What is measured: read from a running hub, and held against the dashboard, the alerts and their document.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::http::{get, post, send};
use super::program::{Folder, Running, wait_for};

const DASHBOARD: &str = "docs/grafana/rollcall.json";
const ALERTS: &str = "docs/grafana/alerts.yml";
const DOCUMENT: &str = "docs/operations.md";

fn document(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read_to_string(root.join(path)).unwrap()
}

/// A hub whose metrics can be read; gives its address and theirs.
fn start(folder: &Folder) -> (Running, String, String) {
    // Free a moment ago: nothing tells the port that 0 would give.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let metrics = format!("[metrics]\nlisten = '127.0.0.1:{port}'\n");
    folder.write("a.toml", &format!("{metrics}[outbound]\nallow_loopback = true\n"));
    let mut command = folder.command(&["serve", "--config", "a.toml", "--listen", "127.0.0.1:0"]);
    command.stderr(Stdio::null());
    let mut hub = Running::start(command);
    let line = hub.line_with("Rollcall answers at");
    let url = line.rsplit(' ').next().unwrap().to_owned();
    (hub, url, format!("http://127.0.0.1:{port}"))
}

fn person() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ada@example.com",
        "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "emails": [{"value": "ada@example.com", "primary": true}], "active": true
    })
}

/// The metrics that a scrape declares, with their kinds.
fn declared(scrape: &str) -> BTreeSet<(String, String)> {
    let lines = scrape.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    lines
        .map(|line| {
            let (name, kind) = line.split_once(' ').unwrap();
            (name.to_owned(), kind.to_owned())
        })
        .collect()
}

/// The value of a series.
fn value(scrape: &str, series: &str) -> Option<f64> {
    scrape.lines().find_map(|line| line.strip_prefix(series)?.trim().parse().ok())
}

/// The names of metrics in a text: ours, and those of the process.
fn named(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_lowercase() && c != '_');
    let ours = |word: &&str| word.starts_with("rollcall_") || word.starts_with("process_");
    words.filter(ours).map(str::to_owned).collect()
}

#[test]
fn what_happens_is_seen_in_the_metrics() {
    let folder = Folder::new();
    let (mut hub, url, metrics) = start(&folder);
    let token = folder.run(&["scim-token", "create"]).good();
    let users = format!("{url}/scim/v2/Users");
    let person = person();
    let made = post(&users, &token, &person);
    assert_eq!(made.status, 201, "{made:?}");
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(get(&format!("{users}/{id}"), &token).status, 200);
    assert_eq!(post(&users, &token, &person).status, 409);
    assert_eq!(get(&format!("{url}/scim/v2/no-such-thing/ada"), "").status, 401);
    assert_eq!(get(&format!("{url}/sign-in"), "").status, 200);
    // The hub itself writes, too, when it begins: nothing waits for long.
    let scrape = wait_for("the links were read, and nothing waits to be written", || {
        let scrape = get(&format!("{metrics}/metrics"), "").body;
        let is_zero = |series| value(&scrape, series) == Some(0.0);
        let settled = is_zero("rollcall_wfm_links{state=\"well\"}")
            && is_zero("rollcall_database_writes_waiting");
        settled.then_some(scrape)
    });
    let users = "door=\"scim\",method=\"POST\",route=\"/scim/v2/Users\"";
    for (series, expected) in [
        (format!("rollcall_http_requests_total{{{users},status=\"2xx\"}}"), 1.0),
        (format!("rollcall_http_requests_total{{{users},status=\"4xx\"}}"), 1.0),
        (
            "rollcall_http_request_seconds_count{door=\"scim\",route=\"/scim/v2/Users/{id}\"}".to_owned(),
            1.0,
        ),
        (
            "rollcall_scim_operations_total{dialect=\"rfc\",operation=\"post\",outcome=\"refused\"}".to_owned(),
            1.0,
        ),
    ] {
        assert_eq!(value(&scrape, &series), Some(expected), "{series}\n\nin\n{scrape}");
    }
    assert!(value(&scrape, "rollcall_database_write_seconds_count").unwrap() >= 2.0);
    assert!(value(&scrape, "rollcall_database_commit_writes_sum").unwrap() >= 2.0);
    assert!(value(&scrape, "process_resident_memory_bytes").unwrap() > 1_000_000.0);
    for word in ["ada", "Ada", "no-such-thing", &id] {
        assert!(!scrape.contains(word), "{word} in {scrape}");
    }
    hub.signal("-TERM");
    assert_eq!(hub.end(), 0);
}

#[test]
fn schedules_that_are_read_and_people_who_are_judged_are_seen_in_the_metrics() {
    let folder = Folder::new();
    let (mut hub, url, _) = start(&folder);
    let token = folder.run(&["scim-token", "create"]).good();
    let made = post(&format!("{url}/scim/v2/Users"), &token, &person());
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let number = "urn:rollcall:params:scim:schemas:extension:agent:2.0:User:agentNumber";
    let shown = get(&format!("{url}/scim/v2/Users/{id}?attributes={number}"), &token).json();
    let (extension, attribute) = number.rsplit_once(':').unwrap();
    let number = shown[extension][attribute].to_string();
    hub.signal("-TERM");
    assert_eq!(hub.end(), 0);
    // Linked only now, so that the first reading finds the person.
    let mut wfm = Running::start(folder.command(&["simulate", "iex"]));
    let line = wfm.line_with("The simulated WFM answers at");
    let wfm_url = line.rsplit(' ').next().unwrap().trim_end_matches('/').to_owned();
    folder.write("secret", "demo-secret");
    let link = ["wfm-link", "create", "--acd-id", "4471", "--url", &wfm_url];
    let client = ["--client-id", "demo-client", "--client-secret-file", "secret", "--untried"];
    folder.run(&[&link[..], &client].concat()).good();
    let start_time: Timestamp = made.json()["meta"]["created"].as_str().unwrap().parse().unwrap();
    let activity = json!({
        "activityId": "1", "uuid": number.trim_matches('"'), "activityName": "Training",
        "startTimeUTC": start_time.to_string(),
        "endTimeUTC": (start_time + SignedDuration::from_hours(1)).to_string(),
    });
    let order = json!({"acdID": "4471", "put": [activity]});
    assert_eq!(post(&format!("{wfm_url}/_control/schedules"), "", &order).status, 200);
    let (_hub, _, metrics) = start(&folder);
    for series in [
        "rollcall_wfm_turns_total{kind=\"schedules\",result=\"done\"}",
        "rollcall_wfm_activities_total{outcome=\"taken\"}",
        "rollcall_adherence_judged_total",
        "rollcall_adherence_judge_seconds_count",
    ] {
        wait_for(series, || {
            let scrape = get(&format!("{metrics}/metrics"), "").body;
            value(&scrape, series).filter(|value| *value >= 1.0)
        });
    }
}

#[test]
fn metrics_have_a_door_of_their_own_and_no_other() {
    let folder = Folder::new();
    let (_hub, url, metrics) = start(&folder);
    assert_eq!(get(&format!("{metrics}/metrics"), "").status, 200);
    assert_eq!(send("POST", &format!("{metrics}/metrics"), "", &json!({})).status, 405);
    assert_eq!(get(&format!("{metrics}/sign-in"), "").status, 404);
    let public = get(&format!("{url}/metrics"), "");
    assert!(public.status != 200 && !public.body.contains("# TYPE"), "{public:?}");
    let other = Folder::new();
    let address = metrics.strip_prefix("http://").unwrap();
    other.write("a.toml", &format!("[metrics]\nlisten = '{address}'\n"));
    let refused = other.run(&["serve", "--config", "a.toml", "--listen", "127.0.0.1:0"]);
    assert_eq!(refused.code, 1);
    let told = format!("another program listens on {address} already");
    assert!(refused.err.contains(&told), "{}", refused.err);
    assert!(refused.err.contains("with metrics.listen"), "{}", refused.err);
}

#[test]
fn dashboard_alerts_and_document_name_what_a_hub_exports() {
    let folder = Folder::new();
    let (_hub, _, metrics) = start(&folder);
    let declared = declared(&get(&format!("{metrics}/metrics"), "").body);
    let mut exported: BTreeSet<String> = BTreeSet::new();
    for (name, kind) in &declared {
        exported.insert(name.clone());
        if kind == "histogram" {
            exported.extend(["_bucket", "_sum", "_count"].map(|end| format!("{name}{end}")));
        }
    }
    for path in [DASHBOARD, ALERTS, DOCUMENT] {
        let text = document(path);
        let unknown: Vec<String> = named(&text).difference(&exported).cloned().collect();
        assert_eq!(unknown, Vec::<String>::new(), "{path} names what nobody exports");
    }
    // A row for each: its name, then its labels.
    let text = document(DOCUMENT);
    let rows: BTreeSet<&str> =
        text.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    for (name, _) in declared {
        assert!(rows.contains(name.as_str()), "{DOCUMENT} has no row for {name}");
    }
}

#[test]
fn the_dashboard_is_one_and_every_panel_asks_its_source() {
    let dashboard: Value = serde_json::from_str(&document(DASHBOARD)).unwrap();
    assert!(dashboard["schemaVersion"].as_u64().unwrap() >= 39);
    let variables = dashboard["templating"]["list"].as_array().unwrap();
    let source = variables.iter().find(|variable| variable["type"] == "datasource").unwrap();
    assert_eq!((&source["name"], &source["query"]), (&json!("datasource"), &json!("prometheus")));
    let panels = dashboard["panels"].as_array().unwrap();
    let mut ids = BTreeSet::new();
    for panel in panels.iter().filter(|panel| panel["type"] != "row") {
        assert!(ids.insert(panel["id"].as_u64().unwrap()), "{panel}");
        assert_eq!(panel["datasource"]["uid"], "${datasource}", "{panel}");
        let targets = panel["targets"].as_array().unwrap();
        assert!(!targets.is_empty() && targets.iter().all(|it| it["expr"].is_string()), "{panel}");
    }
    assert!(ids.len() >= 12, "{ids:?}");
}

#[test]
fn every_alert_says_what_to_do() {
    let (alerts, document) = (document(ALERTS), document(DOCUMENT));
    let names: Vec<&str> =
        alerts.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(names.len() >= 8, "{names:?}");
    for name in names {
        assert!(document.contains(&format!("`{name}`")), "{DOCUMENT} does not explain {name}");
    }
    let count = |key: &str| alerts.lines().filter(|line| line.trim().starts_with(key)).count();
    let all = count("- alert:");
    for key in ["expr:", "for:", "severity:", "summary:", "description:"] {
        assert_eq!(count(key), all, "{key}");
    }
}

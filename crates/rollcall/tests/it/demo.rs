//! The demo, from its start to its end and from one start to the next.

use std::net::TcpListener;

use serde_json::{Value, json};

use super::http::{get, post};
use super::program::{Folder, Running, children, is_running, wait_for};

const DEMO: &[&str] =
    &["demo", "--listen", "127.0.0.1:0", "--data", "d", "--still", "--people", "5"];

fn start(folder: &Folder) -> (Running, Value) {
    let mut demo = Running::start(folder.command(DEMO));
    demo.line_with("Ctrl-C ends all of it");
    let text = std::fs::read_to_string(folder.path("d/demo.json")).unwrap();
    (demo, serde_json::from_str(&text).unwrap())
}

fn text<'a>(description: &'a Value, pointer: &str) -> &'a str {
    description.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer}"))
}

fn people(description: &Value, door: &str) -> i64 {
    let base = text(description, &format!("/{door}/base_url"));
    let token = text(description, &format!("/{door}/token"));
    let list = get(&format!("{base}/Users"), token);
    assert_eq!(list.status, 200, "{list:?}");
    list.json()["totalResults"].as_i64().unwrap()
}

#[test]
fn it_is_ready_when_it_says_so_and_goes_on_where_it_was() {
    let folder = Folder::new();
    let (mut demo, first) = start(&folder);
    assert_eq!(people(&first, "scim") + people(&first, "scim_entra"), 5);
    assert_eq!(get(text(&first, "/console_url"), "").status, 303);
    assert_eq!(text(&first, "/admin/username"), "admin");
    let wfm = text(&first, "/simulators/iex/url").to_owned();
    let agents = || get(&format!("{wfm}/_control/stats"), "").json()["agents"].as_i64();
    wait_for("the people are in the WFM", || (agents() == Some(5)).then_some(()));
    let hub = u32::try_from(first["hub"]["pid"].as_u64().unwrap()).unwrap();
    let mut started = children(demo.pid());
    assert_eq!((started.len(), started.contains(&hub)), (3, true), "{started:?}");
    demo.signal("-INT");
    assert_eq!(demo.end(), 0);
    started.retain(|pid| is_running(*pid));
    assert!(started.is_empty(), "{started:?} outlived the demo");
    assert!(!folder.path("d/demo.json").exists());

    let (mut demo, second) = start(&folder);
    assert_eq!(people(&second, "scim") + people(&second, "scim_entra"), 5);
    for same in ["/scim/token", "/scim_entra/token", "/admin/password"] {
        assert_eq!(text(&first, same), text(&second, same), "{same}");
    }
    let wfm = text(&second, "/simulators/iex/url");
    assert_eq!(get(&format!("{wfm}/_control/stats"), "").json()["agents"], 5);
    demo.signal("-TERM");
    assert_eq!(demo.end(), 0);
}

#[test]
fn people_are_at_work_unless_it_is_to_be_still() {
    let folder = Folder::new();
    let words = ["demo", "--listen", "127.0.0.1:0", "--data", "d", "--people", "4"];
    let mut demo = Running::start(folder.command(&words));
    demo.line_with("Ctrl-C ends all of it");
    let read = |file: &str| -> Value {
        serde_json::from_str(&std::fs::read_to_string(folder.path(file)).unwrap()).unwrap()
    };
    let (description, memory) = (read("d/demo.json"), read("d/memory.json"));
    assert_eq!(children(demo.pid()).len(), 4);
    assert!(!text(&description, "/agent/username").is_empty());
    let console = text(&description, "/console_url");
    let token = text(&memory, "/ready/acd/token");
    let states = format!("{console}api/v1/agent-states");
    wait_for("somebody is at work", || {
        get(&states, token).json()["agents"].as_array().filter(|all| !all.is_empty()).map(|_| ())
    });
    let queues = format!("{console}api/v1/history/queues");
    wait_for("what was before is delivered", || {
        let page = get(&queues, token).json();
        page["queues"].as_array().filter(|all| all.len() == 3).map(|_| ())
    });
    demo.signal("-INT");
    assert_eq!(demo.end(), 0);

    let (mut demo, still) = start(&folder);
    assert_eq!(children(demo.pid()).len(), 3);
    assert_eq!(text(&description, "/agent/password"), text(&still, "/agent/password"));
    demo.signal("-INT");
    assert_eq!(demo.end(), 0);
}

#[test]
fn the_hub_follows_a_wfm_that_had_to_move() {
    let folder = Folder::new();
    let (mut demo, first) = start(&folder);
    demo.signal("-TERM");
    assert_eq!(demo.end(), 0);
    let old = text(&first, "/simulators/iex/url").to_owned();
    let _squatter = TcpListener::bind(old.strip_prefix("http://").unwrap()).unwrap();
    let (_demo, second) = start(&folder);
    let wfm = text(&second, "/simulators/iex/url");
    assert_ne!(wfm, old);
    let zoe = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "zoe@example.com",
        "name": {"givenName": "Zoë", "familyName": "Ruiz"},
        "emails": [{"value": "zoe@example.com"}],
    });
    let users = format!("{}/Users", text(&second, "/scim/base_url"));
    let created = post(&users, text(&second, "/scim/token"), &zoe);
    assert_eq!(created.status, 201, "{created:?}");
    let agents = || get(&format!("{wfm}/_control/stats"), "").json()["agents"].as_i64();
    wait_for("everyone is in the WFM at its new place", || (agents() == Some(6)).then_some(()));
}

#[test]
fn its_processes_die_with_it_even_if_it_is_killed() {
    let folder = Folder::new();
    let (mut demo, _) = start(&folder);
    let started = children(demo.pid());
    assert_eq!(started.len(), 3);
    demo.signal("-KILL");
    demo.end();
    wait_for("the processes end", || started.iter().all(|pid| !is_running(*pid)).then_some(()));
    // What the killed one left behind does not keep the next one from starting.
    let (mut demo, next) = start(&folder);
    assert_eq!(people(&next, "scim") + people(&next, "scim_entra"), 5);
    demo.signal("-TERM");
    assert_eq!(demo.end(), 0);
}

#[test]
fn it_says_which_process_ended_and_ends() {
    let folder = Folder::new();
    let mut command = folder.command(DEMO);
    command.stderr(std::fs::File::create(folder.path("said")).unwrap());
    let mut demo = Running::start(command);
    demo.line_with("Ctrl-C ends all of it");
    let description = std::fs::read_to_string(folder.path("d/demo.json")).unwrap();
    let description: Value = serde_json::from_str(&description).unwrap();
    let started = children(demo.pid());
    let hub = description["hub"]["pid"].as_u64().unwrap().to_string();
    std::process::Command::new("kill").args(["-KILL", &hub]).status().unwrap();
    assert_eq!(demo.end(), 1);
    let said = std::fs::read_to_string(folder.path("said")).unwrap();
    assert!(said.contains("the hub ended"), "{said}");
    assert!(started.iter().all(|pid| !is_running(*pid)));
}

#[test]
fn a_port_or_folder_that_is_taken_is_said() {
    let folder = Folder::new();
    let (_demo, description) = start(&folder);
    let again = folder.run(DEMO);
    assert_eq!(again.code, 1);
    assert!(again.err.contains("another demo works in d"), "{}", again.err);
    let url = text(&description, "/console_url");
    let address = url.strip_prefix("http://").unwrap().trim_end_matches('/');
    let refused = folder.run(&["demo", "--listen", address, "--data", "other"]).refused();
    assert!(refused.contains("another program listens on"), "{refused}");
    assert!(!folder.path("other/hub").exists());
}

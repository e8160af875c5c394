//! The hub as a process: how it starts, what it answers without a login, and how it ends.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::http::{get, raw};
use super::program::{Folder, Running, wait_for};

/// Starts a hub on a free port; gives its address, such as `http://127.0.0.1:4711`.
pub(crate) fn start(folder: &Folder) -> (Running, String) {
    let mut command = folder.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.stderr(Stdio::null());
    let mut hub = Running::start(command);
    let line = hub.line_with("Rollcall answers at");
    let url = line.rsplit(' ').next().unwrap().to_owned();
    (hub, url)
}

#[test]
fn the_first_start_prints_a_link_that_works() {
    let folder = Folder::new();
    let (mut hub, url) = start(&folder);
    let link = hub.line_with("/setup/");
    assert!(link.starts_with(&url), "{link}");
    assert_eq!(get(&link, "").status, 200);
    assert_eq!(get(&format!("{url}/healthz"), "").json()["status"], "live");
    let ready = get(&format!("{url}/readyz"), "");
    assert_eq!((ready.status, &ready.json()["storage"]), (200, &"answers".into()));
    let token = folder.run(&["scim-token", "create"]).good();
    let config = get(&format!("{url}/scim/v2/ServiceProviderConfig"), &token);
    assert_eq!(config.status, 200, "{config:?}");
    assert_eq!(get(&format!("{url}/scim/v2/Users"), "rct_wrong").status, 401);
    let metadata = get(&format!("{url}/.well-known/oauth-authorization-server"), "");
    assert_eq!(metadata.json()["token_endpoint"], format!("{url}/oauth/token"));
    assert_eq!(get(&format!("{url}/oauth/token"), "").status, 405, "it is asked by POST");
    assert_eq!(get(&format!("{url}/authentication/v1/token/access-key"), "").status, 405);
    assert_eq!(get(&format!("{url}/oauth/authorize"), "").status, 303, "it leads to sign in");
    hub.signal("-TERM");
    assert_eq!(hub.end(), 0);
}

#[test]
fn once_somebody_can_sign_in_no_link_is_printed() {
    let folder = Folder::new();
    folder.run(&["tenant", "create", "Northwind"]).good();
    folder.write("password", "correct horse");
    folder.run(&["admin", "create", "--username", "ada", "--password-file", "password"]).good();
    let (mut hub, url) = start(&folder);
    assert_eq!(get(&format!("{url}/sign-in"), "").status, 200);
    hub.signal("-INT");
    assert_eq!(hub.end(), 0);
    // Had it printed a link, it would have done so before it could end.
    assert_eq!(hub.rest(), "");
}

#[test]
fn a_second_hub_on_the_same_file_is_refused() {
    let folder = Folder::new();
    let (mut first, url) = start(&folder);
    let refused = folder.run(&["serve", "--listen", "127.0.0.1:0"]).refused();
    assert!(refused.contains("another `rollcall serve` is at work on"), "{refused}");
    assert!(refused.contains("or use PostgreSQL"), "{refused}");
    folder.run(&["tenant", "list"]).good();
    assert_eq!(get(&format!("{url}/readyz"), "").status, 200);
    first.signal("-KILL");
    first.end();
    let (mut next, url) = start(&folder);
    assert_eq!(get(&format!("{url}/readyz"), "").status, 200);
    next.signal("-TERM");
    assert_eq!(next.end(), 0);
}

#[test]
fn a_port_that_is_taken_is_said() {
    let folder = Folder::new();
    let (_hub, url) = start(&folder);
    let address = url.strip_prefix("http://").unwrap();
    let other = Folder::new();
    let refused = other.run(&["serve", "--listen", address]);
    assert_eq!(refused.code, 1);
    let told = format!("another program listens on {address} already");
    assert!(refused.err.contains(&told), "{}", refused.err);
}

#[test]
fn open_connections_do_not_hold_the_end_up() {
    let folder = Folder::new();
    let (mut hub, url) = start(&folder);
    let host = url.strip_prefix("http://").unwrap();
    // One that waits between two requests, one that never asked, and one in the middle of its first head.
    let mut idle = TcpStream::connect(host).unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    let mut byte = [0];
    idle.read_exact(&mut byte).unwrap();
    let _spare = TcpStream::connect(host).unwrap();
    let mut slow = TcpStream::connect(host).unwrap();
    slow.write_all(b"GET /healthz HT").unwrap();
    let begun = Instant::now();
    hub.signal("-TERM");
    assert_eq!(hub.end(), 0);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn a_head_that_is_too_long_is_refused_and_the_hub_goes_on() {
    let folder = Folder::new();
    let (_hub, url) = start(&folder);
    let host = url.strip_prefix("http://").unwrap();
    let long = "x".repeat(200_000);
    let request = format!("GET / HTTP/1.1\r\nHost: a\r\nX-Long: {long}\r\n\r\n");
    let mut stream = TcpStream::connect(host).unwrap();
    // It may hang up while this is still being written.
    let _ = stream.write_all(request.as_bytes());
    let mut answer = [0; 12];
    let read = stream.read(&mut answer).unwrap_or(0);
    assert!(read == 0 || answer.starts_with(b"HTTP/1.1 431"), "{answer:?}");
    let nonsense = raw(host, "this is no HTTP\r\n\r\n");
    assert_eq!(nonsense.status, 400, "{nonsense:?}");
    assert_eq!(get(&format!("{url}/healthz"), "").status, 200);
}

#[test]
fn a_second_start_is_quick_and_finds_the_key() {
    let folder = Folder::new();
    let (mut hub, _) = start(&folder);
    hub.signal("-TERM");
    hub.end();
    let key = std::fs::read(folder.path("rollcall-data/secrets.key")).unwrap();
    let (hub, url) = start(&folder);
    wait_for("it is ready", || (get(&format!("{url}/readyz"), "").status == 200).then_some(()));
    assert_eq!(std::fs::read(folder.path("rollcall-data/secrets.key")).unwrap(), key);
    drop(hub);
}

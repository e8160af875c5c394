//! Traces: what a collector is sent of requests and of runs.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use super::http::{get, post, raw};
use super::program::{Folder, Running};

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// A collector: its address, and the spans that it was sent.
fn collector() -> (String, Receiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (sender, spans) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let sender = sender.clone();
            std::thread::spawn(move || collect(stream.unwrap(), |span| drop(sender.send(span))));
        }
    });
    (address, spans)
}

/// Answers requests of one connection until it ends.
fn collect(mut stream: TcpStream, mut take: impl FnMut(Value)) {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 8192]);
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            let length = head.split_once("content-length: ").unwrap().1;
            let length: usize = length.lines().next().unwrap().trim().parse().unwrap();
            if body.len() >= length {
                assert!(head.starts_with("post /v1/traces "), "{head}");
                let body: Value = serde_json::from_str(body.get(..length).unwrap()).unwrap();
                let spans = &body["resourceSpans"][0]["scopeSpans"][0]["spans"];
                spans.as_array().unwrap().iter().cloned().for_each(&mut take);
                let answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
                stream.write_all(answer).unwrap();
                bytes.clear();
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(read) => bytes.extend(&buffer[..read]),
        }
    }
}

/// The next span that is as described.
fn wait(spans: &Receiver<Value>, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
    loop {
        let span = spans.recv_timeout(Duration::from_secs(30));
        let span = span.unwrap_or_else(|_| panic!("no span: {what}"));
        if is_it(&span) {
            return span;
        }
    }
}

/// An attribute of a span.
fn attribute(span: &Value, name: &str) -> Value {
    let all = span["attributes"].as_array().unwrap();
    let found = all.iter().find(|attribute| attribute["key"] == name);
    found.map_or(Value::Null, |attribute| attribute["value"].clone())
}

fn start(folder: &Folder, settings: &str) -> (Running, String) {
    folder.write("a.toml", &format!("{settings}\n[outbound]\nallow_loopback = true\n"));
    let mut command = folder.command(&["serve", "--config", "a.toml", "--listen", "127.0.0.1:0"]);
    command.stderr(Stdio::null());
    let mut hub = Running::start(command);
    let line = hub.line_with("Rollcall answers at");
    (hub, line.rsplit(' ').next().unwrap().to_owned())
}

#[test]
fn a_run_is_traced_with_its_calls_and_a_request_by_its_route() {
    let (address, spans) = collector();
    let folder = Folder::new();
    let mut wfm = Running::start(folder.command(&["simulate", "iex"]));
    let line = wfm.line_with("The simulated WFM answers at");
    let wfm_url = line.rsplit(' ').next().unwrap().trim_end_matches('/').to_owned();
    folder.run(&["tenant", "create", "Northwind"]).good();
    folder.write("secret", "demo-secret");
    let link = ["wfm-link", "create", "--acd-id", "4471", "--url", &wfm_url];
    let client = ["--client-id", "demo-client", "--client-secret-file", "secret", "--untried"];
    folder.run(&[&link[..], &client].concat()).good();
    let token = folder.run(&["scim-token", "create"]).good();
    let (mut hub, url) = start(&folder, &format!("[trace]\notlp_endpoint = '{address}'"));
    let schedules = wait(&spans, "a reading of schedules", |span| span["name"] == "wfm.schedules");
    assert_eq!(attribute(&schedules, "result"), json!({"stringValue": "done"}));
    let person = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ada@example.com",
        "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "emails": [{"value": "ada@example.com", "primary": true}], "active": true
    });
    assert_eq!(post(&format!("{url}/scim/v2/Users"), &token, &person).status, 201);
    let call = wait(&spans, "a call", |span| {
        span["name"] == "wfm.call" && attribute(span, "operation")["stringValue"] == "write"
    });
    assert_eq!(
        (&call["kind"], attribute(&call, "outcome")),
        (&json!(3), json!({"stringValue": "ok"}))
    );
    let run = wait(&spans, "its run", |span| span["spanId"] == call["parentSpanId"]);
    assert_eq!((&run["name"], &run["traceId"]), (&json!("wfm.run"), &call["traceId"]));
    assert_eq!(attribute(&run, "result"), json!({"stringValue": "done"}));
    assert_eq!(attribute(&run, "arrived"), json!({"intValue": "1"}));
    let strange = format!(
        "GET /scim/v2/Users/ada HTTP/1.1\r\nHost: a\r\ntraceparent: {PARENT}\r\nConnection: close\r\n\r\n"
    );
    assert_eq!(raw(url.strip_prefix("http://").unwrap(), &strange).status, 401);
    let request = wait(&spans, "a request", |span| {
        attribute(span, "http.route")["stringValue"] == "/scim/v2/Users/{id}"
    });
    assert_eq!(attribute(&request, "http.response.status_code"), json!({"intValue": "401"}));
    assert_eq!(request["parentSpanId"], Value::Null, "a stranger's word does not count");
    hub.signal("-TERM");
    assert_eq!(hub.end(), 0);
}

#[test]
fn a_caller_names_the_trace_where_callers_are_trusted() {
    let (address, spans) = collector();
    let folder = Folder::new();
    let settings = format!("[trace]\notlp_endpoint = '{address}'\ntrust_callers = true");
    let (_hub, url) = start(&folder, &settings);
    let named = format!(
        "GET /sign-in HTTP/1.1\r\nHost: a\r\ntraceparent: {PARENT}\r\nConnection: close\r\n\r\n"
    );
    assert_eq!(raw(url.strip_prefix("http://").unwrap(), &named).status, 200);
    let request = wait(&spans, "a request", |span| span["name"] == "http.request");
    assert_eq!(request["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(request["parentSpanId"], "00f067aa0ba902b7");
}

#[test]
fn nothing_is_kept_of_a_share_of_nothing_and_a_wrong_share_is_refused() {
    let (address, spans) = collector();
    let folder = Folder::new();
    let settings = format!("[trace]\notlp_endpoint = '{address}'\nratio = 0.0");
    let (mut hub, url) = start(&folder, &settings);
    assert_eq!(get(&format!("{url}/sign-in"), "").status, 200);
    hub.signal("-TERM");
    assert_eq!(hub.end(), 0, "what is left is sent before the end");
    assert!(spans.try_recv().is_err());
    folder.write("b.toml", "[trace]\nratio = 1.5\n");
    let refused = folder.run(&["config", "--config", "b.toml"]).refused();
    assert!(refused.contains("trace.ratio 1.5 is not from 0 to 1"), "{refused}");
}

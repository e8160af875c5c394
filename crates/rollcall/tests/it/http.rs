//! The least of an HTTP client that these tests need: one request on a connection of its own.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Reads `http://host:port/path`.
pub(crate) fn get(url: &str, token: &str) -> Answer {
    let address = url.strip_prefix("http://").unwrap();
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    raw(
        host,
        &format!(
            "GET /{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
        ),
    )
}

/// Sends JSON to `http://host:port/path`.
pub(crate) fn post(url: &str, token: &str, body: &Value) -> Answer {
    send("POST", url, token, body)
}

/// Sends JSON to `http://host:port/path` with a method.
pub(crate) fn send(method: &str, url: &str, token: &str, body: &Value) -> Answer {
    let address = url.strip_prefix("http://").unwrap();
    let (host, path) = address.split_once('/').unwrap();
    let body = body.to_string();
    let length = body.len();
    raw(
        host,
        &format!(
            "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\nContent-Type: application/scim+json\r\nContent-Length: {length}\r\n\r\n{body}"
        ),
    )
}

/// Sends a text as it is and reads until the other side closes.
pub(crate) fn raw(host: &str, request: &str) -> Answer {
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Answer { status, body: body.to_owned() }
}

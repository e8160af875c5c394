//! The smallest HTTP client that serves: one request per connection, JSON, loopback.
//!
//! Speaks HTTP/1.0, so that a body is plain and ends with the connection. No TLS, no redirects, no pool.

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long one read or write may take.
const LIMIT: Duration = Duration::from_secs(30);

/// An answer that arrived whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// `Null` for an empty body or one that is not JSON.
    pub(crate) json: Value,
}

/// Sends a request to `http://host:port/path` and waits for the whole answer.
///
/// An answer that breaks off is an error: whoever counts acknowledged changes must not count half of one.
pub(crate) fn send(method: &str, url: &str, token: &str, body: Option<&Value>) -> Result<Answer> {
    let rest =
        url.strip_prefix("http://").with_context(|| format!("not an http address: {url}"))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut request =
        format!("{method} /{path} HTTP/1.0\r\nHost: {host}\r\nContent-Length: {}\r\n", body.len());
    if !token.is_empty() {
        request.push_str(&format!("Authorization: Bearer {token}\r\n"));
    }
    if !body.is_empty() {
        request.push_str("Content-Type: application/scim+json\r\n");
    }
    request.push_str("\r\n");
    request.push_str(&body);
    let mut stream = TcpStream::connect(host).with_context(|| format!("connect to {host}"))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    parse(&bytes)
}

fn parse(bytes: &[u8]) -> Result<Answer> {
    let split = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .context("the answer broke off")?;
    let (head, rest) = bytes.split_at(split);
    let body = rest.get(4..).unwrap_or_default();
    let head = std::str::from_utf8(head)?;
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("no status line")?;
    for line in lines {
        let Some((name, value)) = line.split_once(':') else { bail!("not a header: {line}") };
        if name.eq_ignore_ascii_case("content-length") {
            ensure!(value.trim().parse() == Ok(body.len()), "the answer broke off");
        }
    }
    Ok(Answer {
        status: status.parse()?,
        json: serde_json::from_slice(body).unwrap_or(Value::Null),
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn whole_answers_are_read() {
        let answer = parse(b"HTTP/1.1 201 Created\r\ncontent-length: 8\r\n\r\n{\"a\": 1}").unwrap();
        assert_eq!((answer.status, answer.json["a"].as_i64()), (201, Some(1)));
        assert!(parse(b"HTTP/1.0 204 No Content\r\n\r\n").unwrap().json.is_null());
    }

    #[test]
    fn broken_answers_are_refused() {
        assert!(parse(b"").is_err());
        assert!(parse(b"HTTP/1.1 201 Created\r\ncontent-le").is_err());
        assert!(parse(b"HTTP/1.1 201 Created\r\ncontent-length: 9\r\n\r\n{\"a\": 1}").is_err());
    }
}

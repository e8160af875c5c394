//! The smallest HTTP client that serves: JSON, loopback, one request per connection unless it is kept.
//!
//! Speaks HTTP/1.0 where it can, so that a body is plain and ends with the connection. No TLS, no redirects, no pool.

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// How long one read or write may take.
const LIMIT: Duration = Duration::from_secs(30);

/// An answer that arrived whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// `Null` for an empty body or one that is not JSON.
    pub(crate) json: Value,
    /// From the first byte of the request to the last of the answer. Writing and reading JSON is not in it, since
    /// that is this program's own time.
    pub(crate) took: Duration,
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
    let begun = Instant::now();
    let mut stream = connect(host)?;
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    parse(&bytes, begun.elapsed())
}

/// A connection that stays open for one request after another (HTTP/1.1).
pub(crate) struct Connection {
    host: String,
    token: String,
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Connects to `http://host:port`.
    pub(crate) fn open(base_url: &str, token: &str) -> Result<Self> {
        let host = host(base_url)?;
        let stream = BufReader::new(connect(host)?);
        Ok(Self { host: host.to_owned(), token: token.to_owned(), stream })
    }

    /// Sends a request and waits for the whole answer.
    pub(crate) fn send(&mut self, method: &str, path: &str, body: &str) -> Result<Answer> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.host,
            self.token,
            body.len()
        );
        let begun = Instant::now();
        self.stream.get_mut().write_all(request.as_bytes())?;
        let (mut answer, mut length) = (Vec::new(), 0);
        loop {
            let start = answer.len();
            ensure!(self.stream.read_until(b'\n', &mut answer)? > 0, "the connection broke off");
            let line = std::str::from_utf8(answer.get(start..).unwrap_or_default())?.trim_end();
            match line.split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse()?;
                }
                None if line.is_empty() => break,
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        answer.extend(body);
        parse(&answer, begun.elapsed())
    }
}

/// Opens a stream of server-sent events; gives its lines, from the first header on.
pub(crate) fn follow(base_url: &str, path: &str, token: &str) -> Result<BufReader<TcpStream>> {
    let host = host(base_url)?;
    let mut stream = connect(host)?;
    let request =
        format!("GET {path} HTTP/1.0\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut lines = BufReader::new(stream);
    let mut status = String::new();
    lines.read_line(&mut status)?;
    ensure!(status.contains(" 200 "), "{path} answers {status}");
    Ok(lines)
}

fn host(base_url: &str) -> Result<&str> {
    let rest = base_url.strip_prefix("http://");
    rest.with_context(|| format!("not an http address: {base_url}"))
}

fn connect(host: &str) -> Result<TcpStream> {
    let stream = TcpStream::connect(host).with_context(|| format!("connect to {host}"))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    Ok(stream)
}

fn parse(bytes: &[u8], took: Duration) -> Result<Answer> {
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
        took,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::parse;

    #[test]
    fn whole_answers_are_read() {
        let answer =
            parse(b"HTTP/1.1 201 Created\r\ncontent-length: 8\r\n\r\n{\"a\": 1}", Duration::ZERO)
                .unwrap();
        assert_eq!((answer.status, answer.json["a"].as_i64()), (201, Some(1)));
        assert!(parse(b"HTTP/1.0 204 No Content\r\n\r\n", Duration::ZERO).unwrap().json.is_null());
    }

    #[test]
    fn broken_answers_are_refused() {
        assert!(parse(b"", Duration::ZERO).is_err());
        assert!(parse(b"HTTP/1.1 201 Created\r\ncontent-le", Duration::ZERO).is_err());
        assert!(
            parse(b"HTTP/1.1 201 Created\r\ncontent-length: 9\r\n\r\n{\"a\": 1}", Duration::ZERO)
                .is_err()
        );
    }
}

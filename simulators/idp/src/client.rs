//! HTTP as an identity provider does it: a bearer token, SCIM media types, and patience. Retries
//! what may be retried, within bounds; what an answer means is the session's matter.

use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER, USER_AGENT};
use http::{Method, StatusCode};
use serde_json::Value;

use crate::option::Target;
use crate::person::Manner;

const MEDIA_TYPE: &str = "application/scim+json; charset=utf-8";
/// Okta closes the socket after a minute.
const TIMEOUT: Duration = Duration::from_secs(60);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Okta gives up after ten attempts.
const MAX_ATTEMPTS: u32 = 10;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// A server that asks for more is asked again after this.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60);

/// Why there is no answer to work with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    /// The server cannot be reached, also not after several attempts.
    #[error("the server cannot be reached: {0}")]
    Unreachable(#[from] reqwest::Error),
    /// It keeps saying that it is busy or failing.
    #[error("the server still answers {status} after {MAX_ATTEMPTS} attempts")]
    Busy {
        /// Its last answer.
        status: StatusCode,
    },
}

/// An answer that is not to be retried.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// The body; `Null` if it is empty or not JSON.
    pub(crate) body: Value,
}

/// A connection to one server.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    /// What stands behind the `?` of the base address; Entra's administrators switch dialects by
    /// it, and it is sent with each request.
    pub(crate) flags: String,
    token: String,
    user_agent: Option<&'static str>,
}

impl Client {
    pub(crate) fn new(target: &Target, manner: Manner) -> Result<Self, reqwest::Error> {
        let (base, flags) = target.base_url.split_once('?').unwrap_or((&target.base_url, ""));
        Ok(Self {
            http: http_client()?,
            base: base.trim_end_matches('/').to_owned(),
            flags: flags.to_owned(),
            token: target.token.clone(),
            // Entra's is not documented.
            user_agent: (manner == Manner::Okta).then_some("Okta SCIM Client 1.0.0"),
        })
    }

    /// Sends until there is an answer that retrying would not change.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, ClientError> {
        let mut pause = FIRST_PAUSE;
        for attempt in 1_u32.. {
            let last = attempt >= MAX_ATTEMPTS;
            match self.send_once(method.clone(), path, body).await {
                Ok(Reply::Final(answer)) => return Ok(answer),
                Ok(Reply::Later { status, .. }) if last => {
                    return Err(ClientError::Busy { status });
                }
                Ok(Reply::Later { after, .. }) => {
                    tokio::time::sleep(after.unwrap_or(pause)).await;
                }
                Err(error) if last => return Err(error.into()),
                Err(_) => tokio::time::sleep(pause).await,
            }
            pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
        }
        Err(ClientError::Busy { status: StatusCode::SERVICE_UNAVAILABLE })
    }

    async fn send_once(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Reply, reqwest::Error> {
        let mut request = self
            .http
            .request(method, self.url(path))
            .header(AUTHORIZATION, format!("Bearer {}", self.token))
            .header(ACCEPT, "application/scim+json");
        if let Some(user_agent) = self.user_agent {
            request = request.header(USER_AGENT, user_agent);
        }
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, MEDIA_TYPE).body(body.to_string());
        }
        let response = request.send().await?;
        let status = response.status();
        if matches!(status.as_u16(), 429 | 500 | 502 | 503 | 504) {
            // Whole seconds only: Okta does not read the date form (RFC 9110 §10.2.3) either.
            let seconds = response.headers().get(RETRY_AFTER).and_then(|it| it.to_str().ok());
            let after = seconds
                .and_then(|text| text.trim().parse().ok())
                .map(|seconds| Duration::from_secs(seconds).min(LONGEST_RETRY_AFTER));
            return Ok(Reply::Later { status, after });
        }
        let bytes = response.bytes().await?;
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        Ok(Reply::Final(Answer { status, body }))
    }

    /// Entra puts the flags of the base address before the rest of the query.
    fn url(&self, path: &str) -> String {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let queries = [self.flags.as_str(), query];
        let query: Vec<&str> = queries.into_iter().filter(|part| !part.is_empty()).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{path}{mark}{}", self.base, query.join("&"))
    }
}

enum Reply {
    Final(Answer),
    Later { status: StatusCode, after: Option<Duration> },
}

#[expect(
    clippy::disallowed_methods,
    reason = "the simulator is an outside system with a client of its own"
)]
fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    // No proxy: what it talks to runs beside it.
    reqwest::Client::builder().no_proxy().timeout(TIMEOUT).connect_timeout(CONNECT_TIMEOUT).build()
}

/// Percent-encodes a text for a query (RFC 3986 §2.1).
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_stand_before_the_query() {
        let client = |base: &str| {
            let target = Target { base_url: base.into(), token: String::new() };
            Client::new(&target, Manner::Entra).unwrap()
        };
        let flagged = client("http://h/scim/v2/?aadOptscim062020");
        assert_eq!(
            flagged.url("/Users?count=1"),
            "http://h/scim/v2/Users?aadOptscim062020&count=1"
        );
        assert_eq!(client("http://h/scim/v2").url("/Users"), "http://h/scim/v2/Users");
        assert_eq!(encode("a b+'é\""), "a%20b%2B%27%C3%A9%22");
    }
}

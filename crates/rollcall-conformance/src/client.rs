//! HTTP: one request, one answer, bounded in time and size. A server that asks for patience gets some.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION};
use secrecy::ExposeSecret as _;

use crate::answer::Answer;
use crate::exchange::{Exchange, redact};
use crate::request::{Entry, Request, SCIM_JSON};
use crate::target::Target;
use crate::text::shorten;

/// Okta closes the socket after a minute; nothing that is checked here may take half of that.
const TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The largest answer that is read, in bytes.
const ANSWER_MAX: usize = 16 * 1024 * 1024;
/// How often a server may answer 429 to one request.
const MOST_WAITS: u32 = 5;
/// The longest that it is waited for at once.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The longest reason of a report, in bytes.
const REASON_MAX: usize = 1_000;
/// Nobody's token. Long enough for servers that look at the length first.
const WRONG_TOKEN: &str = "conformance-check-wrong-token-0123456789abcdef";

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoAnswer {
    /// HTTP failed.
    #[error("{}", chain(.0))]
    Http(#[from] reqwest::Error),
    /// The answer has no end.
    #[error("the answer is larger than {ANSWER_MAX} bytes")]
    TooLarge,
}

/// An error with its causes: reqwest says what was done, the causes why it failed.
fn chain(error: &reqwest::Error) -> String {
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        words = format!("{words}: {next}");
        cause = next.source();
    }
    words
}

pub(crate) struct Client {
    http: reqwest::Client,
    target: Target,
}

impl Client {
    #[expect(
        clippy::disallowed_methods,
        reason = "the checker stands in for an identity provider, which has a client of its own"
    )]
    pub(crate) fn new(target: &Target) -> Result<Self, reqwest::Error> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("rollcall-conformance/", env!("CARGO_PKG_VERSION")))
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            // A redirect could carry the token to another host; none is followed.
            .redirect(reqwest::redirect::Policy::none());
        if target.is_loopback() {
            builder = builder.no_proxy();
        }
        Ok(Self { http: builder.build()?, target: target.clone() })
    }

    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// Sends, and waits as often as the server asks for it by 429. A reading whose connection broke is sent
    /// once more: the server may have closed what was idle for a while (RFC 9110 §9.2.2).
    pub(crate) async fn send(&self, request: &Request) -> Result<Answer, NoAnswer> {
        match self.send_patiently(request).await {
            Err(NoAnswer::Http(error)) if request.method == Method::GET && !error.is_timeout() => {
                self.send_patiently(request).await
            }
            other => other,
        }
    }

    async fn send_patiently(&self, request: &Request) -> Result<Answer, NoAnswer> {
        for _ in 0..MOST_WAITS {
            let answer = self.send_once(request).await?;
            if answer.status != 429 {
                return Ok(answer);
            }
            let seconds = answer.header("retry-after").and_then(|it| it.trim().parse().ok());
            let wait = Duration::from_secs(seconds.unwrap_or(1)).min(LONGEST_WAIT);
            tokio::time::sleep(wait).await;
        }
        self.send_once(request).await
    }

    async fn send_once(&self, request: &Request) -> Result<Answer, NoAnswer> {
        let url = format!("{}{}", self.target.base_url(), request.path);
        let mut call = self.http.request(request.method.clone(), url);
        call = match (request.entry, &self.target.token) {
            (Entry::Token, Some(token)) => {
                call.header(AUTHORIZATION, format!("Bearer {}", token.expose_secret()))
            }
            (Entry::WrongToken, _) => call.header(AUTHORIZATION, format!("Bearer {WRONG_TOKEN}")),
            _ => call,
        };
        if !request.headers.iter().any(|(name, _)| *name == "accept") {
            call = call.header(ACCEPT, SCIM_JSON);
        }
        for (name, value) in &request.headers {
            call = call.header(*name, value);
        }
        if let Some(body) = &request.body {
            call = call.body(body.clone());
        }
        let mut response = call.send().await?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > ANSWER_MAX {
                return Err(NoAnswer::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            to: format!("{} {}", request.method, request.path),
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body,
        })
    }

    /// What a report shows of a request and its answer.
    pub(crate) fn exchange(
        &self,
        request: &Request,
        received: &Result<Answer, NoAnswer>,
    ) -> Exchange {
        let head = format!("{} {}", request.method, request.path);
        let sent = String::from_utf8_lossy(request.body.as_deref().unwrap_or_default());
        let (status, body) = match received {
            Ok(answer) => {
                (answer.status.to_string(), String::from_utf8_lossy(&answer.body).into_owned())
            }
            Err(error) => ("no answer:".to_owned(), error.to_string()),
        };
        Exchange::new((&head, &sent), (&status, &body), self.secret())
    }

    /// A reason for a report: without the token, without signs that steer terminals, and bounded.
    pub(crate) fn presentable(&self, reason: &str) -> String {
        shorten(&redact(reason, self.secret()), REASON_MAX)
    }

    fn secret(&self) -> Option<&str> {
        self.target.token.as_ref().map(secrecy::ExposeSecret::expose_secret)
    }
}

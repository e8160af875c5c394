//! One request, from its parts to its answer.

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue, IF_NONE_MATCH};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::answer;
use super::{Http, HttpLimits};
use crate::error::ConnectorError;

/// A request that is being put together.
#[must_use]
#[derive(Debug)]
pub struct Call {
    http: Http,
    method: Method,
    url: Url,
    bearer: Option<SecretString>,
    idempotency_key: Option<String>,
    only_new: bool,
    body: Option<Body>,
    broken: Option<ConnectorError>,
}

struct Body {
    content_type: &'static str,
    bytes: Vec<u8>,
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes)", self.content_type, self.bytes.len())
    }
}

impl Call {
    pub(super) fn new(http: Http, method: Method, url: Url) -> Self {
        Self {
            http,
            method,
            url,
            bearer: None,
            idempotency_key: None,
            only_new: false,
            body: None,
            broken: None,
        }
    }

    /// Adds a parameter to the query.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }

    /// Shows a bearer token (RFC 6750 §2.1).
    pub fn bearer(mut self, token: &SecretString) -> Self {
        self.bearer = Some(token.clone());
        self
    }

    /// Names the request, so that a repeat of it has no further effect
    /// (draft-ietf-httpapi-idempotency-key-header). An answer of 422 then means that the key was used for
    /// another request.
    pub fn idempotency_key(mut self, key: &str) -> Self {
        self.idempotency_key = Some(key.to_owned());
        self
    }

    /// Sends a value as JSON.
    pub fn json(mut self, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(bytes) => self.body = Some(Body { content_type: "application/json", bytes }),
            Err(_) => {
                self.broken =
                    Some(ConnectorError::unsupported("the request cannot be written as JSON"));
            }
        }
        self
    }

    /// Sends a form.
    pub fn form(mut self, fields: &[(&str, &str)]) -> Self {
        // The query of a URL is written in the very form (WHATWG URL §5).
        let mut scratch = self.url.clone();
        scratch.query_pairs_mut().clear().extend_pairs(fields);
        let bytes = scratch.query().unwrap_or_default().as_bytes().to_vec();
        self.body = Some(Body { content_type: "application/x-www-form-urlencoded", bytes });
        self
    }

    /// Sends a text of this media type.
    pub fn text(mut self, content_type: &'static str, text: &str) -> Self {
        self.body = Some(Body { content_type, bytes: text.as_bytes().to_vec() });
        self
    }

    /// Asks that nothing that is there be replaced (RFC 9110 §13.1.2); the answer then is a conflict.
    pub fn only_new(mut self) -> Self {
        self.only_new = true;
        self
    }

    /// Sends the request and reads the answer, whatever it is, of so many bytes at the most.
    ///
    /// # Errors
    /// Any kind but `Pending`, by what came back.
    pub async fn content(self, bytes_max: usize) -> Result<Vec<u8>, ConnectorError> {
        let limits = HttpLimits { answer_max_bytes: bytes_max, ..self.http.limits };
        let (response, keyed) = self.send().await?;
        answer::content(response, keyed, &limits).await
    }

    /// Sends the request and reads the answer, which has to be JSON.
    ///
    /// # Errors
    /// Any kind but `Pending`, by what came back.
    pub async fn answer<T: DeserializeOwned>(self) -> Result<T, ConnectorError> {
        let limits = self.http.limits;
        let (response, keyed) = self.send().await?;
        answer::read(response, keyed, &limits).await
    }

    /// Sends the request; what it is answered with counts only if it is a refusal.
    ///
    /// # Errors
    /// Any kind but `Pending`, by what came back.
    pub async fn done(self) -> Result<(), ConnectorError> {
        let limits = self.http.limits;
        let (response, keyed) = self.send().await?;
        answer::check(response, keyed, &limits).await
    }

    async fn send(self) -> Result<(reqwest::Response, answer::Keyed), ConnectorError> {
        if let Some(broken) = self.broken {
            return Err(broken);
        }
        let mut request = self
            .http
            .client
            .request(self.method, self.url)
            .timeout(self.http.limits.total_timeout)
            .header(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(token) = &self.bearer {
            request = request.bearer_auth(token.expose_secret());
        }
        if self.only_new {
            request = request.header(IF_NONE_MATCH, HeaderValue::from_static("*"));
        }
        let keyed = match &self.idempotency_key {
            Some(key) => {
                request = request.header("Idempotency-Key", key);
                answer::Keyed::Yes
            }
            None => answer::Keyed::No,
        };
        if let Some(Body { content_type, bytes }) = self.body {
            request = request.header(CONTENT_TYPE, content_type).body(bytes);
        }
        let limits = &self.http.limits;
        let response = request.send().await.map_err(|error| answer::unsent(&error, limits))?;
        Ok((response, keyed))
    }
}

//! The one place where a refusal becomes an answer: the error bodies of OAuth 2.0 (RFC 6749 §5.2), for access
//! keys too.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use rollcall_app::StorageError;

/// A refusal on its way out.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    error: &'static str,
    description: &'static str,
    retry_after_s: Option<u64>,
    allow: Option<&'static [&'static str]>,
}

impl Refusal {
    const fn new(status: StatusCode, error: &'static str, description: &'static str) -> Self {
        Self { status, error, description, retry_after_s: None, allow: None }
    }

    /// What was sent cannot be read.
    pub(crate) const fn invalid(description: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    /// Nobody is known by what was presented, or not any more.
    pub(crate) const fn nobody(description: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", description)
    }

    /// What the client presents for a token is worth none (RFC 6749 §5.2). Why is in its connection's journal.
    pub(crate) const fn grant() -> Self {
        let words = "The code or the refresh token is worth nothing, or not any more.";
        Self::new(StatusCode::BAD_REQUEST, "invalid_grant", words)
    }

    /// The client wants a token in a manner that is not served.
    pub(crate) const fn grant_type() -> Self {
        let words = "Served are authorization_code, client_credentials and refresh_token.";
        Self::new(StatusCode::BAD_REQUEST, "unsupported_grant_type", words)
    }

    /// The client wants more than there is.
    pub(crate) const fn scope() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_scope", "The only scope is scim.")
    }

    /// There is nothing at this address.
    pub(crate) const fn nowhere() -> Self {
        Self::new(StatusCode::NOT_FOUND, "invalid_request", "There is nothing at this address.")
    }

    /// Nobody but the caller says who this server is: that is the operator's to say.
    pub(crate) const fn unnamed() -> Self {
        let words =
            "This server does not know its own address; its operator sets it as public_url.";
        Self::new(StatusCode::NOT_FOUND, "invalid_request", words)
    }

    /// The address answers to other methods.
    pub(crate) const fn method(allow: &'static [&'static str]) -> Self {
        let words = "This address answers to the methods of the header Allow only.";
        let refusal = Self::new(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", words);
        Self { allow: Some(allow), ..refusal }
    }

    /// The installation's key cannot be used.
    pub(crate) const fn unfit() -> Self {
        let words = "The installation's key is not fit to sign; its operator finds why in the log.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", words)
    }

    /// There were too many tries.
    pub(crate) const fn throttled(seconds: u64) -> Self {
        let words = "There were too many requests for this id. Try again later.";
        let refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable", words);
        Self { retry_after_s: Some(seconds), ..refusal }
    }
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "a request for a token failed in storage"
        );
        let words = "The server cannot take this now; nothing was issued. Try again.";
        let refusal = Self::new(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", words);
        Self { retry_after_s: Some(2), ..refusal }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({"error": self.error, "error_description": self.description});
        let mut response = answer(self.status, &body);
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        // RFC 6749 §5.2 asks for it where a client used the header, and RFC 9110 §11.6.1 always.
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Basic realm=\"rollcall\""),
            );
        }
        let allow = self.allow.map(|methods| methods.join(", "));
        if let Some(allow) = allow.and_then(|allow| HeaderValue::try_from(allow).ok()) {
            headers.insert(header::ALLOW, allow);
        }
        response
    }
}

/// A JSON body that nobody keeps (RFC 6749 §5.1).
pub(crate) fn answer(status: StatusCode, body: &serde_json::Value) -> Response {
    let fixed = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
        (header::PRAGMA, "no-cache"),
    ];
    (status, fixed, body.to_string()).into_response()
}

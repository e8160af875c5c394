//! The one place where a refusal becomes an answer: problem details (RFC 9457).

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use rollcall_app::agent::{AgentError, AgentRefusal};
use rollcall_app::schedule::{ScheduleError, ScheduleRefusal};
use rollcall_app::{ChangeError, StorageError};

/// Seconds after which a client should come back when the server cannot take its request now.
const RETRY_AFTER_S: u64 = 2;

/// A refusal or a failure on its way out.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    /// What a program tells it by: the end of its type.
    name: &'static str,
    detail: String,
    allow: Option<&'static [&'static str]>,
    /// What is wrong where, if that is told by parts (RFC 9457 §3.2: a member of its own).
    faults: Vec<Value>,
}

impl Problem {
    fn new(status: StatusCode, name: &'static str, detail: impl Into<String>) -> Self {
        Self { status, name, detail: detail.into(), allow: None, faults: Vec::new() }
    }

    /// No token, or none that opens anything. Which of the two is not told.
    pub(crate) fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "An API token is needed as a bearer token; this request has none that is valid.",
        )
    }

    /// The token works, but not here.
    pub(crate) fn scope(needed: &'static str) -> Self {
        let detail = format!(
            "The token lacks the scope {needed}; `rollcall api-token create NAME --scope {needed}` makes one that has it."
        );
        Self::new(StatusCode::FORBIDDEN, "scope-missing", detail)
    }

    /// There is no such thing, or not for this caller.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", format!("There is no such {what}."))
    }

    /// The address answers to other methods.
    pub(crate) fn method(allow: &'static [&'static str]) -> Self {
        let detail = format!("This address answers to {} only.", allow.join(", "));
        let problem = Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", detail);
        Self { allow: Some(allow), ..problem }
    }

    /// What was sent cannot be understood.
    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid-request", detail)
    }

    /// With what is wrong where.
    pub(crate) fn listing(self, faults: Vec<Value>) -> Self {
        Self { faults, ..self }
    }

    /// The body is too long.
    pub(crate) fn too_large(most_bytes: usize) -> Self {
        let detail = format!("A body may have {most_bytes} bytes at the most.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail)
    }

    /// The body did not come in time.
    pub(crate) fn too_slow() -> Self {
        let detail = "The body was not here in time. Send it again.";
        Self::new(StatusCode::REQUEST_TIMEOUT, "too-slow", detail)
    }

    fn refused(refusal: &AgentRefusal) -> Self {
        let name = match refusal {
            AgentRefusal::NoSession => "no-session",
            AgentRefusal::NotActive => "not-active",
            AgentRefusal::InContact => "in-contact",
            AgentRefusal::TooManyContacts => "too-many-contacts",
            AgentRefusal::NoContact(_) => "no-contact",
            AgentRefusal::CodeNotOfTeam(_) => "code-not-of-team",
            AgentRefusal::CodeRetired(_) => "code-retired",
        };
        Self::new(StatusCode::CONFLICT, name, sentence(&refusal.to_string()))
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        if matches!(error, StorageError::NulCharacter) {
            return Self::invalid(sentence(&error.to_string()));
        }
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "a request of the agent API failed in storage"
        );
        let detail = "The server cannot take this now; nothing was changed. Try again.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail)
    }
}

impl From<AgentError> for Problem {
    fn from(error: AgentError) -> Self {
        match error {
            ChangeError::NotFound(what) => Self::not_found(what),
            ChangeError::Refused(refusal) => Self::refused(&refusal),
            ChangeError::Storage(error) => error.into(),
            other => Self::invalid(sentence(&other.to_string())),
        }
    }
}

impl From<ScheduleError> for Problem {
    fn from(error: ScheduleError) -> Self {
        let refusal = match error {
            ChangeError::NotFound(what) => return Self::not_found(what),
            ChangeError::Storage(error) => return error.into(),
            ChangeError::Refused(refusal) => refusal,
            other => return Self::invalid(sentence(&other.to_string())),
        };
        let (status, name) = match &refusal {
            ScheduleRefusal::NotActive => (StatusCode::CONFLICT, "not-active"),
            ScheduleRefusal::NoPermission => (StatusCode::FORBIDDEN, "schedule-permission-missing"),
            ScheduleRefusal::NoWfm => (StatusCode::CONFLICT, "no-wfm"),
            ScheduleRefusal::SyncOff { .. } => (StatusCode::CONFLICT, "user-sync-off"),
        };
        Self::new(status, name, sentence(&refusal.to_string()))
    }
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::NotFound(what) => Self::not_found(what),
            ChangeError::Storage(error) => error.into(),
            other => Self::invalid(sentence(&other.to_string())),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = json!({
            "type": format!("urn:rollcall:problem:{}", self.name),
            "title": self.status.canonical_reason(),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        if let Some(body) = body.as_object_mut().filter(|_| !self.faults.is_empty()) {
            body.insert("faults".to_owned(), Value::Array(self.faults));
        }
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut response = (self.status, kind, body.to_string()).into_response();
        let headers = response.headers_mut();
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"rollcall\""),
            );
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_S));
        }
        let allow = self.allow.map(|methods| methods.join(", "));
        if let Some(allow) = allow.and_then(|allow| HeaderValue::try_from(allow).ok()) {
            headers.insert(header::ALLOW, allow);
        }
        response
    }
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

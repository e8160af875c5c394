//! The one error of this crate: what a SCIM server may answer (RFC 7644 §3.12, RFC 9865 §2.3).
//! It must not carry anything that the caller of the HTTP API may not read.

use serde_json::{Map, Value, json};

/// The schema of an error body (RFC 7644 §3.12).
pub const ERROR_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// A refusal: its kind decides the status and the `scimType`, its detail is for a human.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct ScimError {
    /// What went wrong, in the protocol's terms.
    pub kind: ErrorKind,
    /// What was refused, why, and the way on. Goes to the client as it stands.
    pub detail: String,
}

/// Every kind of failure that a SCIM client can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// 400: the filter is malformed, or its attribute or comparison is not supported.
    InvalidFilter,
    /// 400: the filter yields more results than the server will return.
    TooMany,
    /// 409: a value that must be unique is taken.
    Uniqueness,
    /// 400: the attribute cannot be changed in this way.
    Mutability,
    /// 400: the body is not JSON, or not the message that is expected here.
    InvalidSyntax,
    /// 400: a PATCH path is malformed or names no known attribute.
    InvalidPath,
    /// 400: a PATCH path selects nothing to work on.
    NoTarget,
    /// 400: a value is missing, or does not fit its attribute.
    InvalidValue,
    /// 400: the protocol version is not supported.
    InvalidVersion,
    /// 403: the request would put a secret into a URL or a comparison.
    Sensitive,
    /// 400: the cursor is not one that this server issued (RFC 9865 §2.3).
    InvalidCursor,
    /// 400: the cursor is too old (RFC 9865 §2.3).
    ExpiredCursor,
    /// 400: the count does not fit the cursor (RFC 9865 §2.3).
    InvalidCount,
    /// 401: no credentials, or none that count.
    Unauthorized,
    /// 403: the credentials do not permit this.
    Forbidden,
    /// 404: there is no such resource or endpoint.
    NotFound,
    /// 405: the endpoint does not know the method; the answer needs an `Allow` header.
    MethodNotAllowed,
    /// 408: the body did not arrive in time.
    RequestTimeout,
    /// 409: the request contradicts the state of the resource, and not by a unique value.
    Conflict,
    /// 412: `If-Match` names another version.
    PreconditionFailed,
    /// 413: the body or the number of operations is above the limit.
    PayloadTooLarge,
    /// 415: the body is of a type that is clearly not JSON.
    UnsupportedMediaType,
    /// 429: too many requests; the answer needs `Retry-After` in whole seconds.
    TooManyRequests,
    /// 500: the server failed; the client may try again.
    Internal,
    /// 501: the feature is not implemented.
    NotImplemented,
    /// 503: the server cannot answer now; the answer needs `Retry-After`.
    Unavailable,
}

impl ScimError {
    /// Makes an error of the given kind.
    pub fn new(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }

    /// The HTTP status of the answer.
    pub fn status(&self) -> u16 {
        self.kind.status()
    }

    /// The `scimType` of the answer, where the protocol has one for this kind.
    pub fn scim_type(&self) -> Option<&'static str> {
        self.kind.scim_type()
    }

    /// The body of the answer. `status` is a string, as RFC 7644 §3.12 has it.
    pub fn body(&self) -> Value {
        let mut body = Map::new();
        body.insert("schemas".to_owned(), json!([ERROR_SCHEMA]));
        body.insert("status".to_owned(), Value::String(self.status().to_string()));
        if let Some(scim_type) = self.scim_type() {
            body.insert("scimType".to_owned(), Value::String(scim_type.to_owned()));
        }
        body.insert("detail".to_owned(), Value::String(self.detail.clone()));
        Value::Object(body)
    }

    /// The same message under another kind, for a rule that serves two places.
    pub(crate) fn with_kind(self, kind: ErrorKind) -> Self {
        Self { kind, ..self }
    }
}

impl ErrorKind {
    /// The HTTP status of this kind.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidFilter
            | Self::TooMany
            | Self::Mutability
            | Self::InvalidSyntax
            | Self::InvalidPath
            | Self::NoTarget
            | Self::InvalidValue
            | Self::InvalidVersion
            | Self::InvalidCursor
            | Self::ExpiredCursor
            | Self::InvalidCount => 400,
            Self::Unauthorized => 401,
            Self::Sensitive | Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::RequestTimeout => 408,
            Self::Uniqueness | Self::Conflict => 409,
            Self::PreconditionFailed => 412,
            Self::PayloadTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::TooManyRequests => 429,
            Self::Internal => 500,
            Self::NotImplemented => 501,
            Self::Unavailable => 503,
        }
    }

    /// The keyword of RFC 7644 table 9 or RFC 9865 table 3, where there is one.
    pub const fn scim_type(self) -> Option<&'static str> {
        match self {
            Self::InvalidFilter => Some("invalidFilter"),
            Self::TooMany => Some("tooMany"),
            Self::Uniqueness => Some("uniqueness"),
            Self::Mutability => Some("mutability"),
            Self::InvalidSyntax => Some("invalidSyntax"),
            Self::InvalidPath => Some("invalidPath"),
            Self::NoTarget => Some("noTarget"),
            Self::InvalidValue => Some("invalidValue"),
            Self::InvalidVersion => Some("invalidVers"),
            Self::Sensitive => Some("sensitive"),
            Self::InvalidCursor => Some("invalidCursor"),
            Self::ExpiredCursor => Some("expiredCursor"),
            Self::InvalidCount => Some("invalidCount"),
            Self::Unauthorized
            | Self::Forbidden
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::RequestTimeout
            | Self::Conflict
            | Self::PreconditionFailed
            | Self::PayloadTooLarge
            | Self::UnsupportedMediaType
            | Self::TooManyRequests
            | Self::Internal
            | Self::NotImplemented
            | Self::Unavailable => None,
        }
    }
}

//! The one place where a failure becomes a SCIM error body (RFC 7644 §3.12) with its headers.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use rollcall_app::{ChangeError, StorageError};
use rollcall_scim::{ErrorKind, ScimError};

use crate::scim::answer::SCIM_JSON;
use crate::scim::journal::Refusal;

/// A refusal or a failure on its way out.
#[derive(Debug)]
pub(crate) struct Failure {
    error: ScimError,
    allow: Option<&'static [&'static str]>,
    /// Why, where the client is not told; the connection's journal is.
    reason: Option<String>,
}

/// Seconds after which a client should come back when the server cannot take its request now. Whole
/// seconds: Okta does not read dates (docs/scim-clients.md, C14).
const RETRY_AFTER_S: &str = "2";

impl Failure {
    pub(crate) fn new(kind: ErrorKind, detail: impl Into<String>) -> Self {
        ScimError::new(kind, detail).into()
    }

    /// No token, or none that opens anything. Which of the two, and whether it ever did, is not told.
    pub(crate) fn unauthorized() -> Self {
        Self::new(
            ErrorKind::Unauthorized,
            "A bearer token of a SCIM connection is needed; this request has none that is valid.",
        )
    }

    /// The same to the client; its journal says more.
    pub(crate) fn because(self, reason: String) -> Self {
        Self { reason: Some(reason), ..self }
    }

    /// The error alone, for an answer that holds several.
    pub(crate) fn into_error(self) -> ScimError {
        self.error
    }

    pub(crate) fn no_user() -> Self {
        Self::new(ErrorKind::NotFound, "There is no such user.")
    }

    pub(crate) fn no_endpoint() -> Self {
        Self::new(
            ErrorKind::NotFound,
            "There is no such endpoint; /ResourceTypes lists those that are.",
        )
    }

    pub(crate) fn method_not_allowed(methods: &'static [&'static str]) -> Self {
        let detail = format!("This endpoint knows {} only.", methods.join(", "));
        Self {
            error: ScimError::new(ErrorKind::MethodNotAllowed, detail),
            allow: Some(methods),
            reason: None,
        }
    }
}

impl Failure {
    /// What the client reads says only whether to come back; what happened is in the log.
    pub(crate) fn storage(error: &StorageError) -> Self {
        if error.is_passing() {
            tracing::warn!(
                error = error as &dyn std::error::Error,
                "a SCIM request met storage that cannot take it now"
            );
            Self::new(
                ErrorKind::Unavailable,
                "The server cannot take this now; nothing was changed. Try again.",
            )
        } else {
            tracing::error!(
                error = error as &dyn std::error::Error,
                "a SCIM request failed in storage"
            );
            Self::new(ErrorKind::Internal, "The server failed; nothing was changed.")
        }
    }
}

impl From<ScimError> for Failure {
    fn from(error: ScimError) -> Self {
        Self { error, allow: None, reason: None }
    }
}

impl From<ChangeError<ScimError>> for Failure {
    fn from(error: ChangeError<ScimError>) -> Self {
        match error {
            ChangeError::Refused(error) => error.into(),
            ChangeError::NotFound("user") => Self::no_user(),
            ChangeError::NotFound(noun) => {
                Self::new(ErrorKind::NotFound, format!("There is no such {noun}."))
            }
            ChangeError::ReadOnly(_) => Self::new(ErrorKind::Forbidden, sentence(&error)),
            ChangeError::Taken { attribute, value } => {
                let holder = if attribute == "displayName" { "group" } else { "resource" };
                let holder = if attribute == "userName" { "user" } else { holder };
                let detail = format!("Another {holder} has the {attribute} {value:?}.");
                Self::new(ErrorKind::Uniqueness, detail)
            }
            ChangeError::Claimed(claimed) => Self::new(ErrorKind::Uniqueness, sentence(&claimed)),
            ChangeError::Outdated { present } => Self::new(
                ErrorKind::PreconditionFailed,
                format!("The user is in version W/\"{present}\" by now."),
            ),
            ChangeError::NotYours(refusal) => Self::new(ErrorKind::Mutability, sentence(&refusal)),
            ChangeError::NoDefaultRole(_) | ChangeError::Invalid(_) => {
                Self::new(ErrorKind::InvalidValue, sentence(&error))
            }
            ChangeError::TooMuch(_) => Self::new(ErrorKind::PayloadTooLarge, sentence(&error)),
            ChangeError::Overtaken => Self::new(ErrorKind::Conflict, sentence(&error)),
            ChangeError::NotNow(reason) => Self::new(ErrorKind::Conflict, sentence(&reason)),
            ChangeError::Storage(error) => Self::storage(&error),
        }
    }
}

/// A message of the application, which is a part of a sentence, as one.
fn sentence(message: &dyn std::fmt::Display) -> String {
    let message = message.to_string();
    let mut letters = message.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

impl From<ChangeError> for Failure {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Refused(never) => match never {},
            ChangeError::NotFound(noun) => ChangeError::<ScimError>::NotFound(noun).into(),
            ChangeError::ReadOnly(noun) => ChangeError::<ScimError>::ReadOnly(noun).into(),
            ChangeError::Taken { attribute, value } => {
                ChangeError::<ScimError>::Taken { attribute, value }.into()
            }
            ChangeError::Outdated { present } => {
                ChangeError::<ScimError>::Outdated { present }.into()
            }
            ChangeError::Claimed(claimed) => ChangeError::<ScimError>::Claimed(claimed).into(),
            ChangeError::NotYours(refusal) => ChangeError::<ScimError>::NotYours(refusal).into(),
            ChangeError::NoDefaultRole(role) => {
                ChangeError::<ScimError>::NoDefaultRole(role).into()
            }
            ChangeError::Overtaken => ChangeError::<ScimError>::Overtaken.into(),
            ChangeError::Invalid(reason) => ChangeError::<ScimError>::Invalid(reason).into(),
            ChangeError::TooMuch(reason) => ChangeError::<ScimError>::TooMuch(reason).into(),
            ChangeError::NotNow(reason) => ChangeError::<ScimError>::NotNow(reason).into(),
            ChangeError::Storage(error) => ChangeError::<ScimError>::Storage(error).into(),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = self.error.body().to_string();
        let mut response = (status, body).into_response();
        let mut refusal = Refusal::from(&self.error);
        if let Some(reason) = self.reason {
            refusal.detail = reason;
        }
        response.extensions_mut().insert(refusal);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, SCIM_JSON);
        match self.error.kind {
            ErrorKind::Unauthorized => {
                headers.insert(
                    header::WWW_AUTHENTICATE,
                    HeaderValue::from_static("Bearer realm=\"scim\""),
                );
            }
            ErrorKind::Unavailable | ErrorKind::TooManyRequests => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_S));
            }
            // The rest of the body was not read: the connection cannot be used again.
            ErrorKind::PayloadTooLarge | ErrorKind::RequestTimeout => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        if let Some(allow) =
            self.allow.and_then(|methods| HeaderValue::try_from(methods.join(", ")).ok())
        {
            headers.insert(header::ALLOW, allow);
        }
        response
    }
}

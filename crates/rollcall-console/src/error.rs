//! What a handler may fail with, and how a browser is told.
//!
//! A handler does not know the frame of the page; it answers with the bare error, and `visit` puts the page
//! around it.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use rollcall_app::agent::AgentError;
use rollcall_app::wfm::TrialError;
use rollcall_app::{ChangeError, StorageError};

use crate::view::trouble::Trouble;

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConsoleError {
    /// There is no such thing, or not for this tenant.
    #[error("there is no such {0}")]
    Missing(&'static str),
    /// The form was not made for this session.
    #[error("the form was not made for this session")]
    StaleForm,
    /// The address or the form holds a character that no text of ours has.
    #[error("what was sent holds the character U+0000")]
    Unreadable,
    /// The application refused or failed.
    #[error(transparent)]
    Change(ChangeError),
    /// A template failed, which is a fault of ours.
    #[error(transparent)]
    Template(#[from] askama::Error),
}

impl From<ChangeError> for ConsoleError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::NotFound(what) => Self::Missing(what),
            ChangeError::Storage(StorageError::NulCharacter) => Self::Unreadable,
            other => Self::Change(other),
        }
    }
}

/// An error on its way to the frame.
#[derive(Clone, Debug)]
pub(crate) struct Unframed(pub(crate) Arc<ConsoleError>);

impl IntoResponse for ConsoleError {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::Missing(_) => StatusCode::NOT_FOUND,
            Self::StaleForm => StatusCode::FORBIDDEN,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::Change(ChangeError::Storage(_)) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Change(_) => StatusCode::CONFLICT,
            Self::Template(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(Unframed(Arc::new(self)));
        response
    }
}

impl ConsoleError {
    /// What a use case of the ACD answers where no rule of the ACD is in the way.
    pub(crate) fn of_agent(error: AgentError) -> Self {
        let error: ChangeError = match error {
            ChangeError::Refused(refusal) => ChangeError::NotNow(refusal.to_string()),
            ChangeError::NotFound(what) => ChangeError::NotFound(what),
            ChangeError::Storage(error) => ChangeError::Storage(error),
            other => ChangeError::Invalid(other.to_string()),
        };
        error.into()
    }

    /// A try of a WFM that failed for a reason of ours.
    pub(crate) fn of_trial(error: TrialError) -> Self {
        match error {
            TrialError::Change(error) => error.into(),
            TrialError::Unreached(unreached) => {
                Self::Change(ChangeError::NotNow(unreached.to_string()))
            }
        }
    }

    /// What the person reads. The cause of a failure of ours is for the log, not for them.
    pub(crate) fn trouble(&self, path: &str, request_id: &str) -> Trouble {
        match self {
            Self::Missing(what) => missing(what),
            Self::StaleForm => Trouble::StaleForm { back_href: path.to_owned() },
            Self::Unreadable => Trouble::Broken {
                what: "The address or the form holds the character U+0000, which stands for nothing; leave it out.".to_owned(),
                request_id: request_id.to_owned(),
                retry_href: "/".to_owned(),
            },
            Self::Change(ChangeError::Storage(_)) => Trouble::Broken {
                what: "The database did not answer in time.".to_owned(),
                request_id: request_id.to_owned(),
                retry_href: path.to_owned(),
            },
            Self::Change(refusal) => Trouble::Broken {
                what: sentence(&refusal.to_string()),
                request_id: request_id.to_owned(),
                retry_href: path.to_owned(),
            },
            Self::Template(_) => Trouble::Broken {
                what: "The page could not be made. That is a fault of Rollcall.".to_owned(),
                request_id: request_id.to_owned(),
                retry_href: path.to_owned(),
            },
        }
    }

    /// Whether the log should hear of it.
    pub(crate) fn is_ours(&self) -> bool {
        matches!(self, Self::Change(ChangeError::Storage(_)) | Self::Template(_))
    }
}

/// A refusal as a sentence: it begins with a capital letter and ends with a full stop.
pub(crate) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}

fn missing(what: &'static str) -> Trouble {
    let (list_href, list_name) = match what {
        "employee" => ("/employees", "Employees"),
        "SCIM connection" | "token" | "access key" | "application" | "public key" => {
            ("/connections", "SCIM connections")
        }
        "team" | "unavailable code" => ("/teams", "Teams"),
        "agent session" => ("/agents", "Agents"),
        "role" => ("/roles", "Roles"),
        "template" => ("/templates", "Templates"),
        "event receiver" => ("/receivers", "Event receivers"),
        "claim" => ("/take-overs", "the take-over queue"),
        "WFM link" | "run" => ("/wfm", "WFM"),
        _ => ("/", "the overview"),
    };
    Trouble::Missing { what, list_href, list_name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_becomes_a_sentence() {
        assert_eq!(sentence("name \"Okta\" is taken"), "Name \"Okta\" is taken.");
        assert_eq!(sentence("Sure?"), "Sure?");
    }
}

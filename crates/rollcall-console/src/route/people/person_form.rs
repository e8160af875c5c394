//! What the forms of a person's page have in common.

use axum::response::Response;
use rollcall_app::ChangeError;
use rollcall_domain::EmployeeId;
use serde::Deserialize;

use crate::error::{ConsoleError, sentence};
use crate::view::shell::Notice;
use crate::visit::Visit;

#[derive(Deserialize)]
pub(super) struct Chosen {
    pub(super) value: String,
}

/// Back on the person's page, with a receipt or with the reason why not.
pub(super) fn said(
    outcome: Result<(), ChangeError>,
    id: EmployeeId,
    done: &str,
) -> Result<Response, ConsoleError> {
    let notice = match outcome {
        Ok(()) => Notice::Done(done.to_owned()),
        Err(ChangeError::Storage(error)) => return Err(ChangeError::Storage(error).into()),
        Err(refusal) => Notice::Refused(sentence(&refusal.to_string())),
    };
    Ok(Visit::back(&format!("/employees/{id}"), &notice))
}

pub(super) fn parse(id: &str) -> Result<EmployeeId, ConsoleError> {
    id.parse().map_err(|_| ConsoleError::Missing("employee"))
}

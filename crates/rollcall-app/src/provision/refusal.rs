//! What is left of a request that was refused. The refusal undid the request's own transaction, so that this is
//! one of its own; in a bulk request it is part of the whole.

use rollcall_storage::StorageError;
use rollcall_storage::record::alert::{self, AlertKind};
use rollcall_storage::scim::take_over_request;

use crate::access::ScimAccess;
use crate::app::App;
use crate::error::{ChangeError, Claimed};
use crate::provision::Desk;

/// What an administrator is told of.
#[derive(Clone, Debug)]
pub(crate) enum Refusal {
    /// Nobody can be made, because a role is missing.
    NoDefaultRole(String),
    /// A claim on a person who is not the connection's own.
    Claimed(Box<Claimed>),
}

impl Refusal {
    /// What is to be told of an error, if anything is.
    pub(crate) fn of<R>(error: &ChangeError<R>) -> Option<Self> {
        match error {
            ChangeError::NoDefaultRole(name) => Some(Self::NoDefaultRole(name.clone())),
            ChangeError::Claimed(claimed) => Some(Self::Claimed(claimed.clone())),
            _ => None,
        }
    }
}

impl Desk<'_, '_> {
    /// Notes a refusal where administrators look.
    pub(crate) fn note(&mut self, refusal: &Refusal) -> Result<(), StorageError> {
        match refusal {
            Refusal::NoDefaultRole(name) => {
                alert::raise(self.tx, AlertKind::NoDefaultRole, name, self.act.now)
            }
            Refusal::Claimed(claimed) => take_over_request::save(self.tx, &claimed.request),
        }
    }
}

impl App {
    /// Notes what a refused request leaves, and passes on what it came to.
    pub(super) async fn note_refusal<T, R>(
        &self,
        access: &ScimAccess,
        done: Result<T, ChangeError<R>>,
    ) -> Result<T, ChangeError<R>> {
        if let Some(refusal) = done.as_ref().err().and_then(Refusal::of) {
            let noted: Result<(), StorageError> =
                self.at_desk(access, move |desk| desk.note(&refusal)).await;
            if let Err(error) = noted {
                tracing::warn!(%error, "a refusal was not noted for the administrators");
            }
        }
        done
    }
}

//! Why a use case did not do what it was asked for.

use std::convert::Infallible;

use rollcall_domain::authority::NotYours;
use rollcall_domain::user_name::InvalidUserName;
use rollcall_storage::StorageError;

/// A refusal or a failure. `R` is what the caller's own part of the work may refuse with (SCIM's PATCH,
/// applied inside the transaction, answers SCIM errors).
#[derive(Debug, thiserror::Error)]
pub enum ChangeError<R = Infallible> {
    /// There is no such thing, or not for this caller.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Another has the value that must be unique.
    #[error("{attribute} {value:?} is taken")]
    Taken {
        /// Which value: `userName`, `externalId`, `name`.
        attribute: &'static str,
        /// The value itself.
        value: String,
    },
    /// The thing is not in the version that the caller knows.
    #[error("the version is {present}, not one that was asked for")]
    Outdated {
        /// The version that it is in.
        present: i64,
    },
    /// The value belongs to someone else.
    #[error(transparent)]
    NotYours(#[from] NotYours),
    /// The tenant lacks the role that new people get (NICE help, "Manage Employee Accounts with
    /// Okta").
    #[error(
        "the tenant has no role {0:?}, which people made by an identity provider get; create it, or choose another default role"
    )]
    NoDefaultRole(String),
    /// A value that was given cannot be right.
    #[error("{0}")]
    Invalid(String),
    /// What was asked for is not possible now.
    #[error("{0}")]
    NotNow(String),
    /// The caller's own part of the work refused.
    #[error("the change was refused")]
    Refused(R),
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl<R> From<InvalidUserName> for ChangeError<R> {
    fn from(error: InvalidUserName) -> Self {
        Self::Invalid(error.to_string())
    }
}

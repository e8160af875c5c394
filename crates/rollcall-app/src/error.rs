//! Why a use case did not do what it was asked for.

use std::convert::Infallible;

use rollcall_domain::authority::NotYours;
use rollcall_domain::user_name::InvalidUserName;
use rollcall_storage::StorageError;
use rollcall_storage::scim::take_over_request::TakeOverRequest;

/// A refusal or a failure. `R` is what the caller's own part of the work may refuse with (SCIM's PATCH,
/// applied inside the transaction, answers SCIM errors).
#[derive(Debug, thiserror::Error)]
pub enum ChangeError<R = Infallible> {
    /// There is no such thing, or not for this caller.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The caller may read it, and not change it.
    #[error("this {0} is not the connection's own: it may be read, and is changed elsewhere")]
    ReadOnly(&'static str),
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
    /// A setting is another by now than the form was opened with.
    #[error("somebody else changed this since the form was opened; look at it again")]
    Overtaken,
    /// The value belongs to someone else.
    #[error(transparent)]
    NotYours(#[from] NotYours),
    /// The tenant lacks the role that new people get (NICE help, "Manage Employee Accounts with
    /// Okta").
    #[error(
        "the tenant has no role {0:?}, which people made by an identity provider get; create it, or choose another default role"
    )]
    NoDefaultRole(String),
    /// A connection claims a person who is there and is not its own.
    #[error(transparent)]
    Claimed(Box<Claimed>),
    /// A value that was given cannot be right.
    #[error("{0}")]
    Invalid(String),
    /// One request asks for more than one request may.
    #[error("{0}")]
    TooMuch(String),
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

/// A claim on a person who is there, that an administrator has to decide about or decided against.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("another person has the userName {:?}; {outcome}", request.profile.user_name.as_str())]
pub struct Claimed {
    /// The claim, as it is to be kept.
    pub request: TakeOverRequest,
    /// What became of it.
    pub outcome: ClaimOutcome,
}

/// What became of a claim that was not followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimOutcome {
    /// It waits in the take-over queue.
    #[error(
        "the claim waits for an administrator, who decides whether this is the same person; send it again then"
    )]
    Waits,
    /// It is told in the take-over queue, where nothing but a rejection can follow.
    #[error("two people cannot be made one, and an administrator is told of it")]
    Told,
    /// An administrator rejected it.
    #[error("an administrator rejected the claim: {0}")]
    Rejected(String),
}

impl<R> From<InvalidUserName> for ChangeError<R> {
    fn from(error: InvalidUserName) -> Self {
        Self::Invalid(error.to_string())
    }
}

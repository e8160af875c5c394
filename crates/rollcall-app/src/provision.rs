//! What an identity provider may do to people through its SCIM connection. Each use case is here twice:
//! for a request of its own, and as a step inside a transaction that holds several ([`Desk`]).

mod change;
mod create;
mod desk;
mod fact;
mod refusal;
mod restore;
mod take_over;
mod task;
mod wish;

use std::sync::Arc;

use serde_json::{Map, Value};

use rollcall_domain::EmployeeId;
use rollcall_domain::authority::Attribute;
use rollcall_domain::employee::Claim;
use rollcall_domain::source::Actor;
use rollcall_storage::StorageError;
use rollcall_storage::scim::scim_person::ScimPerson;

use crate::access::ScimAccess;
use crate::app::App;
use crate::error::ChangeError;
use crate::record::Act;

pub(crate) use desk::{Desk, parse, stored, text};
pub(crate) use refusal::Refusal;

/// What a SCIM client says of a person: the claim that the roster takes over, and the whole resource.
#[derive(Clone, Debug, PartialEq)]
pub struct ScimClaim {
    /// The attributes that Rollcall takes over.
    pub claim: Claim,
    /// The resource as it was sent, in canonical names, without `id` and `meta`.
    pub resource: Map<String, Value>,
    /// E-mail addresses beyond the claim's own, by which a filter should find the person too.
    pub other_emails: Vec<String>,
    /// What is wanted of the optional attributes.
    pub wishes: Vec<Wish>,
    /// The name of the template that somebody new begins with. It means nothing for whom is there.
    pub template: Option<String>,
}

/// What a client wants of one optional attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Which.
    pub attribute: Attribute,
    /// The value, as it is written for people: teams, roles and authenticators by name, teams and roles by
    /// id too. `None` when the client states none any more.
    pub value: Option<String>,
}

/// In which versions a person may be for a change to be wanted (If-Match).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Precondition {
    /// In any.
    #[default]
    Any,
    /// In one of these.
    OneOf(Vec<i64>),
}

impl Precondition {
    /// Whether a thing in this version may be changed.
    pub(crate) fn check<R>(&self, version: i64) -> Result<(), R> {
        match self {
            Self::OneOf(versions) if !versions.contains(&version) => {
                Err(ChangeError::Outdated { present: version })
            }
            _ => Ok(()),
        }
    }
}

/// What a change did.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The person as they are now.
    pub person: ScimPerson,
    /// Whether anything was written.
    pub written: Written,
}

/// Somebody whom a creation led to.
#[derive(Clone, Debug)]
pub struct Provisioned {
    /// The person.
    pub person: ScimPerson,
    /// How they came.
    pub arrival: Arrival,
}

/// How somebody came to be a connection's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// They were made.
    Made,
    /// This connection had deleted them, and they came back.
    Restored,
    /// They were there, and the connection took them over.
    TakenOver,
}

/// Whether a change wrote anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Something changed, and whether the person is active did not.
    Yes,
    /// The person is active now and was not.
    Activated,
    /// The person was active and is not now.
    Deactivated,
    /// Everything was so already.
    Nothing,
}

type Result<T, R = std::convert::Infallible> = std::result::Result<T, ChangeError<R>>;

impl App {
    /// Makes a person, or restores one that this connection had deleted (same external id, or same user
    /// name): the same employee with id, number, roles and history. Somebody who is there and not the
    /// connection's own is taken over where its policy or an administrator says so.
    ///
    /// # Errors
    /// [`ChangeError::Taken`] or [`ChangeError::Claimed`] when another person has the user name or the external
    /// id, [`ChangeError::NoDefaultRole`], [`ChangeError::Invalid`] for a template that is none; or storage fails.
    pub async fn provision(&self, access: &ScimAccess, claim: ScimClaim) -> Result<Provisioned> {
        let id = EmployeeId::new(self.ids.next());
        let done = self.at_desk(access, move |desk| desk.provision(id, &claim)).await;
        self.note_refusal(access, done).await
    }

    /// Changes a person: `apply` gets the resource as it is and answers with what it should be. It runs
    /// inside the transaction, so that no change of another is lost, and may run twice.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`], [`ChangeError::Outdated`], [`ChangeError::Taken`], [`ChangeError::Claimed`],
    /// [`ChangeError::Refused`] with what `apply` refused; or storage fails.
    pub async fn reprovision<R: Send + 'static>(
        &self,
        access: &ScimAccess,
        id: EmployeeId,
        precondition: Precondition,
        mut apply: impl FnMut(&Map<String, Value>) -> std::result::Result<ScimClaim, R> + Send + 'static,
    ) -> Result<Changed, R> {
        let change = move |desk: &mut Desk<'_, '_>| desk.reprovision(id, &precondition, &mut apply);
        let done = self.at_desk(access, change).await;
        self.note_refusal(access, done).await
    }

    /// Deactivates a person and hides them from this connection (SCIM DELETE). They come back with
    /// [`App::provision`].
    ///
    /// # Errors
    /// [`ChangeError::NotFound`], [`ChangeError::Outdated`]; or storage fails.
    pub async fn deprovision(
        &self,
        access: &ScimAccess,
        id: EmployeeId,
        precondition: Precondition,
    ) -> Result<()> {
        self.at_desk(access, move |desk| desk.deprovision(id, &precondition)).await
    }

    /// Runs what a connection's client wants in one transaction. `work` may run twice.
    pub(crate) async fn at_desk<T: Send + 'static, E: From<StorageError> + Send + 'static>(
        &self,
        access: &ScimAccess,
        mut work: impl FnMut(&mut Desk<'_, '_>) -> std::result::Result<T, E> + Send + 'static,
    ) -> std::result::Result<T, E> {
        let (access, ids, now) = (access.clone(), Arc::clone(&self.ids), self.now());
        let actor = Actor::Scim(access.connection);
        self.storage
            .write(access.tenant, move |tx| {
                let act = Act { actor, now, ids: ids.as_ref() };
                work(&mut Desk::new(tx, act, &access))
            })
            .await
    }
}

//! Many changes in one request (RFC 7644 §3.7): one transaction, in which each operation is kept or undone
//! for itself.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use rollcall_domain::{EmployeeId, GroupId};
use rollcall_storage::{StorageError, scim::scim_group_member};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::access::ScimAccess;
use crate::app::App;
use crate::error::ChangeError;
use crate::provision::{Desk, Precondition, Refusal, ScimClaim};
use crate::scim_group::{self, GroupClaim, Seen};

/// What the client's own part of an operation makes of a person's resource.
pub type ApplyUser<R> = Box<dyn FnMut(&Map<String, Value>) -> Result<ScimClaim, R> + Send>;
/// The same for a group with its members.
pub type ApplyGroup<R> =
    Box<dyn FnMut(&Map<String, Value>, &[String]) -> Result<GroupClaim, R> + Send>;

/// One operation that can be carried out.
pub enum BulkStep<R> {
    /// Makes a person.
    CreateUser(Box<ScimClaim>),
    /// Changes one.
    ChangeUser(EmployeeId, Precondition, ApplyUser<R>),
    /// Deactivates and hides one.
    DeleteUser(EmployeeId, Precondition),
    /// Makes a group.
    CreateGroup(GroupClaim),
    /// Changes one.
    ChangeGroup(GroupId, Precondition, Seen, ApplyGroup<R>),
    /// Ends one.
    DeleteGroup(GroupId, Precondition),
}

/// The ids of what operations made, or are going to make, by the client's name for the operation.
pub type BulkIds = HashMap<String, String>;

/// Finds out what an operation is, from the ids of others.
pub type FindOut<R> = Box<dyn FnMut(&BulkIds) -> Result<BulkStep<R>, R> + Send>;

/// An operation of a request.
pub struct BulkOperation<R> {
    /// The client's name for what the operation makes.
    pub bulk_id: Option<String>,
    /// What is to be done.
    pub work: BulkWork<R>,
}

/// What an operation does, or how to find that out.
pub enum BulkWork<R> {
    /// It is known.
    Ready(BulkStep<R>),
    /// It depends on the ids of others.
    Later(FindOut<R>),
    /// It cannot be carried out.
    Refused(R),
}

/// What an operation left: the id and version of what it was about; `None` where that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkDone {
    /// The SCIM `id`.
    pub id: String,
    /// The version.
    pub version: Option<i64>,
    /// The person whom it made or changed, if that is what it did.
    pub(crate) person: Option<EmployeeId>,
}

/// What became of the operations, in their order, as far as they were carried out.
pub type BulkOutcome<R> = Vec<Result<BulkDone, ChangeError<R>>>;

/// Operations of a request that are carried out together.
pub(crate) struct Part<R> {
    pub(crate) operations: Vec<BulkOperation<R>>,
    /// The ids of what they may make, one for each.
    pub(crate) made: Vec<Uuid>,
    /// The ids of what any operation of the request makes or made.
    pub(crate) ids: BulkIds,
    /// Whether any operation of the request may name one of these, before or after it is made.
    pub(crate) refers: bool,
    /// After so many refusals no more are tried.
    pub(crate) errors_max: usize,
}

/// What carrying out a part came to.
pub(crate) struct Done<R> {
    pub(crate) outcome: BulkOutcome<R>,
    /// The ids as they are by now: who came back has another one than was expected.
    pub(crate) ids: BulkIds,
    pub(crate) errors: usize,
}

/// How operations that fail are undone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Undoing {
    /// Not at all: an operation that refuses has rarely written anything yet, and a savepoint for each of
    /// them makes SQLite copy every page that it touches.
    Rerun,
    /// Each operation has a savepoint.
    Savepoints,
}

/// Why a pass over the operations ended early.
enum Ended {
    Storage(StorageError),
    /// An operation refused after it had written.
    Halfway,
}

impl From<StorageError> for Ended {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl App {
    /// Carries operations out in their order, until `errors_max` of them have failed. One that fails leaves
    /// nothing; all that the others did is on disk when this answers.
    ///
    /// # Errors
    /// When storage fails; then nothing was done at all.
    pub async fn bulk<R: Clone + Send + 'static>(
        &self,
        access: &ScimAccess,
        operations: Vec<BulkOperation<R>>,
        errors_max: usize,
    ) -> Result<BulkOutcome<R>, StorageError> {
        // An id for each thing that an operation may make, so that any other can name it, before or after.
        let made: Vec<Uuid> = operations.iter().map(|_| self.ids.next()).collect();
        let named = operations
            .iter()
            .zip(&made)
            .filter_map(|(operation, id)| Some((operation.bulk_id.clone()?, id.to_string())));
        let ids = named.collect();
        let refers = operations.iter().any(|one| matches!(one.work, BulkWork::Later(_)));
        let part = Part { operations, made, ids, refers, errors_max };
        self.carry_out(access, part, |_, done| Ok(done.outcome)).await
    }

    /// Carries a part of a request's operations out; `settle` says in the same transaction what follows from
    /// it. Both may run twice.
    pub(crate) async fn carry_out<R: Clone + Send + 'static, T: Send + 'static>(
        &self,
        access: &ScimAccess,
        part: Part<R>,
        settle: impl FnMut(&mut Desk<'_, '_>, Done<R>) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let shared = Arc::new(Mutex::new((part, settle)));
        for undoing in [Undoing::Rerun, Undoing::Savepoints] {
            let shared = Arc::clone(&shared);
            let pass = move |desk: &mut Desk<'_, '_>| {
                let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
                let (part, settle) = &mut *shared;
                let done = pass(desk, part, undoing)?;
                Ok(settle(desk, done)?)
            };
            match self.at_desk(access, pass).await {
                Ok(outcome) => return Ok(outcome),
                Err(Ended::Storage(error)) => return Err(error),
                Err(Ended::Halfway) => {}
            }
        }
        Err(StorageError::unavailable("an operation could not be undone"))
    }
}

fn pass<R: Clone>(
    desk: &mut Desk<'_, '_>,
    part: &mut Part<R>,
    undoing: Undoing,
) -> Result<Done<R>, Ended> {
    let mut ids = part.ids.clone();
    let (mut outcome, mut errors) = (Vec::with_capacity(part.operations.len()), 0);
    for (operation, id) in part.operations.iter_mut().zip(&part.made) {
        let before = desk.tx.writes();
        let done = match undoing {
            Undoing::Savepoints => desk.attempt(|desk| carry_out(desk, operation, *id, &ids)),
            Undoing::Rerun => carry_out(desk, operation, *id, &ids),
        };
        match &done {
            Err(ChangeError::Storage(_)) => {}
            Err(_) if undoing == Undoing::Rerun && desk.tx.writes() > before => {
                return Err(Ended::Halfway);
            }
            Err(_) => errors += 1,
            Ok(done) => {
                if let Some(name) = &operation.bulk_id {
                    if part.refers {
                        settle_id(desk, &id.to_string(), done)?;
                    }
                    ids.insert(name.clone(), done.id.clone());
                }
            }
        }
        if let Err(ChangeError::Storage(error)) = done {
            return Err(error.into());
        }
        outcome.push(done);
        if errors >= part.errors_max {
            break;
        }
    }
    // Refused operations undid themselves; what administrators are told of them is kept.
    for refusal in outcome.iter().filter_map(|done| Refusal::of(done.as_ref().err()?)) {
        desk.note(&refusal)?;
    }
    Ok(Done { outcome, ids, errors })
}

fn carry_out<R: Clone>(
    desk: &mut Desk<'_, '_>,
    operation: &mut BulkOperation<R>,
    id: Uuid,
    ids: &BulkIds,
) -> Result<BulkDone, ChangeError<R>> {
    match &mut operation.work {
        BulkWork::Ready(step) => take(desk, step, id),
        BulkWork::Later(find_out) => {
            let mut step = find_out(ids).map_err(ChangeError::Refused)?;
            take(desk, &mut step, id)
        }
        BulkWork::Refused(refusal) => Err(ChangeError::Refused(refusal.clone())),
    }
}

fn take<R>(
    desk: &mut Desk<'_, '_>,
    step: &mut BulkStep<R>,
    id: Uuid,
) -> Result<BulkDone, ChangeError<R>> {
    Ok(match step {
        BulkStep::CreateUser(claim) => {
            let person = desk.provision(EmployeeId::new(id), claim)?.person;
            of_person(person.id, person.version)
        }
        BulkStep::ChangeUser(id, precondition, apply) => {
            let person = desk.reprovision(*id, precondition, apply)?.person;
            of_person(person.id, person.version)
        }
        BulkStep::DeleteUser(id, precondition) => {
            desk.deprovision(*id, precondition)?;
            BulkDone { id: id.to_string(), version: None, person: None }
        }
        BulkStep::CreateGroup(claim) => {
            let group = scim_group::create(desk, GroupId::new(id), claim)?.group;
            desk.forget_facts();
            of_group(group.id, group.version)
        }
        BulkStep::ChangeGroup(id, precondition, seen, apply) => {
            let group = scim_group::change(desk, *id, precondition, seen, apply)?.group;
            desk.forget_facts();
            of_group(group.id, group.version)
        }
        BulkStep::DeleteGroup(id, precondition) => {
            scim_group::delete(desk, *id, precondition)?;
            desk.forget_facts();
            BulkDone { id: id.to_string(), version: None, person: None }
        }
    })
}

fn of_person(id: EmployeeId, version: i64) -> BulkDone {
    BulkDone { id: id.to_string(), version: Some(version), person: Some(id) }
}

fn of_group(id: GroupId, version: i64) -> BulkDone {
    BulkDone { id: id.to_string(), version: Some(version), person: None }
}

/// Groups may have named a person before they were made, or under the id that they did not get, because
/// they came back. Those memberships count from now on. Of a group, and of who was deleted, they do not.
fn settle_id(desk: &mut Desk<'_, '_>, expected: &str, done: &BulkDone) -> Result<(), StorageError> {
    let Some(employee) = done.person else { return Ok(()) };
    if expected != done.id {
        scim_group_member::rename(desk.tx, desk.source(), expected, &done.id)?;
    }
    match scim_group::rejoin::<Infallible>(desk, employee) {
        Ok(()) => Ok(()),
        Err(ChangeError::Storage(error)) => Err(error),
        // A person who was made in this transaction is there.
        Err(other) => Err(StorageError::unavailable(other)),
    }
}

//! One operation of a bulk request, and what it means.

use serde_json::{Map, Value};

use rollcall_app::bulk::{BulkStep, BulkWork};
use rollcall_app::provision::{Precondition, ScimClaim};
use rollcall_app::scim_group::Seen;
use rollcall_domain::employee::Status;
use rollcall_domain::policy::GroupMeaning;
use rollcall_scim::{
    BulkIds, Dialect, EntityTags, ErrorKind, Limits, Normalised, PatchRequest, RequestedOperation,
    Schemas, ScimError, Scope, normalise,
};

use crate::scim::caller::Caller;
use crate::scim::journal::Note;
use crate::scim::schema::GROUP_SCHEMAS;
use crate::scim::wish::Taken;
use crate::scim::{group, request, user, wish};

/// The parts of a connection that decide what an operation means.
#[derive(Clone)]
struct Manner {
    dialect: Dialect,
    taken: Taken,
    schemas: &'static Schemas,
    groups: GroupMeaning,
    limits: Limits,
    note: Note,
}

/// What an operation does: known at once, or when the ids are known that it refers to.
/// The data of one that is known are its step's from then on.
pub(super) fn prepare(
    asked: &mut RequestedOperation,
    caller: &Caller,
    limits: &Limits,
) -> BulkWork<ScimError> {
    let manner = Manner {
        dialect: caller.dialect,
        taken: Taken::from(caller),
        schemas: caller.schemas(),
        groups: caller.access.policy.groups,
        limits: *limits,
        note: caller.note.clone(),
    };
    if !asked.refers() {
        return match step(asked, &BulkIds::new(), &manner) {
            Ok(step) => BulkWork::Ready(step),
            Err(refusal) => BulkWork::Refused(refusal),
        };
    }
    let asked = asked.clone();
    BulkWork::Later(Box::new(move |ids| step(&mut asked.clone(), ids, &manner)))
}

fn step(
    asked: &mut RequestedOperation,
    ids: &BulkIds,
    manner: &Manner,
) -> Result<BulkStep<ScimError>, ScimError> {
    let (data, parts) = asked.resolve(ids)?;
    let mut parts = parts.iter().map(String::as_str);
    let (kind, id) = (parts.next().unwrap_or_default(), parts.next());
    if parts.next().is_some() {
        return Err(no_endpoint(asked));
    }
    let precondition = precondition(asked);
    match (kind, asked.method.as_str(), id) {
        ("Users", "POST", None) => create_user(data, manner),
        ("Users", method, Some(id)) => {
            let id = user::id(id).ok_or_else(|| missing("user"))?;
            match method {
                "PUT" => replace_user(data, manner)
                    .map(|apply| BulkStep::ChangeUser(id, precondition, apply)),
                "PATCH" => patch_user(data, manner)
                    .map(|apply| BulkStep::ChangeUser(id, precondition, apply)),
                "DELETE" => Ok(BulkStep::DeleteUser(id, precondition)),
                _ => Err(no_method(asked)),
            }
        }
        ("Groups", _, _) if manner.groups == GroupMeaning::None => {
            let detail = "This connection serves no groups.";
            Err(ScimError::new(ErrorKind::NotImplemented, detail))
        }
        ("Groups", "POST", None) => {
            let read = read_group(data, manner)?;
            Ok(BulkStep::CreateGroup(group::claim(read)?))
        }
        ("Groups", method, Some(id)) => {
            let id = group::id(id).ok_or_else(|| missing("group"))?;
            match method {
                "PUT" => {
                    let read = read_group(data, manner)?;
                    let apply = Box::new(move |_: &Map<String, Value>, _: &[String]| {
                        group::claim(read.clone())
                    });
                    Ok(BulkStep::ChangeGroup(id, precondition, Seen::All, apply))
                }
                "PATCH" => {
                    let patch = PatchRequest::parse(data, &manner.dialect, &manner.limits)?;
                    let seen = match patch.scope("members", &manner.dialect) {
                        Scope::All => Seen::All,
                        Scope::Named(named) => Seen::Named(named),
                    };
                    let (dialect, note) = (manner.dialect, manner.note.clone());
                    let apply =
                        Box::new(move |present: &Map<String, Value>, members: &[String]| {
                            let mut resource = group::with_members(present, members);
                            let outcome = patch.apply(&mut resource, &GROUP_SCHEMAS, &dialect)?;
                            note.ignored(outcome.ignored);
                            group::claim(resource)
                        });
                    Ok(BulkStep::ChangeGroup(id, precondition, seen, apply))
                }
                "DELETE" => Ok(BulkStep::DeleteGroup(id, precondition)),
                _ => Err(no_method(asked)),
            }
        }
        ("Users", _, None) => Err(no_method(asked)),
        _ => Err(no_endpoint(asked)),
    }
}

/// A person as a request states them, without what the tenant does not take.
fn read_user(data: Map<String, Value>, manner: &Manner) -> Result<Map<String, Value>, ScimError> {
    Ok(taken(normalise(data, manner.schemas, &manner.dialect)?, manner))
}

fn taken(mut read: Normalised, manner: &Manner) -> Map<String, Value> {
    manner.note.ignored(read.ignored);
    manner.note.ignored(wish::withhold(&mut read.attributes, manner.taken));
    read.attributes
}

fn read_group(data: Map<String, Value>, manner: &Manner) -> Result<Map<String, Value>, ScimError> {
    let read = normalise(data, &GROUP_SCHEMAS, &manner.dialect)?;
    manner.note.ignored(read.ignored);
    Ok(read.attributes)
}

fn create_user(
    data: Map<String, Value>,
    manner: &Manner,
) -> Result<BulkStep<ScimError>, ScimError> {
    let mut read = normalise(data, manner.schemas, &manner.dialect)?;
    let template = wish::template(&mut read.attributes);
    let read = taken(read, manner);
    let wishes = wish::stated(&Map::new(), &read, manner.taken);
    let claim = user::claim(read, Status::Active, &manner.dialect, wishes)?;
    Ok(BulkStep::CreateUser(Box::new(ScimClaim { template, ..claim })))
}

fn replace_user(
    data: Map<String, Value>,
    manner: &Manner,
) -> Result<rollcall_app::bulk::ApplyUser<ScimError>, ScimError> {
    let read = read_user(data, manner)?;
    let manner = manner.clone();
    Ok(Box::new(move |present| {
        let active = present.get("active").and_then(Value::as_bool).unwrap_or(true);
        let wishes = wish::stated(present, &read, manner.taken);
        user::claim(read.clone(), Status::from_active(active), &manner.dialect, wishes)
    }))
}

fn patch_user(
    data: Map<String, Value>,
    manner: &Manner,
) -> Result<rollcall_app::bulk::ApplyUser<ScimError>, ScimError> {
    let patch = PatchRequest::parse(data, &manner.dialect, &manner.limits)?;
    let manner = manner.clone();
    Ok(Box::new(move |present| {
        let mut resource = present.clone();
        let outcome = patch.apply(&mut resource, manner.schemas, &manner.dialect)?;
        manner.note.ignored(outcome.ignored);
        manner.note.ignored(wish::withhold(&mut resource, manner.taken));
        let wishes = wish::changed(present, &resource, manner.taken);
        user::claim(resource, Status::Active, &manner.dialect, wishes)
    }))
}

fn precondition(asked: &RequestedOperation) -> Precondition {
    request::versions(asked.version.as_deref().map(EntityTags::parse))
}

fn missing(noun: &str) -> ScimError {
    ScimError::new(ErrorKind::NotFound, format!("There is no such {noun}."))
}

fn no_endpoint(asked: &RequestedOperation) -> ScimError {
    let detail = format!(
        "{:?} is no path for an operation; it is /Users or /Groups, with an id.",
        asked.path
    );
    ScimError::new(ErrorKind::NotFound, detail)
}

fn no_method(asked: &RequestedOperation) -> ScimError {
    let detail = format!("{} is not possible at {}.", asked.method, asked.path);
    ScimError::new(ErrorKind::MethodNotAllowed, detail)
}

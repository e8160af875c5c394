//! What a connection's client may do, inside a transaction: the counter at which requests are served, one
//! by one or many in a row.

use std::collections::HashMap;

use serde_json::{Map, Value};

use rollcall_domain::employee::Employee;
use rollcall_domain::source::Source;
use rollcall_domain::{EmployeeId, GroupId, RoleId};
use rollcall_storage::directory::identity_link::{self, IdentityLink};
use rollcall_storage::scim::scim_connection::ScimConnection;
use rollcall_storage::scim::scim_person::{self, ScimPerson};
use rollcall_storage::{StorageError, Tx, directory::employee, scim::scim_reader};

use crate::access::ScimAccess;
use crate::error::ChangeError;
use crate::provision::fact::Facts;
use crate::provision::{Precondition, Result, ScimClaim};
use crate::record::Act;

/// A transaction, who acts in it, and for which connection.
pub(crate) struct Desk<'d, 't> {
    pub(crate) tx: &'d mut Tx<'t>,
    pub(crate) act: Act<'d>,
    pub(crate) access: &'d ScimAccess,
    /// What the request did to groups so far: many operations are one request.
    pub(crate) moves: Moves,
    pub(super) facts: Facts,
}

/// What a request did to groups so far.
#[derive(Default)]
pub(crate) struct Moves {
    /// How many members came or went.
    pub(crate) members: usize,
    /// How many are pending in each group that got some.
    pub(crate) pending: HashMap<GroupId, usize>,
}

impl<'d, 't> Desk<'d, 't> {
    /// A counter at which a request begins.
    pub(crate) fn new(tx: &'d mut Tx<'t>, act: Act<'d>, access: &'d ScimAccess) -> Self {
        Self { tx, act, access, moves: Moves::default(), facts: Facts::default() }
    }

    /// The connection, as a source of facts about people.
    pub(crate) fn source(&self) -> Source {
        self.access.source()
    }

    /// The connection as it is stored.
    pub(super) fn connection<R>(&mut self) -> Result<&ScimConnection, R> {
        self.facts.connection(self.tx, self.access.connection)
    }

    /// The role that people of this tenant begin with.
    pub(super) fn default_role<R>(&mut self) -> Result<RoleId, R> {
        self.facts.default_role(self.tx)
    }

    /// A group was written, which may be a role: what was known is asked anew.
    pub(crate) fn forget_facts(&mut self) {
        self.facts = Facts::default();
    }

    /// Runs a part of the transaction that is kept or undone for itself.
    pub(crate) fn attempt<T, E: From<StorageError>>(
        &mut self,
        work: impl FnOnce(&mut Desk<'_, '_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let (act, access) = (self.act, self.access);
        let moves = &mut self.moves;
        // What either side found out may have been undone, or done, by the part.
        self.facts = Facts::default();
        self.tx.attempt(|tx| {
            // What is undone has cost as much as what is kept.
            let mut desk = Desk { moves: std::mem::take(moves), ..Desk::new(tx, act, access) };
            let answer = work(&mut desk);
            *moves = desk.moves;
            answer
        })
    }

    /// A person of the connection, as the caller expects them.
    pub(super) fn load<R>(
        &mut self,
        id: EmployeeId,
        precondition: &Precondition,
    ) -> Result<(Employee, IdentityLink), R> {
        let link = identity_link::get(self.tx, self.source(), id)?;
        let link = link.filter(|link| link.hidden_at.is_none());
        let employee = if link.is_some() { employee::get(self.tx, id)? } else { None };
        let (Some(employee), Some(link)) = (employee, link) else {
            let others = self.access.reads_all()
                && scim_reader::get(self.tx, self.access.connection, id)?.is_some();
            return Err(if others {
                ChangeError::ReadOnly("user")
            } else {
                ChangeError::NotFound("user")
            });
        };
        precondition.check(employee.version)?;
        Ok((employee, link))
    }
}

/// A person as the connection sees them.
pub(super) fn seen(
    tx: &mut Tx<'_>,
    employee: &Employee,
    link: IdentityLink,
) -> std::result::Result<ScimPerson, StorageError> {
    Ok(ScimPerson {
        id: employee.id,
        version: employee.version,
        created_at: rollcall_domain::time::to_text(employee.created_at),
        updated_at: rollcall_domain::time::to_text(employee.updated_at),
        agent_number: employee.agent_number.0,
        groups: scim_person::groups(tx, &link)?,
        resource: link.resource,
    })
}

/// The refusal of a user name that another has.
pub(super) fn user_name_taken<R>(claim: &ScimClaim) -> ChangeError<R> {
    ChangeError::Taken { attribute: "userName", value: claim.claim.profile.user_name.to_string() }
}

/// A stored resource as values.
pub(crate) fn parse(resource: &str) -> Map<String, Value> {
    serde_json::from_str(resource).unwrap_or_default()
}

/// What a source says of one person or group may be so large as JSON. Changes could else add up to what no single
/// request may bring, and each one costs as much as the whole.
const RESOURCE_BYTES_MAX: usize = 65_536;

/// A resource as it is stored, if it may be so large.
pub(crate) fn stored<R>(resource: &Map<String, Value>) -> Result<String, R> {
    let text = text(resource);
    if text.len() <= RESOURCE_BYTES_MAX {
        return Ok(text);
    }
    Err(ChangeError::Invalid(format!(
        "the resource would have {} bytes as JSON; {RESOURCE_BYTES_MAX} are allowed, so leave something out",
        text.len()
    )))
}

/// A resource as it is stored.
pub(crate) fn text(resource: &Map<String, Value>) -> String {
    serde_json::to_string(resource).unwrap_or_else(|_| "{}".to_owned())
}

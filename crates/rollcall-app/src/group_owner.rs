//! Whose group a team or role is: then its name is that connection's to set, and so is its end.

use rollcall_domain::source::Source;
use rollcall_domain::{GroupId, ScimConnectionId};
use rollcall_storage::{Tx, scim::scim_connection, scim::scim_group};

use crate::error::ChangeError;

/// The connection whose group something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupOwner {
    /// The connection.
    pub connection: ScimConnectionId,
    /// Its name, for people.
    pub name: String,
}

/// The connection whose group a team or role is; most are nobody's.
pub(crate) fn of(tx: &mut Tx<'_>, id: GroupId) -> Result<Option<GroupOwner>, ChangeError> {
    let Some(Source::Scim(connection)) = scim_group::owner(tx, id)? else { return Ok(None) };
    let name = scim_connection::get(tx, connection)?.map(|found| found.name);
    Ok(Some(GroupOwner { connection, name: name.unwrap_or_default() }))
}

/// Refuses what is the owner's to do, if there is one. `what` is the team or role, such as `the team Sales`.
pub(crate) fn check_nobodys(tx: &mut Tx<'_>, id: GroupId, what: &str) -> Result<(), ChangeError> {
    match of(tx, id)? {
        Some(owner) => Err(ChangeError::NotNow(format!(
            "{what} is a group of {0}, which alone renames and ends it; change the group at {0}",
            owner.name
        ))),
        None => Ok(()),
    }
}

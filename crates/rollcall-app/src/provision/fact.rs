//! What the operations of one transaction ask again and again while none of them changes it: asked once. In a
//! bulk request of a thousand creations every fourth statement would be one of these.

use rollcall_domain::{RoleId, ScimConnectionId};
use rollcall_storage::scim::scim_connection::{self, ScimConnection};
use rollcall_storage::{Tx, directory::structure, directory::tenant};

use crate::error::ChangeError;
use crate::provision::Result;

/// What is known by now.
#[derive(Default)]
pub(crate) struct Facts {
    connection: Option<ScimConnection>,
    default_role: Option<RoleId>,
}

impl Facts {
    /// The connection as it is stored.
    pub(super) fn connection<R>(
        &mut self,
        tx: &mut Tx<'_>,
        id: ScimConnectionId,
    ) -> Result<&ScimConnection, R> {
        if self.connection.is_none() {
            self.connection = scim_connection::get(tx, id)?;
        }
        self.connection.as_ref().ok_or(ChangeError::NotFound("SCIM connection"))
    }

    /// The role that people of this tenant begin with.
    pub(super) fn default_role<R>(&mut self, tx: &mut Tx<'_>) -> Result<RoleId, R> {
        if let Some(known) = self.default_role {
            return Ok(known);
        }
        let name = tenant::get(tx)?.ok_or(ChangeError::NotFound("tenant"))?.default_role;
        let role = structure::find_role(tx, &name)?.ok_or(ChangeError::NoDefaultRole(name))?;
        self.default_role = Some(role);
        Ok(role)
    }
}

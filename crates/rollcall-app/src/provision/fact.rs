//! What the operations of one transaction ask again and again while none of them changes it: asked once. In a
//! bulk request of a thousand creations every fourth statement would be one of these.

use rollcall_domain::RoleId;
use rollcall_storage::scim::scim_connection::{self, ScimConnection};

use crate::error::ChangeError;
use crate::provision::desk::Desk;
use crate::provision::{Result, wish};

/// What is known by now.
#[derive(Default)]
pub(crate) struct Facts {
    connection: Option<ScimConnection>,
    default_role: Option<RoleId>,
}

impl Desk<'_, '_> {
    /// The connection as it is stored.
    pub(super) fn connection<R>(&mut self) -> Result<&ScimConnection, R> {
        if self.facts.connection.is_none() {
            self.facts.connection = scim_connection::get(self.tx, self.access.connection)?;
        }
        self.facts.connection.as_ref().ok_or(ChangeError::NotFound("SCIM connection"))
    }

    /// The role that people of this tenant begin with.
    pub(super) fn default_role<R>(&mut self) -> Result<RoleId, R> {
        if let Some(known) = self.facts.default_role {
            return Ok(known);
        }
        let role = wish::default_role(self.tx)?;
        self.facts.default_role = Some(role);
        Ok(role)
    }

    /// Forgets them: a group was written, which may be a role.
    pub(crate) fn forget_facts(&mut self) {
        self.facts = Facts::default();
    }
}

//! Reading the audit trail.

use rollcall_domain::TenantId;
use rollcall_domain::source::Actor;
use rollcall_storage::{
    StorageError, Tx, access::administrator, directory::login_authenticator, directory::structure,
    record::audit as rows, scim::scim_connection,
};

use crate::app::App;
use crate::error::ChangeError;

pub use rollcall_storage::record::audit::{AuditQuery, RecordedEntry};

/// One page of the trail, newest first.
#[derive(Clone, Debug)]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<RecordedEntry>,
    /// Whether there are older ones.
    pub has_next: bool,
    /// The actors that have a name.
    pub names: Vec<(Actor, String)>,
    /// What entries tell by id, with its name: business units, teams, roles and login authenticators.
    pub places: Vec<(String, String)>,
}

impl App {
    /// One page of the trail.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn audit(
        &self,
        tenant: TenantId,
        query: AuditQuery,
        page_size: usize,
    ) -> Result<AuditPage, ChangeError> {
        let limit = i64::try_from(page_size).unwrap_or(i64::MAX).saturating_add(1);
        self.storage
            .scan(tenant, move |tx| {
                let mut entries = rows::list(tx, &query, limit)?;
                let has_next = entries.len() > page_size;
                entries.truncate(page_size);
                let mut names = Vec::new();
                for connection in scim_connection::list_all(tx)? {
                    names.push((Actor::Scim(connection.id), connection.name));
                }
                for administrator in administrator::list(tx)? {
                    names.push((Actor::Administrator(administrator.id), administrator.user_name));
                }
                Ok(AuditPage { entries, has_next, names, places: places(tx)? })
            })
            .await
    }
}

fn places(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>, StorageError> {
    let mut places = Vec::new();
    for unit in structure::list_business_units(tx)? {
        places.push((unit.id.to_string(), unit.name));
    }
    for staffed in structure::list_teams(tx)? {
        places.push((staffed.team.id.to_string(), staffed.team.name));
    }
    for role in structure::list_roles(tx)? {
        places.push((role.id.to_string(), role.name));
    }
    for authenticator in login_authenticator::list(tx)? {
        places.push((authenticator.id.to_string(), authenticator.name));
    }
    Ok(places)
}

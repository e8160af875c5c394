//! Reading the audit trail.

use std::collections::BTreeSet;

use rollcall_domain::TenantId;
use rollcall_domain::source::Actor;
use rollcall_storage::{
    StorageError, Tx, access::administrator, directory::login_authenticator, directory::structure,
    directory::template, record::audit as rows, scim::scim_connection, wfm::wfm_link,
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
    /// What entries are about that is gone, by kind and id: it has no page any more.
    pub gone: BTreeSet<(String, String)>,
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
                let (places, gone) = (places(tx)?, gone(tx, &entries)?);
                Ok(AuditPage { entries, has_next, names, places, gone })
            })
            .await
    }
}

/// The subjects of entries that can be removed, and were.
fn gone(
    tx: &mut Tx<'_>,
    entries: &[RecordedEntry],
) -> Result<BTreeSet<(String, String)>, StorageError> {
    let subject = |entry: &RecordedEntry| (entry.subject_kind.clone(), entry.subject_id.clone());
    let subjects: BTreeSet<(String, String)> = entries.iter().map(subject).collect();
    let mut gone = BTreeSet::new();
    for (kind, id) in subjects {
        let is_there = match kind.as_str() {
            "wfm_link" => match id.parse() {
                Ok(id) => wfm_link::get(tx, id)?.is_some(),
                Err(_) => false,
            },
            "scim_connection" => match id.parse() {
                Ok(id) => scim_connection::get(tx, id)?.is_some_and(|one| one.removed_at.is_none()),
                Err(_) => false,
            },
            "team" => match id.parse() {
                Ok(id) => structure::get_team(tx, id)?.is_some(),
                Err(_) => false,
            },
            "role" => structure::list_roles(tx)?.iter().any(|role| role.id.to_string() == id),
            "template" => match id.parse() {
                Ok(id) => template::get(tx, id)?.is_some(),
                Err(_) => false,
            },
            _ => true,
        };
        if !is_there {
            gone.insert((kind, id));
        }
    }
    Ok(gone)
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

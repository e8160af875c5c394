//! Tenant scope: installation
//!
//! The customers of an installation. Only the operator makes them.

use jiff::Timestamp;

use rollcall_domain::policy::AccountSettings;
use rollcall_domain::{TenantId, time};

use crate::effect::Change;
use crate::error::StorageError;
use crate::row::Row;
use crate::session::Session;
use crate::tx::Tx;

/// A customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its name.
    pub name: String,
    /// The name of the role that people made by an identity provider get.
    pub default_role: String,
    /// The Account settings.
    pub settings: AccountSettings,
    /// When it was made.
    pub created_at: Timestamp,
}

const COLUMNS: &str = "select id, name, default_role, settings, created_at from tenant";

/// Adds a tenant.
///
/// # Errors
/// When the database refuses.
pub fn insert(session: &mut Session<'_>, tenant: &Tenant) -> Result<(), StorageError> {
    session.execute(
        "insert into tenant (id, name, default_role, settings, created_at) values ($1, $2, $3, $4, $5)",
        &[
            (&tenant.id.to_string()).into(),
            (&tenant.name).into(),
            (&tenant.default_role).into(),
            (&settings_text(&tenant.settings)).into(),
            (&time::to_text(tenant.created_at)).into(),
        ],
    )?;
    Ok(())
}

/// All tenants, oldest first.
///
/// # Errors
/// When the database refuses.
pub fn list(session: &mut Session<'_>) -> Result<Vec<Tenant>, StorageError> {
    session.query(&format!("{COLUMNS} order by id"), &[], read)
}

/// The tenant of a transaction.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>) -> Result<Option<Tenant>, StorageError> {
    tx.optional(&format!("{COLUMNS} where id = $1"), &[], read)
}

/// Writes the default role and the Account settings of a transaction's tenant.
///
/// # Errors
/// When the database refuses.
pub fn save(tx: &mut Tx<'_>, tenant: &Tenant) -> Result<(), StorageError> {
    tx.execute(
        "update tenant set default_role = $2, settings = $3 where id = $1",
        &[(&tenant.default_role).into(), (&settings_text(&tenant.settings)).into()],
    )?;
    tx.change(Change::Access);
    Ok(())
}

fn settings_text(settings: &AccountSettings) -> String {
    serde_json::to_string(settings).unwrap_or_else(|_| "{}".to_owned())
}

fn read(row: &Row<'_>) -> Result<Tenant, StorageError> {
    Ok(Tenant {
        id: row.parsed(0, ("tenant", "id"))?,
        name: row.owned(1)?,
        default_role: row.owned(2)?,
        settings: row.json(3, ("tenant", "settings"))?,
        created_at: row.moment(4)?,
    })
}

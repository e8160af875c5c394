//! SCIM connections: the configured clients of a tenant.

use jiff::Timestamp;

use rollcall_domain::policy::ConnectionPolicy;
use rollcall_domain::{BusinessUnitId, ScimConnectionId, TeamId, time};

use crate::effect::Change;
use crate::error::StorageError;
use crate::row::Row;
use crate::tx::Tx;

/// A connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScimConnection {
    /// Its id.
    pub id: ScimConnectionId,
    /// Its name, for people: `Okta`.
    pub name: String,
    /// The dialect that its client speaks: `rfc`, `okta`, `entra`, `google`.
    pub dialect: String,
    /// How it treats what the client sends.
    pub policy: ConnectionPolicy,
    /// Where the people that it makes go.
    pub business_unit: BusinessUnitId,
    /// The team that they begin in.
    pub team: TeamId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was removed, if it was.
    pub removed_at: Option<Timestamp>,
}

const COLUMNS: &str = "select id, name, dialect, policy, business_unit_id, team_id, created_at, removed_at from scim_connection";

/// Adds a connection.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut Tx<'_>, connection: &ScimConnection) -> Result<(), StorageError> {
    tx.execute(
        "insert into scim_connection (tenant_id, id, name, dialect, policy, business_unit_id, team_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            (&connection.id.to_string()).into(),
            (&connection.name).into(),
            (&connection.dialect).into(),
            (&policy_text(&connection.policy)).into(),
            (&connection.business_unit.to_string()).into(),
            (&connection.team.to_string()).into(),
            (&time::to_text(connection.created_at)).into(),
        ],
    )?;
    tx.change(Change::Access);
    Ok(())
}

/// Writes what may change of a connection: name, dialect, policy, landing team, and its end.
///
/// # Errors
/// When the database refuses.
pub fn save(tx: &mut Tx<'_>, connection: &ScimConnection) -> Result<(), StorageError> {
    tx.execute(
        "update scim_connection set name = $2, dialect = $3, policy = $4, team_id = $5, removed_at = $6
         where tenant_id = $1 and id = $7",
        &[
            (&connection.name).into(),
            (&connection.dialect).into(),
            (&policy_text(&connection.policy)).into(),
            (&connection.team.to_string()).into(),
            connection.removed_at.map(time::to_text).as_ref().into(),
            (&connection.id.to_string()).into(),
        ],
    )?;
    tx.change(Change::Access);
    Ok(())
}

/// One connection.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>, id: ScimConnectionId) -> Result<Option<ScimConnection>, StorageError> {
    let sql = format!("{COLUMNS} where tenant_id = $1 and id = $2");
    tx.optional(&sql, &[(&id.to_string()).into()], read)
}

/// All connections that were not removed, by name.
///
/// # Errors
/// When the database refuses.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<ScimConnection>, StorageError> {
    tx.query(
        &format!("{COLUMNS} where tenant_id = $1 and removed_at is null order by name, id"),
        &[],
        read,
    )
}

/// All connections, removed ones too, by name: what they set still bears their names.
///
/// # Errors
/// When the database refuses.
pub fn list_all(tx: &mut Tx<'_>) -> Result<Vec<ScimConnection>, StorageError> {
    tx.query(&format!("{COLUMNS} where tenant_id = $1 order by name, id"), &[], read)
}

fn policy_text(policy: &ConnectionPolicy) -> String {
    serde_json::to_string(policy).unwrap_or_else(|_| "{}".to_owned())
}

fn read(row: &Row<'_>) -> Result<ScimConnection, StorageError> {
    Ok(ScimConnection {
        id: row.parsed(0, ("scim_connection", "id"))?,
        name: row.owned(1)?,
        dialect: row.owned(2)?,
        policy: row.json(3, ("scim_connection", "policy"))?,
        business_unit: row.parsed(4, ("scim_connection", "business_unit_id"))?,
        team: row.parsed(5, ("scim_connection", "team_id"))?,
        created_at: row.moment(6)?,
        removed_at: row.moment_or_null(7)?,
    })
}

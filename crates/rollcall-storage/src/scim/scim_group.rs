//! The groups of a SCIM connection: teams or roles, as the source speaks of them.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;

use rollcall_domain::source::Source;
use rollcall_domain::user_name::fold;
use rollcall_domain::{GroupId, time};

use crate::error::StorageError;
use crate::row::{Row, Value};
use crate::tx::Tx;

/// A group, without its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScimGroup {
    /// The SCIM `id`.
    pub id: GroupId,
    /// The source's own id of it.
    pub external_id: Option<String>,
    /// The resource as JSON, without `id`, `meta` and `members`.
    pub resource: String,
    /// Whether the source made the team or role; else it was there before.
    pub made_here: bool,
    /// Counts the changes, members included; the ETag.
    pub version: i64,
    /// When the source first spoke of it.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

const COLUMNS: &str =
    "select id, external_id, resource, made_here, version, created_at, updated_at from scim_group";

/// Adds a group.
///
/// # Errors
/// [`StorageError::Duplicate`] when name, external id or the team or role itself is taken.
pub fn insert(
    tx: &mut Tx<'_>,
    source: Source,
    display_name: &str,
    group: &ScimGroup,
) -> Result<(), StorageError> {
    tx.execute(
        "insert into scim_group (tenant_id, source, id, display_name_key, external_id, resource, made_here, version,
         created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            (&source.to_string()).into(),
            (&group.id.to_string()).into(),
            (&fold(display_name)).into(),
            group.external_id.as_ref().into(),
            (&group.resource).into(),
            group.made_here.into(),
            group.version.into(),
            (&time::to_text(group.created_at)).into(),
            (&time::to_text(group.updated_at)).into(),
        ],
    )?;
    Ok(())
}

/// Writes what may change of a group.
///
/// # Errors
/// As [`insert`].
pub fn save(
    tx: &mut Tx<'_>,
    source: Source,
    display_name: &str,
    group: &ScimGroup,
) -> Result<(), StorageError> {
    tx.execute(
        "update scim_group set display_name_key = $2, external_id = $3, resource = $4, version = $5, updated_at = $6
         where tenant_id = $1 and source = $7 and id = $8",
        &[
            (&fold(display_name)).into(),
            group.external_id.as_ref().into(),
            (&group.resource).into(),
            group.version.into(),
            (&time::to_text(group.updated_at)).into(),
            (&source.to_string()).into(),
            (&group.id.to_string()).into(),
        ],
    )?;
    Ok(())
}

/// Forgets a group. Its members are forgotten apart.
///
/// # Errors
/// When the database refuses.
pub fn delete(tx: &mut Tx<'_>, source: Source, id: GroupId) -> Result<(), StorageError> {
    tx.execute(
        "delete from scim_group where tenant_id = $1 and source = $2 and id = $3",
        &[(&source.to_string()).into(), (&id.to_string()).into()],
    )?;
    Ok(())
}

/// Forgets all groups of a source, and who was in them.
///
/// # Errors
/// When the database refuses.
pub fn delete_all(tx: &mut Tx<'_>, source: Source) -> Result<(), StorageError> {
    let source = source.to_string();
    tx.execute(
        "delete from scim_group_member where tenant_id = $1 and source = $2",
        &[(&source).into()],
    )?;
    tx.execute("delete from scim_group where tenant_id = $1 and source = $2", &[(&source).into()])?;
    Ok(())
}

/// One group.
///
/// # Errors
/// When the database refuses.
pub fn get(
    tx: &mut Tx<'_>,
    source: Source,
    id: GroupId,
) -> Result<Option<ScimGroup>, StorageError> {
    let sql = format!("{COLUMNS} where tenant_id = $1 and source = $2 and id = $3");
    tx.optional(&sql, &[(&source.to_string()).into(), (&id.to_string()).into()], read)
}

/// The group of a name, letter case aside.
///
/// # Errors
/// When the database refuses.
pub fn find_by_name(
    tx: &mut Tx<'_>,
    source: Source,
    display_name: &str,
) -> Result<Option<ScimGroup>, StorageError> {
    let sql = format!("{COLUMNS} where tenant_id = $1 and source = $2 and display_name_key = $3");
    tx.optional(&sql, &[(&source.to_string()).into(), (&fold(display_name)).into()], read)
}

/// The group of an external id, letter by letter.
///
/// # Errors
/// When the database refuses.
pub fn find_by_external_id(
    tx: &mut Tx<'_>,
    source: Source,
    external_id: &str,
) -> Result<Option<ScimGroup>, StorageError> {
    let sql = format!("{COLUMNS} where tenant_id = $1 and source = $2 and external_id = $3");
    tx.optional(&sql, &[(&source.to_string()).into(), external_id.into()], read)
}

/// The names of groups of a source, as its clients read them.
///
/// # Errors
/// When the database refuses.
pub(crate) fn names(
    tx: &mut Tx<'_>,
    source: &str,
    ids: &[GroupId],
) -> Result<HashMap<GroupId, Arc<str>>, StorageError> {
    let sql = |places: &str| {
        format!(
            "select id, resource from scim_group where tenant_id = $1 and source = $2 and id in ({places})"
        )
    };
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let names = tx.query_each(sql, &[source.into()], &ids, |row| {
        let named: Named = row.json(1, ("scim_group", "resource"))?;
        Ok((row.parsed(0, ("scim_group", "id"))?, Arc::from(named.display_name)))
    })?;
    Ok(names.into_iter().collect())
}

/// A resource, of which only the name counts.
#[derive(Deserialize)]
struct Named {
    #[serde(rename = "displayName", default)]
    display_name: String,
}

/// The source whose group a team or role is.
///
/// # Errors
/// When the database refuses.
pub fn owner(tx: &mut Tx<'_>, id: GroupId) -> Result<Option<Source>, StorageError> {
    let sql = "select source from scim_group where tenant_id = $1 and id = $2";
    tx.optional(sql, &[(&id.to_string()).into()], |row| row.parsed(0, ("scim_group", "source")))
}

/// How many groups a source has.
///
/// # Errors
/// When the database refuses.
pub fn count(tx: &mut Tx<'_>, source: Source) -> Result<i64, StorageError> {
    tx.count(
        "select count(*) from scim_group where tenant_id = $1 and source = $2",
        &[(&source.to_string()).into()],
    )
}

/// The groups of a source in the order of their ids, from behind `after` on.
///
/// # Errors
/// When the database refuses.
pub fn list(
    tx: &mut Tx<'_>,
    source: Source,
    after: Option<GroupId>,
    limit: i64,
) -> Result<Vec<ScimGroup>, StorageError> {
    let sql =
        format!("{COLUMNS} where tenant_id = $1 and source = $2 and id > $3 order by id limit $4");
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    tx.query(&sql, &[(&source.to_string()).into(), (&after).into(), Value::Int(limit)], read)
}

fn read(row: &Row<'_>) -> Result<ScimGroup, StorageError> {
    Ok(ScimGroup {
        id: row.parsed(0, ("scim_group", "id"))?,
        external_id: row.owned_or_null(1)?,
        resource: row.owned(2)?,
        made_here: row.flag(3)?,
        version: row.int(4)?,
        created_at: row.moment(5)?,
        updated_at: row.moment(6)?,
    })
}

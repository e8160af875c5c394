//! The audit trail: only ever added to.

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use rollcall_domain::audit::AuditEntry;
use rollcall_domain::source::Actor;
use rollcall_domain::{AuditEntryId, time};

use crate::error::StorageError;
use crate::row::Row;
use crate::tx::Tx;

/// An entry as it is read back.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedEntry {
    /// Its id; also its place in the order.
    pub id: AuditEntryId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What was done, as `noun.verb`.
    pub action: String,
    /// The noun that it was done to.
    pub subject_kind: String,
    /// Its id.
    pub subject_id: String,
    /// Its name at that time.
    pub subject_name: String,
    /// The changed values as they were.
    pub before: Map<String, Json>,
    /// The changed values as they became.
    pub after: Map<String, Json>,
}

/// What a reader of the trail looks for. Empty texts stand for "any".
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// One subject's id.
    pub subject: String,
    /// One actor, in its written form.
    pub actor: String,
    /// The beginning of an action: `employee.` finds all that happened to people.
    pub action: String,
    /// Entries before this one only (the last of the page before).
    pub before: Option<AuditEntryId>,
}

const COLUMNS: &str = "select id, at, actor, action, subject_kind, subject_id, subject_name, before_values, after_values from audit_entry";

/// Adds an entry.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut Tx<'_>, entry: &AuditEntry) -> Result<(), StorageError> {
    tx.execute(
        "insert into audit_entry (tenant_id, id, at, actor, action, subject_kind, subject_id, subject_name,
         before_values, after_values) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            (&entry.id.to_string()).into(),
            (&time::to_text(entry.at)).into(),
            (&entry.actor.to_string()).into(),
            (&entry.action).into(),
            entry.subject.kind.into(),
            (&entry.subject.id).into(),
            (&entry.subject.name).into(),
            (&object_text(&entry.before)).into(),
            (&object_text(&entry.after)).into(),
        ],
    )?;
    Ok(())
}

/// A page of the trail, newest first.
///
/// # Errors
/// When the database refuses.
pub fn list(
    tx: &mut Tx<'_>,
    query: &AuditQuery,
    limit: i64,
) -> Result<Vec<RecordedEntry>, StorageError> {
    let before = query.before.map_or_else(|| "~".to_owned(), |id| id.to_string());
    let action_end = format!("{}~", query.action);
    if query.subject.is_empty() {
        let sql = format!(
            "{COLUMNS} where tenant_id = $1 and id < $2 and action >= $3 and action < $4 and ($5 = '' or actor = $5)
             order by id desc limit $6"
        );
        let values = [
            (&before).into(),
            (&query.action).into(),
            (&action_end).into(),
            (&query.actor).into(),
            limit.into(),
        ];
        return tx.query(&sql, &values, read);
    }
    let sql = format!(
        "{COLUMNS} where tenant_id = $1 and id < $2 and action >= $3 and action < $4 and ($5 = '' or actor = $5)
         and subject_id = $6 order by id desc limit $7"
    );
    let values = [
        (&before).into(),
        (&query.action).into(),
        (&action_end).into(),
        (&query.actor).into(),
        (&query.subject).into(),
        limit.into(),
    ];
    tx.query(&sql, &values, read)
}

/// How many entries about people were written from one moment to another (ids are in their order).
///
/// # Errors
/// When the database refuses.
pub fn count_people(
    tx: &mut Tx<'_>,
    from: AuditEntryId,
    to: AuditEntryId,
) -> Result<i64, StorageError> {
    tx.count(
        "select count(*) from audit_entry where tenant_id = $1 and id >= $2 and id < $3 and subject_kind = 'employee'",
        &[(&from.to_string()).into(), (&to.to_string()).into()],
    )
}

fn read(row: &Row<'_>) -> Result<RecordedEntry, StorageError> {
    Ok(RecordedEntry {
        id: row.parsed(0, ("audit_entry", "id"))?,
        at: row.moment(1)?,
        actor: row.parsed(2, ("audit_entry", "actor"))?,
        action: row.owned(3)?,
        subject_kind: row.owned(4)?,
        subject_id: row.owned(5)?,
        subject_name: row.owned(6)?,
        before: object(row.text(7)?)?,
        after: object(row.text(8)?)?,
    })
}

fn object(text: &str) -> Result<Map<String, Json>, StorageError> {
    serde_json::from_str(text).map_err(|_| StorageError::Inconsistent {
        table: "audit_entry",
        column: "before_values or after_values",
        row: text.to_owned(),
    })
}

fn object_text(values: &Map<String, Json>) -> String {
    serde_json::to_string(values).unwrap_or_else(|_| "{}".to_owned())
}

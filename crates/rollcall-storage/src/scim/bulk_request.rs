//! Bulk requests that are carried out after their answer (RFC 9967 §2.5.1), and what became of them.

use std::collections::HashMap;

use jiff::Timestamp;

use rollcall_domain::{BulkRequestId, ScimConnectionId, ScimTokenId, TenantId, time};

use crate::error::StorageError;
use crate::row::Row;
use crate::session::Session;
use crate::tx::Tx;

/// A request with how far it got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkRequest {
    /// Its id, which is also the name of its transaction.
    pub id: BulkRequestId,
    /// The connection that it came through.
    pub connection: ScimConnectionId,
    /// The token that it came with.
    pub token: ScimTokenId,
    /// Where its client reached us: `https://host/scim/v2`.
    pub base_url: String,
    /// The message as JSON; empty once it is finished.
    pub body: String,
    /// The ids of what its operations make, by the client's names for them.
    pub ids: HashMap<String, String>,
    /// What became of the operations so far: a JSON array.
    pub results: String,
    /// How many operations were looked at.
    pub done: i64,
    /// How many of them were refused.
    pub failed: i64,
    /// When it came.
    pub created_at: Timestamp,
    /// When the last operation was done.
    pub finished_at: Option<Timestamp>,
}

const COLUMNS: &str =
    "select id, connection_id, token_id, base_url, body, ids, results, done, failed, created_at,
    finished_at from bulk_request";

/// Adds a request.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut Tx<'_>, request: &BulkRequest) -> Result<(), StorageError> {
    tx.execute(
        "insert into bulk_request (tenant_id, id, connection_id, token_id, base_url, body, ids, results, done,
         failed, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        &[
            (&request.id.to_string()).into(),
            (&request.connection.to_string()).into(),
            (&request.token.to_string()).into(),
            (&request.base_url).into(),
            (&request.body).into(),
            (&ids_text(&request.ids)).into(),
            (&request.results).into(),
            request.done.into(),
            request.failed.into(),
            (&time::to_text(request.created_at)).into(),
        ],
    )?;
    Ok(())
}

/// Writes how far a request got, if it stands where the caller believes: `from` operations done. Tells
/// whether it did; if not, another worker was faster, and nothing of the caller's may be kept.
///
/// # Errors
/// When the database refuses.
pub fn advance(tx: &mut Tx<'_>, from: i64, request: &BulkRequest) -> Result<bool, StorageError> {
    let rows = tx.execute(
        "update bulk_request set body = $2, ids = $3, results = $4, done = $5, failed = $6, finished_at = $7
         where tenant_id = $1 and id = $8 and done = $9 and finished_at is null",
        &[
            (&request.body).into(),
            (&ids_text(&request.ids)).into(),
            (&request.results).into(),
            request.done.into(),
            request.failed.into(),
            request.finished_at.map(time::to_text).as_ref().into(),
            (&request.id.to_string()).into(),
            from.into(),
        ],
    )?;
    Ok(rows > 0)
}

/// One request.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>, id: BulkRequestId) -> Result<Option<BulkRequest>, StorageError> {
    let sql = format!("{COLUMNS} where tenant_id = $1 and id = $2");
    tx.optional(&sql, &[(&id.to_string()).into()], read)
}

/// How many requests of a connection are not finished.
///
/// # Errors
/// When the database refuses.
pub fn count_open(tx: &mut Tx<'_>, connection: ScimConnectionId) -> Result<i64, StorageError> {
    tx.count(
        "select count(*) from bulk_request
         where tenant_id = $1 and connection_id = $2 and finished_at is null",
        &[(&connection.to_string()).into()],
    )
}

/// Forgets the requests of a connection, finished or not.
///
/// # Errors
/// When the database refuses.
pub fn delete_all(tx: &mut Tx<'_>, connection: ScimConnectionId) -> Result<(), StorageError> {
    tx.execute(
        "delete from bulk_request where tenant_id = $1 and connection_id = $2",
        &[(&connection.to_string()).into()],
    )?;
    Ok(())
}

/// The oldest request of each connection that is not finished. Tenant scope: installation
///
/// # Errors
/// When the database refuses.
pub fn list_open(
    session: &mut Session<'_>,
) -> Result<Vec<(TenantId, BulkRequestId)>, StorageError> {
    // Tenant scope: installation
    let sql = "select tenant_id, min(id) from bulk_request where finished_at is null
               group by tenant_id, connection_id order by 2";
    session.query(sql, &[], |row| {
        Ok((row.parsed(0, ("bulk_request", "tenant_id"))?, row.parsed(1, ("bulk_request", "id"))?))
    })
}

/// Forgets what was finished before a moment, in all tenants.
///
/// # Errors
/// When the database refuses.
pub fn delete_finished(session: &mut Session<'_>, before: Timestamp) -> Result<(), StorageError> {
    // Tenant scope: installation
    let sql = "delete from bulk_request where finished_at < $1";
    session.execute(sql, &[(&time::to_text(before)).into()])?;
    Ok(())
}

fn ids_text(ids: &HashMap<String, String>) -> String {
    serde_json::to_string(ids).unwrap_or_else(|_| "{}".to_owned())
}

fn read(row: &Row<'_>) -> Result<BulkRequest, StorageError> {
    Ok(BulkRequest {
        id: row.parsed(0, ("bulk_request", "id"))?,
        connection: row.parsed(1, ("bulk_request", "connection_id"))?,
        token: row.parsed(2, ("bulk_request", "token_id"))?,
        base_url: row.owned(3)?,
        body: row.owned(4)?,
        ids: row.json(5, ("bulk_request", "ids"))?,
        results: row.owned(6)?,
        done: row.int(7)?,
        failed: row.int(8)?,
        created_at: row.moment(9)?,
        finished_at: row.moment_or_null(10)?,
    })
}

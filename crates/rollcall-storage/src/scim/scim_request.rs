//! The journal of a SCIM connection: its last requests, in a fixed number of slots, and the attributes that
//! its client sent in vain. Written beside the requests, never within them.

use jiff::Timestamp;

use rollcall_domain::{ScimConnectionId, time};

use crate::effect::Change;
use crate::error::StorageError;
use crate::row::Row;
use crate::tx::Tx;

/// As many requests are kept of each ring of a connection, but of [`Ring::Unproven`].
pub const SLOTS: i64 = 200;
/// As many are kept of those.
pub const UNPROVEN_SLOTS: i64 = 20;
/// As many names are kept of what a connection's client sends in vain; the rest is counted together.
pub const NAMES_MAX: usize = 64;
/// The name under which the rest is counted.
const OTHERS: &str = "(others)";

/// Which requests a ring holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ring {
    /// The last ones, whatever became of them.
    All,
    /// The last ones that were refused. Kept for themselves: the many that succeed would push them out.
    Refused,
    /// The last ones by callers who named the connection's key or application and could not prove that it is
    /// theirs: anybody who saw the name. They push out nothing that the client itself did.
    Unproven,
}

impl Ring {
    /// As many requests the ring holds.
    #[must_use]
    pub fn slots(self) -> i64 {
        match self {
            Self::All | Self::Refused => SLOTS,
            Self::Unproven => UNPROVEN_SLOTS,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Refused => "refused",
            Self::Unproven => "unproven",
        }
    }
}

/// One request with what it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestEntry {
    /// When it came.
    pub at: Timestamp,
    /// Its method.
    pub method: String,
    /// Path and query below `/scim/v2`.
    pub target: String,
    /// The status of the answer.
    pub status: u16,
    /// How long the answer took, in microseconds.
    pub took_us: i64,
    /// What it did, such as `created` or `unchanged`.
    pub effect: String,
    /// The id of the one resource that it was about.
    pub resource: Option<String>,
    /// The `scimType` of the refusal, or what stands for it.
    pub refusal: Option<String>,
    /// Why it was refused.
    pub detail: Option<String>,
    /// What was sent, without secrets.
    pub sent: Option<String>,
    /// What the client calls itself.
    pub client: String,
    /// The names of attributes that were sent in vain.
    pub ignored: Vec<String>,
}

/// Adds requests, oldest first, in place of the oldest ones.
///
/// # Errors
/// When the database refuses.
pub fn insert(
    tx: &mut Tx<'_>,
    connection: ScimConnectionId,
    ring: Ring,
    entries: &[RequestEntry],
) -> Result<(), StorageError> {
    if entries.is_empty() {
        return Ok(());
    }
    let id = connection.to_string();
    let last = tx.count(
        "select coalesce(max(number), 0) from scim_request
         where tenant_id = $1 and connection_id = $2 and ring = $3",
        &[(&id).into(), ring.name().into()],
    )?;
    for (number, entry) in (last + 1..).zip(entries) {
        let ignored = entry.ignored.join("\n");
        tx.execute(
            "insert into scim_request (tenant_id, connection_id, ring, slot, number, at, method, target, status,
             took_us, effect, resource, refusal, detail, sent, client, ignored)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
             on conflict (tenant_id, connection_id, ring, slot) do update set number = excluded.number,
             at = excluded.at, method = excluded.method, target = excluded.target, status = excluded.status,
             took_us = excluded.took_us, effect = excluded.effect, resource = excluded.resource,
             refusal = excluded.refusal, detail = excluded.detail, sent = excluded.sent,
             client = excluded.client, ignored = excluded.ignored",
            &[
                (&id).into(),
                ring.name().into(),
                (number % ring.slots()).into(),
                number.into(),
                (&time::to_text(entry.at)).into(),
                (&entry.method).into(),
                (&entry.target).into(),
                i64::from(entry.status).into(),
                entry.took_us.into(),
                (&entry.effect).into(),
                entry.resource.as_ref().into(),
                entry.refusal.as_ref().into(),
                entry.detail.as_ref().into(),
                entry.sent.as_ref().into(),
                (&entry.client).into(),
                (&ignored).into(),
            ],
        )?;
    }
    tx.change(Change::Requests);
    Ok(())
}

/// The requests of a ring, newest first.
///
/// # Errors
/// When the database refuses.
pub fn list(
    tx: &mut Tx<'_>,
    connection: ScimConnectionId,
    ring: Ring,
    most: usize,
) -> Result<Vec<RequestEntry>, StorageError> {
    tx.query(
        "select at, method, target, status, took_us, effect, resource, refusal, detail, sent, client, ignored
         from scim_request where tenant_id = $1 and connection_id = $2 and ring = $3
         order by number desc limit $4",
        &[
            (&connection.to_string()).into(),
            ring.name().into(),
            i64::try_from(most).unwrap_or(i64::MAX).into(),
        ],
        read,
    )
}

/// The last request of the journal that wrote something about a resource: when it came, and how long its answer
/// took, in microseconds.
///
/// # Errors
/// When the database refuses.
pub fn last_write(
    tx: &mut Tx<'_>,
    resource: &str,
) -> Result<Option<(Timestamp, i64)>, StorageError> {
    tx.optional(
        "select at, took_us from scim_request where tenant_id = $1 and ring = 'all' and resource = $2
         and method <> 'GET' and status < 300 order by at desc limit 1",
        &[resource.into()],
        |row| Ok((row.moment(0)?, row.int(1)?)),
    )
}

/// How long the answers to the requests of the journal took that wrote something, in microseconds, at all
/// connections of the tenant.
///
/// # Errors
/// When the database refuses.
pub fn list_write_times(tx: &mut Tx<'_>) -> Result<Vec<i64>, StorageError> {
    tx.query(
        "select took_us from scim_request where tenant_id = $1 and ring = 'all' and method <> 'GET' and status < 300
         order by took_us",
        &[],
        |row| row.int(0),
    )
}

fn read(row: &Row<'_>) -> Result<RequestEntry, StorageError> {
    Ok(RequestEntry {
        at: row.moment(0)?,
        method: row.owned(1)?,
        target: row.owned(2)?,
        status: u16::try_from(row.int(3)?).unwrap_or(0),
        took_us: row.int(4)?,
        effect: row.owned(5)?,
        resource: row.owned_or_null(6)?,
        refusal: row.owned_or_null(7)?,
        detail: row.owned_or_null(8)?,
        sent: row.owned_or_null(9)?,
        client: row.owned(10)?,
        ignored: row.text(11)?.lines().map(str::to_owned).collect(),
    })
}

/// Counts attributes that were sent in vain, each as often as told.
///
/// # Errors
/// When the database refuses.
pub fn count_ignored<'a>(
    tx: &mut Tx<'_>,
    connection: ScimConnectionId,
    counts: impl Iterator<Item = (&'a String, &'a u64)>,
    at: Timestamp,
) -> Result<(), StorageError> {
    let mut known: Vec<String> =
        list_ignored(tx, connection)?.into_iter().map(|(name, _)| name).collect();
    for (name, count) in counts {
        let has_room = known.len() < NAMES_MAX;
        let name = if known.contains(name) || has_room { name.as_str() } else { OTHERS };
        if !known.iter().any(|one| one == name) {
            known.push(name.to_owned());
        }
        tx.execute(
            "insert into scim_ignored (tenant_id, connection_id, name, count, last_at)
             values ($1, $2, $3, $4, $5)
             on conflict (tenant_id, connection_id, name)
             do update set count = scim_ignored.count + excluded.count, last_at = excluded.last_at",
            &[
                (&connection.to_string()).into(),
                name.into(),
                i64::try_from(*count).unwrap_or(i64::MAX).into(),
                (&time::to_text(at)).into(),
            ],
        )?;
    }
    Ok(())
}

/// How often each attribute was sent in vain, by name.
///
/// # Errors
/// When the database refuses.
pub fn list_ignored(
    tx: &mut Tx<'_>,
    connection: ScimConnectionId,
) -> Result<Vec<(String, u64)>, StorageError> {
    tx.query(
        "select name, count from scim_ignored where tenant_id = $1 and connection_id = $2 order by name",
        &[(&connection.to_string()).into()],
        |row| Ok((row.owned(0)?, u64::try_from(row.int(1)?).unwrap_or(0))),
    )
}

/// Forgets the journal of a connection.
///
/// # Errors
/// When the database refuses.
pub fn delete_all(tx: &mut Tx<'_>, connection: ScimConnectionId) -> Result<(), StorageError> {
    let id = connection.to_string();
    tx.execute(
        "delete from scim_request where tenant_id = $1 and connection_id = $2",
        &[(&id).into()],
    )?;
    tx.execute(
        "delete from scim_ignored where tenant_id = $1 and connection_id = $2",
        &[(&id).into()],
    )?;
    Ok(())
}

//! Claims of connections on people who are not their own, and what was decided about them: one row for each
//! connection and person, however often the claim is made.

use jiff::Timestamp;

use rollcall_domain::employee::Profile;
use rollcall_domain::source::Actor;
use rollcall_domain::take_over::Decision;
use rollcall_domain::user_name::UserName;
use rollcall_domain::{EmployeeId, ScimConnectionId, time};

use crate::effect::Change;
use crate::error::StorageError;
use crate::row::Row;
use crate::tx::Tx;

/// A claim that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeOverRequest {
    /// Who claims.
    pub connection: ScimConnectionId,
    /// Whom.
    pub employee: EmployeeId,
    /// How.
    pub kind: ClaimKind,
    /// What is claimed of them, the last time.
    pub profile: Profile,
    /// The connection's own id of them.
    pub external_id: Option<String>,
    /// The whole resource as JSON.
    pub resource: String,
    /// What was decided.
    pub decision: Decision,
    /// Why, where somebody said so.
    pub reason: Option<String>,
    /// How often it was claimed.
    pub count: i64,
    /// When it was claimed first.
    pub asked_at: Timestamp,
    /// When it was claimed last.
    pub last_asked_at: Timestamp,
    /// Who decided, and when.
    pub decided: Option<(Actor, Timestamp)>,
}

/// How a person is claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimKind {
    /// As somebody whom the connection makes.
    Creation,
    /// By giving their user name to somebody else, who is the connection's own already. Two people cannot be
    /// made one, so that this cannot be approved.
    Renaming,
}

const COLUMNS: &str = "connection_id, employee_id, kind, user_name, first_name, last_name, email, external_id, resource, \
     state, reason, count, asked_at, last_asked_at, decided_by, decided_at";

/// Writes a request over the one before.
///
/// # Errors
/// When the database refuses.
pub fn save(tx: &mut Tx<'_>, request: &TakeOverRequest) -> Result<(), StorageError> {
    let profile = &request.profile;
    tx.execute(
        "insert into take_over_request (tenant_id, connection_id, employee_id, kind, user_name, first_name,
         last_name, email, external_id, resource, state, reason, count, asked_at, last_asked_at, decided_by, decided_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         on conflict (tenant_id, connection_id, employee_id) do update set kind = excluded.kind,
         user_name = excluded.user_name, first_name = excluded.first_name, last_name = excluded.last_name,
         email = excluded.email, external_id = excluded.external_id, resource = excluded.resource,
         state = excluded.state, reason = excluded.reason, count = excluded.count,
         last_asked_at = excluded.last_asked_at, decided_by = excluded.decided_by, decided_at = excluded.decided_at",
        &[
            (&request.connection.to_string()).into(),
            (&request.employee.to_string()).into(),
            kind_word(request.kind).into(),
            profile.user_name.as_str().into(),
            (&profile.first_name).into(),
            (&profile.last_name).into(),
            (&profile.email).into(),
            request.external_id.as_ref().into(),
            (&request.resource).into(),
            state_word(request.decision).into(),
            request.reason.as_ref().into(),
            request.count.into(),
            (&time::to_text(request.asked_at)).into(),
            (&time::to_text(request.last_asked_at)).into(),
            request.decided.map(|(actor, _)| actor.to_string()).as_ref().into(),
            request.decided.map(|(_, at)| time::to_text(at)).as_ref().into(),
        ],
    )?;
    tx.change(Change::Health);
    Ok(())
}

/// The claim of a connection on a person.
///
/// # Errors
/// When the database refuses.
pub fn get(
    tx: &mut Tx<'_>,
    (connection, employee): (ScimConnectionId, EmployeeId),
) -> Result<Option<TakeOverRequest>, StorageError> {
    let sql = format!(
        "select {COLUMNS} from take_over_request where tenant_id = $1 and connection_id = $2 and employee_id = $3"
    );
    let key = [connection.to_string(), employee.to_string()];
    tx.optional(&sql, &[(&key[0]).into(), (&key[1]).into()], read)
}

/// The claims, those that wait first, then those that were made last.
///
/// # Errors
/// When the database refuses.
pub fn list(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<TakeOverRequest>, StorageError> {
    let mut all = list_of(tx, Decision::Waiting, limit)?;
    for decision in [Decision::Approved, Decision::Rejected] {
        let room = limit.saturating_sub(i64::try_from(all.len()).unwrap_or(limit));
        all.extend(list_of(tx, decision, room)?);
    }
    Ok(all)
}

fn list_of(
    tx: &mut Tx<'_>,
    decision: Decision,
    limit: i64,
) -> Result<Vec<TakeOverRequest>, StorageError> {
    let sql = format!(
        "select {COLUMNS} from take_over_request where tenant_id = $1 and state = $2
         order by last_asked_at desc, employee_id limit $3"
    );
    tx.query(&sql, &[state_word(decision).into(), limit.into()], read)
}

/// How many claims wait, and since when the oldest of them does.
///
/// # Errors
/// When the database refuses.
pub fn waiting(tx: &mut Tx<'_>) -> Result<Option<(i64, Timestamp)>, StorageError> {
    let found = tx.query(
        "select count(*), coalesce(min(asked_at), '') from take_over_request where tenant_id = $1 and state = 'waiting'",
        &[],
        |row| match row.int(0)? {
            0 => Ok(None),
            count => Ok(Some((count, row.moment(1)?))),
        },
    )?;
    Ok(found.into_iter().flatten().next())
}

/// Forgets the claim of a connection on a person.
///
/// # Errors
/// When the database refuses.
pub fn delete(
    tx: &mut Tx<'_>,
    (connection, employee): (ScimConnectionId, EmployeeId),
) -> Result<(), StorageError> {
    let key = [connection.to_string(), employee.to_string()];
    tx.execute(
        "delete from take_over_request where tenant_id = $1 and connection_id = $2 and employee_id = $3",
        &[(&key[0]).into(), (&key[1]).into()],
    )?;
    tx.change(Change::Health);
    Ok(())
}

/// Forgets all claims of a connection.
///
/// # Errors
/// When the database refuses.
pub fn delete_all(tx: &mut Tx<'_>, connection: ScimConnectionId) -> Result<(), StorageError> {
    let id = connection.to_string();
    tx.execute(
        "delete from take_over_request where tenant_id = $1 and connection_id = $2",
        &[(&id).into()],
    )?;
    tx.change(Change::Health);
    Ok(())
}

fn kind_word(kind: ClaimKind) -> &'static str {
    match kind {
        ClaimKind::Creation => "creation",
        ClaimKind::Renaming => "renaming",
    }
}

fn state_word(decision: Decision) -> &'static str {
    match decision {
        Decision::Waiting => "waiting",
        Decision::Approved => "approved",
        Decision::Rejected => "rejected",
    }
}

fn read(row: &Row<'_>) -> Result<TakeOverRequest, StorageError> {
    let bad = |column| StorageError::Inconsistent {
        table: "take_over_request",
        column,
        row: row.text(1).unwrap_or_default().to_owned(),
    };
    let decided_by = row.text_or_null(14)?.map(|actor| actor.parse::<Actor>());
    let decided_by = decided_by.transpose().map_err(|_| bad("decided_by"))?;
    Ok(TakeOverRequest {
        connection: row.parsed(0, ("take_over_request", "connection_id"))?,
        employee: row.parsed(1, ("take_over_request", "employee_id"))?,
        kind: if row.text(2)? == "renaming" { ClaimKind::Renaming } else { ClaimKind::Creation },
        profile: Profile {
            user_name: UserName::parse(row.text(3)?).map_err(|_| bad("user_name"))?,
            first_name: row.owned(4)?,
            last_name: row.owned(5)?,
            email: row.owned(6)?,
        },
        external_id: row.owned_or_null(7)?,
        resource: row.owned(8)?,
        decision: match row.text(9)? {
            "waiting" => Decision::Waiting,
            "approved" => Decision::Approved,
            _ => Decision::Rejected,
        },
        reason: row.owned_or_null(10)?,
        count: row.int(11)?,
        asked_at: row.moment(12)?,
        last_asked_at: row.moment(13)?,
        decided: decided_by.zip(row.moment_or_null(15)?),
    })
}

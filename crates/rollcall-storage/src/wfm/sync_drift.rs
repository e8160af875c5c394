//! What a comparison found in the WFM's list that is not as it should be, person by person, written down
//! before anything is healed.

use rollcall_domain::{EmployeeId, RunId};

use crate::error::StorageError;
use crate::row::Value;
use crate::tx::Tx;

/// What is the matter with an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DriftKind {
    /// The WFM holds other values than it is known to.
    Differs,
    /// The WFM lacks somebody whom it was known to have.
    Missing,
    /// The WFM has an agent whom nobody here knows.
    Stray,
    /// The same, and it looks like one of our people: it came by another route.
    Duplicate,
    /// The key of an agent is no agent number.
    Foreign,
    /// Several records have the same key.
    Double,
}

impl DriftKind {
    /// As it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Differs => "differs",
            Self::Missing => "missing",
            Self::Stray => "stray",
            Self::Duplicate => "duplicate",
            Self::Foreign => "foreign",
            Self::Double => "double",
        }
    }

    fn from_text(text: &str) -> Option<Self> {
        let all = [
            Self::Differs,
            Self::Missing,
            Self::Stray,
            Self::Duplicate,
            Self::Foreign,
            Self::Double,
        ];
        all.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncDrift {
    /// Its place in the list, from 0.
    pub position: i64,
    /// What is the matter.
    pub kind: DriftKind,
    /// The key of the agent over there.
    pub agent: String,
    /// First and last name, as they stand here, or else over there.
    pub name: String,
    /// The person; absent where nobody here knows the agent.
    pub employee: Option<EmployeeId>,
    /// What differs, or of whom it is a duplicate; in few words.
    pub detail: String,
}

/// Adds findings of a run.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut Tx<'_>, run: RunId, drifts: &[SyncDrift]) -> Result<(), StorageError> {
    let run = run.to_string();
    let people: Vec<Option<String>> =
        drifts.iter().map(|drift| drift.employee.map(|id| id.to_string())).collect();
    let rows: Vec<[Value<'_>; 7]> = drifts
        .iter()
        .zip(&people)
        .map(|(drift, employee)| {
            [
                (&run).into(),
                drift.position.into(),
                drift.kind.as_str().into(),
                (&drift.agent).into(),
                (&drift.name).into(),
                employee.as_ref().into(),
                (&drift.detail).into(),
            ]
        })
        .collect();
    tx.execute_each(
        "insert into sync_drift (tenant_id, run_id, position, kind, agent, name, employee_id, detail)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &rows,
    )
}

/// The findings of a run from a place on.
///
/// # Errors
/// When the database refuses.
pub fn list(
    tx: &mut Tx<'_>,
    run: RunId,
    from: i64,
    limit: i64,
) -> Result<Vec<SyncDrift>, StorageError> {
    tx.query(
        "select position, kind, agent, name, employee_id, detail from sync_drift
         where tenant_id = $1 and run_id = $2 and position >= $3 order by position limit $4",
        &[(&run.to_string()).into(), from.into(), limit.into()],
        |row| {
            let employee = match row.text_or_null(4)? {
                Some(_) => Some(row.parsed(4, ("sync_drift", "employee_id"))?),
                None => None,
            };
            let kind = DriftKind::from_text(row.text(1)?);
            Ok(SyncDrift {
                position: row.int(0)?,
                kind: kind.ok_or_else(|| StorageError::Inconsistent {
                    table: "sync_drift",
                    column: "kind",
                    row: row.text(2).unwrap_or_default().to_owned(),
                })?,
                agent: row.owned(2)?,
                name: row.owned(3)?,
                employee,
                detail: row.owned(5)?,
            })
        },
    )
}

/// How many findings a run has of each kind.
///
/// # Errors
/// When the database refuses.
pub fn tally(tx: &mut Tx<'_>, run: RunId) -> Result<Vec<(DriftKind, i64)>, StorageError> {
    let counted = tx.query(
        "select kind, count(*) from sync_drift where tenant_id = $1 and run_id = $2 group by kind order by kind",
        &[(&run.to_string()).into()],
        |row| Ok((DriftKind::from_text(row.text(0)?), row.int(1)?)),
    )?;
    Ok(counted.into_iter().filter_map(|(kind, count)| Some((kind?, count))).collect())
}

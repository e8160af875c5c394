//! Identity links: employee ↔ (source, external id), with what the source says as it said it.

use jiff::Timestamp;

use rollcall_domain::source::Source;
use rollcall_domain::user_name::fold;
use rollcall_domain::{EmployeeId, GroupId, time};

use crate::error::StorageError;
use crate::membership::Step;
use crate::row::Row;
use crate::tx::Tx;

/// A link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityLink {
    /// Who knows the person.
    pub source: Source,
    /// The person.
    pub employee: EmployeeId,
    /// The id by which the source knows the person.
    pub external_id: Option<String>,
    /// What the source says, as JSON. For SCIM: the resource without `id` and `meta`.
    pub resource: String,
    /// The ids of the source's groups that the person is in, as a JSON array. Written by [`save_groups`] only.
    pub groups: String,
    /// How the link came about, for people to read.
    pub evidence: String,
    /// When.
    pub linked_at: Timestamp,
    /// Since when the source does not see the person any more (a SCIM DELETE).
    pub hidden_at: Option<Timestamp>,
}

const COLUMNS: &str =
    "source, employee_id, external_id, resource, groups, evidence, linked_at, hidden_at";

/// Adds a link.
///
/// # Errors
/// [`StorageError::Duplicate`] when the source has that external id already; or the database refuses.
pub fn insert(tx: &mut Tx<'_>, link: &IdentityLink) -> Result<(), StorageError> {
    tx.execute(
        "insert into identity_link (tenant_id, source, employee_id, external_id, resource, groups, evidence, linked_at, hidden_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            (&link.source.to_string()).into(),
            (&link.employee.to_string()).into(),
            link.external_id.as_ref().into(),
            (&link.resource).into(),
            (&link.groups).into(),
            (&link.evidence).into(),
            (&time::to_text(link.linked_at)).into(),
            link.hidden_at.map(time::to_text).as_ref().into(),
        ],
    )?;
    tx.touch(link.employee);
    tx.join(link.source, link.employee, Step::Joined);
    Ok(())
}

/// Writes what may change of a link.
///
/// # Errors
/// As [`insert`].
pub fn save(tx: &mut Tx<'_>, link: &IdentityLink) -> Result<(), StorageError> {
    tx.execute(
        "update identity_link set external_id = $2, resource = $3, hidden_at = $4
         where tenant_id = $1 and source = $5 and employee_id = $6",
        &[
            link.external_id.as_ref().into(),
            (&link.resource).into(),
            link.hidden_at.map(time::to_text).as_ref().into(),
            (&link.source.to_string()).into(),
            (&link.employee.to_string()).into(),
        ],
    )?;
    tx.touch(link.employee);
    Ok(())
}

/// Ends a link: the source does not know the person any more.
///
/// # Errors
/// When the database refuses.
pub fn delete(tx: &mut Tx<'_>, link: &IdentityLink) -> Result<(), StorageError> {
    let (source, employee) = (link.source.to_string(), link.employee.to_string());
    for sql in [
        "delete from identity_email where tenant_id = $1 and source = $2 and employee_id = $3",
        "delete from identity_link where tenant_id = $1 and source = $2 and employee_id = $3",
    ] {
        tx.execute(sql, &[(&source).into(), (&employee).into()])?;
    }
    tx.touch(link.employee);
    tx.join(link.source, link.employee, Step::Left);
    Ok(())
}

/// Tells everyone who keeps the order of a source's people that one left it or came back.
pub fn note_step(tx: &mut Tx<'_>, link: &IdentityLink) {
    let step = if link.hidden_at.is_some() { Step::Left } else { Step::Joined };
    tx.join(link.source, link.employee, step);
}

/// Writes in which of the source's groups the person is.
///
/// # Errors
/// When the database refuses.
pub fn save_groups(
    tx: &mut Tx<'_>,
    (source, employee): (Source, EmployeeId),
    groups: &[GroupId],
) -> Result<(), StorageError> {
    let groups = serde_json::to_string(groups).unwrap_or_else(|_| "[]".to_owned());
    tx.execute(
        "update identity_link set groups = $2 where tenant_id = $1 and source = $3 and employee_id = $4",
        &[(&groups).into(), (&source.to_string()).into(), (&employee.to_string()).into()],
    )?;
    tx.touch(employee);
    Ok(())
}

/// Writes the e-mail addresses beyond the employee's own, so that a filter finds the person by them.
///
/// # Errors
/// When the database refuses.
pub fn save_emails(
    tx: &mut Tx<'_>,
    link: &IdentityLink,
    emails: &[String],
) -> Result<(), StorageError> {
    let (source, employee) = (link.source.to_string(), link.employee.to_string());
    tx.execute(
        "delete from identity_email where tenant_id = $1 and source = $2 and employee_id = $3",
        &[(&source).into(), (&employee).into()],
    )?;
    for email in emails {
        tx.execute(
            "insert into identity_email (tenant_id, source, employee_id, email_key) values ($1, $2, $3, $4)
             on conflict do nothing",
            &[(&source).into(), (&employee).into(), (&fold(email)).into()],
        )?;
    }
    Ok(())
}

/// A person's link to one source.
///
/// # Errors
/// When the database refuses.
pub fn get(
    tx: &mut Tx<'_>,
    source: Source,
    employee: EmployeeId,
) -> Result<Option<IdentityLink>, StorageError> {
    let sql = format!(
        "select {COLUMNS} from identity_link where tenant_id = $1 and source = $2 and employee_id = $3"
    );
    tx.optional(&sql, &[(&source.to_string()).into(), (&employee.to_string()).into()], read)
}

/// Those of some people whom a source sees: it has not deleted them.
///
/// # Errors
/// When the database refuses.
pub fn seen(
    tx: &mut Tx<'_>,
    source: Source,
    people: &[EmployeeId],
) -> Result<Vec<EmployeeId>, StorageError> {
    let sql = |places: &str| {
        format!(
            "select employee_id from identity_link where tenant_id = $1 and source = $2
             and employee_id in ({places}) and hidden_at is null"
        )
    };
    let ids: Vec<String> = people.iter().map(ToString::to_string).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    tx.query_each(sql, &[(&source.to_string()).into()], &ids, |row| {
        row.parsed(0, ("identity_link", "employee_id"))
    })
}

/// The link by which a source knows an external id, letter by letter (RFC 7643 §3.1: case-exact).
///
/// # Errors
/// When the database refuses.
pub fn find_by_external_id(
    tx: &mut Tx<'_>,
    source: Source,
    external_id: &str,
) -> Result<Option<IdentityLink>, StorageError> {
    let sql = format!(
        "select {COLUMNS} from identity_link where tenant_id = $1 and source = $2 and external_id = $3"
    );
    tx.optional(&sql, &[(&source.to_string()).into(), external_id.into()], read)
}

/// All links of a person, oldest first.
///
/// # Errors
/// When the database refuses.
pub fn list(tx: &mut Tx<'_>, employee: EmployeeId) -> Result<Vec<IdentityLink>, StorageError> {
    let sql = format!(
        "select {COLUMNS} from identity_link where tenant_id = $1 and employee_id = $2 order by linked_at, source"
    );
    tx.query(&sql, &[(&employee.to_string()).into()], read)
}

fn read(row: &Row<'_>) -> Result<IdentityLink, StorageError> {
    Ok(IdentityLink {
        source: row.parsed(0, ("identity_link", "source"))?,
        employee: row.parsed(1, ("identity_link", "employee_id"))?,
        external_id: row.owned_or_null(2)?,
        resource: row.owned(3)?,
        groups: row.owned(4)?,
        evidence: row.owned(5)?,
        linked_at: row.moment(6)?,
        hidden_at: row.moment_or_null(7)?,
    })
}

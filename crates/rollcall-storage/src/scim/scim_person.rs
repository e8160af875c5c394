//! People as one SCIM connection sees them: what it said of them, with our id and version.

use std::collections::BTreeSet;
use std::sync::Arc;

use rollcall_domain::source::Source;
use rollcall_domain::user_name::{fold, former_key, key};
use rollcall_domain::{EmployeeId, GroupId, ScimConnectionId};

use crate::directory::identity_link::IdentityLink;
use crate::error::StorageError;
use crate::row::{Row, Value};
use crate::scim::scim_group;
use crate::tx::Tx;

/// A person as the connection sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScimPerson {
    /// The SCIM `id`.
    pub id: EmployeeId,
    /// Counts the changes; the ETag.
    pub version: i64,
    /// `meta.created`, in the one written form.
    pub created_at: String,
    /// `meta.lastModified`, in the one written form.
    pub updated_at: String,
    /// The number by which the contact centre knows them.
    pub agent_number: i64,
    /// The resource as JSON, without `id` and `meta`.
    pub resource: String,
    /// The groups that the person is in, newest membership first.
    pub groups: Vec<InGroup>,
}

/// A group that a person is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InGroup {
    /// The SCIM `id` of the group.
    pub id: GroupId,
    /// Its `displayName`.
    pub display: Arc<str>,
}

/// A value that one index leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// The SCIM `id`.
    Id(EmployeeId),
    /// `userName`, letter case aside.
    UserName(String),
    /// `externalId`, letter by letter.
    ExternalId(String),
    /// Any of the e-mail addresses, letter case aside.
    Email(String),
    /// The agent number.
    AgentNumber(i64),
}

/// What a list is narrowed to where no probe is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Narrowing {
    /// Active people only, or inactive ones only.
    pub active: Option<bool>,
    /// People with an external id only.
    pub with_external_id: bool,
}

/// As many people may share an e-mail address before a filter on it is refused as too wide.
pub const PROBE_MAX: i64 = 1_000;

const PERSON: &str =
    "select e.id, e.version, e.created_at, e.updated_at, e.agent_number, l.resource, l.groups
     from identity_link l join employee e on e.tenant_id = l.tenant_id and e.id = l.employee_id";

/// One person.
///
/// # Errors
/// When the database refuses.
pub fn get(
    tx: &mut Tx<'_>,
    connection: ScimConnectionId,
    id: EmployeeId,
) -> Result<Option<ScimPerson>, StorageError> {
    Ok(find(tx, connection, &Probe::Id(id))?.into_iter().next())
}

/// The people that an index leads to, at most [`PROBE_MAX`], oldest first.
///
/// # Errors
/// When the database refuses.
pub fn find(
    tx: &mut Tx<'_>,
    connection: ScimConnectionId,
    probe: &Probe,
) -> Result<Vec<ScimPerson>, StorageError> {
    let source = Source::Scim(connection).to_string();
    let (condition, value) = match probe {
        Probe::Id(id) => ("l.employee_id = $2", id.to_string()),
        Probe::UserName(name) => ("e.tenant_id = $1 and e.user_name_key = $2", key(name)),
        Probe::ExternalId(id) => ("l.external_id = $2", id.clone()),
        Probe::Email(email) => return find_by_email(tx, &source, &fold(email)),
        Probe::AgentNumber(number) => return find_by_agent_number(tx, &source, *number),
    };
    let sql = format!(
        "{PERSON} where l.tenant_id = $1 and {condition} and l.source = $3 and l.hidden_at is null"
    );
    let mut found = tx.query(&sql, &[(&value).into(), (&source).into()], read)?;
    if let Some(former) = former(probe).filter(|_| found.is_empty()) {
        found = tx.query(&sql, &[(&former).into(), (&source).into()], read)?;
    }
    named(tx, &source, found)
}

/// The key under which somebody of a user name may still be kept.
pub(crate) fn former(probe: &Probe) -> Option<String> {
    match probe {
        Probe::UserName(name) => former_key(name),
        _ => None,
    }
}

/// The people of some ids, in the same order; whom the connection does not see is left out.
///
/// # Errors
/// When the database refuses.
pub fn get_each(
    tx: &mut Tx<'_>,
    connection: ScimConnectionId,
    ids: &[EmployeeId],
) -> Result<Vec<ScimPerson>, StorageError> {
    let source = Source::Scim(connection).to_string();
    let sql = format!(
        "{PERSON} where l.tenant_id = $1 and l.employee_id = $2 and l.source = $3 and l.hidden_at is null"
    );
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(tx.optional(&sql, &[(&id.to_string()).into(), (&source).into()], read)?);
    }
    named(tx, &source, found)
}

/// The groups of a link, with their names.
///
/// # Errors
/// When the database refuses.
pub fn groups(tx: &mut Tx<'_>, link: &IdentityLink) -> Result<Vec<InGroup>, StorageError> {
    let bad = |_| StorageError::Inconsistent {
        table: "identity_link",
        column: "groups",
        row: link.employee.to_string(),
    };
    let mut groups = unnamed(serde_json::from_str(&link.groups).map_err(bad)?);
    name(tx, &link.source.to_string(), &mut groups.iter_mut().collect::<Vec<_>>())?;
    Ok(groups)
}

/// People with the names of their groups: one statement for all of them, and none where nobody is in a group. A
/// name stands with its group only, so that renaming a group rewrites nobody.
fn named(
    tx: &mut Tx<'_>,
    source: &str,
    mut people: Vec<ScimPerson>,
) -> Result<Vec<ScimPerson>, StorageError> {
    name_groups(tx, source, people.iter_mut())?;
    Ok(people)
}

/// The same for people among others.
pub(crate) fn name_groups<'p>(
    tx: &mut Tx<'_>,
    source: &str,
    people: impl Iterator<Item = &'p mut ScimPerson>,
) -> Result<(), StorageError> {
    name(tx, source, &mut people.flat_map(|person| &mut person.groups).collect::<Vec<_>>())
}

fn name(tx: &mut Tx<'_>, source: &str, groups: &mut [&mut InGroup]) -> Result<(), StorageError> {
    let ids: BTreeSet<GroupId> = groups.iter().map(|group| group.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let names = scim_group::names(tx, source, &Vec::from_iter(ids))?;
    for group in groups {
        if let Some(name) = names.get(&group.id) {
            group.display = Arc::clone(name);
        }
    }
    Ok(())
}

fn unnamed(ids: Vec<GroupId>) -> Vec<InGroup> {
    ids.into_iter().map(|id| InGroup { id, display: Arc::default() }).collect()
}

fn find_by_email(
    tx: &mut Tx<'_>,
    source: &str,
    email: &str,
) -> Result<Vec<ScimPerson>, StorageError> {
    let values = [email.into(), source.into(), Value::Int(PROBE_MAX)];
    let own = format!(
        "{PERSON} where e.tenant_id = $1 and e.email_key = $2 and l.source = $3 and l.hidden_at is null
         order by e.id limit $4"
    );
    let mut people = tx.query(&own, &values, read)?;
    let second = format!(
        "{PERSON} join identity_email m on m.tenant_id = l.tenant_id and m.source = l.source and m.employee_id = l.employee_id
         where m.tenant_id = $1 and m.email_key = $2 and m.source = $3 and l.hidden_at is null order by m.employee_id limit $4"
    );
    for person in tx.query(&second, &values, read)? {
        if people.iter().all(|known| known.id != person.id) {
            people.push(person);
        }
    }
    people.sort_by_key(|person| person.id);
    named(tx, source, people)
}

/// The people of an agent number: each business unit may have one.
fn find_by_agent_number(
    tx: &mut Tx<'_>,
    source: &str,
    number: i64,
) -> Result<Vec<ScimPerson>, StorageError> {
    let found = tx.query(
        "select e.id, e.version, e.created_at, e.updated_at, e.agent_number, l.resource, l.groups
         from business_unit u cross join employee e cross join identity_link l
         where u.tenant_id = $1 and e.tenant_id = $1 and e.business_unit_id = u.id and e.agent_number = $2
         and l.tenant_id = $1 and l.source = $3 and l.employee_id = e.id and l.hidden_at is null order by e.id",
        &[number.into(), source.into()],
        read,
    )?;
    named(tx, source, found)
}

/// The ids of all people that the connection sees, in the order of its lists.
///
/// # Errors
/// When the database refuses.
pub fn order(
    tx: &mut Tx<'_>,
    connection: ScimConnectionId,
) -> Result<Vec<EmployeeId>, StorageError> {
    tx.query(
        "select employee_id from identity_link where tenant_id = $1 and source = $2 and hidden_at is null
         order by employee_id",
        &[(&Source::Scim(connection).to_string()).into()],
        |row| row.parsed(0, ("identity_link", "employee_id")),
    )
}

/// How many people a list holds in all.
///
/// # Errors
/// When the database refuses.
pub fn count(
    tx: &mut Tx<'_>,
    connection: ScimConnectionId,
    narrowing: Narrowing,
) -> Result<i64, StorageError> {
    let sql = format!("select count(*) from {}", seen(narrowing));
    tx.count(&sql, &[(&Source::Scim(connection).to_string()).into()])
}

/// One page of a list, oldest first. The way to it leads over ids only; people are read when it is found.
///
/// # Errors
/// When the database refuses.
pub fn list(
    tx: &mut Tx<'_>,
    connection: ScimConnectionId,
    narrowing: Narrowing,
    offset: i64,
    limit: i64,
) -> Result<Vec<ScimPerson>, StorageError> {
    let sql = format!(
        "select e.id, e.version, e.created_at, e.updated_at, e.agent_number, l.resource, l.groups
         from (select l.employee_id from {} order by l.employee_id limit $3 offset $4) found
         cross join identity_link l cross join employee e
         where l.tenant_id = $1 and l.source = $2 and l.employee_id = found.employee_id
         and e.tenant_id = $1 and e.id = found.employee_id order by l.employee_id",
        seen(narrowing)
    );
    let source = Source::Scim(connection).to_string();
    let found = tx.query(&sql, &[(&source).into(), limit.into(), offset.into()], read)?;
    named(tx, &source, found)
}

/// The people behind one of them in the order of their ids, or the first ones: for whoever looks at all.
///
/// # Errors
/// When the database refuses.
pub fn list_after(
    tx: &mut Tx<'_>,
    connection: ScimConnectionId,
    after: Option<EmployeeId>,
    limit: i64,
) -> Result<Vec<ScimPerson>, StorageError> {
    let sql = format!(
        "{PERSON} where l.tenant_id = $1 and l.source = $2 and l.employee_id > $3 and l.hidden_at is null
         order by l.employee_id limit $4"
    );
    let source = Source::Scim(connection).to_string();
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let found = tx.query(&sql, &[(&source).into(), (&after).into(), limit.into()], read)?;
    named(tx, &source, found)
}

/// The links `l` that a list consists of. Employees are looked at only where they decide.
fn seen(narrowing: Narrowing) -> String {
    let employee = "join employee e on e.tenant_id = l.tenant_id and e.id = l.employee_id";
    let (join, active) = match narrowing.active {
        None => ("", ""),
        Some(true) => (employee, " and e.active = true"),
        Some(false) => (employee, " and e.active = false"),
    };
    let external = if narrowing.with_external_id { " and l.external_id is not null" } else { "" };
    format!(
        "identity_link l {join} where l.tenant_id = $1 and l.source = $2 and l.hidden_at is null{active}{external}"
    )
}

fn read(row: &Row<'_>) -> Result<ScimPerson, StorageError> {
    Ok(ScimPerson {
        id: row.parsed(0, ("employee", "id"))?,
        version: row.int(1)?,
        created_at: row.owned(2)?,
        updated_at: row.owned(3)?,
        agent_number: row.int(4)?,
        resource: row.owned(5)?,
        groups: read_groups(row, 6)?,
    })
}

/// The groups of a row, without their names. Most people are in none.
pub(crate) fn read_groups(row: &Row<'_>, column: usize) -> Result<Vec<InGroup>, StorageError> {
    match row.text(column)? {
        "[]" => Ok(Vec::new()),
        _ => Ok(unnamed(row.json(column, ("identity_link", "groups"))?)),
    }
}

//! People as a connection sees them that may read the whole tenant: its own as in [`crate::scim::scim_person`],
//! of the others what we keep of them.

use rollcall_domain::employee::Employee;
use rollcall_domain::source::Source;
use rollcall_domain::user_name::{fold, key};
use rollcall_domain::{EmployeeId, ScimConnectionId, time};

use crate::directory::employee;
use crate::error::StorageError;
use crate::row::{Row, Value};
use crate::scim::scim_person::{self, Narrowing, PROBE_MAX, Probe, ScimPerson};
use crate::tx::Tx;

/// A person who can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// One of the connection's own.
    Own(ScimPerson),
    /// Somebody else.
    Other(Box<Employee>),
}

impl Seen {
    fn id(&self) -> EmployeeId {
        match self {
            Self::Own(person) => person.id,
            Self::Other(employee) => employee.id,
        }
    }
}

/// Everyone but those whom the connection itself deleted. `l` is the connection's own link, if there is one.
const SEEN: &str = "employee e left join identity_link l on l.tenant_id = e.tenant_id and l.source = $2 and l.employee_id = e.id
     where e.tenant_id = $1 and l.hidden_at is null";

/// A person as we keep them, and what the connection says of them if they are its own.
fn columns() -> String {
    format!("{}, l.resource, l.groups", employee::COLUMNS)
}

/// One person.
///
/// # Errors
/// When the database refuses.
pub fn get(
    tx: &mut Tx<'_>,
    connection: ScimConnectionId,
    id: EmployeeId,
) -> Result<Option<Seen>, StorageError> {
    Ok(find(tx, connection, &Probe::Id(id))?.into_iter().next())
}

/// The people that an index leads to, at most [`PROBE_MAX`], oldest first. An external id, and an address beside
/// the first one, is a word between a connection and us: it leads to the connection's own people only.
///
/// # Errors
/// When the database refuses.
pub fn find(
    tx: &mut Tx<'_>,
    connection: ScimConnectionId,
    probe: &Probe,
) -> Result<Vec<Seen>, StorageError> {
    let text = match probe {
        Probe::Id(id) => id.to_string(),
        Probe::UserName(word) => key(word),
        Probe::Email(word) => fold(word),
        Probe::ExternalId(_) | Probe::AgentNumber(_) => String::new(),
    };
    let (condition, value) = match probe {
        Probe::Id(_) => ("e.id = $3", (&text).into()),
        Probe::UserName(_) => ("e.user_name_key = $3", (&text).into()),
        Probe::Email(_) => ("e.email_key = $3", (&text).into()),
        Probe::AgentNumber(number) => ("e.agent_number = $3", Value::Int(*number)),
        Probe::ExternalId(_) => {
            let own = scim_person::find(tx, connection, probe)?;
            return Ok(own.into_iter().map(Seen::Own).collect());
        }
    };
    let source = Source::Scim(connection).to_string();
    let columns = columns();
    let sql = format!("select {columns} from {SEEN} and {condition} order by e.id limit $4");
    let mut found = tx.query(&sql, &[(&source).into(), value, Value::Int(PROBE_MAX)], read)?;
    if let Some(former) = scim_person::former(probe).filter(|_| found.is_empty()) {
        let values = [(&source).into(), (&former).into(), Value::Int(PROBE_MAX)];
        found = tx.query(&sql, &values, read)?;
    }
    let mut people = named(tx, &source, found)?;
    if let Probe::Email(_) = probe {
        people.extend(scim_person::find(tx, connection, probe)?.into_iter().map(Seen::Own));
        people.sort_by_key(Seen::id);
        people.dedup_by_key(|seen| seen.id());
    }
    Ok(people)
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
    let sql = format!("select count(*) from {SEEN}{}", narrowed(narrowing));
    tx.count(&sql, &[(&Source::Scim(connection).to_string()).into()])
}

/// One page of a list, oldest first. The way to it leads over ids; people are read when it is found.
///
/// # Errors
/// When the database refuses.
pub fn list(
    tx: &mut Tx<'_>,
    connection: ScimConnectionId,
    narrowing: Narrowing,
    offset: i64,
    limit: i64,
) -> Result<Vec<Seen>, StorageError> {
    let sql = format!(
        "select {} from (select e.id from {SEEN}{} order by e.id limit $3 offset $4) found
         cross join employee e left join identity_link l
         on l.tenant_id = e.tenant_id and l.source = $2 and l.employee_id = e.id
         where e.tenant_id = $1 and e.id = found.id order by e.id",
        columns(),
        narrowed(narrowing)
    );
    let source = Source::Scim(connection).to_string();
    let found = tx.query(&sql, &[(&source).into(), limit.into(), offset.into()], read)?;
    named(tx, &source, found)
}

/// The people behind one of them in the order of their ids, or the first ones.
///
/// # Errors
/// When the database refuses.
pub fn list_after(
    tx: &mut Tx<'_>,
    connection: ScimConnectionId,
    after: Option<EmployeeId>,
    limit: i64,
) -> Result<Vec<Seen>, StorageError> {
    let sql = format!("select {} from {SEEN} and e.id > $3 order by e.id limit $4", columns());
    let source = Source::Scim(connection).to_string();
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let found = tx.query(&sql, &[(&source).into(), (&after).into(), limit.into()], read)?;
    named(tx, &source, found)
}

/// People with the names of their groups.
fn named(tx: &mut Tx<'_>, source: &str, mut people: Vec<Seen>) -> Result<Vec<Seen>, StorageError> {
    let own = people.iter_mut().filter_map(|seen| match seen {
        Seen::Own(person) => Some(person),
        Seen::Other(_) => None,
    });
    scim_person::name_groups(tx, source, own)?;
    Ok(people)
}

fn narrowed(narrowing: Narrowing) -> String {
    let active = match narrowing.active {
        None => "",
        Some(true) => " and e.active = true",
        Some(false) => " and e.active = false",
    };
    let external = if narrowing.with_external_id { " and l.external_id is not null" } else { "" };
    format!("{active}{external}")
}

/// Reads [`columns`].
fn read(row: &Row<'_>) -> Result<Seen, StorageError> {
    const RESOURCE: usize = employee::COLUMN_COUNT;
    let person = employee::read(row)?;
    Ok(match row.owned_or_null(RESOURCE)? {
        Some(resource) => Seen::Own(ScimPerson {
            id: person.id,
            version: person.version,
            created_at: time::to_text(person.created_at),
            updated_at: time::to_text(person.updated_at),
            agent_number: person.agent_number.0,
            resource,
            groups: scim_person::read_groups(row, RESOURCE + 1)?,
        }),
        None => Seen::Other(Box::new(person)),
    })
}

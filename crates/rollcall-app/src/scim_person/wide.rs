//! People as a connection reads them whose policy lets it read the whole tenant. Those who are not its own are
//! told by what we keep of them: without an external id, which is a word between them and another provider, and
//! without groups.

use serde_json::{Map, Value, json};

use rollcall_domain::authority::Attribute;
use rollcall_domain::employee::Employee;
use rollcall_domain::optional::OptionalAttributes;
use rollcall_domain::policy::Reading;
use rollcall_domain::{EmployeeId, time};
use rollcall_storage::scim::scim_reader::{self as rows, Seen};
use rollcall_storage::{StorageError, Tx};

use crate::access::ScimAccess;
use crate::scim_person::{Narrowing, Probe, ScimPerson};

impl ScimAccess {
    /// Whether the connection may read everyone.
    pub(crate) fn reads_all(&self) -> bool {
        self.policy.reading == Reading::Tenant
    }
}

/// One person.
pub(super) fn get(
    tx: &mut Tx<'_>,
    access: &ScimAccess,
    id: EmployeeId,
) -> Result<Option<ScimPerson>, StorageError> {
    Ok(rows::get(tx, access.connection, id)?.map(|seen| told(seen, access.optional)))
}

/// The people that an index leads to.
pub(super) fn find(
    tx: &mut Tx<'_>,
    access: &ScimAccess,
    probe: &Probe,
) -> Result<Vec<ScimPerson>, StorageError> {
    Ok(all(rows::find(tx, access.connection, probe)?, access.optional))
}

/// One page of a list, and how many there are in all.
pub(super) fn list(
    tx: &mut Tx<'_>,
    access: &ScimAccess,
    narrowing: Narrowing,
    (offset, limit): (i64, i64),
) -> Result<(i64, Vec<ScimPerson>), StorageError> {
    let total = rows::count(tx, access.connection, narrowing)?;
    if limit == 0 || offset >= total {
        return Ok((total, Vec::new()));
    }
    let people = rows::list(tx, access.connection, narrowing, offset, limit)?;
    Ok((total, all(people, access.optional)))
}

/// The people behind one of them in the order of their ids.
pub(super) fn list_after(
    tx: &mut Tx<'_>,
    access: &ScimAccess,
    after: Option<EmployeeId>,
    limit: i64,
) -> Result<Vec<ScimPerson>, StorageError> {
    Ok(all(rows::list_after(tx, access.connection, after, limit)?, access.optional))
}

fn all(people: Vec<Seen>, optional: OptionalAttributes) -> Vec<ScimPerson> {
    people.into_iter().map(|seen| told(seen, optional)).collect()
}

fn told(seen: Seen, optional: OptionalAttributes) -> ScimPerson {
    match seen {
        Seen::Own(person) => person,
        Seen::Other(employee) => ScimPerson {
            id: employee.id,
            version: employee.version,
            created_at: time::to_text(employee.created_at),
            updated_at: time::to_text(employee.updated_at),
            agent_number: employee.agent_number.0,
            resource: Value::Object(resource(&employee, optional)).to_string(),
            groups: Vec::new(),
        },
    }
}

/// A person as a SCIM user. Optional attributes are told where the tenant publishes them.
fn resource(employee: &Employee, optional: OptionalAttributes) -> Map<String, Value> {
    let (profile, details) = (&employee.profile, &employee.details);
    let told = |attribute, value: &Option<String>| {
        value.clone().filter(|_| optional.contains(attribute)).map(Value::String)
    };
    let mut name = Map::new();
    name.insert("givenName".to_owned(), json!(profile.first_name));
    name.insert("familyName".to_owned(), json!(profile.last_name));
    let middle = told(Attribute::MiddleName, &details.middle_name);
    name.extend(middle.map(|value| ("middleName".to_owned(), value)));
    let mobile = told(Attribute::MobileNumber, &details.mobile_number);
    let mobile = mobile.map(|number| json!([{"value": number, "type": "mobile"}]));
    let mut resource = Map::new();
    resource.insert("schemas".to_owned(), json!(["urn:ietf:params:scim:schemas:core:2.0:User"]));
    resource.insert("userName".to_owned(), json!(profile.user_name.as_str()));
    resource.insert("name".to_owned(), Value::Object(name));
    resource.insert(
        "emails".to_owned(),
        json!([{"value": profile.email, "type": "work", "primary": true}]),
    );
    resource.insert("active".to_owned(), json!(employee.status.is_active()));
    let others = [
        ("displayName", told(Attribute::DisplayName, &details.display_name)),
        ("timezone", told(Attribute::TimeZone, &details.time_zone)),
        ("userType", told(Attribute::Type, &details.employee_type)),
        ("phoneNumbers", mobile),
    ];
    for (attribute, value) in others {
        resource.extend(value.map(|value| (attribute.to_owned(), value)));
    }
    resource
}

//! Employees: rows that are added and changed, never deleted.

use jiff::Timestamp;

use rollcall_domain::detail::Details;
use rollcall_domain::employee::{AgentNumber, Employee, Profile, Status};
use rollcall_domain::source::Source;
use rollcall_domain::user_name::{UserName, fold, former_key};
use rollcall_domain::wfm::{self, Member};
use rollcall_domain::{BusinessUnitId, EmployeeId, LoginAuthenticatorId, time};

use crate::access::{access_key, agent_account};
use crate::directory::search;
use crate::effect::Change;
use crate::error::StorageError;
use crate::row::{Row, names};
use crate::tx::Tx;

/// The columns of an employee `e`, as [`read`] expects them from column 0 on.
pub(crate) const COLUMNS: &str = "e.id, e.business_unit_id, e.team_id, e.primary_role_id, e.agent_number, e.user_name, \
     e.first_name, e.last_name, e.email, e.active, e.activated_at, e.external_id, e.managed_by, e.origins, \
     e.version, e.created_at, e.updated_at, e.display_name, e.middle_name, e.mobile_number, e.time_zone, e.employee_type, \
     e.login_authenticator_id";
/// How many they are.
pub(crate) const COLUMN_COUNT: usize = 23;

/// Keys are cut, because an index of PostgreSQL takes entries of 2,704 bytes at the most.
const NAME_KEY_BYTES: usize = 256;
const SEARCH_KEY_BYTES: usize = 1_024;

/// Who has a user name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserNameState {
    /// Nobody, and no deleted person had it.
    Free,
    /// Nobody; deleted people had it.
    Released,
    /// This person.
    Held(EmployeeId),
}

/// Adds a person.
///
/// # Errors
/// [`StorageError::Duplicate`] when the user name is taken; or the database refuses.
pub fn insert(tx: &mut Tx<'_>, employee: &Employee) -> Result<(), StorageError> {
    let profile = &employee.profile;
    tx.execute(
        "insert into employee (tenant_id, id, business_unit_id, team_id, primary_role_id, agent_number, user_name,
         user_name_key, first_name, last_name, name_key, search_key, email, email_key, active, activated_at,
         external_id, managed_by, origins, version, created_at, updated_at, display_name, middle_name, mobile_number,
         time_zone, employee_type, login_authenticator_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
         $23, $24, $25, $26, $27, $28)",
        &[
            (&employee.id.to_string()).into(),
            (&employee.business_unit.to_string()).into(),
            (&employee.team.to_string()).into(),
            (&employee.primary_role.to_string()).into(),
            employee.agent_number.0.into(),
            profile.user_name.as_str().into(),
            (&profile.user_name.key()).into(),
            (&profile.first_name).into(),
            (&profile.last_name).into(),
            (&name_key(profile)).into(),
            (&search_key(profile)).into(),
            (&profile.email).into(),
            (&fold(&profile.email)).into(),
            employee.status.is_active().into(),
            (&time::to_text(employee.activated_at)).into(),
            employee.external_id.as_ref().into(),
            (&employee.managed_by.to_string()).into(),
            (&origins_text(employee)).into(),
            employee.version.into(),
            (&time::to_text(employee.created_at)).into(),
            (&time::to_text(employee.updated_at)).into(),
            employee.details.display_name.as_ref().into(),
            employee.details.middle_name.as_ref().into(),
            employee.details.mobile_number.as_ref().into(),
            employee.details.time_zone.as_ref().into(),
            employee.details.employee_type.as_ref().into(),
            text(employee.details.login_authenticator).as_ref().into(),
        ],
    )?;
    tx.touch(employee.id);
    Ok(())
}

/// Writes what may change of a person.
///
/// # Errors
/// [`StorageError::Duplicate`] when the new user name is taken; or the database refuses.
pub fn save(tx: &mut Tx<'_>, employee: &Employee) -> Result<(), StorageError> {
    save_all(tx, employee, Some(&employee.profile.user_name.key()))
}

/// The same, with another key of the user name or the one that stands there.
fn save_all(
    tx: &mut Tx<'_>,
    employee: &Employee,
    user_name_key: Option<&String>,
) -> Result<(), StorageError> {
    let profile = &employee.profile;
    tx.execute(
        "update employee set team_id = $2, primary_role_id = $3, user_name = $4, user_name_key = coalesce($5, user_name_key),
         first_name = $6, last_name = $7, name_key = $8, search_key = $9, email = $10, email_key = $11,
         active = $12, activated_at = $13, external_id = $14, managed_by = $15, origins = $16, version = $17,
         updated_at = $18, display_name = $19, middle_name = $20, mobile_number = $21, time_zone = $22,
         employee_type = $23, login_authenticator_id = $24 where tenant_id = $1 and id = $25",
        &[
            (&employee.team.to_string()).into(),
            (&employee.primary_role.to_string()).into(),
            profile.user_name.as_str().into(),
            user_name_key.into(),
            (&profile.first_name).into(),
            (&profile.last_name).into(),
            (&name_key(profile)).into(),
            (&search_key(profile)).into(),
            (&profile.email).into(),
            (&fold(&profile.email)).into(),
            employee.status.is_active().into(),
            (&time::to_text(employee.activated_at)).into(),
            employee.external_id.as_ref().into(),
            (&employee.managed_by.to_string()).into(),
            (&origins_text(employee)).into(),
            employee.version.into(),
            (&time::to_text(employee.updated_at)).into(),
            employee.details.display_name.as_ref().into(),
            employee.details.middle_name.as_ref().into(),
            employee.details.mobile_number.as_ref().into(),
            employee.details.time_zone.as_ref().into(),
            employee.details.employee_type.as_ref().into(),
            text(employee.details.login_authenticator).as_ref().into(),
            (&employee.id.to_string()).into(),
        ],
    )?;
    tx.touch(employee.id);
    Ok(())
}

/// Writes where a person works: business unit, agent number and team, which change together.
///
/// # Errors
/// [`StorageError::Duplicate`] when the number is taken in the unit; or the database refuses.
pub fn save_posting(tx: &mut Tx<'_>, employee: &Employee) -> Result<(), StorageError> {
    tx.execute(
        "update employee set business_unit_id = $2, agent_number = $3, team_id = $4, origins = $5, version = $6,
         updated_at = $7 where tenant_id = $1 and id = $8",
        &[
            (&employee.business_unit.to_string()).into(),
            employee.agent_number.0.into(),
            (&employee.team.to_string()).into(),
            (&origins_text(employee)).into(),
            employee.version.into(),
            (&time::to_text(employee.updated_at)).into(),
            (&employee.id.to_string()).into(),
        ],
    )?;
    tx.touch(employee.id);
    Ok(())
}

/// Writes a person who was `before`. Where names, address, team and details are as they were, their indexes are
/// left alone: SQLite writes an index anew for each column that a statement sets, changed or not, and
/// most changes switch people on and off. Who is switched off or on is signed out of their own page for good.
///
/// # Errors
/// As [`save`].
pub fn save_change(
    tx: &mut Tx<'_>,
    before: &Employee,
    after: &Employee,
) -> Result<(), StorageError> {
    if before.status != after.status {
        access_key::note_owner_change(tx, after.id)?;
        agent_account::end_visits(tx, after.id)?;
    }
    if before.profile.user_name != after.profile.user_name {
        return save(tx, after);
    }
    if before.profile != after.profile
        || before.team != after.team
        || before.details != after.details
    {
        // Whoever gave their user name free does not take it back by moving to another team.
        return save_all(tx, after, None);
    }
    tx.execute(
        "update employee set primary_role_id = $2, active = $3, activated_at = $4, external_id = $5,
         managed_by = $6, origins = $7, version = $8, updated_at = $9 where tenant_id = $1 and id = $10",
        &[
            (&after.primary_role.to_string()).into(),
            after.status.is_active().into(),
            (&time::to_text(after.activated_at)).into(),
            after.external_id.as_ref().into(),
            (&after.managed_by.to_string()).into(),
            (&origins_text(after)).into(),
            after.version.into(),
            (&time::to_text(after.updated_at)).into(),
            (&after.id.to_string()).into(),
        ],
    )?;
    tx.touch(after.id);
    Ok(())
}

/// One person.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>, id: EmployeeId) -> Result<Option<Employee>, StorageError> {
    let sql = format!("select {COLUMNS} from employee e where e.tenant_id = $1 and e.id = $2");
    tx.optional(&sql, &[(&id.to_string()).into()], read)
}

/// The person of a user name, whatever its letter case. Deleted people have none ([`release_user_name`]).
///
/// # Errors
/// When the database refuses.
pub fn find_by_user_name(
    tx: &mut Tx<'_>,
    user_name: &UserName,
) -> Result<Option<EmployeeId>, StorageError> {
    by_either_key(user_name, |key| {
        tx.optional(
            "select id from employee where tenant_id = $1 and user_name_key = $2",
            &[key.into()],
            |row| row.parsed(0, ("employee", "id")),
        )
    })
}

/// Asks by the key of a user name, and by its former one where that is another and the first leads to nobody.
fn by_either_key<T>(
    user_name: &UserName,
    mut ask: impl FnMut(&str) -> Result<Option<T>, StorageError>,
) -> Result<Option<T>, StorageError> {
    let found = ask(&user_name.key())?;
    match former_key(user_name.as_str()).filter(|_| found.is_none()) {
        Some(former) => ask(&former),
        None => Ok(found),
    }
}

/// The people of a business unit after one agent number, with whether each belongs into a WFM of the unit.
///
/// # Errors
/// When the database refuses.
pub fn list_members(
    tx: &mut Tx<'_>,
    unit: BusinessUnitId,
    after: i64,
    limit: i64,
) -> Result<Vec<Member>, StorageError> {
    tx.query(
        "select e.agent_number, e.first_name, e.last_name, e.active, t.features from employee e
         join team t on t.tenant_id = e.tenant_id and t.id = e.team_id
         where e.tenant_id = $1 and e.business_unit_id = $2 and e.agent_number > $3
         order by e.agent_number limit $4",
        &[(&unit.to_string()).into(), after.into(), limit.into()],
        |row| {
            let features = names(row.text(4)?, ("team", "features"))?;
            let status = if row.flag(3)? { Status::Active } else { Status::Inactive };
            Ok(Member {
                agent_number: row.int(0)?,
                name: format!("{} {}", row.text(1)?, row.text(2)?),
                belongs: wfm::belongs(status, &features),
            })
        },
    )
}

/// The people of an e-mail address, whatever its letter case, by id. Several may share one.
///
/// # Errors
/// When the database refuses.
pub fn list_by_email(
    tx: &mut Tx<'_>,
    email: &str,
    limit: i64,
) -> Result<Vec<Employee>, StorageError> {
    let sql = format!(
        "select {COLUMNS} from employee e where e.tenant_id = $1 and e.email_key = $2 order by e.id limit $3"
    );
    tx.query(&sql, &[(&fold(email)).into(), limit.into()], read)
}

/// Gives the user name of a deleted person free for others. It stays in their row, and [`hold_user_name`] takes it
/// back, unless somebody else has it by then.
///
/// # Errors
/// When the database refuses.
pub fn release_user_name(tx: &mut Tx<'_>, employee: &Employee) -> Result<(), StorageError> {
    let id = employee.id.to_string();
    // No user name holds a line feed, so that no name is this key, and the id makes it unique.
    let key = format!("{}\n{id}", employee.profile.user_name.key());
    tx.execute(
        "update employee set user_name_key = $2 where tenant_id = $1 and id = $3",
        &[(&key).into(), (&id).into()],
    )?;
    tx.touch(employee.id);
    Ok(())
}

/// Takes a person's user name back; tells whether they have it now, and not somebody else.
///
/// # Errors
/// When the database refuses.
pub fn hold_user_name(tx: &mut Tx<'_>, employee: &Employee) -> Result<bool, StorageError> {
    let rows = tx.execute(
        "update employee set user_name_key = $2 where tenant_id = $1 and id = $3 and not exists
         (select 1 from employee o where o.tenant_id = $1 and o.user_name_key = $2 and o.id <> $3)",
        &[(&employee.profile.user_name.key()).into(), (&employee.id.to_string()).into()],
    )?;
    tx.touch(employee.id);
    Ok(rows > 0)
}

/// Who has a user name, asked in one statement: almost always the answer is that nobody has it.
///
/// # Errors
/// When the database refuses.
pub fn ask_user_name(tx: &mut Tx<'_>, user_name: &UserName) -> Result<UserNameState, StorageError> {
    let found = by_either_key(user_name, |key| {
        // The name itself comes before those that were given free, and nothing else lies between them.
        tx.optional(
            "select id, user_name_key from employee where tenant_id = $1 and user_name_key >= $2 and user_name_key < $3
             order by user_name_key limit 1",
            &[key.into(), (&format!("{key}\n~")).into()],
            |row| Ok((row.parsed(0, ("employee", "id"))?, row.text(1)? == key)),
        )
    })?;
    Ok(match found {
        None => UserNameState::Free,
        Some((id, true)) => UserNameState::Held(id),
        Some((_, false)) => UserNameState::Released,
    })
}

/// The deleted person of a source who had a user name before giving it free: the one who was deleted last.
///
/// # Errors
/// When the database refuses.
pub fn find_released(
    tx: &mut Tx<'_>,
    source: Source,
    user_name: &UserName,
) -> Result<Option<EmployeeId>, StorageError> {
    let source = source.to_string();
    by_either_key(user_name, |key| {
        tx.optional(
            "select e.id from employee e cross join identity_link l
             where e.tenant_id = $1 and e.user_name_key > $2 and e.user_name_key < $3 and e.managed_by = $4
             and l.tenant_id = $1 and l.source = $4 and l.employee_id = e.id and l.hidden_at is not null
             order by l.hidden_at desc, e.id desc limit 1",
            &[(&format!("{key}\n")).into(), (&format!("{key}\n~")).into(), (&source).into()],
            |row| row.parsed(0, ("employee", "id")),
        )
    })
}

/// Everyone whom a source manages, with their names, oldest first.
///
/// # Errors
/// When the database refuses.
pub fn list_managed_by(
    tx: &mut Tx<'_>,
    source: Source,
) -> Result<Vec<(EmployeeId, String)>, StorageError> {
    tx.query(
        "select id, first_name, last_name from employee where tenant_id = $1 and managed_by = $2 order by id",
        &[(&source.to_string()).into()],
        |row| {
            let name = format!("{} {}", row.text(1)?, row.text(2)?);
            Ok((row.parsed(0, ("employee", "id"))?, name))
        },
    )
}

/// Hands everyone whom a source manages over to another; tells how many they are. Who set which value stays.
///
/// # Errors
/// When the database refuses.
pub fn reassign(
    tx: &mut Tx<'_>,
    from: Source,
    to: Source,
    now: Timestamp,
) -> Result<u64, StorageError> {
    let people = tx.execute(
        "update employee set managed_by = $2, version = version + 1,
         updated_at = case when updated_at < $3 then $3 else updated_at end where tenant_id = $1 and managed_by = $4",
        &[(&to.to_string()).into(), (&time::to_text(now)).into(), (&from.to_string()).into()],
    )?;
    tx.change(Change::People);
    Ok(people)
}

/// Reads [`COLUMNS`].
pub(crate) fn read(row: &Row<'_>) -> Result<Employee, StorageError> {
    let bad = |column| StorageError::Inconsistent {
        table: "employee",
        column,
        row: row.text(0).unwrap_or_default().to_owned(),
    };
    Ok(Employee {
        id: row.parsed(0, ("employee", "id"))?,
        business_unit: row.parsed(1, ("employee", "business_unit_id"))?,
        team: row.parsed(2, ("employee", "team_id"))?,
        primary_role: row.parsed(3, ("employee", "primary_role_id"))?,
        agent_number: AgentNumber(row.int(4)?),
        profile: Profile {
            user_name: UserName::parse(row.text(5)?).map_err(|_| bad("user_name"))?,
            first_name: row.owned(6)?,
            last_name: row.owned(7)?,
            email: row.owned(8)?,
        },
        status: Status::from_active(row.flag(9)?),
        activated_at: row.moment(10)?,
        external_id: row.owned_or_null(11)?,
        managed_by: row.parsed(12, ("employee", "managed_by"))?,
        origins: serde_json::from_str(row.text(13)?).map_err(|_| bad("origins"))?,
        version: row.int(14)?,
        created_at: row.moment(15)?,
        updated_at: row.moment(16)?,
        details: Details {
            display_name: row.owned_or_null(17)?,
            middle_name: row.owned_or_null(18)?,
            mobile_number: row.owned_or_null(19)?,
            time_zone: row.owned_or_null(20)?,
            employee_type: row.owned_or_null(21)?,
            login_authenticator: match row.text_or_null(22)? {
                Some(id) => Some(id.parse().map_err(|_| bad("login_authenticator_id"))?),
                None => None,
            },
        },
    })
}

/// What people are sorted by: family name first, letter case aside.
fn name_key(profile: &Profile) -> String {
    cut(fold(&format!("{} {}", profile.last_name, profile.first_name)), NAME_KEY_BYTES)
}

/// What people are searched by: the name in either order, the user name and the e-mail address.
fn search_key(profile: &Profile) -> String {
    let (first, last) = (&profile.first_name, &profile.last_name);
    let (user_name, email) = (profile.user_name.as_str(), &profile.email);
    cut(search::plain(&format!("{first} {last} {first}\n{user_name}\n{email}")), SEARCH_KEY_BYTES)
}

fn cut(mut text: String, bytes: usize) -> String {
    text.truncate(text.floor_char_boundary(bytes));
    text
}

fn text(id: Option<LoginAuthenticatorId>) -> Option<String> {
    id.map(|id| id.to_string())
}

fn origins_text(employee: &Employee) -> String {
    serde_json::to_string(&employee.origins).unwrap_or_default()
}

//! Business units, teams and roles.

use rollcall_domain::employee::AgentNumber;
use rollcall_domain::structure::{BusinessUnit, Role, Team};
use rollcall_domain::{BusinessUnitId, RoleId, TeamId};

use crate::directory::role_permission;
use crate::effect::Change;
use crate::error::StorageError;
use crate::record::alert::{self, AlertKind};
use crate::row::{Row, names, names_text};
use crate::tx::Tx;

/// A team and how many active people are in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffedTeam {
    /// The team.
    pub team: Team,
    /// Its active people.
    pub active: i64,
}

/// Adds a business unit whose agent numbers begin at `first_agent_number`.
///
/// # Errors
/// When the name is taken, or the database refuses.
pub fn insert_business_unit(
    tx: &mut Tx<'_>,
    unit: &BusinessUnit,
    first_agent_number: i64,
) -> Result<(), StorageError> {
    tx.execute(
        "insert into business_unit (tenant_id, id, name, next_agent_number) values ($1, $2, $3, $4)",
        &[(&unit.id.to_string()).into(), (&unit.name).into(), first_agent_number.into()],
    )?;
    Ok(())
}

/// All business units, by name.
///
/// # Errors
/// When the database refuses.
pub fn list_business_units(tx: &mut Tx<'_>) -> Result<Vec<BusinessUnit>, StorageError> {
    tx.query("select id, name from business_unit where tenant_id = $1 order by name", &[], |row| {
        Ok(BusinessUnit { id: row.parsed(0, ("business_unit", "id"))?, name: row.owned(1)? })
    })
}

/// Takes the next agent number of a business unit; it will never be given again.
///
/// # Errors
/// When there is no such unit, or the database refuses.
pub fn take_agent_number(
    tx: &mut Tx<'_>,
    unit: BusinessUnitId,
) -> Result<AgentNumber, StorageError> {
    let id = unit.to_string();
    tx.optional(
        "update business_unit set next_agent_number = next_agent_number + 1
         where tenant_id = $1 and id = $2 returning next_agent_number - 1",
        &[(&id).into()],
        |row| row.int(0).map(AgentNumber),
    )?
    .ok_or(StorageError::Inconsistent { table: "business_unit", column: "id", row: id })
}

/// Adds a team.
///
/// # Errors
/// When the name is taken in the business unit, or the database refuses.
pub fn insert_team(tx: &mut Tx<'_>, team: &Team) -> Result<(), StorageError> {
    tx.execute(
        "insert into team (tenant_id, id, business_unit_id, name, features, unavailable_codes)
         values ($1, $2, $3, $4, $5, $6)",
        &[
            (&team.id.to_string()).into(),
            (&team.business_unit.to_string()).into(),
            (&team.name).into(),
            (&names_text(&team.features)).into(),
            (&names_text(&team.unavailable_codes)).into(),
        ],
    )?;
    tx.change(Change::People);
    Ok(())
}

/// Writes a team's features.
///
/// # Errors
/// When the database refuses.
pub fn save_team_features(
    tx: &mut Tx<'_>,
    team: TeamId,
    features: &[String],
) -> Result<(), StorageError> {
    tx.execute(
        "update team set features = $2 where tenant_id = $1 and id = $3",
        &[(&names_text(features)).into(), (&team.to_string()).into()],
    )?;
    tx.change(Change::People);
    Ok(())
}

/// Writes the names of the codes that a team has.
///
/// # Errors
/// When the database refuses.
pub fn save_team_codes(
    tx: &mut Tx<'_>,
    team: TeamId,
    codes: &[String],
) -> Result<(), StorageError> {
    tx.execute(
        "update team set unavailable_codes = $2 where tenant_id = $1 and id = $3",
        &[(&names_text(codes)).into(), (&team.to_string()).into()],
    )?;
    Ok(())
}

const TEAM_COLUMNS: &str = "select id, business_unit_id, name, features, unavailable_codes";

/// Writes a team's name.
///
/// # Errors
/// [`StorageError::Duplicate`] when the name is taken in the business unit; or the database refuses.
pub fn rename_team(tx: &mut Tx<'_>, team: TeamId, name: &str) -> Result<(), StorageError> {
    tx.execute(
        "update team set name = $2 where tenant_id = $1 and id = $3",
        &[name.into(), (&team.to_string()).into()],
    )?;
    tx.change(Change::People);
    Ok(())
}

/// Removes a team in which nobody stands, and to which no connection or template leads; tells whether it did.
/// A connection that was removed leads nowhere.
///
/// # Errors
/// When the database refuses.
pub fn delete_empty_team(tx: &mut Tx<'_>, team: TeamId) -> Result<bool, StorageError> {
    let rows = tx.execute(
        "delete from team where tenant_id = $1 and id = $2
         and not exists (select 1 from employee e where e.tenant_id = $1 and e.team_id = $2)
         and not exists (select 1 from scim_connection c where c.tenant_id = $1 and c.team_id = $2
           and c.removed_at is null)
         and not exists (select 1 from employee_template t where t.tenant_id = $1 and t.fields like '%' || $2 || '%')",
        &[(&team.to_string()).into()],
    )?;
    tx.change(Change::People);
    Ok(rows > 0)
}

/// How many people stand in a team, active or not.
///
/// # Errors
/// When the database refuses.
pub fn count_in_team(tx: &mut Tx<'_>, team: TeamId) -> Result<i64, StorageError> {
    tx.count(
        "select count(*) from employee where tenant_id = $1 and team_id = $2",
        &[(&team.to_string()).into()],
    )
}

/// One team.
///
/// # Errors
/// When the database refuses.
pub fn get_team(tx: &mut Tx<'_>, team: TeamId) -> Result<Option<Team>, StorageError> {
    let sql = format!("{TEAM_COLUMNS} from team where tenant_id = $1 and id = $2");
    tx.optional(&sql, &[(&team.to_string()).into()], read_team)
}

/// The team of a name in a business unit.
///
/// # Errors
/// When the database refuses.
pub fn find_team(
    tx: &mut Tx<'_>,
    unit: BusinessUnitId,
    name: &str,
) -> Result<Option<TeamId>, StorageError> {
    tx.optional(
        "select id from team where tenant_id = $1 and business_unit_id = $2 and name = $3",
        &[(&unit.to_string()).into(), name.into()],
        |row| row.parsed(0, ("team", "id")),
    )
}

/// All teams, by name, with their strength.
///
/// # Errors
/// When the database refuses.
pub fn list_teams(tx: &mut Tx<'_>) -> Result<Vec<StaffedTeam>, StorageError> {
    let sql = format!(
        "{TEAM_COLUMNS}, (select count(*) from employee e where e.tenant_id = $1 and e.team_id = team.id and e.active = true)
         from team where tenant_id = $1 order by name, id"
    );
    tx.query(&sql, &[], |row| Ok(StaffedTeam { team: read_team(row)?, active: row.int(5)? }))
}

/// Adds a role. Where people could not be made for want of it, they can be from now on.
///
/// # Errors
/// When the name is taken, or the database refuses.
pub fn insert_role(tx: &mut Tx<'_>, role: &Role) -> Result<(), StorageError> {
    tx.execute(
        "insert into role (tenant_id, id, name) values ($1, $2, $3)",
        &[(&role.id.to_string()).into(), (&role.name).into()],
    )?;
    alert::clear(tx, AlertKind::NoDefaultRole, &role.name)
}

/// The role of a name.
///
/// # Errors
/// When the database refuses.
pub fn find_role(tx: &mut Tx<'_>, name: &str) -> Result<Option<RoleId>, StorageError> {
    tx.optional("select id from role where tenant_id = $1 and name = $2", &[name.into()], |row| {
        row.parsed(0, ("role", "id"))
    })
}

/// Writes a role's name.
///
/// # Errors
/// [`StorageError::Duplicate`] when the name is taken; or the database refuses.
pub fn rename_role(tx: &mut Tx<'_>, role: RoleId, name: &str) -> Result<(), StorageError> {
    tx.execute(
        "update role set name = $2 where tenant_id = $1 and id = $3",
        &[name.into(), (&role.to_string()).into()],
    )?;
    alert::clear(tx, AlertKind::NoDefaultRole, name)
}

/// How many people have a role, as their primary one or beside it, active or not.
///
/// # Errors
/// When the database refuses.
pub fn count_with_role(tx: &mut Tx<'_>, role: RoleId) -> Result<i64, StorageError> {
    tx.count(
        "select count(*) from employee e where e.tenant_id = $1 and (e.primary_role_id = $2 or exists
         (select 1 from employee_role r where r.tenant_id = $1 and r.employee_id = e.id and r.role_id = $2))",
        &[(&role.to_string()).into()],
    )
}

/// Removes a role that nobody has and no template gives; tells whether it did.
///
/// # Errors
/// When the database refuses.
pub fn delete_unused_role(tx: &mut Tx<'_>, role: RoleId) -> Result<bool, StorageError> {
    let rows = tx.execute(
        "delete from role where tenant_id = $1 and id = $2
         and not exists (select 1 from employee e where e.tenant_id = $1 and e.primary_role_id = $2)
         and not exists (select 1 from employee_role r where r.tenant_id = $1 and r.role_id = $2)
         and not exists (select 1 from employee_template t where t.tenant_id = $1 and t.fields like '%' || $2 || '%')",
        &[(&role.to_string()).into()],
    )?;
    if rows > 0 {
        role_permission::remove_all(tx, role)?;
    }
    Ok(rows > 0)
}

/// All roles, by name.
///
/// # Errors
/// When the database refuses.
pub fn list_roles(tx: &mut Tx<'_>) -> Result<Vec<Role>, StorageError> {
    tx.query("select id, name from role where tenant_id = $1 order by name", &[], |row| {
        Ok(Role { id: row.parsed(0, ("role", "id"))?, name: row.owned(1)? })
    })
}

fn read_team(row: &Row<'_>) -> Result<Team, StorageError> {
    Ok(Team {
        id: row.parsed(0, ("team", "id"))?,
        business_unit: row.parsed(1, ("team", "business_unit_id"))?,
        name: row.owned(2)?,
        features: names(row.text(3)?, ("team", "features"))?,
        unavailable_codes: names(row.text(4)?, ("team", "unavailable_codes"))?,
    })
}

//! What people need to sign in to their own page: a password, the link to choose it by, and browsers.

use jiff::Timestamp;

use rollcall_domain::{EmployeeId, TenantId, time};

use crate::error::StorageError;
use crate::row::Row;
use crate::session::Session;
use crate::tx::Tx;

/// A browser in which a person signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentBrowser {
    /// SHA-256 of the cookie's value, in hex.
    pub hash: String,
    /// Who signed in.
    pub employee: EmployeeId,
    /// The token that each form of the session carries.
    pub csrf: String,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Somebody who may be meant by a user name: it is unique in a tenant, not in the installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namesake {
    /// Their tenant.
    pub tenant: TenantId,
    /// Who.
    pub employee: EmployeeId,
    /// argon2id of their password, as a PHC string.
    pub password_hash: String,
}

/// Writes a person's password; every browser in which they signed in with the old one is signed out, and no
/// other link works any more.
///
/// # Errors
/// When the database refuses.
pub fn save_password(
    tx: &mut Tx<'_>,
    employee: EmployeeId,
    password_hash: &str,
    now: Timestamp,
) -> Result<(), StorageError> {
    let id = employee.to_string();
    tx.execute(
        "insert into agent_password (tenant_id, employee_id, password_hash, set_at) values ($1, $2, $3, $4)
         on conflict (tenant_id, employee_id) do update set password_hash = excluded.password_hash,
         set_at = excluded.set_at",
        &[(&id).into(), password_hash.into(), (&time::to_text(now)).into()],
    )?;
    end_visits(tx, employee)
}

/// When a person chose their password; `None` when they have none.
///
/// # Errors
/// When the database refuses.
pub fn password_set_at(
    tx: &mut Tx<'_>,
    employee: EmployeeId,
) -> Result<Option<Timestamp>, StorageError> {
    tx.optional(
        "select set_at from agent_password where tenant_id = $1 and employee_id = $2",
        &[(&employee.to_string()).into()],
        |row| row.moment(0),
    )
}

/// Adds a link in place of those that the person had, and forgets those that have ended.
///
/// # Errors
/// When the database refuses.
pub fn insert_link(
    tx: &mut Tx<'_>,
    employee: EmployeeId,
    hash: &str,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<(), StorageError> {
    let id = employee.to_string();
    tx.execute(
        "delete from agent_link where tenant_id = $1 and (employee_id = $2 or expires_at <= $3)",
        &[(&id).into(), (&time::to_text(now)).into()],
    )?;
    tx.execute(
        "insert into agent_link (tenant_id, hash, employee_id, expires_at) values ($1, $2, $3, $4)",
        &[hash.into(), (&id).into(), (&time::to_text(expires_at)).into()],
    )?;
    Ok(())
}

/// Takes a link out; tells whether it was there.
///
/// # Errors
/// When the database refuses.
pub fn take_link(tx: &mut Tx<'_>, hash: &str) -> Result<bool, StorageError> {
    let rows =
        tx.execute("delete from agent_link where tenant_id = $1 and hash = $2", &[hash.into()])?;
    Ok(rows > 0)
}

/// Whose link has a hash, and when it ends.
///
/// # Errors
/// When the database refuses.
pub fn find_link(
    session: &mut Session<'_>,
    hash: &str,
) -> Result<Option<(TenantId, EmployeeId, Timestamp)>, StorageError> {
    // Tenant scope: installation
    let sql = "select tenant_id, employee_id, expires_at from agent_link where hash = $1";
    session.optional(sql, &[hash.into()], |row| {
        let tenant = row.parsed(0, ("agent_link", "tenant_id"))?;
        Ok((tenant, row.parsed(1, ("agent_link", "employee_id"))?, row.moment(2)?))
    })
}

/// Active people of a user name who have a password, one of each tenant at the most; first the one of the tenant that
/// is asked `at`, if any.
///
/// # Errors
/// When the database refuses.
pub fn list_namesakes(
    session: &mut Session<'_>,
    user_name_key: &str,
    at: Option<TenantId>,
    limit: i64,
) -> Result<Vec<Namesake>, StorageError> {
    // Tenant scope: installation
    let sql = "select p.tenant_id, p.employee_id, p.password_hash from tenant n
         join employee e on e.tenant_id = n.id and e.user_name_key = $1
         join agent_password p on p.tenant_id = e.tenant_id and p.employee_id = e.id
         where e.active = true order by case when n.id = $2 then 0 else 1 end, n.id limit $3";
    let at = at.map(|tenant| tenant.to_string()).unwrap_or_default();
    session.query(sql, &[user_name_key.into(), (&at).into(), limit.into()], |row| {
        Ok(Namesake {
            tenant: row.parsed(0, ("agent_password", "tenant_id"))?,
            employee: row.parsed(1, ("agent_password", "employee_id"))?,
            password_hash: row.owned(2)?,
        })
    })
}

/// Adds a browser, and forgets those whose time is over.
///
/// # Errors
/// When the database refuses.
pub fn insert_browser(tx: &mut Tx<'_>, browser: &AgentBrowser) -> Result<(), StorageError> {
    let created_at = time::to_text(browser.created_at);
    tx.execute(
        "delete from agent_browser where tenant_id = $1 and expires_at <= $2",
        &[(&created_at).into()],
    )?;
    tx.execute(
        "insert into agent_browser (tenant_id, hash, employee_id, csrf, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
        &[
            (&browser.hash).into(),
            (&browser.employee.to_string()).into(),
            (&browser.csrf).into(),
            (&created_at).into(),
            (&time::to_text(browser.expires_at)).into(),
        ],
    )?;
    Ok(())
}

/// Signs a browser out.
///
/// # Errors
/// When the database refuses.
pub fn delete_browser(tx: &mut Tx<'_>, hash: &str) -> Result<(), StorageError> {
    tx.execute("delete from agent_browser where tenant_id = $1 and hash = $2", &[hash.into()])?;
    Ok(())
}

/// Ends whatever a person could come in by without their password, because they left or came back: every browser
/// in which they signed in, and the link to choose a password. Neither opens anything again.
pub(crate) fn end_visits(tx: &mut Tx<'_>, employee: EmployeeId) -> Result<(), StorageError> {
    let id = employee.to_string();
    tx.execute(
        "delete from agent_browser where tenant_id = $1 and employee_id = $2",
        &[(&id).into()],
    )?;
    tx.execute(
        "delete from agent_link where tenant_id = $1 and employee_id = $2",
        &[(&id).into()],
    )?;
    Ok(())
}

/// The browser of a hash, with its tenant.
///
/// # Errors
/// When the database refuses.
pub fn find_browser(
    session: &mut Session<'_>,
    hash: &str,
) -> Result<Option<(TenantId, AgentBrowser)>, StorageError> {
    // Tenant scope: installation
    let sql = "select hash, employee_id, csrf, created_at, expires_at, tenant_id from agent_browser where hash = $1";
    session.optional(sql, &[hash.into()], |row| {
        Ok((row.parsed(5, ("agent_browser", "tenant_id"))?, read_browser(row)?))
    })
}

fn read_browser(row: &Row<'_>) -> Result<AgentBrowser, StorageError> {
    Ok(AgentBrowser {
        hash: row.owned(0)?,
        employee: row.parsed(1, ("agent_browser", "employee_id"))?,
        csrf: row.owned(2)?,
        created_at: row.moment(3)?,
        expires_at: row.moment(4)?,
    })
}

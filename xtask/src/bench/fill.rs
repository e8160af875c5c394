//! Loads many people straight into the store of an installation: a path that the product does not have, and that
//! takes seconds where the SCIM front door would take minutes. The hub must not run.

use anyhow::Result;

use crate::site::Site;

/// The agent number of the first person of a unit.
pub(super) const FIRST_AGENT_NUMBER: u64 = 10_000_000;

/// The SQL in which the two databases differ.
pub(super) struct Sql {
    /// The present moment, as it is stored.
    pub(super) now: &'static str,
    /// Twelve hexadecimal digits of `n.n`.
    hex: &'static str,
}

impl Sql {
    pub(super) fn of(site: &Site) -> Self {
        if site.is_sqlite() {
            Self { now: "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')", hex: "printf('%012x', n.n)" }
        } else {
            let now = "to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";
            Self { now, hex: "lpad(to_hex(n.n), 12, '0')" }
        }
    }
}

/// Puts so many people into the business units that have a WFM link, one after another in turn, each due at
/// the link.
pub(super) fn people(site: &Site, count: u64) -> Result<()> {
    let (sql, units) = (Sql::of(site), site.ask("select count(*) from wfm_link")?);
    let now = sql.now;
    let insert = employees(&sql, count, units, "1");
    let marks = format!(
        "insert into due_mark (tenant_id, link_id, employee_id, generation, changed_at, due_at, attempts)
         select e.tenant_id, w.id, e.id, 1, {now}, {now}, 0 from employee e
         join wfm_link w on w.tenant_id = e.tenant_id and w.business_unit_id = e.business_unit_id"
    );
    let numbers =
        format!("update business_unit set next_agent_number = {FIRST_AGENT_NUMBER} + {count}");
    // Else the first comparison would come a quarter of an hour after the links were made.
    let compared = format!("update wfm_link set compared_at = {now}");
    site.alter(&[&insert, &marks, &numbers, &compared])?;
    // PostgreSQL does so by itself within a minute; SQLite plans without.
    if !site.is_sqlite() {
        site.alter(&["analyze"])?;
    }
    Ok(())
}

/// Puts so many people into the one business unit of a tenant without WFM links. Their agent numbers begin at
/// [`FIRST_AGENT_NUMBER`].
pub(super) fn agents(site: &Site, count: u64) -> Result<()> {
    let insert = employees(&Sql::of(site), count, 1, "0");
    site.alter(&[&insert])?;
    if !site.is_sqlite() {
        site.alter(&["analyze"])?;
    }
    Ok(())
}

/// Inserts so many people into all units of which each has `links` WFM links; they are `units`.
fn employees(sql: &Sql, count: u64, units: u64, links: &str) -> String {
    let Sql { now, hex } = sql;
    format!(
        "insert into employee (tenant_id, id, business_unit_id, team_id, primary_role_id, agent_number, user_name,
         user_name_key, first_name, last_name, name_key, search_key, email, email_key, active, activated_at,
         managed_by, origins, version, created_at, updated_at)
         with recursive n(n) as (select 0 union all select n + 1 from n where n < {count} - 1),
         u as (select b.tenant_id, b.id as unit_id, t.id as team_id, r.id as role_id,
               row_number() over (order by b.id) - 1 as k from business_unit b
               join team t on t.tenant_id = b.tenant_id and t.business_unit_id = b.id
               join role r on r.tenant_id = b.tenant_id and r.name = 'Agent'
               where (select count(*) from wfm_link w where w.tenant_id = b.tenant_id
                      and w.business_unit_id = b.id) = {links})
         select u.tenant_id, '019ab0c1-d2e3-7000-8000-' || {hex}, u.unit_id, u.team_id, u.role_id,
         {FIRST_AGENT_NUMBER} + n.n / {units}, 'person' || n.n || '@example.com', 'person' || n.n || '@example.com',
         'Ana', 'Person' || n.n, 'person' || n.n || ' ana', 'ana person' || n.n || ' ana',
         'person' || n.n || '@example.com', 'person' || n.n || '@example.com', true, {now}, 'local', '[]', 1,
         {now}, {now} from n join u on u.k = n.n % {units}"
    )
}

/// Gives one person in a hundred another name, and makes them due, as a change would; tells how many they are.
pub(super) fn change_one_percent(site: &Site) -> Result<u64> {
    let now = Sql::of(site).now;
    let chosen = "user_name like 'person%00@example.com'";
    let people = format!(
        "update employee set first_name = first_name || 'x', version = version + 1, updated_at = {now} where {chosen}"
    );
    let marks = format!(
        "insert into due_mark (tenant_id, link_id, employee_id, generation, changed_at, due_at, attempts)
         select e.tenant_id, w.id, e.id, 1, {now}, {now}, 0 from employee e
         join wfm_link w on w.tenant_id = e.tenant_id and w.business_unit_id = e.business_unit_id
         where e.{chosen}"
    );
    let count = site.ask(&format!("select count(*) from employee where {chosen}"))?;
    site.alter(&[&people, &marks])?;
    Ok(count)
}

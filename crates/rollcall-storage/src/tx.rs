//! A transaction of one tenant. It holds the tenant and binds it as `$1` in every statement.

use std::sync::Arc;

use rollcall_domain::source::Source;
use rollcall_domain::{EmployeeId, TenantId};

use crate::agent_feed::AgentChange;
use crate::effect::Change;
use crate::error::StorageError;
use crate::membership::Step;
use crate::row::{Row, Value};
use crate::session::Session;
use crate::stamp;

/// As many rows are one statement.
const ROWS_AT_ONCE: usize = 50;
/// As many ids are asked about at once.
const IDS_AT_ONCE: usize = 64;

/// A transaction of one tenant.
pub struct Tx<'a> {
    session: Session<'a>,
    tenant: TenantId,
    tenant_text: String,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(session: Session<'a>, tenant: TenantId) -> Self {
        Self { session, tenant, tenant_text: tenant.to_string() }
    }

    /// Whose transaction it is.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// How many statements wrote so far: whether a part of the work left anything.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.session.writes()
    }

    /// Runs a part of the transaction that is kept or undone for itself: when it refuses, nothing of it is
    /// left, and the transaction goes on. A statement that fails ends the whole transaction all the same: it
    /// may have to run again, and PostgreSQL goes on with none that failed.
    ///
    /// # Errors
    /// What the part answers, or why it could not be undone.
    pub fn attempt<T, E: From<StorageError>>(
        &mut self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let tenant = self.tenant;
        self.session.attempt(|session| work(&mut Tx::new(session, tenant)))
    }

    /// Runs a statement in which `$1` is the tenant and `values` are `$2` and on.
    pub(crate) fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, StorageError> {
        let bound = bind(&self.tenant_text, values);
        self.session.execute(sql, &bound)
    }

    /// Runs a statement once for each row, in which `$1` is the tenant and the row's values are `$2` and on.
    pub(crate) fn execute_each<const N: usize>(
        &mut self,
        sql: &str,
        rows: &[[Value<'_>; N]],
    ) -> Result<(), StorageError> {
        let bound: Vec<_> = rows.iter().map(|values| bind(&self.tenant_text, values)).collect();
        self.session.execute_each(sql, &bound)
    }

    /// Runs a statement over many rows at once. `sql` makes it of the rows' placeholders, of which each begins with
    /// the tenant, `$1`: fifty rows are one statement, since on PostgreSQL it is the statements that cost.
    pub(crate) fn execute_rows<const N: usize>(
        &mut self,
        sql: impl Fn(&str) -> String,
        rows: &[[Value<'_>; N]],
    ) -> Result<(), StorageError> {
        let (fifties, rest) = rows.as_chunks::<ROWS_AT_ONCE>();
        if !fifties.is_empty() {
            let sql = sql(&placeholders(ROWS_AT_ONCE, N));
            for fifty in fifties {
                self.execute(&sql, fifty.as_flattened())?;
            }
        }
        if !rest.is_empty() {
            self.execute_each(&sql(&placeholders(1, N)), rest)?;
        }
        Ok(())
    }

    /// Runs a query in which `$1` is the tenant and `values` are `$2` and on.
    pub(crate) fn query<T>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, StorageError>,
    ) -> Result<Vec<T>, StorageError> {
        let bound = bind(&self.tenant_text, values);
        self.session.query(sql, &bound, read)
    }

    /// Runs a query about many ids, some at a time. `sql` makes it of the ids' placeholders, which come behind the
    /// `fixed` values. There are few shapes of the statement, since the last id is repeated to fill the places.
    pub(crate) fn query_each<T>(
        &mut self,
        sql: impl Fn(&str) -> String,
        fixed: &[Value<'_>],
        ids: &[&str],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StorageError>,
    ) -> Result<Vec<T>, StorageError> {
        let mut found = Vec::new();
        for chunk in ids.chunks(IDS_AT_ONCE) {
            let count = chunk.len().next_power_of_two();
            let first = fixed.len() + 2;
            let places: Vec<String> = (first..first + count).map(|it| format!("${it}")).collect();
            let last = chunk.last().into_iter().cycle();
            let mut values = fixed.to_vec();
            values.extend(chunk.iter().chain(last).take(count).map(|id| Value::Text(id)));
            found.extend(self.query(&sql(&places.join(", ")), &values, &mut read)?);
        }
        Ok(found)
    }

    /// The same for a query that answers with one row or none.
    pub(crate) fn optional<T>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, StorageError>,
    ) -> Result<Option<T>, StorageError> {
        Ok(self.query(sql, values, read)?.into_iter().next())
    }

    /// A query that always answers with one number.
    pub(crate) fn count(&mut self, sql: &str, values: &[Value<'_>]) -> Result<i64, StorageError> {
        Ok(self.optional(sql, values, |row| row.int(0))?.unwrap_or(0))
    }

    pub(crate) fn touch(&mut self, employee: EmployeeId) {
        let tenant = self.tenant;
        let effects = self.session.effects();
        effects.employees.push(stamp::group(employee));
        effects.change(tenant, Change::People);
    }

    pub(crate) fn join(&mut self, source: Source, employee: EmployeeId, step: Step) {
        let tenant = self.tenant;
        self.session.effects().steps.push((tenant, source, employee, step));
    }

    pub(crate) fn tell(&mut self, changes: Vec<Arc<AgentChange>>) {
        let tenant = self.tenant;
        let told = changes.into_iter().map(|change| (tenant, change));
        self.session.effects().agents.extend(told);
    }

    pub(crate) fn due(&mut self) {
        self.session.effects().due = true;
    }

    pub(crate) fn change(&mut self, change: Change) {
        let tenant = self.tenant;
        self.session.effects().change(tenant, change);
    }
}

/// Rows of the tenant and `values` further values: `($1, $2, $3), ($1, $4, $5)`.
fn placeholders(rows: usize, values: usize) -> String {
    let row = |row: usize| {
        let values: String =
            (0..values).map(|value| format!(", ${}", 2 + row * values + value)).collect();
        format!("($1{values})")
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

fn bind<'v>(tenant: &'v str, values: &[Value<'v>]) -> Vec<Value<'v>> {
    let mut bound = Vec::with_capacity(values.len() + 1);
    bound.push(Value::Text(tenant));
    bound.extend_from_slice(values);
    bound
}

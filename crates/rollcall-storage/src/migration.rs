//! Brings a database to the present form with refinery. Files only ever add to history.

use refinery_core::{Migration, Runner};

use crate::error::StorageError;

/// Every migration file, in order.
const FILES: &[(&str, &str)] =
    &[("V1__foundation", include_str!("../migrations/V1__foundation.sql"))];

/// Applies what is missing on SQLite; tells how many files were applied.
pub(crate) fn apply_sqlite(connection: &mut rusqlite::Connection) -> Result<usize, StorageError> {
    let report = runner(str::to_owned)?.run(connection).map_err(unfit)?;
    Ok(report.applied_migrations().len())
}

/// The same on PostgreSQL. Texts compare byte by byte there too, whatever the database's locale is.
pub(crate) async fn apply_postgres(
    client: &mut tokio_postgres::Client,
) -> Result<usize, StorageError> {
    let adapt = |sql: &str| sql.replace(" text", " text collate \"C\"");
    let report = runner(adapt)?.run_async(client).await.map_err(unfit)?;
    Ok(report.applied_migrations().len())
}

fn runner(adapt: impl Fn(&str) -> String) -> Result<Runner, StorageError> {
    let migrations: Result<Vec<Migration>, _> =
        FILES.iter().map(|(name, sql)| Migration::unapplied(name, &adapt(sql))).collect();
    Ok(Runner::new(&migrations.map_err(unfit)?).set_grouped(true))
}

#[expect(clippy::needless_pass_by_value, reason = "it serves as the function of a map_err")]
fn unfit(error: refinery_core::Error) -> StorageError {
    StorageError::Unfit(format!(
        "the database could not be brought to this version's form: {error}. \
         Nothing was changed. A newer Rollcall may have migrated it: use that one"
    ))
}

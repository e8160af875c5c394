//! Brings a database to the present form with refinery. Files only ever add to history.

use std::time::Duration;

use refinery_core::error::Kind;
use refinery_core::{Error, Migration, Runner};

use crate::error::{StorageError, chain};

/// Every migration file, in order.
const FILES: &[(&str, &str)] = &[
    ("V1__foundation", include_str!("../migrations/V1__foundation.sql")),
    ("V2__request_journal", include_str!("../migrations/V2__request_journal.sql")),
    ("V3__access_key", include_str!("../migrations/V3__access_key.sql")),
    ("V4__wfm_link", include_str!("../migrations/V4__wfm_link.sql")),
    ("V5__agent_session", include_str!("../migrations/V5__agent_session.sql")),
    ("V6__security_event", include_str!("../migrations/V6__security_event.sql")),
    ("V7__template_take_over", include_str!("../migrations/V7__template_take_over.sql")),
    ("V8__agent_sign_in", include_str!("../migrations/V8__agent_sign_in.sql")),
    ("V9__wfm_schedule", include_str!("../migrations/V9__wfm_schedule.sql")),
    ("V10__wfm_transport", include_str!("../migrations/V10__wfm_transport.sql")),
    ("V11__interval", include_str!("../migrations/V11__interval.sql")),
    ("V12__adherence", include_str!("../migrations/V12__adherence.sql")),
    ("V13__front_door", include_str!("../migrations/V13__front_door.sql")),
    // 14 was never given, and cannot be any more: a database takes no number below its highest.
    ("V15__due_mark_sent", include_str!("../migrations/V15__due_mark_sent.sql")),
    ("V16__due_mark_disowned", include_str!("../migrations/V16__due_mark_disowned.sql")),
    ("V20__event_stream_missed", include_str!("../migrations/V20__event_stream_missed.sql")),
    ("V21__application_pkce", include_str!("../migrations/V21__application_pkce.sql")),
    ("V23__team_index", include_str!("../migrations/V23__team_index.sql")),
    ("V24__wfm_link_immediate", include_str!("../migrations/V24__wfm_link_immediate.sql")),
    ("V25__wfm_link_marking", include_str!("../migrations/V25__wfm_link_marking.sql")),
];

/// Several nodes may start at once: all but one fail, and find the work done when they look again.
const ATTEMPTS_MAX: u32 = 10;
const PAUSE: Duration = Duration::from_millis(200);

/// Applies what is missing on SQLite; tells how many files were applied.
pub(crate) fn apply_sqlite(connection: &mut rusqlite::Connection) -> Result<usize, StorageError> {
    let runner = runner(str::to_owned)?;
    let mut attempt = 1;
    loop {
        match runner.run(connection) {
            Ok(report) => return Ok(report.applied_migrations().len()),
            Err(error) if is_worth_another(&error, attempt) => std::thread::sleep(PAUSE),
            Err(error) => return Err(unfit(error)),
        }
        attempt += 1;
    }
}

/// The same on PostgreSQL. Texts compare byte by byte there too, whatever the database's locale is.
pub(crate) async fn apply_postgres(
    client: &mut tokio_postgres::Client,
) -> Result<usize, StorageError> {
    let runner = runner(|sql| sql.replace(" text", " text collate \"C\""))?;
    let mut attempt = 1;
    loop {
        match runner.run_async(client).await {
            Ok(report) => return Ok(report.applied_migrations().len()),
            Err(error) if is_worth_another(&error, attempt) => tokio::time::sleep(PAUSE).await,
            Err(error) => return Err(unfit(error)),
        }
        attempt += 1;
    }
}

fn runner(adapt: impl Fn(&str) -> String) -> Result<Runner, StorageError> {
    let migrations: Result<Vec<Migration>, _> =
        FILES.iter().map(|(name, sql)| Migration::unapplied(name, &adapt(sql))).collect();
    Ok(Runner::new(&migrations.map_err(unfit)?).set_grouped(true))
}

fn is_worth_another(error: &Error, attempt: u32) -> bool {
    matches!(error.kind(), Kind::Connection(..)) && attempt < ATTEMPTS_MAX
}

#[expect(clippy::needless_pass_by_value, reason = "it serves as the function of a map_err")]
fn unfit(error: Error) -> StorageError {
    let way_on = match error.kind() {
        Kind::MissingVersion(_) | Kind::DivergentVersion(..) => {
            "Another version of Rollcall has migrated it: use that one or a newer one"
        }
        _ => "Start again when the cause is mended",
    };
    StorageError::Unfit(format!(
        "the database could not be brought to this version's form: {}. Nothing was changed. {way_on}",
        chain(&error)
    ))
}

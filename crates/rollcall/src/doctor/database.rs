//! The database: within reach, of a fit version, durable, and its secrets readable with our key.

use std::path::Path;

use rollcall_app::secret::Sealer;
use rollcall_app::wfm::secret_place;
use rollcall_storage::{Database, Report, Storage, StorageError, access::sealed, wfm::wfm_link};

use super::finding::Finding;
use super::{clock, wfm};
use crate::key;
use crate::setting::Settings;

pub(crate) async fn examine(settings: &Settings) -> Vec<Finding> {
    let database = match settings.database() {
        Ok(database) => database,
        Err(error) => {
            let remedy = "see the documentation of database.url";
            return vec![Finding::problem("database", format!("{error:#}"), remedy)];
        }
    };
    let file = match &database {
        Database::Sqlite(path) if !path.exists() => {
            let text = format!("{} is made at the first start", path.display());
            let key = key::absent(settings).map(|path| key_to_be_made(&path));
            return key.into_iter().chain([Finding::note("database", text)]).collect();
        }
        Database::Sqlite(path) => Some(path.as_path()),
        Database::Postgres(_) => None,
    };
    match open(&database).await {
        Ok((storage, report)) => {
            let mut findings = vec![durability(&report), clock::examine(&report, file)];
            findings.extend(clearing(&report));
            if let Some(path) = key::absent(settings) {
                findings.push(key_absent(&storage, &path).await);
            } else {
                findings.extend(opened(&storage, settings).await);
                findings.extend(wfm::examine(&storage, settings).await);
            }
            findings
        }
        Err(error) => vec![Finding::problem("database", format!("{error}"), remedy(&error, file))],
    }
}

async fn open(database: &Database) -> Result<(Storage, Report), StorageError> {
    let storage = Storage::open(database).await?;
    let report = storage.report().await?;
    Ok((storage, report))
}

fn durability(report: &Report) -> Finding {
    let Report { engine, version, durability, size_bytes, .. } = report;
    let size_mib = size_bytes / (1024 * 1024);
    let text = format!("{engine} {version}, {size_mib} MiB, {durability}");
    if report.durable {
        return Finding::fine("database", text);
    }
    let remedy = "an acknowledged change can be lost in a power cut; set fsync, synchronous_commit and \
                  full_page_writes to on in postgresql.conf";
    Finding::problem("database", text, remedy)
}

/// Marks of who is due come and go: where nobody clears them away, every look steps over all that ever were.
fn clearing(report: &Report) -> Option<Finding> {
    let text = "autovacuum is off: what was deleted stays in the tables, and every run gets slower";
    let remedy = "set autovacuum and track_counts to on in postgresql.conf, and nothing else for the table due_mark; then \
                  run vacuum analyze once";
    (!report.vacuumed).then(|| Finding::problem("database", text, remedy))
}

fn remedy(error: &StorageError, file: Option<&Path>) -> String {
    match (error, file) {
        (StorageError::Unfit(_), _) => {
            "do what it says; Rollcall does not start on this".to_owned()
        }
        (_, Some(path)) => {
            format!(
                "let the user that runs Rollcall read and write {} and its folder",
                path.display()
            )
        }
        (_, None) => {
            "start the database server, and check address, user and password in database.url"
                .to_owned()
        }
    }
}

/// What the database says of a key that is not there.
async fn key_absent(storage: &Storage, path: &Path) -> Finding {
    match storage.read_installation(sealed::exists).await {
        Ok(false) => key_to_be_made(path),
        Ok(true) => {
            let text = format!("{} is missing, and secrets are sealed with it", path.display());
            Finding::problem("key", text, key::REMEDY)
        }
        Err(error) => Finding::problem("key", format!("{error}"), "see the database"),
    }
}

fn key_to_be_made(path: &Path) -> Finding {
    Finding::note("key", format!("{} is made at the first start", path.display()))
}

/// Whether our key opens the secrets of the WFM links.
async fn opened(storage: &Storage, settings: &Settings) -> Option<Finding> {
    let sealer: Sealer = key::load(settings).ok()?;
    let links = storage.read_installation(wfm_link::list_all).await.ok()?;
    let closed = links.iter().filter(|(tenant, link)| {
        sealer.open(&link.client_secret_sealed, &secret_place(*tenant, link.id)).is_err()
    });
    let closed = closed.count();
    Some(match (links.len(), closed) {
        (0, _) => return None,
        (links, 0) => Finding::fine("secrets", format!("the key opens those of {links} WFM links")),
        (links, closed) => Finding::problem(
            "secrets",
            format!("the key does not open those of {closed} of {links} WFM links"),
            "put the key back with which they were sealed, or enter the client secrets again",
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_nobody_clears_is_a_problem() {
        let report = |vacuumed| Report {
            engine: "PostgreSQL",
            version: "15.8".to_owned(),
            durability: "fsync = on".to_owned(),
            durable: true,
            vacuumed,
            size_bytes: 0,
            server_clock_ms: Some(0),
        };
        assert!(clearing(&report(true)).is_none());
        let found = clearing(&report(false)).unwrap();
        assert!(found.is_problem() && found.to_string().contains("autovacuum"), "{found}");
    }
}

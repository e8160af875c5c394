//! Room for the data.

use std::path::Path;

use rollcall_storage::Database;
use rustix::fs::statvfs;

use super::finding::Finding;
use crate::setting::Settings;

/// Below this the write-ahead log and a checkpoint may no longer fit.
const FREE_MIN_MIB: u64 = 256;
/// Below this someone should look at it soon.
const FREE_LOW_MIB: u64 = 2_048;

/// The disk of an embedded store; that of a database server is the server's matter.
pub(crate) fn examine(settings: &Settings) -> Vec<Finding> {
    let Ok(Database::Sqlite(file)) = settings.database() else { return Vec::new() };
    let folder = nearest_folder(&file);
    let Ok(disk) = statvfs(folder) else {
        return vec![Finding::problem(
            "disk",
            format!("{} cannot be looked at", folder.display()),
            "make the folder, and let the user that runs Rollcall write to it",
        )];
    };
    let free_mib = disk.f_bavail.saturating_mul(disk.f_frsize) / (1024 * 1024);
    let text = format!("{free_mib} MiB are free at {}", folder.display());
    vec![if free_mib < FREE_MIN_MIB {
        Finding::problem(
            "disk",
            text,
            format!("free at least {FREE_MIN_MIB} MiB, or writing will be refused soon"),
        )
    } else if free_mib < FREE_LOW_MIB {
        Finding::note("disk", text)
    } else {
        Finding::fine("disk", text)
    }]
}

/// The folder of a file, or the nearest one above that exists already.
fn nearest_folder(file: &Path) -> &Path {
    let mut folders = file.ancestors().skip(1);
    folders.find(|folder| folder.is_dir()).unwrap_or(Path::new("."))
}

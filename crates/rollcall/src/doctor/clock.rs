//! Whether this machine's time can be right.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use rollcall_domain::Clock as _;
use rollcall_storage::Report;

use super::finding::Finding;
use crate::environment::SystemClock;

/// Leases and expiries bear this much of a difference.
const DIFFERENCE_MAX: SignedDuration = SignedDuration::from_secs(2);
/// Rollcall is no older than this; a machine without a battery starts in 1970.
const EARLIEST: &str = "2026-01-01T00:00:00Z";
const REMEDY: &str = "let the machine follow a time server (systemd-timesyncd, chrony)";

/// Compares with the clock of the database server, or with the last change of the embedded file.
pub(crate) fn examine(report: &Report, file: Option<&Path>) -> Finding {
    let now = SystemClock.now();
    if EARLIEST.parse().is_ok_and(|earliest: Timestamp| now < earliest) {
        return Finding::problem("clock", format!("it shows {now}"), REMEDY);
    }
    if let Some(server_ms) = report.server_clock_ms {
        let apart_ms = now.as_millisecond().saturating_sub(server_ms).saturating_abs();
        let text = format!("{apart_ms} ms from the database server's");
        return if SignedDuration::from_millis(apart_ms) > DIFFERENCE_MAX {
            Finding::problem("clock", text, format!("{REMEDY}, and the database server's too"))
        } else {
            Finding::fine("clock", text)
        };
    }
    let changed = file.and_then(|path| path.metadata().ok()?.modified().ok());
    let changed = changed.and_then(|time| Timestamp::try_from(time).ok());
    match changed.filter(|changed| changed.duration_since(now) > DIFFERENCE_MAX) {
        Some(changed) => Finding::problem(
            "clock",
            format!(
                "it shows {now}, but the database was changed at {changed:.0}: it was set back"
            ),
            REMEDY,
        ),
        None => Finding::fine("clock", format!("it shows {now:.0}")),
    }
}

//! Tenant scope: installation
//!
//! What is sealed with the installation's key: credentials of other systems.

use crate::error::StorageError;
use crate::session::Session;

/// Whether anything is sealed: then no other key will do.
///
/// # Errors
/// When the database refuses.
pub fn exists(session: &mut Session<'_>) -> Result<bool, StorageError> {
    let found = session.optional(
        "select 1 where exists (select 1 from wfm_link where client_secret_sealed <> '')
         or exists (select 1 from real_time_feed)
         or exists (select 1 from security_event_stream where token_sealed is not null)",
        &[],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

//! Notes requests, writes down what was noted, and shows both.

use std::collections::BTreeMap;
use std::sync::Arc;

use rollcall_domain::{ScimConnectionId, TenantId};
use rollcall_storage::{StorageError, scim::scim_connection, scim::scim_request};

use crate::app::App;
use crate::error::ChangeError;
use crate::journal::{RequestEntry, Requests, Ring, push_bounded, written};

impl App {
    /// Notes a request of a connection's client. `entry.sent` is the body as it came.
    pub fn note_request(
        &self,
        tenant: TenantId,
        connection: ScimConnectionId,
        entry: RequestEntry,
    ) {
        self.journal.lock().entry((tenant, connection)).or_default().push(entry);
    }

    /// Notes a request of somebody who named a connection's key or application and did not prove to be its client.
    pub fn note_unproven(
        &self,
        tenant: TenantId,
        connection: ScimConnectionId,
        entry: RequestEntry,
    ) {
        let mut journal = self.journal.lock();
        let waiting = journal.entry((tenant, connection)).or_default();
        push_bounded(&mut waiting.unproven, Arc::new(entry), Ring::Unproven);
    }

    /// Writes down what was noted. Called every [`INTERVAL`], and at the end.
    ///
    /// # Errors
    /// When storage fails. The requests of this moment are lost then.
    pub async fn write_journal(&self) -> Result<(), StorageError> {
        let waiting = std::mem::take(&mut *self.journal.lock());
        for ((tenant, connection), waiting) in waiting {
            let (all, refused) = (written(&waiting.all), written(&waiting.refused));
            let unproven = written(&waiting.unproven);
            let (ignored, now) = (waiting.ignored, self.now());
            self.storage
                .write(tenant, move |tx| {
                    // A request may have been on its way when its connection was removed.
                    let found = scim_connection::get(tx, connection)?;
                    if found.is_none_or(|found| found.removed_at.is_some()) {
                        return Ok::<_, StorageError>(());
                    }
                    scim_request::count_ignored(tx, connection, ignored.iter(), now)?;
                    scim_request::insert(tx, connection, Ring::Refused, &refused)?;
                    scim_request::insert(tx, connection, Ring::Unproven, &unproven)?;
                    scim_request::insert(tx, connection, Ring::All, &all)
                })
                .await?;
        }
        Ok(())
    }

    /// The last requests of a connection, newest first, `most` at the most.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; or storage fails.
    pub async fn requests(
        &self,
        tenant: TenantId,
        connection: ScimConnectionId,
        ring: Ring,
        most: usize,
    ) -> Result<Requests, ChangeError> {
        let mut requests = self
            .storage
            .read(tenant, move |tx| {
                scim_connection::get(tx, connection)?
                    .filter(|found| found.removed_at.is_none())
                    .ok_or(ChangeError::NotFound("SCIM connection"))?;
                Ok::<_, ChangeError>(Requests {
                    entries: scim_request::list(tx, connection, ring, most)?,
                    ignored: scim_request::list_ignored(tx, connection)?,
                })
            })
            .await?;
        // What is not written down yet is true all the same.
        if let Some(waiting) = self.journal.lock().get(&(tenant, connection)) {
            let mut entries = written(waiting.ring(ring).iter().rev());
            entries.append(&mut requests.entries);
            entries.truncate(most);
            requests.entries = entries;
            let mut ignored: BTreeMap<String, u64> = requests.ignored.into_iter().collect();
            for (name, count) in &waiting.ignored {
                *ignored.entry(name.clone()).or_default() += count;
            }
            requests.ignored = ignored.into_iter().collect();
        }
        Ok(requests)
    }
}

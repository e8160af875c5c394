//! The journal of a SCIM connection: what its client asked for last, what each request did, and why one was
//! refused; with counters of the attributes that it sends in vain.
//!
//! Requests are noted in memory while they are answered and written down together a moment later, so that
//! no request waits for its journal. A crash loses the entries of that moment, and nothing else.

mod redact;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rollcall_domain::{ScimConnectionId, TenantId};
use rollcall_storage::{StorageError, scim_connection, scim_request};

use crate::app::App;
use crate::error::ChangeError;

pub use redact::SENT_MAX_BYTES;
pub use rollcall_storage::scim_request::{NAMES_MAX, RequestEntry, Ring};

/// How often the journal is written down.
pub const INTERVAL: Duration = Duration::from_secs(1);

/// What waits to be written down.
#[derive(Default)]
pub(crate) struct Journal {
    waiting: Mutex<HashMap<(TenantId, ScimConnectionId), Waiting>>,
}

#[derive(Default)]
struct Waiting {
    all: VecDeque<Arc<RequestEntry>>,
    refused: VecDeque<Arc<RequestEntry>>,
    unproven: VecDeque<Arc<RequestEntry>>,
    ignored: BTreeMap<String, u64>,
}

/// The journal of a connection, as a page shows it.
#[derive(Clone, Debug)]
pub struct Requests {
    /// The requests, newest first.
    pub entries: Vec<RequestEntry>,
    /// How often each attribute was sent in vain, by name.
    pub ignored: Vec<(String, u64)>,
}

impl Journal {
    fn lock(&self) -> MutexGuard<'_, HashMap<(TenantId, ScimConnectionId), Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn push(&mut self, entry: RequestEntry) {
        for name in &entry.ignored {
            // Storage bounds the names for good; this is only until it does.
            if self.ignored.len() < 4 * NAMES_MAX || self.ignored.contains_key(name) {
                *self.ignored.entry(name.clone()).or_default() += 1;
            }
        }
        let entry = Arc::new(entry);
        if entry.refusal.is_some() {
            push_bounded(&mut self.refused, Arc::clone(&entry), Ring::Refused);
        }
        push_bounded(&mut self.all, entry, Ring::All);
    }

    fn ring(&self, ring: Ring) -> &VecDeque<Arc<RequestEntry>> {
        match ring {
            Ring::All => &self.all,
            Ring::Refused => &self.refused,
            Ring::Unproven => &self.unproven,
        }
    }
}

/// Of each ring as many wait in memory as it holds; earlier ones would be pushed out on arrival anyway.
fn push_bounded(waiting: &mut VecDeque<Arc<RequestEntry>>, entry: Arc<RequestEntry>, ring: Ring) {
    while i64::try_from(waiting.len()).is_ok_and(|many| many >= ring.slots()) {
        waiting.pop_front();
    }
    waiting.push_back(entry);
}

/// Without what nobody may read there.
fn written<'a>(ring: impl IntoIterator<Item = &'a Arc<RequestEntry>>) -> Vec<RequestEntry> {
    let mut entries: Vec<RequestEntry> =
        ring.into_iter().map(|entry| RequestEntry::clone(entry)).collect();
    for entry in &mut entries {
        entry.sent = entry.sent.take().and_then(|sent| redact::redact(&sent));
    }
    entries
}

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

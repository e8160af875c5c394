//! The journal of a SCIM connection: what its client asked for last, what each request did, and why one was
//! refused; with counters of the attributes that it sends in vain.
//!
//! Requests are noted in memory while they are answered and written down together a moment later, so that
//! no request waits for its journal. A crash loses the entries of that moment, and nothing else.

mod redact;
mod write;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rollcall_domain::{ScimConnectionId, TenantId};

pub use redact::SENT_MAX_BYTES;
pub use rollcall_storage::scim::scim_request::{NAMES_MAX, RequestEntry, Ring};

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
        for text in texts(entry).filter(|text| text.contains('\0')) {
            *text = text.replace('\0', "\u{fffd}");
        }
    }
    entries
}

/// What may hold what a client sent. No database keeps U+0000, and no request of one connection may be the reason
/// that the journals of others are not written.
fn texts(entry: &mut RequestEntry) -> impl Iterator<Item = &mut String> {
    let RequestEntry { method, target, effect, resource, refusal, detail, sent, client, .. } =
        entry;
    let optional = [resource, refusal, detail, sent].into_iter().flatten();
    [method, target, effect, client].into_iter().chain(optional).chain(&mut entry.ignored)
}

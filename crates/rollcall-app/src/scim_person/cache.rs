//! People that were read, kept in bounded memory.

use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use rollcall_domain::{EmployeeId, ScimConnectionId};
use rollcall_storage::scim::scim_person::ScimPerson;

/// Memory for people that were read, in bytes.
const CACHE_BYTES: u64 = 64 << 20;
/// What an entry costs beside its texts: map slot, counters, ids, the two dates.
const ENTRY_BYTES: u64 = 256;
/// What a group of a person costs there. Names are shared.
const GROUP_BYTES: u64 = 40;

pub(crate) type Key = (ScimConnectionId, EmployeeId);

#[derive(Clone)]
pub(crate) struct Entry {
    /// The person's stamp when they were read.
    pub(crate) stamp: u32,
    pub(crate) person: Arc<ScimPerson>,
}

#[derive(Clone)]
pub(crate) struct Bytes;

impl Weighter<Key, Entry> for Bytes {
    fn weight(&self, _: &Key, entry: &Entry) -> u64 {
        let groups = entry.person.groups.len() as u64 * GROUP_BYTES;
        entry.person.resource.len() as u64 + groups + ENTRY_BYTES
    }
}

/// People that were read, as long as no commit touched them. Off where other processes write as well,
/// because their commits are not heard of here.
pub(crate) struct PersonCache {
    pub(crate) entries: Option<Cache<Key, Entry, Bytes>>,
}

impl PersonCache {
    pub(crate) fn new(enabled: bool) -> Self {
        let capacity = usize::try_from(CACHE_BYTES / 1_024).unwrap_or(usize::MAX);
        Self { entries: enabled.then(|| Cache::with_weighter(capacity, CACHE_BYTES, Bytes)) }
    }
}

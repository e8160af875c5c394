//! Counters by which a cache knows whether an entry is still true.
//!
//! An entry keeps the stamp that stood *before* its rows were read. A commit counts the stamp up before
//! its caller hears of it. An entry whose stamp is not the present one is not used: so a reader that
//! was overtaken by a writer can put an old value into the cache, but nobody will ever see it.

use std::sync::atomic::{AtomicU32, Ordering};

use rollcall_domain::EmployeeId;

const SHARDS: usize = 1 << 16;

/// One counter for each of 65,536 groups of employees, one for everything that decides access, and one
/// that counts for all of them.
#[derive(Debug)]
pub struct Stamps {
    employees: Box<[AtomicU32]>,
    access: AtomicU32,
    all: AtomicU32,
}

impl Default for Stamps {
    fn default() -> Self {
        Self {
            employees: (0..SHARDS).map(|_| AtomicU32::new(0)).collect(),
            access: AtomicU32::new(0),
            all: AtomicU32::new(0),
        }
    }
}

impl Stamps {
    /// The present stamp of an employee (and of the others of the group, which costs them a miss only).
    #[must_use]
    pub fn of(&self, employee: EmployeeId) -> u32 {
        let own = self.employees.get(shard(group(employee)));
        own.map_or(0, |stamp| stamp.load(Ordering::Acquire)).wrapping_add(self.all())
    }

    /// The present stamp of connections, tokens and administrators.
    #[must_use]
    pub fn access(&self) -> u32 {
        self.access.load(Ordering::Acquire).wrapping_add(self.all())
    }

    pub(crate) fn bump(&self, group: u64) {
        if let Some(stamp) = self.employees.get(shard(group)) {
            stamp.fetch_add(1, Ordering::AcqRel);
        }
    }

    pub(crate) fn bump_access(&self) {
        self.access.fetch_add(1, Ordering::AcqRel);
    }

    pub(crate) fn bump_all(&self) {
        self.all.fetch_add(1, Ordering::AcqRel);
    }

    fn all(&self) -> u32 {
        self.all.load(Ordering::Acquire)
    }
}

/// The random end of a UUID of version 7 spreads people over the groups evenly.
pub(crate) fn group(employee: EmployeeId) -> u64 {
    let (_, low) = employee.uuid().as_u64_pair();
    low
}

fn shard(group: u64) -> usize {
    usize::try_from(group % (SHARDS as u64)).unwrap_or(0)
}

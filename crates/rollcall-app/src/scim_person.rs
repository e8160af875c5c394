//! People as a SCIM connection reads them. Reads that repeat come from a bounded cache.

pub(crate) mod cache;
mod scan;
pub(crate) mod turn;
mod wide;

use std::collections::HashMap;
use std::sync::Arc;

use rollcall_domain::source::Source;
use rollcall_domain::{EmployeeId, ScimConnectionId};
use rollcall_storage::scim::scim_person as rows;
use rollcall_storage::{StorageError, Tx};

use crate::access::ScimAccess;
use crate::app::App;
use crate::scim_person::cache::Entry;

pub use rollcall_storage::scim::scim_person::{InGroup, Narrowing, Probe, ScimPerson};
pub use scan::{Next, Scanned};

/// What a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Those that an index leads to.
    Probe(Probe),
    /// All, or those that a narrowing leaves.
    All(Narrowing),
}

/// As many people as this may share a value that an index leads to; what it leads to beyond is not read.
pub const PROBE_MAX: usize = rows::PROBE_MAX as usize;

/// One page of a list.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// How many there are in all.
    pub total: usize,
    /// Those of the page, oldest first.
    pub people: Vec<Arc<ScimPerson>>,
}

impl App {
    /// One person; `None` for one whom the connection does not see.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn scim_person(
        &self,
        access: &ScimAccess,
        id: EmployeeId,
    ) -> Result<Option<Arc<ScimPerson>>, StorageError> {
        if let Some(person) = self.cached(access.connection, id) {
            return Ok(Some(person));
        }
        let (connection, stamp) = (access.connection, self.storage.signals().stamps().of(id));
        let found =
            self.storage.read(access.tenant, move |tx| rows::get(tx, connection, id)).await?;
        if found.is_none() && access.reads_all() {
            let (tenant, access) = (access.tenant, access.clone());
            let read = move |tx: &mut Tx<'_>| wide::get(tx, &access, id);
            // Not kept: the policy may change at any time.
            return Ok(self.storage.read(tenant, read).await?.map(Arc::new));
        }
        Ok(found.map(|person| self.keep(connection, person, stamp)))
    }

    /// A page of people: those from `offset` (counted from 0) on, at most `count`.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn scim_people(
        &self,
        access: &ScimAccess,
        selection: Selection,
        offset: usize,
        count: usize,
    ) -> Result<Page, StorageError> {
        match selection {
            Selection::Probe(Probe::Id(id)) => {
                let people = Vec::from_iter(self.scim_person(access, id).await?);
                Ok(cut(people, offset, count))
            }
            Selection::Probe(probe) if access.reads_all() => {
                let (tenant, access) = (access.tenant, access.clone());
                let read = move |tx: &mut Tx<'_>| wide::find(tx, &access, &probe);
                let found = self.storage.read(tenant, read).await?;
                Ok(cut(found.into_iter().map(Arc::new).collect(), offset, count))
            }
            Selection::Probe(probe) => {
                let connection = access.connection;
                let found = self
                    .storage
                    .read(access.tenant, move |tx| rows::find(tx, connection, &probe))
                    .await?;
                Ok(cut(found.into_iter().map(Arc::new).collect(), offset, count))
            }
            Selection::All(narrowing)
                if narrowing == Narrowing::default()
                    && self.storage.is_sole_writer()
                    && !access.reads_all() =>
            {
                self.page_in_order(access, offset, count).await
            }
            Selection::All(narrowing) => {
                self.page_by_offset(access, narrowing, offset, count).await
            }
        }
    }

    /// A page found through the order that is kept in memory.
    async fn page_in_order(
        &self,
        access: &ScimAccess,
        offset: usize,
        count: usize,
    ) -> Result<Page, StorageError> {
        let (tenant, connection) = (access.tenant, access.connection);
        let source = Source::Scim(connection);
        let memberships = self.storage.signals().memberships();
        let page = match memberships.page(tenant, source, offset, count) {
            Some(page) => page,
            None => {
                let steps = memberships.steps();
                let order =
                    self.storage.scan(tenant, move |tx| rows::order(tx, connection)).await?;
                let people = order.iter().skip(offset).take(count).copied().collect();
                let page = rollcall_storage::membership::Page { total: order.len(), people };
                memberships.keep(tenant, source, order, steps);
                page
            }
        };
        let mut people = self.own_people(access, &page.people).await?;
        people.sort_by_key(|person| person.id);
        Ok(Page { total: page.total, people })
    }

    /// The connection's own people of some ids, in any order: from the cache, and who is not there from one read,
    /// by their index. On a page few are missing, or it is the first time.
    async fn own_people(
        &self,
        access: &ScimAccess,
        ids: &[EmployeeId],
    ) -> Result<Vec<Arc<ScimPerson>>, StorageError> {
        let connection = access.connection;
        let mut people = Vec::with_capacity(ids.len());
        let (mut missing, mut stamps) = (Vec::new(), HashMap::new());
        for id in ids {
            match self.cached(connection, *id) {
                Some(person) => people.push(person),
                None => {
                    missing.push(*id);
                    stamps.insert(*id, self.storage.signals().stamps().of(*id));
                }
            }
        }
        if missing.is_empty() {
            return Ok(people);
        }
        let read = move |tx: &mut Tx<'_>| rows::get_each(tx, connection, &missing);
        for person in self.storage.read(access.tenant, read).await? {
            people.push(match stamps.get(&person.id) {
                Some(stamp) => self.keep(connection, person, *stamp),
                None => Arc::new(person),
            });
        }
        Ok(people)
    }

    async fn page_by_offset(
        &self,
        access: &ScimAccess,
        narrowing: Narrowing,
        offset: usize,
        count: usize,
    ) -> Result<Page, StorageError> {
        let connection = access.connection;
        let (from, limit) =
            (i64::try_from(offset).unwrap_or(i64::MAX), i64::try_from(count).unwrap_or(i64::MAX));
        if access.reads_all() {
            let (tenant, access) = (access.tenant, access.clone());
            let read = move |tx: &mut Tx<'_>| wide::list(tx, &access, narrowing, (from, limit));
            let (total, people) = self.storage.scan(tenant, read).await?;
            let total = usize::try_from(total).unwrap_or(0);
            return Ok(Page { total, people: people.into_iter().map(Arc::new).collect() });
        }
        self.storage
            .scan(access.tenant, move |tx| {
                let total = usize::try_from(rows::count(tx, connection, narrowing)?).unwrap_or(0);
                let people = if limit == 0 || offset >= total {
                    Vec::new()
                } else {
                    rows::list(tx, connection, narrowing, from, limit)?
                };
                Ok(Page { total, people: people.into_iter().map(Arc::new).collect() })
            })
            .await
    }

    fn cached(&self, connection: ScimConnectionId, id: EmployeeId) -> Option<Arc<ScimPerson>> {
        let entry = self.people.entries.as_ref()?.get(&(connection, id))?;
        (entry.stamp == self.storage.signals().stamps().of(id)).then_some(entry.person)
    }

    /// Keeps a person that was read when `stamp` stood.
    fn keep(
        &self,
        connection: ScimConnectionId,
        person: ScimPerson,
        stamp: u32,
    ) -> Arc<ScimPerson> {
        let person = Arc::new(person);
        if let Some(entries) = &self.people.entries {
            entries.insert((connection, person.id), Entry { stamp, person: Arc::clone(&person) });
        }
        person
    }
}

fn cut(people: Vec<Arc<ScimPerson>>, offset: usize, count: usize) -> Page {
    Page { total: people.len(), people: people.into_iter().skip(offset).take(count).collect() }
}

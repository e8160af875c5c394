//! Looking at everyone whom a connection sees, for what no index answers. Bounded in time, and few at a
//! time, because it is the dearest thing that a client can ask for.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use rollcall_domain::EmployeeId;
use rollcall_storage::scim::scim_person as rows;
use rollcall_storage::{StorageError, Tx};
use tokio::time::Instant;

use crate::access::ScimAccess;
use crate::app::App;
use crate::scim_person::turn::Listener;
use crate::scim_person::{ScimPerson, wide};

/// A client that wants more has to ask for less.
const TIME_MAX: Duration = Duration::from_secs(5);
/// As many people are read at a time.
const BATCH: i64 = 500;

/// What became of a scan.
#[derive(Debug)]
pub enum Scanned<T> {
    /// Everyone was looked at.
    Whole(T),
    /// It was broken off: it took too long, or `look` had enough.
    BrokenOff,
}

/// Whether a scan goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// With the next person.
    On,
    /// Not at all: the result would be too large.
    Stop,
}

impl App {
    /// Shows everyone whom a connection sees to `look`, in the order of their ids, in one transaction.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn scan_people<T: Send + 'static>(
        &self,
        access: &ScimAccess,
        state: T,
        mut look: impl FnMut(&mut T, &ScimPerson) -> Next + Send + 'static,
    ) -> Result<Scanned<T>, StorageError> {
        let (turn, listener) = (self.scans.take(access.tenant).await?, Listener::default());
        let caller = listener.ear();
        let (tenant, access, end) = (access.tenant, access.clone(), Instant::now() + TIME_MAX);
        let scan = move |tx: &mut Tx<'_>| -> Result<Scanned<T>, StorageError> {
            let _until_it_ends = turn;
            let (mut state, mut after) = (state, None::<EmployeeId>);
            loop {
                let batch = list_after(tx, &access, after, BATCH)?;
                let Some(last) = batch.last() else { return Ok(Scanned::Whole(state)) };
                after = Some(last.id);
                for person in &batch {
                    let enough = look(&mut state, person) == Next::Stop;
                    if enough || caller.is_over() || Instant::now() > end {
                        return Ok(Scanned::BrokenOff);
                    }
                }
            }
        };
        self.storage.scan(tenant, scan).await
    }

    /// The people behind one of them in the order of their ids, or the first ones.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn people_after(
        &self,
        access: &ScimAccess,
        after: Option<EmployeeId>,
        count: usize,
    ) -> Result<Vec<Arc<ScimPerson>>, StorageError> {
        let (tenant, access) = (access.tenant, access.clone());
        let limit = i64::try_from(count).unwrap_or(i64::MAX);
        let read = move |tx: &mut Tx<'_>| list_after(tx, &access, after, limit);
        let people = self.storage.scan(tenant, read).await?;
        Ok(people.into_iter().map(Arc::new).collect())
    }

    /// The people of these ids whom the connection sees, in the same order.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn people_of(
        &self,
        access: &ScimAccess,
        ids: &[EmployeeId],
    ) -> Result<Vec<Arc<ScimPerson>>, StorageError> {
        let mut people = Vec::with_capacity(ids.len());
        if access.reads_all() {
            for id in ids {
                people.extend(self.scim_person(access, *id).await?);
            }
            return Ok(people);
        }
        let own = self.own_people(access, ids).await?;
        let mut own: HashMap<_, _> = own.into_iter().map(|person| (person.id, person)).collect();
        people.extend(ids.iter().filter_map(|id| own.remove(id)));
        Ok(people)
    }
}

fn list_after(
    tx: &mut Tx<'_>,
    access: &ScimAccess,
    after: Option<EmployeeId>,
    limit: i64,
) -> Result<Vec<ScimPerson>, StorageError> {
    if access.reads_all() {
        wide::list_after(tx, access, after, limit)
    } else {
        rows::list_after(tx, access.connection, after, limit)
    }
}

//! Bulk requests that are carried out after their answer (RFC 9967 §2.5.1): taken in with all that they need,
//! carried out some operations at a time, and told for a day. Whoever hears that a request was taken in can
//! count on it: it is on disk, and how far it got is written together with what it did.

pub(crate) mod bell;

use jiff::SignedDuration;
use serde_json::Value;
use uuid::Uuid;

use rollcall_domain::{BulkRequestId, TenantId};
use rollcall_storage::{
    StorageError, access::scim_token, directory::tenant, record::security_event_stream,
    scim::bulk_request as rows, scim::scim_connection,
};

use crate::access::ScimAccess;
use crate::app::App;
use crate::bulk::{BulkDone, BulkOperation, Done, Part};
use crate::error::ChangeError;
use crate::provision::Desk;
use crate::security_event;

pub use rollcall_storage::scim::bulk_request::BulkRequest;

/// As many requests of a connection wait; more are refused until some are done.
pub const OPEN_MAX: i64 = 10;
/// As many operations are carried out in one transaction, so that others get their turn in between.
pub const PART_MAX: usize = 100;
/// How long a result is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// A request to be carried out later.
#[derive(Clone, Debug)]
pub struct NewBulkRequest {
    /// The message as JSON.
    pub body: String,
    /// Where its client reached us.
    pub base_url: String,
    /// The client's names for what the operations make.
    pub bulk_ids: Vec<String>,
}

/// Whether a request was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is on disk, under this id.
    In(BulkRequestId),
    /// [`OPEN_MAX`] others of the connection wait already.
    TooMany,
}

/// The operations of a request that are next.
pub struct NextPart<R> {
    /// The request as it was loaded.
    pub request: BulkRequest,
    /// The operations behind those that were done.
    pub operations: Vec<BulkOperation<R>>,
    /// How many operations the request has in all.
    pub total: usize,
    /// After so many refusals in all, no more are tried.
    pub errors_max: usize,
}

impl App {
    /// Takes a request in.
    ///
    /// # Errors
    /// When storage fails; then nothing was taken in.
    pub async fn take_in(
        &self,
        access: &ScimAccess,
        new: NewBulkRequest,
    ) -> Result<Taken, StorageError> {
        let ids = new.bulk_ids.into_iter().map(|name| (name, self.ids.next().to_string()));
        let request = BulkRequest {
            id: BulkRequestId::new(self.ids.next()),
            connection: access.connection,
            token: access.token(),
            base_url: new.base_url,
            body: new.body,
            ids: ids.collect(),
            results: "[]".to_owned(),
            done: 0,
            failed: 0,
            created_at: self.now(),
            finished_at: None,
        };
        let taken = self.storage.write(access.tenant, move |tx| {
            if rows::count_open(tx, request.connection)? >= OPEN_MAX {
                return Ok::<_, StorageError>(Taken::TooMany);
            }
            rows::insert(tx, &request)?;
            Ok(Taken::In(request.id))
        });
        let taken = taken.await?;
        self.bells.came.notify_one();
        Ok(taken)
    }

    /// A request of the connection that was taken in, as far as it is.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn taken_in(
        &self,
        access: &ScimAccess,
        id: BulkRequestId,
    ) -> Result<Option<BulkRequest>, StorageError> {
        let connection = access.connection;
        let found = self.storage.read(access.tenant, move |tx| rows::get(tx, id)).await?;
        Ok(found.filter(|request: &BulkRequest| request.connection == connection))
    }

    /// Waits until a request is finished. On several nodes, only what this one finishes ends the wait.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn bulk_finished(
        &self,
        access: &ScimAccess,
        id: BulkRequestId,
    ) -> Result<(), StorageError> {
        loop {
            let finished = self.bells.finished.notified();
            tokio::pin!(finished);
            finished.as_mut().enable();
            let found = self.taken_in(access, id).await?;
            if found.is_none_or(|request| request.finished_at.is_some()) {
                return Ok(());
            }
            finished.await;
        }
    }

    /// Waits until a request is taken in here. May wake for nothing.
    pub async fn bulk_came(&self) {
        self.bells.came.notified().await;
    }

    /// The requests that wait: of each connection the oldest.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn waiting_bulk(&self) -> Result<Vec<(TenantId, BulkRequestId)>, StorageError> {
        self.storage.read_installation(rows::list_open).await
    }

    /// A request that waits, with the access under which it is carried out: by the rules of today. `None` when
    /// it is gone, was finished by another, or its connection was removed. One whose token was revoked meanwhile is
    /// ended here: what it has not done yet it does not do.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn load_bulk(
        &self,
        tenant: TenantId,
        id: BulkRequestId,
    ) -> Result<Option<(BulkRequest, ScimAccess)>, StorageError> {
        let loaded = self
            .storage
            .read(tenant, move |tx| {
                let request = rows::get(tx, id)?.filter(|request| request.finished_at.is_none());
                let Some(request) = request else { return Ok(None) };
                let connection = scim_connection::get(tx, request.connection)?;
                let connection = connection.filter(|connection| connection.removed_at.is_none());
                let (Some(connection), Some(tenant)) = (connection, tenant::get(tx)?) else {
                    return Ok(None);
                };
                let streams = security_event_stream::list_live(tx)?;
                let token = request.token;
                let access = ScimAccess::of_earlier(&tenant, &connection, token, &streams);
                let revoked = scim_token::is_revoked(tx, token)?;
                Ok::<_, StorageError>(Some((request, access, revoked)))
            })
            .await?;
        match loaded {
            Some((request, _, true)) => {
                self.give_bulk_up(tenant, request, Vec::new()).await?;
                Ok(None)
            }
            Some((request, access, false)) => Ok(Some((request, access))),
            None => Ok(None),
        }
    }

    /// Carries the next operations of a request out, and writes in the same transaction what became of each,
    /// as `tell` words it for its place in the request. Does nothing where another worker was faster. Answers
    /// the request as it is then.
    ///
    /// # Errors
    /// When storage fails; then nothing was done.
    pub async fn carry_out_next<R: Clone + Send + 'static>(
        &self,
        access: &ScimAccess,
        next: NextPart<R>,
        mut tell: impl FnMut(usize, Result<BulkDone, ChangeError<R>>) -> Value + Send + 'static,
    ) -> Result<BulkRequest, StorageError> {
        let NextPart { request, operations, total, errors_max } = next;
        let made = operations.iter().map(|operation| made(&request, operation, self));
        let failed = usize::try_from(request.failed).unwrap_or(0);
        let part = Part {
            made: made.collect(),
            operations,
            ids: request.ids.clone(),
            // What the parts before and after this one name is not looked at again for each part.
            refers: true,
            errors_max: errors_max.saturating_sub(failed),
        };
        let settle = move |desk: &mut Desk<'_, '_>, done: Done<R>| {
            let from = usize::try_from(request.done).unwrap_or(0);
            let mut after = request.clone();
            let ended = failed + done.errors >= errors_max;
            after.failed += i64::try_from(done.errors).unwrap_or(0);
            after.ids = done.ids;
            let told = done.outcome.into_iter().zip(from..);
            let told: Vec<Value> = told.map(|(outcome, index)| tell(index, outcome)).collect();
            for (index, one) in (from..).zip(&told) {
                tell_done(desk, &request, index, one)?;
            }
            append(&mut after, told);
            if ended || usize::try_from(after.done).is_ok_and(|done| done >= total) {
                finish(&mut after, desk.act.now);
            }
            if rows::advance(desk.tx, request.done, &after)? {
                Ok(after)
            } else {
                Err(StorageError::Conflict)
            }
        };
        let after = self.carry_out(access, part, settle).await?;
        self.tell_finished(&after);
        Ok(after)
    }

    /// Ends a request that cannot be carried out, with `told` for the operations that are left.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn give_bulk_up(
        &self,
        tenant: TenantId,
        request: BulkRequest,
        told: Vec<Value>,
    ) -> Result<(), StorageError> {
        let (from, mut after) = (request.done, request);
        after.failed += i64::try_from(told.len()).unwrap_or(0);
        append(&mut after, told);
        finish(&mut after, self.now());
        let kept = after.clone();
        self.storage.write(tenant, move |tx| rows::advance(tx, from, &kept)).await?;
        self.tell_finished(&after);
        Ok(())
    }

    /// Forgets the results that were kept long enough.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn forget_bulk(&self) -> Result<(), StorageError> {
        let before = self.now() - KEPT;
        self.storage.write_installation(move |session| rows::delete_finished(session, before)).await
    }

    fn tell_finished(&self, request: &BulkRequest) {
        if request.finished_at.is_some() {
            self.bells.finished.notify_waiters();
        }
    }
}

/// Tells those who hear of events that an operation is done: what its request's result says of it.
fn tell_done(
    desk: &mut Desk<'_, '_>,
    request: &BulkRequest,
    index: usize,
    told: &Value,
) -> Result<(), StorageError> {
    let mut payload = told.clone();
    let location = payload.as_object_mut().and_then(|payload| payload.remove("location"));
    let path = location.as_ref().and_then(Value::as_str);
    let path = path.and_then(|location| location.strip_prefix(&request.base_url));
    let path = path.map_or_else(|| format!("/Bulk/{}", request.id), str::to_owned);
    security_event::operation_done(desk, (path, &format!("{}:{index}", request.id)), payload)
}

/// The id of what an operation makes: known since the request came, so that others could name it.
fn made<R>(request: &BulkRequest, operation: &BulkOperation<R>, app: &App) -> Uuid {
    let named = operation.bulk_id.as_ref().and_then(|name| request.ids.get(name));
    named.and_then(|id| id.parse().ok()).unwrap_or_else(|| app.ids.next())
}

fn append(request: &mut BulkRequest, told: Vec<Value>) {
    let mut results: Vec<Value> = serde_json::from_str(&request.results).unwrap_or_default();
    request.done += i64::try_from(told.len()).unwrap_or(0);
    results.extend(told);
    request.results = Value::from(results).to_string();
}

/// What is finished needs its message no more.
fn finish(request: &mut BulkRequest, now: jiff::Timestamp) {
    request.finished_at = Some(now);
    request.body.clear();
}

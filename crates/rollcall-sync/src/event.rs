//! Tells receivers of security events what waits for them (RFC 8935), one receiver by one node at a time, in
//! order: what cannot be told holds up what comes behind it, and nothing is left out. Beside that it looks
//! after receivers that fall too far behind, those that ask included.

use std::sync::Arc;
use std::time::Duration;

use rollcall_app::App;
use rollcall_app::security_event::Push;
use rollcall_connector::event::EventReceivers;
use rollcall_domain::{EventStreamId, TenantId};
use rollcall_storage::StorageError;
use rollcall_storage::effect::Change;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::meter;
use crate::retry;

/// How often it is looked whether another node, or the time, made something due.
const ROUND: Duration = Duration::from_secs(1);
/// How often it is looked whether a receiver is too far behind.
const CHECK: Duration = Duration::from_secs(10);

/// As many receivers are told at a time.
const TURNS_MAX: usize = 32;

/// What events are told with.
pub struct EventOptions {
    /// The application.
    pub app: App,
    /// The way to the receivers.
    pub receivers: Arc<dyn EventReceivers>,
}

/// The task that tells receivers. Dropped, it ends.
pub struct Events {
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

impl Events {
    /// Starts looking after all receivers.
    #[must_use]
    pub fn start(options: EventOptions) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(run(options, stop.clone()));
        Self { stop, task: Some(task) }
    }

    /// Ends after the events that are under way.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if let Some(task) = self.task.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the telling of security events broke off");
        }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn run(options: EventOptions, stop: CancellationToken) {
    let options = Arc::new(options);
    let mut changes = options.app.watch();
    let (mut turns, mut check_at) = (JoinSet::new(), Instant::now());
    while !stop.is_cancelled() {
        while turns.try_join_next().is_some() {}
        if let Err(error) = look(&options, &stop, (&mut turns, &mut check_at)).await {
            tracing::warn!(%error, "security events have to wait");
        }
        let heard = async {
            while changes.recv().await.is_ok_and(|news| news.change != Change::SecurityEvents) {}
        };
        tokio::select! {
            () = stop.cancelled() => {}
            _ = tokio::time::timeout(ROUND, heard) => {}
        }
    }
    while turns.join_next().await.is_some() {}
}

/// Begins the turns of those who are due, each beside the others: a slow receiver is no reason for another to
/// wait. One whose turn goes on is not due.
async fn look(
    options: &Arc<EventOptions>,
    stop: &CancellationToken,
    (turns, check_at): (&mut JoinSet<()>, &mut Instant),
) -> Result<(), StorageError> {
    if Instant::now() >= *check_at {
        *check_at = Instant::now() + CHECK;
        options.app.check_event_streams().await?;
    }
    for (tenant, id) in options.app.due_pushes().await? {
        if turns.len() >= TURNS_MAX {
            break;
        }
        let (options, stop) = (Arc::clone(options), stop.clone());
        turns.spawn(async move {
            if let Err(error) = turn(&options, &stop, tenant, id).await {
                tracing::warn!(event_stream.id = %id, %error, "security events have to wait");
            }
        });
    }
    Ok(())
}

async fn turn(
    options: &EventOptions,
    stop: &CancellationToken,
    tenant: TenantId,
    id: EventStreamId,
) -> Result<(), StorageError> {
    while !stop.is_cancelled() {
        let Some(push) = options.app.begin_push(tenant, id).await? else { return Ok(()) };
        if tell(options, push).await? == Told::NotAll {
            return Ok(());
        }
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    All,
    NotAll,
}

async fn tell(options: &EventOptions, push: Push) -> Result<Told, StorageError> {
    let Push { tenant, stream, endpoint, token, sets } = push;
    let mut taken = Vec::with_capacity(sets.len());
    let mut failure = None;
    let span = meter::push_span(stream.id, sets.len());
    for (id, set) in sets {
        let answer = options.receivers.tell(&endpoint, token.as_ref(), &set);
        let answer = answer.instrument(span.clone()).await;
        meter::told(&span, &answer);
        if let Err(error) = answer {
            let failures = u32::try_from(stream.failures + 1).unwrap_or(u32::MAX);
            let wait = retry::judge(&error, failures).wait;
            tracing::warn!(event_stream.id = %stream.id, %error, "a receiver could not be told");
            failure = Some((error.to_string(), wait.try_into().unwrap_or_default()));
            break;
        }
        taken.push(id);
    }
    let told = if failure.is_some() { Told::NotAll } else { Told::All };
    options.app.end_push((tenant, stream), taken, failure).await?;
    Ok(told)
}

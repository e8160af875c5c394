//! Tells one link's states for as long as this node has the feed.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use rollcall_app::agent::AgentFollower;
use rollcall_connector::ConnectorError;
use rollcall_connector::real_time::{AgentCode, RealTimeTarget, STATES_MAX, Scope};
use rollcall_domain::TenantId;
use rollcall_storage::StorageError;
use rollcall_storage::agent::real_time_feed::RealTimeFeed;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::feed::{Due, Feed};
use super::{RealTimeTargets, SNAPSHOT_EVERY};
use crate::meter::{self, Remote};
use crate::retry;
use crate::world::World;

/// Changes are gathered for so long before they are told together.
const GATHER: Duration = Duration::from_millis(200);
/// How often it is looked whether the time came for something.
const TICK: Duration = Duration::from_secs(1);
/// How often it is looked for changes of which nobody told this node, where no other node makes any.
const NET: Duration = Duration::from_secs(10);

/// What tells one link's states.
pub(super) struct Teller {
    feed: Feed,
    target: Result<Arc<dyn RealTimeTarget>, ConnectorError>,
    /// Calls that failed since the last one that went well.
    failures: u32,
    /// Whether the next thing told is a snapshot: nobody knows what the WFM has.
    begins: bool,
}

/// Whether to go on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// At once: there is more.
    More,
    /// When something changes.
    Wait,
    /// Not before this.
    Later(Duration),
    /// The feed is off, another one, or another node's.
    End,
}

impl Teller {
    pub(super) fn new(
        world: World,
        (tenant, feed): (TenantId, RealTimeFeed),
        targets: &Arc<dyn RealTimeTargets>,
    ) -> Self {
        let target = targets.open(tenant, &feed);
        Self { feed: Feed::new(world, tenant, feed), target, failures: 0, begins: true }
    }

    /// Tells until `stop`, or until the feed is not this node's any more.
    pub(super) async fn tell(
        mut self,
        mut news: AgentFollower,
        stop: &CancellationToken,
    ) -> Result<(), StorageError> {
        let mut looked = Instant::now();
        let mut is_news = true;
        while !stop.is_cancelled() {
            if !self.feed.hold(SignedDuration::ZERO).await? {
                return Ok(());
            }
            let looks = is_news || !self.feed.hears_all() || looked.elapsed() >= NET;
            let next = if self.begins || self.feed.is_snapshot_due(SNAPSHOT_EVERY) {
                self.snapshot().await?
            } else if looks {
                looked = Instant::now();
                self.changes().await?
            } else {
                Next::Wait
            };
            is_news = match next {
                Next::End => return Ok(()),
                Next::More => true,
                Next::Later(wait) => {
                    let end = Instant::now() + wait;
                    while Instant::now() < end && !stop.is_cancelled() {
                        let left = end.duration_since(Instant::now()).min(TICK);
                        stop.run_until_cancelled(tokio::time::sleep(left)).await;
                        // What the operator mends is tried at once.
                        if !self.feed.hold(SignedDuration::ZERO).await? {
                            return Ok(());
                        }
                    }
                    true
                }
                Next::Wait => {
                    let heard = tokio::time::timeout(TICK, news.next());
                    match stop.run_until_cancelled(heard).await {
                        Some(Ok(Some(_))) => {
                            tokio::time::sleep(GATHER).await;
                            news.skip();
                            true
                        }
                        // The hub ends.
                        Some(Ok(None)) => return self.feed.release().await,
                        _ => false,
                    }
                }
            };
        }
        self.feed.release().await
    }

    async fn snapshot(&mut self) -> Result<Next, StorageError> {
        let due = self.feed.everybody().await?;
        if due.states.len() > STATES_MAX {
            let reason = format!("more than {STATES_MAX} people are logged in");
            return self.failed(&ConnectorError::Unsupported { reason }).await;
        }
        if let Err(error) = self.send(Scope::Snapshot, &due).await {
            return self.failed(&error).await;
        }
        if !self.feed.took(Scope::Snapshot, due).await? {
            return Ok(Next::End);
        }
        (self.begins, self.failures) = (false, 0);
        // Somebody may have changed meanwhile.
        Ok(Next::More)
    }

    async fn changes(&mut self) -> Result<Next, StorageError> {
        let due = self.feed.changed().await?;
        if due.states.is_empty() {
            return Ok(Next::Wait);
        }
        if let Err(error) = self.send(Scope::Changes, &due).await {
            return self.failed(&error).await;
        }
        Ok(if self.feed.took(Scope::Changes, due).await? { Next::More } else { Next::End })
    }

    async fn send(&self, scope: Scope, due: &Due) -> Result<(), ConnectorError> {
        let target = self.target.as_ref().map_err(Clone::clone)?;
        let codes: Vec<AgentCode> = due
            .states
            .iter()
            .map(|state| AgentCode {
                user_code: state.agent_number.0.to_string(),
                state_code: state.status.state_code(),
            })
            .collect();
        let span = meter::states_span(self.feed.link(), scope, codes.len());
        let remote = match scope {
            Scope::Changes => Remote::States,
            Scope::Snapshot => Remote::Snapshot,
        };
        meter::measured(remote, target.tell(scope, &codes)).instrument(span).await
    }

    /// Whatever was under way, nobody knows what the WFM took of it. So a snapshot follows.
    async fn failed(&mut self, error: &ConnectorError) -> Result<Next, StorageError> {
        self.failures = self.failures.saturating_add(1);
        self.begins = true;
        let wait = retry::judge(error, self.failures).wait;
        let held = SignedDuration::try_from(wait).unwrap_or_default();
        if !self.feed.hold(held).await? {
            return Ok(Next::End);
        }
        self.feed.failed(problem(error)).await?;
        Ok(Next::Later(wait))
    }
}

/// What is wrong and what to do, for people.
fn problem(error: &ConnectorError) -> String {
    use ConnectorError as E;
    let (what, advice) = match error {
        E::Unauthorized { .. } => (
            "refuses real-time states",
            "Check the source id and the authentication key: rollcall wfm-link real-time on.",
        ),
        E::NotFound { .. } | E::Unsupported { .. } | E::Rejected { .. } => (
            "cannot be told real-time states",
            "Check the address: rollcall wfm-link real-time on.",
        ),
        _ => ("cannot be told real-time states", "It is tried again, and begins with a snapshot."),
    };
    format!("The WFM {what}: {error}. {advice}")
}

//! One link's feed as storage has it: what is to be told, and noting what was taken.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use rollcall_connector::real_time::{STATES_MAX, Scope};
use rollcall_domain::{TenantId, WfmLinkId};
use rollcall_storage::agent::real_time_feed::{self, FeedLease, RealTimeFeed};
use rollcall_storage::agent::sent_state::{self, SentState, TellableState};
use rollcall_storage::{StorageError, Tx, wfm::wfm_link};

use crate::meter;
use crate::world::World;

/// The feed is held for so long without a word; longer than a call may take.
const HELD: SignedDuration = SignedDuration::from_secs(60);
/// It is held on from so long before the end.
const HOLD_ON: SignedDuration = SignedDuration::from_secs(40);
/// As many changes are told at a time.
const PAGE: i64 = 1_000;

/// A link's feed in the hands of this node.
pub(super) struct Feed {
    world: World,
    tenant: TenantId,
    settings: RealTimeFeed,
    lease: Option<FeedLease>,
    held_until: Timestamp,
}

/// What is to be told, and what will be known once it was.
pub(super) struct Due {
    /// Whom a batch tells of.
    pub(super) states: Vec<TellableState>,
    /// What the WFM has after a snapshot of others.
    besides: Vec<TellableState>,
}

impl Feed {
    pub(super) fn new(world: World, tenant: TenantId, settings: RealTimeFeed) -> Self {
        Self { world, tenant, settings, lease: None, held_until: Timestamp::MIN }
    }

    pub(super) fn link(&self) -> WfmLinkId {
        self.settings.link
    }

    /// Whether this node hears of every change: no other node makes any.
    pub(super) fn hears_all(&self) -> bool {
        self.world.storage.is_sole_writer()
    }

    pub(super) fn is_snapshot_due(&self, every: SignedDuration) -> bool {
        let now = self.world.clock.now();
        self.settings.snapshot_at.is_none_or(|last| now.duration_since(last) >= every)
    }

    /// Holds the feed on, this much longer than usual. `false`: it is another node's, off, or set anew.
    pub(super) async fn hold(&mut self, longer: SignedDuration) -> Result<bool, StorageError> {
        let now = self.world.clock.now();
        let until = now.checked_add(HELD + longer).unwrap_or(Timestamp::MAX);
        let is_held = self.held_until.duration_since(now) > HOLD_ON;
        let (link, holder) = (self.link(), self.world.holder.clone());
        if self.lease.is_some() && is_held && longer == SignedDuration::ZERO {
            // What the operator sets counts at once.
            let known = self.settings.clone();
            let work = move |tx: &mut Tx<'_>| is_same(tx, &known);
            return self.world.storage.read::<_, StorageError>(self.tenant, work).await;
        }
        let known = self.settings.clone();
        let work = move |tx: &mut Tx<'_>| {
            if !is_same(tx, &known)? {
                return Ok(None);
            }
            real_time_feed::take(tx, link, &holder, (now, until))
        };
        let taken: Result<_, StorageError> = self.world.storage.write(self.tenant, work).await;
        let Some(lease) = taken? else { return Ok(false) };
        // Another epoch: another node may have told something newer. The next spell begins with a snapshot.
        let is_own = self.lease.as_ref().is_none_or(|own| own.epoch == lease.epoch);
        (self.lease, self.held_until) = (Some(lease), until);
        Ok(is_own)
    }

    /// Gives the feed to whoever comes next.
    pub(super) async fn release(self) -> Result<(), StorageError> {
        let Some(lease) = self.lease else { return Ok(()) };
        let work = move |tx: &mut Tx<'_>| real_time_feed::release(tx, &lease);
        self.world.storage.write(self.tenant, work).await
    }

    /// Everybody whom the WFM has.
    pub(super) async fn everybody(&self) -> Result<Due, StorageError> {
        let (link, limit) = (self.link(), i64::try_from(STATES_MAX * 4).unwrap_or(i64::MAX));
        let work = move |tx: &mut Tx<'_>| {
            let all = sent_state::list_all(tx, link, limit)?;
            let gone = sent_state::list_gone(tx, link, limit)?;
            Ok::<_, StorageError>((all, gone))
        };
        let (all, gone) = self.world.storage.scan(self.tenant, work).await?;
        let (mut besides, states): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|one| one.status.is_logged_out());
        besides.extend(gone);
        Ok(Due { states, besides })
    }

    /// Those of whom the WFM was told less than there is.
    pub(super) async fn changed(&self) -> Result<Due, StorageError> {
        let link = self.link();
        let work = move |tx: &mut Tx<'_>| {
            let mut states = sent_state::list_changed(tx, link, PAGE)?;
            states.extend(sent_state::list_gone(tx, link, PAGE)?);
            Ok::<_, StorageError>(states)
        };
        let states = self.world.storage.scan(self.tenant, work).await?;
        Ok(Due { states, besides: Vec::new() })
    }

    /// Notes what the WFM took. `false`: the feed became another node's meanwhile, which knows better.
    pub(super) async fn took(&mut self, scope: Scope, due: Due) -> Result<bool, StorageError> {
        let Some(lease) = self.lease.clone() else { return Ok(false) };
        let now = self.world.clock.now();
        let settings = &mut self.settings;
        if settings.failing {
            (settings.failing, settings.problem, settings.health_since) = (false, None, now);
        }
        if scope == Scope::Snapshot {
            settings.snapshot_at = Some(now);
        }
        settings.sent_at = Some(now);
        let settings = settings.clone();
        let (people, mut lags) = (due.states.len(), Vec::new());
        let mut sent: HashMap<_, SentState> = HashMap::new();
        for one in due.states.into_iter().chain(due.besides) {
            let state_code = one.status.state_code();
            if one.sent.as_ref() != Some(&(one.sequence, state_code.clone())) {
                let (employee, sequence) = (one.employee, one.sequence);
                // Of whom the WFM never heard, nobody knows since when it could have been told.
                let is_news = one.sent.is_some_and(|(told, _)| told != sequence);
                lags.extend(one.since.filter(|_| is_news).map(|since| now.duration_since(since)));
                sent.insert(employee, SentState { employee, sequence, state_code });
            }
        }
        let sent: Vec<SentState> = sent.into_values().collect();
        let work = move |tx: &mut Tx<'_>| {
            if !real_time_feed::stands(tx, &lease)? {
                return Ok(false);
            }
            sent_state::save(tx, lease.link, &sent, now)?;
            real_time_feed::save_state(tx, &settings)?;
            Ok::<_, StorageError>(true)
        };
        let is_ours = self.world.storage.write(self.tenant, work).await?;
        if is_ours {
            meter::states(scope, people);
            lags.into_iter().for_each(meter::state_lagged);
        }
        Ok(is_ours)
    }

    /// Notes that the WFM could not be told.
    pub(super) async fn failed(&mut self, problem: String) -> Result<(), StorageError> {
        let now = self.world.clock.now();
        if !self.settings.failing {
            (self.settings.failing, self.settings.health_since) = (true, now);
        }
        self.settings.problem = Some(problem);
        let settings = self.settings.clone();
        let work = move |tx: &mut Tx<'_>| real_time_feed::save_state(tx, &settings);
        self.world.storage.write::<_, StorageError>(self.tenant, work).await
    }
}

/// Whether a feed is on and leads where it did.
fn is_same(tx: &mut Tx<'_>, known: &RealTimeFeed) -> Result<bool, StorageError> {
    let Some(found) = real_time_feed::get(tx, known.link)? else { return Ok(false) };
    let is_on = wfm_link::get(tx, known.link)?.is_some_and(|link| link.enabled);
    Ok(is_on
        && found.enabled
        && found.base_url == known.base_url
        && found.source_id == known.source_id
        && found.authentication_key_sealed == known.authentication_key_sealed)
}

//! The history feed of a link: the operator's to set, everybody's to see.

use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use rollcall_domain::interval::queue::Thresholds;
use rollcall_domain::interval::{Kind, Quarter, Span, day, schedule};
use rollcall_domain::source::Actor;
use rollcall_domain::{TenantId, WfmLinkId};
use rollcall_storage::interval::history_feed::{self as rows, HistoryFeed};
use rollcall_storage::interval::interval_delivery::{self, Delivery};
use rollcall_storage::{Tx, interval::interval_mark, wfm::wfm_link};

use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};
use crate::wfm::subject;

/// As long may an interval settle before it is sent, in seconds.
const SETTLE_MAX_S: i64 = 6 * 60 * 60;
/// As long may a threshold of a queue be, in seconds.
const THRESHOLD_MAX_S: i64 = 60 * 60;

/// What the operator sets of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedSettings {
    /// Whether it is on. What happened while it was off is sent when it is on again.
    pub enabled: bool,
    /// The time zone in which days begin, as the time zone database calls it.
    pub time_zone: String,
    /// An interval is sent so many seconds after its end.
    pub settle_s: i64,
    /// From how long a wait in a queue is something else.
    pub thresholds: Thresholds,
}

impl Default for FeedSettings {
    /// Two minutes after its end an interval is sent; 20 seconds are the service level; after less than 5 seconds
    /// somebody gave up shortly.
    fn default() -> Self {
        Self {
            enabled: true,
            time_zone: "UTC".to_owned(),
            settle_s: 120,
            thresholds: Thresholds { service_level_s: 20, short_abandon_s: 5 },
        }
    }
}

/// A feed, with what it has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedState {
    /// The feed.
    pub feed: HistoryFeed,
    /// As many intervals are due.
    pub due: i64,
}

impl App {
    /// Sets the history feed of a link, and makes it where there is none: it begins with the present interval.
    /// The operator's to do.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`], [`ChangeError::Invalid`].
    pub async fn set_history_feed(
        &self,
        tenant: TenantId,
        actor: Actor,
        link: WfmLinkId,
        settings: FeedSettings,
    ) -> Result<(), ChangeError> {
        let zone = day::zone(&settings.time_zone)
            .map_err(|error| ChangeError::Invalid(error.to_string()))?;
        check(&settings)?;
        let (app, now) = (self.clone(), self.now());
        let rebuilt_day = schedule::last_over(&zone, now)
            .ok_or_else(|| ChangeError::Invalid("the clock is at the end of time".to_owned()))?;
        self.storage
            .write(tenant, move |tx| {
                let link = wfm_link::get(tx, link)?.ok_or(ChangeError::NotFound("WFM link"))?;
                let known = rows::get(tx, link.id)?;
                let before = known.as_ref().map(described).unwrap_or_default();
                let feed = HistoryFeed {
                    link: link.id,
                    unit: link.business_unit,
                    enabled: settings.enabled,
                    time_zone: settings.time_zone.clone(),
                    settle_s: settings.settle_s,
                    thresholds: settings.thresholds,
                    marked_until: Quarter::of(now).start(),
                    rebuilt_day,
                    failures: 0,
                    problem: None,
                    problem_at: None,
                    next_at: now,
                    sent_at: None,
                    created_at: now,
                };
                let after = described(&feed);
                if before == after {
                    return Ok(());
                }
                rows::save_settings(tx, &feed)?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let values = Values { before, after };
                Ok(act.audit(tx, "wfm_link.history_feed_changed", subject(&link), values)?)
            })
            .await
    }

    /// The history feed of a link, if it has one.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn history_feed(
        &self,
        tenant: TenantId,
        link: WfmLinkId,
    ) -> Result<Option<FeedState>, ChangeError> {
        let now = self.now();
        self.storage
            .read(tenant, move |tx| {
                let Some(feed) = rows::get(tx, link)? else { return Ok(None) };
                Ok(Some(FeedState { feed, due: interval_mark::tally(tx, link, now)? }))
            })
            .await
    }

    /// Marks the intervals of a link's feed between two moments, so that they are looked at again, and sent again
    /// where they are not as they were sent. The operator's to do; nothing of the future is marked.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] where there is no feed; [`ChangeError::Invalid`] for more than 31 days.
    pub async fn rebuild_history(
        &self,
        tenant: TenantId,
        link: WfmLinkId,
        span: Span,
    ) -> Result<(), ChangeError> {
        const QUARTERS_MAX: i64 = 31 * 100;
        if span.end.since(span.first) > QUARTERS_MAX {
            return Err(ChangeError::Invalid("at most 31 days at a time".to_owned()));
        }
        let now = self.now();
        self.storage
            .write(tenant, move |tx| {
                let feed = rows::get(tx, link)?.ok_or(ChangeError::NotFound("history feed"))?;
                let settle = SignedDuration::from_secs(feed.settle_s);
                let settled = Quarter::of(now.checked_sub(settle).unwrap_or(now));
                let span = Span { first: span.first, end: span.end.min(settled) };
                Ok(interval_mark::mark_span(tx, link, span, (now, now))?)
            })
            .await
    }

    /// What was sent of the intervals of a span.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn deliveries(
        &self,
        tenant: TenantId,
        link: WfmLinkId,
        kind: Kind,
        span: Span,
    ) -> Result<Vec<(Quarter, Delivery)>, ChangeError> {
        let list = move |tx: &mut Tx<'_>| Ok(interval_delivery::list(tx, (link, kind), span)?);
        self.storage.scan(tenant, list).await
    }
}

fn check(settings: &FeedSettings) -> Result<(), ChangeError> {
    let Thresholds { service_level_s, short_abandon_s } = settings.thresholds;
    if !(0..=SETTLE_MAX_S).contains(&settings.settle_s) {
        return Err(ChangeError::Invalid(format!(
            "an interval settles for 0 to {SETTLE_MAX_S} seconds (six hours)"
        )));
    }
    if [service_level_s, short_abandon_s].iter().any(|one| !(0..=THRESHOLD_MAX_S).contains(one)) {
        return Err(ChangeError::Invalid(format!(
            "a threshold is 0 to {THRESHOLD_MAX_S} seconds (one hour)"
        )));
    }
    Ok(())
}

fn described(feed: &HistoryFeed) -> Map<String, Value> {
    [
        ("historyFeed".to_owned(), json!(feed.enabled)),
        ("timeZone".to_owned(), json!(feed.time_zone)),
        ("settleS".to_owned(), json!(feed.settle_s)),
        ("serviceLevelS".to_owned(), json!(feed.thresholds.service_level_s)),
        ("shortAbandonS".to_owned(), json!(feed.thresholds.short_abandon_s)),
    ]
    .into_iter()
    .collect()
}

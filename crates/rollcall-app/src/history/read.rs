//! Intervals for readers: a day of a business unit.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use rollcall_domain::interval::{Day, Kind, day};
use rollcall_domain::{BusinessUnitId, TenantId};
use rollcall_storage::interval::interval_delivery::{self, Delivery};
use rollcall_storage::{Tx, interval::history_feed, wfm::wfm_link};

use super::feed::FeedSettings;
use super::table::{AgentTable, QueueTable, Scope};
use crate::app::App;
use crate::error::ChangeError;

/// As many people or queues are on a page.
pub const HISTORY_SUBJECTS_MAX: usize = 50;

/// A day of a business unit.
#[derive(Clone, Debug)]
pub struct HistoryDay {
    /// Of what.
    pub scope: Scope,
    /// Which day.
    pub day: Day,
    /// The time zone in which it begins and ends: that of the feed, or UTC.
    pub time_zone: String,
    /// What was sent of it, in order of time.
    pub deliveries: Vec<(rollcall_domain::interval::Quarter, Delivery)>,
}

impl App {
    /// A day of a business unit, today by itself, as the feed of its link counts it; without a feed by UTC and
    /// the usual thresholds.
    ///
    /// # Errors
    /// [`ChangeError::Invalid`] at the ends of time.
    pub async fn history_day(
        &self,
        tenant: TenantId,
        unit: BusinessUnitId,
        date: Option<Date>,
        kind: Kind,
    ) -> Result<HistoryDay, ChangeError> {
        let now = self.now();
        self.storage
            .scan(tenant, move |tx| {
                let link = wfm_link::find(tx, unit)?;
                let feed = match link {
                    Some(link) => history_feed::get(tx, link)?,
                    None => None,
                };
                let usual = FeedSettings::default();
                let thresholds = feed.as_ref().map_or(usual.thresholds, |feed| feed.thresholds);
                let time_zone = feed.map_or(usual.time_zone, |feed| feed.time_zone);
                let zone = day::zone(&time_zone).unwrap_or(TimeZone::UTC);
                let date = date.unwrap_or_else(|| zone.to_datetime(now).date());
                let day = Day::of(date, &zone)
                    .ok_or_else(|| ChangeError::Invalid("there is no such day".to_owned()))?;
                let deliveries = match link {
                    Some(link) => interval_delivery::list(tx, (link, kind), day.span)?,
                    None => Vec::new(),
                };
                let scope = Scope { unit, link, thresholds };
                Ok(HistoryDay { scope, day, time_zone, deliveries })
            })
            .await
    }

    /// The intervals of people on a day.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn agent_history_table(
        &self,
        tenant: TenantId,
        day: &HistoryDay,
    ) -> Result<AgentTable, ChangeError> {
        let (scope, span, now) = (day.scope, day.day.span, self.now());
        let read = move |tx: &mut Tx<'_>| Ok(AgentTable::read(tx, &scope, span, now)?);
        self.storage.scan(tenant, read).await
    }

    /// The intervals of queues on a day.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn queue_history_table(
        &self,
        tenant: TenantId,
        day: &HistoryDay,
    ) -> Result<QueueTable, ChangeError> {
        let (scope, span) = (day.scope, day.day.span);
        self.storage.scan(tenant, move |tx| Ok(QueueTable::read(tx, &scope, span)?)).await
    }
}

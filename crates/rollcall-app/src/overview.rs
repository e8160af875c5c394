//! Is all well, who is out of step, and what went in and out lately.

pub(crate) mod chart;

use std::sync::PoisonError;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use rollcall_domain::employee::Employee;
use rollcall_domain::{AuditEntryId, RunId, TenantId};
pub use rollcall_storage::record::alert::Alert;
use rollcall_storage::record::audit::{self, AuditQuery, RecordedEntry};
use rollcall_storage::wfm::wfm_link::{self, WfmLink};
use rollcall_storage::wfm::wfm_standing::{self, Tally};
use rollcall_storage::{Tx, directory::roster, scim::take_over_request, wfm::sync_run};

use crate::account::refused_creations;
use crate::app::App;
use crate::error::ChangeError;

/// What the overview tells.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Active people.
    pub active: i64,
    /// All people, inactive ones too.
    pub people: i64,
    /// Each WFM link with how its people stand.
    pub links: Vec<LinkState>,
    /// Changes in and out, oldest first.
    pub chart: Vec<ChartPoint>,
    /// The latest audit entries.
    pub recent: Vec<RecordedEntry>,
    /// The creations that were refused since the default role is missing.
    pub refused: Option<Alert>,
    /// How many claims wait in the take-over queue, and since when the oldest does.
    pub claims: Option<(i64, Timestamp)>,
}

/// How a link is doing.
#[derive(Clone, Debug)]
pub struct LinkState {
    /// The link.
    pub link: WfmLink,
    /// How its people stand.
    pub tally: Tally,
    /// When the last run ended that called the WFM and was answered.
    pub answered_at: Option<Timestamp>,
    /// The median lag of the last hour, in milliseconds.
    pub lag_p50_ms: Option<i64>,
    /// The lag of the last hour that 99 of 100 stay below, in milliseconds.
    pub lag_p99_ms: Option<i64>,
    /// Some of the people who are out of step, longest first.
    pub out_of_step: Vec<(Employee, Option<String>)>,
}

/// Changes within five minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChartPoint {
    /// When the five minutes began.
    pub at: Timestamp,
    /// Changes to people that came in.
    pub incoming: i64,
    /// People written to WFMs.
    pub outgoing: i64,
}

/// A point of the chart covers this many seconds.
const STEP_S: i64 = 300;
/// The chart covers six hours.
const POINTS: i64 = 72;
const RECENT: i64 = 10;
const OUT_OF_STEP: i64 = 5;

type Result<T> = std::result::Result<T, ChangeError>;

impl App {
    /// What the overview tells now.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn overview(&self, tenant: TenantId) -> Result<Overview> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .scan(tenant, move |tx| {
                let (active, people) = roster::totals(tx)?;
                let links = wfm_link::list(tx)?;
                Ok(Overview {
                    active,
                    people,
                    links: links
                        .into_iter()
                        .map(|link| link_state(tx, link, now))
                        .collect::<Result<_>>()?,
                    chart: app.chart(tx, now)?,
                    recent: audit::list(tx, &AuditQuery::default(), RECENT)?,
                    refused: refused_creations(tx)?,
                    claims: take_over_request::waiting(tx)?,
                })
            })
            .await
    }

    fn chart(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<ChartPoint>> {
        let last = now.as_second() / STEP_S;
        (last - POINTS + 1..=last).map(|step| self.point(tx, step, last)).collect()
    }

    fn point(&self, tx: &mut Tx<'_>, step: i64, last: i64) -> Result<ChartPoint> {
        let at = Timestamp::from_second(step * STEP_S).unwrap_or(Timestamp::UNIX_EPOCH);
        let key = (tx.tenant(), step);
        let known =
            self.charts.past.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        if let Some((incoming, outgoing)) = known {
            return Ok(ChartPoint { at, incoming, outgoing });
        }
        let (from, to) = (first_id(step * STEP_S), first_id((step + 1) * STEP_S));
        let incoming = audit::count_people(tx, AuditEntryId::new(from), AuditEntryId::new(to))?;
        let outgoing = sync_run::count_written(tx, RunId::new(from), RunId::new(to))?;
        // The point before the last may still get entries of transactions that began in it.
        if step < last - 1 {
            let mut past = self.charts.past.lock().unwrap_or_else(PoisonError::into_inner);
            past.retain(|(_, kept), _| *kept > last - POINTS);
            past.insert(key, (incoming, outgoing));
        }
        Ok(ChartPoint { at, incoming, outgoing })
    }
}

fn link_state(tx: &mut Tx<'_>, link: WfmLink, now: Timestamp) -> Result<LinkState> {
    let hour_ago = now.checked_sub(SignedDuration::from_hours(1)).unwrap_or(now);
    let lags = sync_run::list_lags(tx, link.id, RunId::new(first_id(hour_ago.as_second())))?;
    let at = |percent: usize| {
        lags.get((lags.len().saturating_mul(percent) / 100).min(lags.len().saturating_sub(1)))
            .copied()
    };
    Ok(LinkState {
        tally: wfm_standing::tally(tx, link.id)?,
        answered_at: sync_run::last_answered(tx, link.id)?,
        lag_p50_ms: at(50),
        lag_p99_ms: at(99),
        out_of_step: roster::list_out_of_step(tx, link.id, OUT_OF_STEP)?,
        link,
    })
}

/// The smallest id of version 7 that can be made at a second (RFC 9562 §5.7: it begins with the
/// milliseconds since 1970).
pub(crate) fn first_id(second: i64) -> Uuid {
    let ms = u128::try_from(second.saturating_mul(1_000)).unwrap_or(0);
    Uuid::from_u128(ms << 80)
}

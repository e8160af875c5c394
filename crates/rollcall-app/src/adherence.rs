//! Who does what is scheduled, and who does not: reading it. `mapping` says what statuses stand for, `judge`
//! keeps the answers true.

mod judge;
mod mapping;
mod timeline;

use jiff::Timestamp;

use rollcall_domain::{EmployeeId, TenantId};
use rollcall_storage::{
    agent::adherence as rows, agent::adherence_event as events, agent::status_mapping,
};

use crate::app::App;
use crate::error::ChangeError;

pub use judge::JUDGE_INTERVAL;
pub use mapping::{MappedActivity, MappedStatus, StatusMapping};
pub use rollcall_domain::adherence::timeline::Part;
pub use rollcall_domain::adherence::{
    AcdStatus, ActivityKind, ActivityName, Reason, Rules, Stretch, Verdict,
};
pub use rollcall_storage::agent::adherence::{AdherenceQuery, ListedPresent, Present};
pub use rollcall_storage::agent::adherence_event::{AdherenceEvent, EventPlace};
pub use timeline::{AdherenceDay, DayOf, TEAM_DAY_PEOPLE, TeamDay};

type Result<T> = std::result::Result<T, ChangeError>;

impl App {
    /// Who is out of adherence, longest first, and behind them who has not come; `most` at the most.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn out_of_adherence(
        &self,
        tenant: TenantId,
        query: AdherenceQuery,
        most: usize,
    ) -> Result<Vec<ListedPresent>> {
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        self.storage.scan(tenant, move |tx| Ok(rows::list_out(tx, query, limit)?)).await
    }

    /// How many people there are of each verdict: of those for whom anything was ever scheduled.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn adherence_tally(
        &self,
        tenant: TenantId,
        query: AdherenceQuery,
    ) -> Result<Vec<(Verdict, i64)>> {
        self.storage.scan(tenant, move |tx| Ok(rows::tally(tx, query)?)).await
    }

    /// Whether a person is in adherence now; `None` when nothing was ever scheduled for them.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn adherence_of(
        &self,
        tenant: TenantId,
        employee: EmployeeId,
    ) -> Result<Option<Present>> {
        self.storage.read(tenant, move |tx| Ok(rows::get(tx, employee)?)).await
    }

    /// What the tenant said of statuses and activities.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn adherence_rules(&self, tenant: TenantId) -> Result<Rules> {
        self.storage.read(tenant, |tx| Ok(status_mapping::rules(tx)?)).await
    }

    /// What ended behind the first moment and began before the second, in the order of its end; of one person or
    /// of all. What goes on is not among it.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn adherence_events(
        &self,
        tenant: TenantId,
        employee: Option<EmployeeId>,
        window: (Timestamp, Timestamp),
        after: Option<EventPlace>,
        most: usize,
    ) -> Result<Vec<AdherenceEvent>> {
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        self.storage
            .scan(tenant, move |tx| Ok(events::list(tx, employee, window, after.as_ref(), limit)?))
            .await
    }
}

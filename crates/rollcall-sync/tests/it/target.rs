//! The way to the WFM in tests: the real connector, and wrappers that stall or refuse.

use std::sync::Arc;
use std::time::Duration;

use rollcall_connector::history::HistoryTarget;
use rollcall_connector::wfm::{Answer, WfmPage, WfmReceipt, WfmTarget, WfmWrite};
use rollcall_connector::{ConnectorError, Http, HttpLimits, OutboundPolicy};
use rollcall_connector_iex::{Iex, IexSettings};
use rollcall_domain::wfm::{ManagementUnit, ManagementUnits};
use rollcall_domain::{Clock, TenantId};
use rollcall_storage::wfm::wfm_link::WfmLink;
use rollcall_sync::{HistoryTargets, WfmTargets};
use tokio::sync::Semaphore;

/// Opens the real connector. In tests a secret is sealed by leaving it as it is.
pub(crate) struct RealTargets {
    clock: Arc<dyn Clock>,
    http: Http,
}

impl RealTargets {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        let policy = OutboundPolicy { allow_loopback: true, allow_private: false };
        let limits = HttpLimits { total_timeout: Duration::from_secs(1), ..HttpLimits::default() };
        Self { clock, http: Http::new(policy, limits).unwrap() }
    }
}

impl RealTargets {
    fn iex(&self, link: &WfmLink) -> Result<Arc<Iex>, ConnectorError> {
        let settings = IexSettings {
            base_url: link.base_url.clone(),
            acd_id: link.acd_id.clone(),
            client_id: link.client_id.clone(),
            units: link.units.clone(),
            client_secret: link.client_secret_sealed.clone().into(),
        };
        Ok(Arc::new(Iex::new(&self.http, settings, Arc::clone(&self.clock))?))
    }
}

impl HistoryTargets for RealTargets {
    fn open_history(
        &self,
        _tenant: TenantId,
        link: &WfmLink,
    ) -> Result<Arc<dyn HistoryTarget>, ConnectorError> {
        Ok(self.iex(link)?)
    }
}

impl WfmTargets for RealTargets {
    fn open(
        &self,
        _tenant: TenantId,
        link: &WfmLink,
    ) -> Result<Arc<dyn WfmTarget>, ConnectorError> {
        Ok(self.iex(link)?)
    }
}

/// Opens the real connector and wraps it.
pub(crate) struct Wrapped<F>(pub(crate) RealTargets, pub(crate) F);

impl<F> WfmTargets for Wrapped<F>
where
    F: Fn(Arc<dyn WfmTarget>) -> Arc<dyn WfmTarget> + Send + Sync + 'static,
{
    fn open(&self, tenant: TenantId, link: &WfmLink) -> Result<Arc<dyn WfmTarget>, ConnectorError> {
        Ok((self.1)(self.0.open(tenant, link)?))
    }
}

/// Keeps the answers to writes back until the gate gives a permit for each.
pub(crate) struct Stalling {
    pub(crate) inner: Arc<dyn WfmTarget>,
    pub(crate) gate: Arc<Semaphore>,
}

impl WfmTarget for Stalling {
    fn write<'a>(&'a self, batch: &'a [WfmWrite], key: &'a str) -> Answer<'a, Vec<WfmReceipt>> {
        Box::pin(async move {
            let receipts = self.inner.write(batch, key).await;
            self.gate.acquire().await.unwrap().forget();
            receipts
        })
    }

    fn list<'a>(&'a self, cursor: Option<&'a str>) -> Answer<'a, Option<WfmPage>> {
        self.inner.list(cursor)
    }

    fn mend(&self, agent_number: i64) -> Answer<'_, u64> {
        self.inner.mend(agent_number)
    }

    fn probe(&self) -> Answer<'_, ()> {
        self.inner.probe()
    }
}

/// Refuses any batch as a whole that holds one certain agent.
pub(crate) struct Squeamish {
    pub(crate) inner: Arc<dyn WfmTarget>,
    pub(crate) cannot_bear: i64,
}

impl WfmTarget for Squeamish {
    fn write<'a>(&'a self, batch: &'a [WfmWrite], key: &'a str) -> Answer<'a, Vec<WfmReceipt>> {
        if batch.iter().any(|write| write.agent.agent_number == self.cannot_bear) {
            let reason = "it answered 400".to_owned();
            return Box::pin(async move { Err(ConnectorError::Rejected { reason }) });
        }
        self.inner.write(batch, key)
    }

    fn list<'a>(&'a self, cursor: Option<&'a str>) -> Answer<'a, Option<WfmPage>> {
        self.inner.list(cursor)
    }

    fn mend(&self, agent_number: i64) -> Answer<'_, u64> {
        self.inner.mend(agent_number)
    }

    fn probe(&self) -> Answer<'_, ()> {
        self.inner.probe()
    }
}

impl crate::site::Site {
    /// What somebody in the WFM does to an agent by hand.
    pub(crate) async fn edit_by_hand(
        &self,
        number: u32,
        edit: impl Fn(&mut rollcall_domain::wfm::WfmAgent),
    ) {
        let target = self.by_hand().await;
        let held = target.list(None).await.unwrap().unwrap().agents;
        let wanted = crate::sample::agent_number(number);
        let mut agent = held.into_iter().find(|agent| agent.agent_number == wanted).unwrap();
        edit(&mut agent);
        let write = WfmWrite { agent, unit: None, cleared: Vec::new() };
        self.put_by_hand(vec![write]).await;
    }

    /// Moves an agent to a unit by hand.
    pub(crate) async fn move_by_hand(&self, number: u32, mu: simulator_iex::Mu) {
        use rollcall_domain::wfm::ManagementUnit::{Arrived, Departed};
        let held = self.by_hand().await.list(None).await.unwrap().unwrap().agents;
        let wanted = crate::sample::agent_number(number);
        let agent = held.into_iter().find(|agent| agent.agent_number == wanted).unwrap();
        let unit = if mu == simulator_iex::Mu::New { Arrived } else { Departed };
        self.put_by_hand(vec![WfmWrite { agent, unit: Some(unit), cleared: Vec::new() }]).await;
    }

    /// Moves an agent to a unit of the WFM's own people by hand.
    pub(crate) async fn post_by_hand(&self, number: u32, unit: &str) {
        let mut link = self.link().await;
        link.units = ManagementUnits::parse(unit, "2").unwrap();
        let target = self.targets().open(Self::TENANT, &link).unwrap();
        let wanted = crate::sample::agent_number(number);
        let held = target.list(None).await.unwrap().unwrap().agents;
        let agent = held.into_iter().find(|agent| agent.agent_number == wanted).unwrap();
        let unit = Some(ManagementUnit::Arrived);
        let write = WfmWrite { agent, unit, cleared: Vec::new() };
        let key = crate::site::fresh(&self.ids);
        assert_eq!(target.write(&[write], &key).await.unwrap(), [WfmReceipt::Accepted]);
    }

    pub(crate) async fn put_by_hand(&self, writes: Vec<WfmWrite>) {
        let key = crate::site::fresh(&self.ids);
        let receipts = self.by_hand().await.write(&writes, &key).await.unwrap();
        assert!(receipts.iter().all(|receipt| *receipt == WfmReceipt::Accepted), "{receipts:?}");
    }

    async fn by_hand(&self) -> Arc<dyn WfmTarget> {
        self.targets().open(Self::TENANT, &self.link().await).unwrap()
    }
}

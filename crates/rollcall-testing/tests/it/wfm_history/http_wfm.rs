//! The simulated WFM over HTTP, with the real connector, in place of the one in memory. It fails on its own account; what
//! was sent is noted on this side of the wire.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use rollcall_connector::wfm::WfmTarget;
use rollcall_connector::{ConnectorError, Http, HttpLimits, OutboundPolicy};
use rollcall_connector_iex::{Iex, IexSettings};
use rollcall_domain::Clock;
use rollcall_domain::wfm::{ManagementUnit, WfmAgent};
use rollcall_storage::wfm::wfm_link::WfmLink;
use simulator_iex::{Agent, FaultOrder, Mu, Options, Simulator};
use tokio::runtime::{Builder, Runtime};

use super::memory_wfm::Record;
use super::operation::Fault;

/// A simulator that outlives the engines.
pub(crate) struct HttpWfm {
    simulator: Simulator,
    // The simulator lives on it.
    _runtime: Runtime,
}

impl HttpWfm {
    pub(crate) fn start() -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let simulator = runtime.block_on(Simulator::start(Options::default()))?;
        Ok(Self { simulator, _runtime: runtime })
    }

    /// The real connector. Its client lives on the runtime of the engine that opens it.
    pub(crate) fn open(
        &self,
        link: &WfmLink,
        clock: &Arc<dyn Clock>,
    ) -> Result<Arc<dyn WfmTarget>, ConnectorError> {
        let policy = OutboundPolicy { allow_loopback: true, allow_private: false };
        let total_timeout = Duration::from_millis(500);
        let limits = HttpLimits { total_timeout, ..HttpLimits::default() };
        let client = Options::default();
        let settings = IexSettings {
            base_url: self.simulator.url().to_owned(),
            acd_id: link.acd_id.clone(),
            client_id: client.client_id,
            units: link.units.clone(),
            client_secret: client.client_secret.into(),
        };
        Ok(Arc::new(Iex::new(&Http::new(policy, limits)?, settings, Arc::clone(clock))?))
    }

    /// Orders what the simulator can do of a fault. It does not know whose call it strikes.
    pub(crate) fn arm(&self, fault: Fault, times: u8) {
        use simulator_iex::Fault as F;
        let fault = match fault {
            Fault::RateLimited => F::RateLimited { retry_after_s: Some(1) },
            Fault::Error | Fault::Garbled => F::Error500,
            Fault::ExpiredToken => F::ExpiredToken,
            Fault::TimeoutAfterApplying => F::TimeoutAfterApplying { hold_ms: 20 },
            Fault::Delayed => F::TimeoutAfterApplying { hold_ms: 2_000 },
            Fault::HalfApplied => F::HalfAppliedBatch,
            Fault::SlowBody => F::SlowBody { over_ms: 100 },
            Fault::LostPage => F::LostPage,
        };
        // Waits are real ones here.
        self.simulator.arm([FaultOrder::once(fault).times(u32::from(times.min(2)))]);
    }

    pub(crate) fn mend(&self) {
        self.simulator.disarm();
    }

    /// What it holds of an acd, by agent number.
    pub(crate) fn records(&self, acd: &str) -> impl Iterator<Item = (i64, Record)> {
        let agents = self.simulator.agents(acd).into_iter().map(agent);
        agents.map(|agent| (agent.agent_number, Record { agent, posted: false }))
    }
}

fn agent(agent: Agent) -> WfmAgent {
    WfmAgent {
        agent_number: agent.uuid.parse().unwrap_or_default(),
        first_name: agent.first_name,
        last_name: agent.last_name,
        email: agent.email_address,
        activation_date: agent.agent_state_date,
        personal_id: agent.personal_id,
        external_id: agent.external_id,
        management_unit: match agent.mu {
            Mu::Changed => ManagementUnit::Departed,
            _ => ManagementUnit::Arrived,
        },
    }
}

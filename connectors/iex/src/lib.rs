//! NICE IEX WFM: the agents of a business unit go there, their schedules come back.
//!
//! The wire format of IEX is not public. The one spoken here is the simulator's (`CONTRACT.md` beside it);
//! a real tenant needs the customer's own interface description, and changes in `client.rs` and `wire.rs`.

mod client;
mod history;
mod mapping;
mod real_time;
mod schedule;
mod wire;

use std::sync::Arc;

use rollcall_connector::schedule::ScheduleSource;
use rollcall_connector::wfm::{Answer, BATCH_MAX, WfmPage, WfmReceipt, WfmTarget, WfmWrite};
use rollcall_connector::{ConnectorError, Http};
use rollcall_domain::Clock;
use rollcall_domain::wfm::ManagementUnits;
use secrecy::SecretString;

use client::Client;

pub use real_time::{IexRealTime, RealTimeSettings};

/// Where an IEX tenant answers, and as whom.
#[derive(Clone, Debug)]
pub struct IexSettings {
    /// The address below which the interface lies.
    pub base_url: String,
    /// The acdID of the business unit.
    pub acd_id: String,
    /// The OAuth client.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
    /// The management units into which agents are put.
    pub units: ManagementUnits,
}

/// The agents of one acd of an IEX tenant.
pub struct Iex {
    client: Client,
}

impl Iex {
    /// Makes the connector; calls nobody yet. The clock tells when a token is over.
    ///
    /// # Errors
    /// [`ConnectorError::Unsupported`] when the address may not be called.
    pub fn new(
        http: &Http,
        settings: IexSettings,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ConnectorError> {
        Ok(Self { client: Client::new(http, settings, clock)? })
    }
}

impl WfmTarget for Iex {
    fn write<'a>(&'a self, batch: &'a [WfmWrite], key: &'a str) -> Answer<'a, Vec<WfmReceipt>> {
        Box::pin(async move {
            if batch.is_empty() {
                return Ok(Vec::new());
            }
            if batch.len() > BATCH_MAX {
                let reason = format!("a batch holds at most {BATCH_MAX} agents");
                return Err(ConnectorError::Unsupported { reason });
            }
            let (acd, units) = (self.client.acd_id(), self.client.units());
            let agents: Vec<_> =
                batch.iter().map(|write| mapping::to_wire(write, acd, units)).collect();
            let results = self.client.upsert(&wire::Batch { agents: &agents }, key).await?.results;
            mapping::receipts(&agents, results)
        })
    }

    fn list<'a>(&'a self, cursor: Option<&'a str>) -> Answer<'a, Option<WfmPage>> {
        Box::pin(async move {
            let page = self.client.list(cursor).await?;
            Ok(Some(mapping::page(page, self.client.units())))
        })
    }

    fn mend(&self, agent_number: i64) -> Answer<'_, u64> {
        Box::pin(async move {
            let uuid = agent_number.to_string();
            Ok(self.client.remove_duplicates(&uuid).await?.removed)
        })
    }

    fn probe(&self) -> Answer<'_, ()> {
        // The ping would do without the acd; a list of one also proves that the acdID is good.
        Box::pin(async move { self.client.peek().await })
    }

    fn schedules(&self) -> Option<&dyn ScheduleSource> {
        Some(self)
    }
}

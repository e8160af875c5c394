//! The way from the engine to the simulated WFM, as the binary makes it to a real one.

use std::sync::Arc;
use std::time::Duration;

use rollcall_app::{App, wfm};
use rollcall_connector::real_time::RealTimeTarget;
use rollcall_connector::wfm::{Answer, WfmTarget};
use rollcall_connector::{ConnectorError, Http, HttpLimits, OutboundPolicy};
use rollcall_connector_iex::{Iex, IexRealTime, IexSettings, RealTimeSettings};
use rollcall_connector_wfm_file::{WfmFile, WfmFileSettings};
use rollcall_domain::wfm::Transport;
use rollcall_domain::{Clock, TenantId};
use rollcall_storage::agent::real_time_feed::RealTimeFeed;
use rollcall_storage::wfm::wfm_link::WfmLink;
use rollcall_sync::{RealTimeTargets, WfmTargets};

/// Tests look for acknowledgements more often than the product does.
const FILE_ASK_AFTER: Duration = Duration::from_millis(20);

/// Opens connectors to this machine.
pub(crate) struct Targets {
    app: App,
    clock: Arc<dyn Clock>,
    http: Http,
}

impl Targets {
    pub(crate) fn new(
        app: App,
        clock: Arc<dyn Clock>,
        limits: HttpLimits,
    ) -> Result<Self, ConnectorError> {
        let policy = OutboundPolicy { allow_loopback: true, allow_private: false };
        Ok(Self { app, clock, http: Http::new(policy, limits)? })
    }
}

impl RealTimeTargets for Targets {
    fn open(
        &self,
        tenant: TenantId,
        feed: &RealTimeFeed,
    ) -> Result<Arc<dyn RealTimeTarget>, ConnectorError> {
        let place = wfm::real_time_secret_place(tenant, feed.link);
        let opened = self.app.sealer().open(&feed.authentication_key_sealed, &place);
        let authentication_key =
            opened.map_err(|error| ConnectorError::Unsupported { reason: error.to_string() })?;
        let settings = RealTimeSettings {
            base_url: feed.base_url.clone(),
            source_id: feed.source_id.clone(),
            authentication_key,
        };
        Ok(Arc::new(IexRealTime::new(&self.http, settings)?))
    }
}

impl WfmTargets for Targets {
    fn open(&self, tenant: TenantId, link: &WfmLink) -> Result<Arc<dyn WfmTarget>, ConnectorError> {
        let place = wfm::secret_place(tenant, link.id);
        let opened = self.app.sealer().open(&link.client_secret_sealed, &place);
        let secret =
            opened.map_err(|error| ConnectorError::Unsupported { reason: error.to_string() })?;
        let (acd_id, units) = (link.acd_id.clone(), link.units.clone());
        let file = match &link.transport {
            Transport::File(file) => file,
            Transport::Http => {
                let (base_url, client_id) = (link.base_url.clone(), link.client_id.clone());
                let settings =
                    IexSettings { base_url, acd_id, client_id, client_secret: secret, units };
                return Ok(Arc::new(Iex::new(&self.http, settings, Arc::clone(&self.clock))?));
            }
        };
        let settings = WfmFileSettings {
            place: file.place.clone(),
            secret,
            acd_id,
            units,
            acknowledged_within: Duration::from_secs(file.acknowledged_within_s),
            ask_after: FILE_ASK_AFTER,
        };
        Ok(Arc::new(WfmFile::new(&self.http, settings, Arc::clone(&self.clock))?))
    }

    fn host_key<'a>(&'a self, host: &'a str, port: u16) -> Answer<'a, String> {
        Box::pin(rollcall_connector_wfm_file::host_key(&self.http, host, port))
    }
}

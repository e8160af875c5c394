//! The way from the engine to the simulated WFM, as the binary makes it to a real one.

use std::sync::Arc;
use std::time::Duration;

use rollcall_app::{App, wfm};
use rollcall_connector::history::HistoryTarget;
use rollcall_connector::real_time::RealTimeTarget;
use rollcall_connector::wfm::{Answer, WfmTarget};
use rollcall_connector::{ConnectorError, Http, HttpLimits, OutboundPolicy};
use rollcall_connector_iex::{Iex, IexRealTime, IexSettings, RealTimeSettings};
use rollcall_connector_wfm_file::{WfmFile, WfmFileSettings};
use rollcall_domain::wfm::{FileTransport, Transport};
use rollcall_domain::{Clock, TenantId};
use rollcall_storage::agent::real_time_feed::RealTimeFeed;
use rollcall_storage::wfm::wfm_link::WfmLink;
use rollcall_sync::{HistoryTargets, RealTimeTargets, WfmTargets};
use secrecy::SecretString;

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

    fn secret(&self, tenant: TenantId, link: &WfmLink) -> Result<SecretString, ConnectorError> {
        let place = wfm::secret_place(tenant, link.id);
        let opened = self.app.sealer().open(&link.client_secret_sealed, &place);
        opened.map_err(|error| ConnectorError::Unsupported { reason: error.to_string() })
    }

    fn iex(&self, tenant: TenantId, link: &WfmLink) -> Result<Iex, ConnectorError> {
        let settings = IexSettings {
            base_url: link.base_url.clone(),
            acd_id: link.acd_id.clone(),
            client_id: link.client_id.clone(),
            client_secret: self.secret(tenant, link)?,
            units: link.units.clone(),
        };
        Iex::new(&self.http, settings, Arc::clone(&self.clock))
    }

    fn by_file(
        &self,
        tenant: TenantId,
        link: &WfmLink,
        file: &FileTransport,
    ) -> Result<WfmFile, ConnectorError> {
        let settings = WfmFileSettings {
            place: file.place.clone(),
            secret: self.secret(tenant, link)?,
            acd_id: link.acd_id.clone(),
            units: link.units.clone(),
            acknowledged_within: Duration::from_secs(file.acknowledged_within_s),
            ask_after: FILE_ASK_AFTER,
        };
        WfmFile::new(&self.http, settings, Arc::clone(&self.clock))
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
        match &link.transport {
            Transport::File(file) => Ok(Arc::new(self.by_file(tenant, link, file)?)),
            Transport::Http => Ok(Arc::new(self.iex(tenant, link)?)),
        }
    }

    fn host_key<'a>(&'a self, host: &'a str, port: u16) -> Answer<'a, String> {
        Box::pin(rollcall_connector_wfm_file::host_key(&self.http, host, port))
    }
}

impl HistoryTargets for Targets {
    fn open_history(
        &self,
        tenant: TenantId,
        link: &WfmLink,
    ) -> Result<Arc<dyn HistoryTarget>, ConnectorError> {
        match &link.transport {
            Transport::File(file) => Ok(Arc::new(self.by_file(tenant, link, file)?)),
            Transport::Http => Ok(Arc::new(self.iex(tenant, link)?)),
        }
    }
}

//! The way to the WFM of a link: unseals its secret and builds the connector, for files or over the process's HTTP kit; and
//! the way to receivers of security events. Calls nobody.

use std::sync::Arc;
use std::time::Duration;

use rollcall_app::{App, wfm};
use rollcall_connector::event::HttpReceivers;
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

use crate::installation::Installation;
use crate::setting::OutboundSettings;

/// A receiver of security events is given so long for each of them. Less than the engine's calls: a turn of
/// many of them has to end in time.
const RECEIVER_LIMIT: Duration = Duration::from_secs(10);

/// A WFM is given so long for real-time states. Less than a node holds a link's feed without a word.
const REAL_TIME_LIMIT: Duration = Duration::from_secs(10);

/// The kit for calls to WFMs and to receivers, with what the operator permits.
pub(crate) fn http(outbound: OutboundSettings) -> Result<Http, ConnectorError> {
    let policy = OutboundPolicy {
        allow_loopback: outbound.allow_loopback,
        allow_private: outbound.allow_private,
    };
    Http::new(policy, HttpLimits::default())
}

/// Opens connectors for the engine.
pub(crate) struct Targets {
    app: App,
    clock: Arc<dyn Clock>,
    http: Http,
}

impl Targets {
    /// All of them over this kit.
    pub(crate) fn new(installation: &Installation, http: Http) -> Self {
        let (app, clock) = (installation.app.clone(), Arc::clone(&installation.clock));
        Self { app, clock, http }
    }

    /// The way to receivers of security events, over the same kit.
    pub(crate) fn event_receivers(&self) -> HttpReceivers {
        HttpReceivers::new(self.http.within(RECEIVER_LIMIT))
    }

    fn secret(&self, tenant: TenantId, link: &WfmLink) -> Result<SecretString, ConnectorError> {
        let place = wfm::secret_place(tenant, link.id);
        let opened = self.app.sealer().open(&link.client_secret_sealed, &place);
        opened.map_err(|error| ConnectorError::Unsupported { reason: error.to_string() })
    }

    fn iex(&self, tenant: TenantId, link: &WfmLink) -> Result<Arc<Iex>, ConnectorError> {
        let (secret, clock) = (self.secret(tenant, link)?, Arc::clone(&self.clock));
        Ok(Arc::new(by_http(&self.http, clock, link, secret)?))
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
        // States are soon old: who does not take them at once is told newer ones.
        Ok(Arc::new(IexRealTime::new(&self.http.within(REAL_TIME_LIMIT), settings)?))
    }
}

impl WfmTargets for Targets {
    fn open(&self, tenant: TenantId, link: &WfmLink) -> Result<Arc<dyn WfmTarget>, ConnectorError> {
        match &link.transport {
            Transport::File(file) => {
                let (secret, clock) = (self.secret(tenant, link)?, Arc::clone(&self.clock));
                Ok(Arc::new(by_file(&self.http, clock, (link, file), secret)?))
            }
            Transport::Http => Ok(self.iex(tenant, link)?),
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
            Transport::File(file) => {
                let (secret, clock) = (self.secret(tenant, link)?, Arc::clone(&self.clock));
                Ok(Arc::new(by_file(&self.http, clock, (link, file), secret)?))
            }
            Transport::Http => Ok(self.iex(tenant, link)?),
        }
    }
}

/// The connector of a link that goes by HTTP.
pub(crate) fn by_http(
    http: &Http,
    clock: Arc<dyn Clock>,
    link: &WfmLink,
    client_secret: SecretString,
) -> Result<Iex, ConnectorError> {
    let settings = IexSettings {
        base_url: link.base_url.clone(),
        acd_id: link.acd_id.clone(),
        client_id: link.client_id.clone(),
        units: link.units.clone(),
        client_secret,
    };
    Iex::new(http, settings, clock)
}

/// The connector of a link that goes by files.
pub(crate) fn by_file(
    http: &Http,
    clock: Arc<dyn Clock>,
    (link, file): (&WfmLink, &FileTransport),
    secret: SecretString,
) -> Result<WfmFile, ConnectorError> {
    let settings = WfmFileSettings {
        place: file.place.clone(),
        secret,
        acd_id: link.acd_id.clone(),
        units: link.units.clone(),
        acknowledged_within: Duration::from_secs(file.acknowledged_within_s),
        ask_after: WfmFile::ASK_AFTER,
    };
    WfmFile::new(http, settings, clock)
}

//! The way from the engine to the simulated WFM, as the binary makes it to a real one.

use std::sync::Arc;

use rollcall_app::{App, wfm};
use rollcall_connector::wfm::WfmTarget;
use rollcall_connector::{ConnectorError, Http, HttpLimits, OutboundPolicy};
use rollcall_connector_iex::{Iex, IexSettings};
use rollcall_domain::{Clock, TenantId};
use rollcall_storage::wfm_link::WfmLink;
use rollcall_sync::WfmTargets;

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

impl WfmTargets for Targets {
    fn open(&self, tenant: TenantId, link: &WfmLink) -> Result<Arc<dyn WfmTarget>, ConnectorError> {
        let place = wfm::secret_place(tenant, link.id);
        let opened = self.app.sealer().open(&link.client_secret_sealed, &place);
        let client_secret =
            opened.map_err(|error| ConnectorError::Unsupported { reason: error.to_string() })?;
        let settings = IexSettings {
            base_url: link.base_url.clone(),
            acd_id: link.acd_id.clone(),
            client_id: link.client_id.clone(),
            units: link.units.clone(),
            client_secret,
        };
        Ok(Arc::new(Iex::new(&self.http, settings, Arc::clone(&self.clock))?))
    }
}

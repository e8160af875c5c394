//! The way to the WFMs, as the engine is given it.

use std::sync::Arc;

use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::{Answer, WfmTarget};
use rollcall_domain::TenantId;
use rollcall_storage::wfm::wfm_link::WfmLink;

/// Opens the way to the WFM of a link: unseals the secret and makes the connector.
pub trait WfmTargets: Send + Sync + 'static {
    /// Makes the connector; calls nobody yet. Asked again when the link's address or credentials change.
    ///
    /// # Errors
    /// Why there is no way to this WFM.
    fn open(&self, tenant: TenantId, link: &WfmLink) -> Result<Arc<dyn WfmTarget>, ConnectorError>;

    /// The fingerprint of the key that an SFTP server shows, `SHA256:…`. Nothing is told to it.
    fn host_key<'a>(&'a self, _host: &'a str, _port: u16) -> Answer<'a, String> {
        Box::pin(async {
            let reason = "this hub speaks no SFTP".to_owned();
            Err(ConnectorError::Unsupported { reason })
        })
    }
}

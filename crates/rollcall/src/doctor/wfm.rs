//! How each WFM link is reached, and whether it answers when it is asked from here.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use rollcall_app::wfm::secret_place;
use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::WfmTarget;
use rollcall_domain::TenantId;
use rollcall_domain::wfm::{FilePlace, Transport};
use rollcall_storage::Storage;
use rollcall_storage::wfm::wfm_link::{self, WfmLink};

use super::finding::Finding;
use crate::environment::SystemClock;
use crate::setting::Settings;
use crate::{key, wfm_target};

/// A WFM that takes longer is told of as one that does not answer.
const LOOK_MAX: Duration = Duration::from_secs(10);
/// So many are asked side by side.
const LOOKS_AT_ONCE: usize = 8;

pub(crate) async fn examine(storage: &Storage, settings: &Settings) -> Vec<Finding> {
    let Ok(links) = storage.read_installation(wfm_link::list_all).await else { return Vec::new() };
    // A WFM that answers nothing takes all its time; the others need not wait for it. Told in the order of the links.
    let looks = links.into_iter().map(async |(tenant, link)| {
        let looked = look(settings, tenant, &link).await;
        finding(&link, looked)
    });
    stream::iter(looks).buffered(LOOKS_AT_ONCE).collect().await
}

fn finding(link: &WfmLink, looked: Result<(), ConnectorError>) -> Finding {
    let text = format!("link {} goes by {} {}", link.acd_id, way(&link.transport), link.base_url);
    match looked {
        Ok(()) => Finding::fine("wfm", format!("{text}, which answers")),
        Err(error) => {
            Finding::problem("wfm", format!("{text}: {error}"), remedy(&link.transport, &error))
        }
    }
}

fn remedy(transport: &Transport, error: &ConnectorError) -> &'static str {
    match (transport, error) {
        (_, ConnectorError::Unauthorized { .. }) => {
            "enter the credentials anew with rollcall wfm-link set-way; what is due waits until then"
        }
        (Transport::Http, _) => {
            "check the address and the ACD ID, and whether the WFM lets this machine in; what is due waits until then"
        }
        (Transport::File(_), _) => {
            "make it reachable for the user that runs Rollcall; what is due waits until then"
        }
    }
}

/// Asks the WFM for a token and one page of its agents, or opens the place of the files and lists it, as the hub would.
async fn look(settings: &Settings, tenant: TenantId, link: &WfmLink) -> Result<(), ConnectorError> {
    let unsupported = |reason: String| ConnectorError::Unsupported { reason };
    let sealer = key::load(settings).map_err(|error| unsupported(error.to_string()))?;
    let opened = sealer.open(&link.client_secret_sealed, &secret_place(tenant, link.id));
    let secret = opened.map_err(|error| unsupported(error.to_string()))?;
    let http = wfm_target::http(settings.outbound)?.within(LOOK_MAX);
    let clock = Arc::new(SystemClock);
    let target: Arc<dyn WfmTarget> = match &link.transport {
        Transport::Http => Arc::new(wfm_target::by_http(&http, clock, link, secret)?),
        Transport::File(file) => Arc::new(wfm_target::by_file(&http, clock, (link, file), secret)?),
    };
    let late = |_| {
        let reason = format!("no answer came within {} s", LOOK_MAX.as_secs());
        Err(ConnectorError::Transient { reason })
    };
    tokio::time::timeout(LOOK_MAX, target.probe()).await.unwrap_or_else(late)
}

fn way(transport: &Transport) -> &'static str {
    match transport {
        Transport::Http => "HTTP to",
        Transport::File(file) => match file.place {
            FilePlace::Folder { .. } => "files in the folder",
            FilePlace::Sftp { .. } => "files on the server",
            FilePlace::S3 { .. } => "files in the bucket",
        },
    }
}

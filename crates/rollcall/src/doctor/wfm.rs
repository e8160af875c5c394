//! How each WFM link is reached; and where it goes by files, whether their place can be looked into from here.

use std::sync::Arc;

use rollcall_app::wfm::secret_place;
use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::WfmTarget as _;
use rollcall_domain::TenantId;
use rollcall_domain::wfm::{FilePlace, FileTransport, Transport};
use rollcall_storage::Storage;
use rollcall_storage::wfm::wfm_link::{self, WfmLink};

use super::finding::Finding;
use crate::environment::SystemClock;
use crate::setting::Settings;
use crate::{key, wfm_target};

pub(crate) async fn examine(storage: &Storage, settings: &Settings) -> Vec<Finding> {
    let Ok(links) = storage.read_installation(wfm_link::list_all).await else { return Vec::new() };
    let mut findings = Vec::with_capacity(links.len());
    for (tenant, link) in links {
        findings.push(match &link.transport {
            Transport::Http => Finding::fine(
                "wfm",
                format!("link {} goes by HTTP to {}", link.acd_id, link.base_url),
            ),
            Transport::File(file) => {
                let looked = look(settings, tenant, (&link, file)).await;
                by_file(&link, file, looked)
            }
        });
    }
    findings
}

fn by_file(link: &WfmLink, file: &FileTransport, looked: Result<(), ConnectorError>) -> Finding {
    let text =
        format!("link {} goes by files {} {}", link.acd_id, place(&file.place), link.base_url);
    match looked {
        Ok(()) => Finding::fine("wfm", text),
        Err(error) => {
            let remedy =
                "make it reachable for the user that runs Rollcall; what is due waits until then";
            Finding::problem("wfm", format!("{text}: {error}"), remedy)
        }
    }
}

/// Opens the place and lists it, as the hub would.
async fn look(
    settings: &Settings,
    tenant: TenantId,
    (link, file): (&WfmLink, &FileTransport),
) -> Result<(), ConnectorError> {
    let unsupported = |reason: String| ConnectorError::Unsupported { reason };
    let sealer = key::load(settings).map_err(|error| unsupported(error.to_string()))?;
    let opened = sealer.open(&link.client_secret_sealed, &secret_place(tenant, link.id));
    let secret = opened.map_err(|error| unsupported(error.to_string()))?;
    let http = wfm_target::http(settings.outbound)?;
    let connector = wfm_target::by_file(&http, Arc::new(SystemClock), (link, file), secret)?;
    connector.probe().await
}

fn place(place: &FilePlace) -> &'static str {
    match place {
        FilePlace::Folder { .. } => "in the folder",
        FilePlace::Sftp { .. } => "on the server",
        FilePlace::S3 { .. } => "in the bucket",
    }
}

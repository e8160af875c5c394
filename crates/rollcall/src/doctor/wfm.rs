//! How each WFM link is reached; and where it goes by files, whether their place can be looked into from here.

use rollcall_connector::wfm::WfmTarget as _;
use rollcall_domain::wfm::{FilePlace, FileTransport, Transport};
use rollcall_storage::Storage;
use rollcall_storage::wfm_link::{self, WfmLink};

use super::finding::Finding;
use crate::wfm_target;

pub(crate) async fn examine(storage: &Storage) -> Vec<Finding> {
    let Ok(links) = storage.read_installation(wfm_link::list_all).await else { return Vec::new() };
    let mut findings = Vec::with_capacity(links.len());
    for (_, link) in links {
        findings.push(match &link.transport {
            Transport::Http => Finding::fine(
                "wfm",
                format!("link {} goes by HTTP to {}", link.acd_id, link.base_url),
            ),
            Transport::File(file) => by_file(&link, file).await,
        });
    }
    findings
}

async fn by_file(link: &WfmLink, file: &FileTransport) -> Finding {
    let text =
        format!("link {} goes by files {} {}", link.acd_id, place(&file.place), link.base_url);
    let looked = match wfm_target::by_file(link, file) {
        Ok(connector) => connector.probe().await,
        Err(error) => Err(error),
    };
    match looked {
        Ok(()) => Finding::fine("wfm", text),
        Err(error) => {
            let remedy =
                "make it reachable for the user that runs Rollcall; what is due waits until then";
            Finding::problem("wfm", format!("{text}: {error}"), remedy)
        }
    }
}

fn place(place: &FilePlace) -> &'static str {
    match place {
        FilePlace::Folder { .. } => "in the folder",
        FilePlace::Sftp { .. } => "on the server",
        FilePlace::S3 { .. } => "in the bucket",
    }
}

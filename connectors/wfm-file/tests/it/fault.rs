//! Each fault of the WFM and of the folder, and what comes of it.

use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::{WfmReceipt, WfmTarget as _};
use simulator_wfm_file::{Fault, FaultOrder};

use crate::site::{ACD, Site, arrival};

const FILE: &str = "importAgent_4471_k1_new.xml";
const ANSWER: &str = "importAgent_4471_k1_new.ack.xml";

/// After a fault, the same batch under the same key ends with two agents, each there once.
async fn repeat(site: &Site) {
    let receipts = site.write(&[arrival(1), arrival(2)], "k1").await.unwrap();
    assert_eq!(receipts, [WfmReceipt::Accepted, WfmReceipt::Accepted]);
    assert_eq!(site.wfm().agents(ACD).len(), 2);
}

async fn struck(fault: Fault, times: u32) -> Site {
    let site = Site::start();
    site.wfm().arm([FaultOrder::once(fault).times(times)]);
    site
}

#[tokio::test]
async fn an_acknowledgement_that_is_late_or_lost_is_waited_for() {
    for fault in [Fault::Late, Fault::NoAcknowledgement] {
        let site = struck(fault, 3).await;
        repeat(&site).await;
        let journal = site.wfm().journal();
        assert_eq!(journal.len(), 4);
        assert_eq!(journal.iter().map(|entry| entry.applied).sum::<usize>(), 2, "{journal:?}");
    }
}

#[tokio::test]
async fn half_an_acknowledgement_and_junk_are_malformed_and_read_again() {
    for (fault, what) in [
        (Fault::Half, "it tells of 1 agents, and 2 are in the file"),
        (Fault::Junk, "it is not whole"),
    ] {
        let site = struck(fault, 1).await;
        let error = site.write(&[arrival(1), arrival(2)], "k1").await.unwrap_err();
        let reason = format!("the acknowledgement of {FILE} cannot be used: {what}");
        assert_eq!(error, ConnectorError::Malformed { reason });
        repeat(&site).await;
    }
}

#[tokio::test]
async fn hostile_acknowledgements_are_malformed() {
    let laughs =
        "<!DOCTYPE r [<!ENTITY a \"ha\">]><importAgentResult><key>&a;</key></importAgentResult>";
    let deep = "<importAgentResult>".repeat(10_000);
    let large = format!("<importAgentResult>{}</importAgentResult>", " ".repeat(1024 * 1024));
    for text in [laughs, &deep, &large, "", "\0"] {
        let site = Site::alone();
        site.put(ANSWER, text);
        let error = site.write(&[arrival(1)], "k1").await.unwrap_err();
        assert!(matches!(error, ConnectorError::Malformed { .. }), "{error:?}");
        assert!(!site.names().contains(&ANSWER.to_owned()), "it is removed");
    }
}

#[tokio::test]
async fn a_refused_file_is_rejected_as_a_whole() {
    let site = struck(Fault::Refused, 1).await;
    let error = site.write(&[arrival(1), arrival(2)], "k1").await.unwrap_err();
    let reason = format!("it refused {FILE} as a whole (The import is closed)");
    assert_eq!(error, ConnectorError::Rejected { reason });
    assert!(site.wfm().agents(ACD).is_empty());
    let receipts = site.write(&[arrival(1)], "k2").await.unwrap();
    assert_eq!(receipts, [WfmReceipt::Accepted], "another batch goes on");
}

#[tokio::test]
async fn another_batch_under_the_same_key_is_a_conflict() {
    let site = Site::alone();
    let first = site.connector.write(&[arrival(1)], "k1").await;
    assert!(matches!(first, Err(ConnectorError::Pending { .. })));
    let reason = format!("{FILE} stands there with another content");
    for batch in [vec![arrival(2)], vec![arrival(1), arrival(2)]] {
        let error = site.connector.write(&batch, "k1").await.unwrap_err();
        assert_eq!(error, ConnectorError::Conflict { reason: reason.clone() });
    }
}

#[tokio::test]
async fn a_hub_that_died_while_it_wrote_leaves_nothing_that_is_read() {
    let site = Site::start();
    site.put(&format!(".{FILE}.part"), "<importAgent><key>k");
    repeat(&site).await;
    assert!(site.wfm().journal().iter().all(|entry| entry.name == FILE));
    assert_eq!(site.names(), [ANSWER, FILE]);
}

#[tokio::test]
async fn an_export_that_is_half_written_is_malformed() {
    let site = Site::alone();
    site.put("exportAgent_112026_0200.xml", "<exportAgent><total>3</total><newAgent>");
    let error = site.connector.list(None).await.unwrap_err();
    let reason = "its export cannot be used: it is not whole".into();
    assert_eq!(error, ConnectorError::Malformed { reason });
}

#[tokio::test]
async fn a_folder_that_is_not_there_cannot_be_asked() {
    let site = Site::alone();
    site.connector.probe().await.unwrap();
    let Site { connector, folder, .. } = site;
    std::fs::remove_dir(folder.path()).unwrap();
    let reason = || "the folder is not there".to_owned();
    let unsupported = Err(ConnectorError::Unsupported { reason: reason() });
    assert_eq!(connector.probe().await, unsupported);
    let error = connector.write(&[arrival(1)], "k1").await.unwrap_err();
    assert_eq!(error, ConnectorError::Unsupported { reason: reason() });
    std::fs::create_dir(folder.path()).unwrap();
}

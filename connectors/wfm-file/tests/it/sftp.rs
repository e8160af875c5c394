//! The exchange over an SFTP server.

use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::{WfmReceipt, WfmTarget as _};
use rollcall_connector_wfm_file::host_key;
use rollcall_domain::wfm::FilePlace;
use simulator_wfm_file::{Fault, FaultOrder, Sftp, SftpOptions};

use crate::site::{ACD, Site, arrival, at, http};

fn place(server: &Sftp) -> FilePlace {
    FilePlace::Sftp {
        host: "127.0.0.1".into(),
        port: server.port(),
        path: "/in".into(),
        user: "rollcall".into(),
        host_key: server.host_key().to_owned(),
    }
}

/// A site whose connector goes by the server; the WFM looks into the folder behind it.
async fn start(secret: &str) -> (Site, Sftp) {
    let mut site = Site::alone();
    let server = Sftp::start(site.folder.path(), SftpOptions::default()).await.unwrap();
    site.connector = at(place(&server), secret, ACD).unwrap();
    (site, server)
}

#[tokio::test]
async fn agents_go_by_a_server_and_back_with_a_password_or_a_key() {
    for secret in ["demo-password\n".to_owned(), Sftp::user_key().unwrap()] {
        let (mut site, _server) = start(&secret).await;
        assert_eq!(site.connector.list(None).await, Ok(None));
        for _ in 0..2 {
            let pending = site.connector.write(&[arrival(1)], "k1").await;
            assert!(matches!(pending, Err(ConnectorError::Pending { .. })), "{pending:?}");
        }
        let reason = "importAgent_4471_k1_new.xml stands there with another content".to_owned();
        let other = site.connector.write(&[arrival(2)], "k1").await;
        assert_eq!(other, Err(ConnectorError::Conflict { reason }));
        site.begin();
        assert_eq!(site.write(&[arrival(1)], "k1").await, Ok(vec![WfmReceipt::Accepted]));
        site.wfm().arm([FaultOrder::once(Fault::NoAcknowledgement)]);
        assert_eq!(site.write(&[arrival(2)], "k2").await, Ok(vec![WfmReceipt::Accepted]));
        assert_eq!(site.names().len(), 2, "what is settled is removed");
        site.wfm().export("exportAgent_112026_0200.xml").unwrap();
        assert_eq!(site.connector.list(None).await.unwrap().unwrap().agents.len(), 2);
    }
}

#[tokio::test]
async fn a_large_batch_and_a_full_folder_come_in_parts() {
    let (mut site, _server) = start("demo-password").await;
    for number in 0..20 {
        site.put(&format!("a{number}.txt"), "by others");
    }
    site.put(".importAgent_4471_k1_new.xml.part", &"left by a hub that died".repeat(20_000));
    site.begin();
    let batch: Vec<_> = (0..500).map(arrival).collect();
    let receipts = site.write(&batch, "k1").await.unwrap();
    assert_eq!(receipts, vec![WfmReceipt::Accepted; 500]);
}

#[tokio::test]
async fn a_server_with_another_key_is_told_nothing_and_named() {
    let (site, server) = start("demo-password").await;
    let options = SftpOptions { seed: 2, ..SftpOptions::default() };
    let other = Sftp::start(site.folder.path(), options).await.unwrap();
    assert_ne!(other.host_key(), server.host_key());
    let FilePlace::Sftp { path, host, user, host_key, .. } = place(&server) else { panic!() };
    let moved = FilePlace::Sftp { host, port: other.port(), path, user, host_key };
    let refused = at(moved, "demo-password", ACD).unwrap().probe().await;
    let reason = format!(
        "the host key of the server is {}, and another one was set; nothing was told to it",
        other.host_key()
    );
    assert_eq!(refused, Err(ConnectorError::Unsupported { reason }));
}

#[tokio::test]
async fn a_server_says_which_key_it_has_before_anybody_logs_in() {
    let (_site, server) = start("demo-password").await;
    let http = http();
    let found = host_key(&http, "127.0.0.1", server.port()).await;
    assert_eq!(found, Ok(server.host_key().to_owned()));
    let refused = host_key(&http, "169.254.169.254", server.port()).await;
    assert!(matches!(refused, Err(ConnectorError::Unsupported { .. })), "{refused:?}");
    let gone = host_key(&http, "127.0.0.1", 1).await;
    assert!(matches!(gone, Err(ConnectorError::Transient { .. })), "{gone:?}");
}

#[tokio::test]
async fn wrong_credentials_are_unauthorized() {
    let (_site, server) = start("demo-password").await;
    let refused = at(place(&server), "guess", ACD).unwrap().probe().await;
    let reason = "the server refuses the user with this password or key".to_owned();
    assert_eq!(refused, Err(ConnectorError::Unauthorized { reason }));
    let broken = at(place(&server), "-----BEGIN OPENSSH PRIVATE KEY-----", ACD).unwrap();
    assert!(matches!(broken.probe().await, Err(ConnectorError::Unsupported { .. })));
}

#[tokio::test]
async fn a_folder_that_is_not_there_and_addresses_that_are_not_permitted_cannot_be_asked() {
    let (_site, server) = start("demo-password").await;
    for (address, folder) in
        [("127.0.0.1", "/out"), ("169.254.169.254", "/in"), ("10.0.0.1", "/in")]
    {
        let FilePlace::Sftp { port, user, host_key, .. } = place(&server) else { panic!() };
        let (host, path) = (address.to_owned(), folder.to_owned());
        let elsewhere = FilePlace::Sftp { host, port, path, user, host_key };
        let refused = at(elsewhere, "demo-password", ACD).unwrap().probe().await;
        assert!(matches!(refused, Err(ConnectorError::Unsupported { .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_transient() {
    let (_site, server) = start("demo-password").await;
    let FilePlace::Sftp { host, path, user, host_key, .. } = place(&server) else { panic!() };
    let gone = FilePlace::Sftp { host, port: 1, path, user, host_key };
    let error = at(gone, "demo-password", ACD).unwrap().probe().await.unwrap_err();
    let reason = "no connection to it could be made".to_owned();
    assert_eq!(error, ConnectorError::Transient { reason });
}

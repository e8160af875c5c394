//! The exchange over a bucket.

use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::{WfmReceipt, WfmTarget as _};
use rollcall_domain::wfm::FilePlace;
use simulator_wfm_file::{Bucket, BucketOptions, Fault, FaultOrder};

use crate::site::{ACD, Site, arrival, at};

fn place(endpoint: String, options: &BucketOptions) -> FilePlace {
    FilePlace::S3 {
        endpoint,
        region: "eu-central-1".into(),
        bucket: options.bucket.clone(),
        prefix: options.prefix.clone(),
        access_key_id: options.access_key_id.clone(),
    }
}

/// A site whose connector goes by the bucket; the WFM looks into the folder behind it.
async fn start(options: BucketOptions) -> (Site, Bucket) {
    let mut site = Site::alone();
    let bucket = Bucket::start(site.folder.path(), options.clone()).await.unwrap();
    site.connector = at(place(bucket.endpoint(), &options), &options.secret, ACD).unwrap();
    (site, bucket)
}

#[tokio::test]
async fn agents_go_by_a_bucket_and_back() {
    for knows_conditions in [true, false] {
        let options = BucketOptions { knows_conditions, ..BucketOptions::default() };
        let (mut site, _bucket) = start(options).await;
        assert_eq!(site.connector.list(None).await, Ok(None));
        let pending = site.connector.write(&[arrival(1)], "k1").await;
        assert!(matches!(pending, Err(ConnectorError::Pending { .. })), "{pending:?}");
        let again = site.connector.write(&[arrival(1)], "k1").await;
        assert!(matches!(again, Err(ConnectorError::Pending { .. })), "{again:?}");
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
async fn a_long_list_comes_in_pages() {
    let (mut site, _bucket) =
        start(BucketOptions { page_size: 2, ..BucketOptions::default() }).await;
    for number in 0..7 {
        site.put(&format!("a{number}.txt"), "by others");
    }
    let export = "exportAgent_112026_0200.xml";
    site.put(export, "<exportAgent/>");
    assert!(site.connector.list(None).await.unwrap().is_none(), "it tells of nobody here");
    site.put(export, "<exportAgent><newAgent><uuid>7</uuid></newAgent></exportAgent>");
    assert!(site.connector.list(None).await.unwrap().is_some());
    site.begin();
    assert_eq!(site.write(&[arrival(1)], "k1").await, Ok(vec![WfmReceipt::Accepted]));
}

#[tokio::test]
async fn a_wrong_secret_and_a_wrong_bucket_are_told_apart() {
    let options = BucketOptions::default();
    let (_site, bucket) = start(options.clone()).await;
    let guess = at(place(bucket.endpoint(), &options), "guess", ACD).unwrap();
    let reason = "it answered 403".to_owned();
    assert_eq!(guess.probe().await, Err(ConnectorError::Unauthorized { reason }));
    let elsewhere = BucketOptions { bucket: "other".into(), ..options.clone() };
    let elsewhere = at(place(bucket.endpoint(), &elsewhere), &options.secret, ACD).unwrap();
    let reason = "it answered 404".to_owned();
    assert_eq!(elsewhere.probe().await, Err(ConnectorError::NotFound { reason }));
}

#[tokio::test]
async fn addresses_are_checked_as_for_http() {
    let options = BucketOptions::default();
    for endpoint in ["https://169.254.169.254", "https://10.0.0.1", "http://s3.example.com"] {
        let refused = at(place(endpoint.to_owned(), &options), "secret", ACD);
        assert!(matches!(refused, Err(ConnectorError::Unsupported { .. })), "{endpoint}");
    }
}

#[tokio::test]
async fn a_storage_that_is_not_there_is_transient() {
    let (site, bucket) = start(BucketOptions::default()).await;
    drop(bucket);
    let error = site.connector.write(&[arrival(1)], "k1").await.unwrap_err();
    assert!(matches!(error, ConnectorError::Transient { .. }), "{error:?}");
}

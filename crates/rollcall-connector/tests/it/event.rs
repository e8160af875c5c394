//! Telling a receiver of security events, over real TCP.

use rollcall_connector::event::{EventReceivers as _, HttpReceivers};
use rollcall_connector::{ConnectorError, Http, HttpLimits, OutboundPolicy};
use secrecy::SecretString;

use crate::stub::Stub;

async fn tell(stub: &Stub, policy: OutboundPolicy) -> Result<(), ConnectorError> {
    let http = Http::new(policy, HttpLimits::default()).unwrap();
    let endpoint = format!("{}/events/in/?x=1", stub.url);
    let token: SecretString = "shown there".to_owned().into();
    HttpReceivers::new(http).tell(&endpoint, Some(&token), "a.b.c").await
}

const HERE: OutboundPolicy = OutboundPolicy { allow_loopback: true, allow_private: false };

#[tokio::test]
async fn an_event_is_sent_to_the_very_address_and_an_empty_answer_will_do() {
    let stub = Stub::answering("202 Accepted", "", "").await;
    tell(&stub, HERE).await.unwrap();
    let request = stub.request().to_lowercase();
    assert!(request.starts_with("post /events/in/?x=1 http/1.1"), "{request}");
    assert!(request.contains("content-type: application/secevent+jwt"), "{request}");
    assert!(request.contains("authorization: bearer shown there"), "{request}");
    assert!(request.ends_with("a.b.c"), "{request}");
}

#[tokio::test]
async fn a_refusal_is_told_with_its_code() {
    let body = r#"{"err":"invalid_audience","description":"Ana Novak is not for us"}"#;
    let stub = Stub::answering("400 Bad Request", "Content-Type: application/json\r\n", body).await;
    let refused = tell(&stub, HERE).await.unwrap_err();
    assert!(matches!(refused, ConnectorError::Rejected { .. }), "{refused:?}");
    let text = refused.to_string();
    assert!(text.contains("invalid_audience") && !text.contains("Novak"), "{text}");
}

#[tokio::test]
async fn an_address_that_may_not_be_called_is_not() {
    let stub = Stub::answering("202 Accepted", "", "").await;
    let nowhere = OutboundPolicy { allow_loopback: false, allow_private: false };
    let refused = tell(&stub, nowhere).await.unwrap_err();
    assert!(matches!(refused, ConnectorError::Unsupported { .. }), "{refused:?}");
}

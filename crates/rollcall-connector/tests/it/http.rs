//! Each way in which an answer can be wrong, and the kind that it becomes.

use std::time::Duration;

use rollcall_connector::{Call, ConnectorError, Endpoint, Http, HttpLimits, OutboundPolicy};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::stub::{Stub, Then};

const JSON: &str = "Content-Type: application/json; charset=utf-8\r\n";

fn endpoint(url: &str) -> Endpoint {
    let policy = OutboundPolicy { allow_loopback: true, allow_private: false };
    let limits = HttpLimits {
        connect_timeout: Duration::from_secs(2),
        total_timeout: Duration::from_millis(300),
        answer_max_bytes: 1_000,
    };
    Http::new(policy, limits).unwrap().endpoint(url).unwrap()
}

async fn send(call: Call) -> Result<Value, ConnectorError> {
    call.answer::<Value>().await
}

async fn get(stub: &Stub) -> Result<Value, ConnectorError> {
    send(endpoint(&stub.url).get(&["agents"])).await
}

async fn refused(status: &str, headers: &str) -> ConnectorError {
    get(&Stub::answering(status, headers, "").await).await.unwrap_err()
}

#[tokio::test]
async fn a_call_carries_what_it_was_given() {
    let stub = Stub::answering("200 OK", JSON, r#"{"ok":true}"#).await;
    let endpoint = endpoint(&format!("{}/base/", stub.url));
    let call = endpoint
        .post(&["acds", "a/b ?", "agents"])
        .query("cursor", "x&y")
        .bearer(&SecretString::from("secret"))
        .idempotency_key("key-1")
        .json(&json!({"agents": []}));
    assert!(!format!("{call:?}").contains("secret"));
    assert_eq!(send(call).await.unwrap(), json!({"ok": true}));
    let request = stub.request();
    assert!(
        request.starts_with("POST /base/acds/a%2Fb%20%3F/agents?cursor=x%26y HTTP/1.1\r\n"),
        "{request}"
    );
    for line in
        ["authorization: Bearer secret", "idempotency-key: key-1", "content-type: application/json"]
    {
        assert!(request.contains(line), "{request}");
    }
    assert!(request.ends_with(r#"{"agents":[]}"#), "{request}");
}

#[tokio::test]
async fn a_form_is_written_as_forms_are() {
    let stub = Stub::answering("200 OK", JSON, "{}").await;
    let call =
        endpoint(&stub.url).post(&["token"]).form(&[("client_id", "a b"), ("secret", "ü&=")]);
    send(call).await.unwrap();
    let request = stub.request();
    assert!(request.starts_with("POST /token HTTP/1.1\r\n"), "{request}");
    assert!(request.ends_with("client_id=a+b&secret=%C3%BC%26%3D"), "{request}");
}

#[tokio::test]
async fn a_status_becomes_its_kind() {
    let kinds = [
        ("400 Bad Request", "Rejected"),
        ("401 Unauthorized", "Unauthorized"),
        ("403 Forbidden", "Unauthorized"),
        ("404 Not Found", "NotFound"),
        ("405 Method Not Allowed", "Unsupported"),
        ("408 Request Timeout", "Transient"),
        ("409 Conflict", "Conflict"),
        ("412 Precondition Failed", "Conflict"),
        ("413 Content Too Large", "Rejected"),
        ("422 Unprocessable Content", "Rejected"),
        ("429 Too Many Requests", "RateLimited"),
        ("500 Internal Server Error", "Transient"),
        ("501 Not Implemented", "Unsupported"),
        ("502 Bad Gateway", "Transient"),
        ("503 Service Unavailable", "Transient"),
        ("504 Gateway Timeout", "Transient"),
    ];
    for (status, kind) in kinds {
        let error = refused(status, "").await;
        assert!(format!("{error:?}").starts_with(kind), "{status}: {error:?}");
        let number = status.split(' ').next().unwrap();
        assert_eq!(error.to_string(), format!("it answered {number}"));
    }
    let stub = Stub::answering("422 Unprocessable Content", "", "").await;
    let keyed = send(endpoint(&stub.url).post(&[]).idempotency_key("k")).await;
    assert!(matches!(keyed, Err(ConnectorError::Conflict { .. })));
}

#[tokio::test]
async fn a_wait_is_read_in_seconds_and_bounded() {
    let waits = [
        ("Retry-After: 7\r\n", Some(7)),
        ("Retry-After: 86400\r\n", Some(3600)),
        ("Retry-After: Fri, 31 Dec 2027 23:59:59 GMT\r\n", None),
        ("Retry-After: -1\r\n", None),
        ("", None),
    ];
    for (header, seconds) in waits {
        let error = refused("429 Too Many Requests", header).await;
        let ConnectorError::RateLimited { retry_after, .. } = error else { panic!("{error:?}") };
        assert_eq!(retry_after, seconds.map(Duration::from_secs), "{header}");
    }
    let error = refused("503 Service Unavailable", "Retry-After: 3\r\n").await;
    assert!(matches!(error, ConnectorError::RateLimited { retry_after: Some(_), .. }), "{error:?}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let target = Stub::answering("200 OK", JSON, "{}").await;
    let error = refused("302 Found", &format!("Location: {}/\r\n", target.url)).await;
    assert!(matches!(error, ConnectorError::Unsupported { .. }), "{error:?}");
    assert!(error.to_string().contains("redirect"), "{error}");
}

#[tokio::test]
async fn an_answer_that_is_not_the_json_it_should_be_is_malformed() {
    let answers = [
        ("Content-Type: text/html\r\n", "<html>Sign in</html>", "its answer is not JSON"),
        ("", "{}", "its answer is not JSON"),
        (
            JSON,
            r#"{"token": "hunter2"#,
            "its answer is not the JSON that it should be (line 1, column 18)",
        ),
        (JSON, "", "its answer is not the JSON that it should be (line 1, column 0)"),
    ];
    for (headers, body, reason) in answers {
        let stub = Stub::answering("200 OK", headers, body).await;
        let error = get(&stub).await.unwrap_err();
        assert_eq!(error, ConnectorError::Malformed { reason: reason.to_owned() });
    }
    let large = format!("\"{}\"", "x".repeat(1_000));
    let error = get(&Stub::answering("200 OK", JSON, &large).await).await.unwrap_err();
    assert!(error.to_string().contains("larger than 1000 bytes"), "{error}");
}

#[tokio::test]
async fn a_code_is_told_and_a_message_is_not() {
    let body = r#"{"error": "invalid_acd", "message": "hunter2"}"#;
    let error = get(&Stub::answering("400 Bad Request", JSON, body).await).await.unwrap_err();
    assert_eq!(error.to_string(), "it answered 400 invalid_acd");
    let body = r#"{"error": "Password hunter2 is wrong"}"#;
    let error = get(&Stub::answering("400 Bad Request", JSON, body).await).await.unwrap_err();
    assert_eq!(error.to_string(), "it answered 400");
}

#[tokio::test]
async fn silence_and_broken_connections_are_transient() {
    let head = format!("HTTP/1.1 200 OK\r\n{JSON}Content-Length: 9\r\n\r\n{{");
    let cases = [
        (String::new(), Then::Hang, "no answer came within 300 ms"),
        (head.clone(), Then::Hang, "no answer came within 300 ms"),
        (head, Then::Close, "the connection broke within its answer"),
        (String::new(), Then::Close, "the connection broke before it answered"),
    ];
    for (answer, then, reason) in cases {
        let error = get(&Stub::start(answer, then).await).await.unwrap_err();
        assert_eq!(error, ConnectorError::Transient { reason: reason.to_owned() });
    }
    // A port that was free a moment ago.
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = send(endpoint(&url).get(&[])).await.unwrap_err();
    assert_eq!(error.to_string(), "no connection to it could be made");
}

#[tokio::test]
async fn what_the_operator_does_not_permit_is_not_called() {
    let http = Http::new(OutboundPolicy::default(), HttpLimits::default()).unwrap();
    for url in
        ["http://127.0.0.1:1", "https://10.0.0.1", "wfm", "mailto:a@b", "http://wfm.example.com"]
    {
        let refused = http.endpoint(url).unwrap_err();
        assert!(matches!(refused, ConnectorError::Unsupported { .. }), "{url}: {refused:?}");
    }
    // A name is looked at when it is resolved, at each call.
    let endpoint = http.endpoint("https://localhost:1").unwrap();
    let refused = send(endpoint.get(&[])).await.unwrap_err();
    assert!(refused.to_string().contains("which the operator does not permit"), "{refused:?}");
}

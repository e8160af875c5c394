//! Requests that no HTTP client would send.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Far more than any answer takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends bytes as they are and reads until the server closes; answers the head and the body.
pub(crate) async fn exchange(address: &str, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("the door is open");
    // A server that has refused may close before all was sent.
    let _ = stream.write_all(request).await;
    rest(&mut stream).await
}

/// Reads what is left to read.
pub(crate) async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes)).await;
    // What came before a reset counts.
    let _ = read.expect("the server closes in time");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The status of a raw answer.
#[track_caller]
pub(crate) fn status(answer: &str) -> u16 {
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.unwrap_or_else(|| panic!("no status line: {answer:?}"))
}

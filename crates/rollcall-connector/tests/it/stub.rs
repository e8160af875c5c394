//! A server that reads one request per connection, keeps it, and answers with fixed bytes.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// What happens after the fixed bytes were written.
#[derive(Clone, Copy)]
pub(crate) enum Then {
    Close,
    /// The connection stays open and silent until the test ends.
    Hang,
}

pub(crate) struct Stub {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Stub {
    pub(crate) async fn start(answer: impl Into<Vec<u8>>, then: Then) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (Arc::clone(&requests), answer.into());
        tokio::spawn(async move {
            let mut open = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut buffer = vec![0; 16 * 1024];
                let length = stream.read(&mut buffer).await.unwrap();
                seen.lock().unwrap().push(String::from_utf8_lossy(&buffer[..length]).into_owned());
                stream.write_all(&answer).await.unwrap();
                if matches!(then, Then::Hang) {
                    open.push(stream);
                }
            }
        });
        Self { url, requests }
    }

    /// An answer with this status line, these header lines and this body.
    pub(crate) async fn answering(status: &str, headers: &str, body: &str) -> Self {
        let length = body.len();
        let text = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}"
        );
        Self::start(text, Then::Close).await
    }

    /// The only request that came.
    pub(crate) fn request(&self) -> String {
        let requests = self.requests.lock().unwrap();
        assert_eq!(requests.len(), 1, "one request was expected");
        requests[0].clone()
    }
}

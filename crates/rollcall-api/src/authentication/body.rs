//! The bodies of requests for tokens: small, and bounded in size and time before they are read.

use std::time::Duration;

use axum::body::Body;
use http_body_util::{BodyExt, Limited};

use crate::authentication::refusal::Refusal;

/// A signed assertion is the longest thing that is sent here, and far below this.
const MOST_BYTES: usize = 16 * 1024;
/// A body has to be here after so long.
const ARRIVAL_LIMIT: Duration = Duration::from_secs(10);

/// Reads a body as text.
pub(crate) async fn read(body: Body) -> Result<String, Refusal> {
    let whole = tokio::time::timeout(ARRIVAL_LIMIT, Limited::new(body, MOST_BYTES).collect());
    match whole.await {
        Ok(Ok(bytes)) => String::from_utf8(bytes.to_bytes().to_vec())
            .map_err(|_| Refusal::invalid("The body is no text.")),
        Ok(Err(_)) => Err(Refusal::invalid("The body did not arrive whole, or is too long.")),
        Err(_) => Err(Refusal::invalid("The body was not here after 10 seconds.")),
    }
}

//! The bodies of requests: small JSON objects, bounded in size and time before they are read.

use std::time::Duration;

use axum::body::Body;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use crate::agent::problem::Problem;

const MOST_BYTES: usize = 16 * 1024;
/// A body has to be here after so long.
const ARRIVAL_LIMIT: Duration = Duration::from_secs(10);

/// Reads a small JSON object of a known form; what it does not know is refused, not passed over.
pub(crate) async fn read<T: DeserializeOwned>(body: Body) -> Result<T, Problem> {
    read_large(body, MOST_BYTES).await
}

/// The same of an object that may be larger.
pub(crate) async fn read_large<T: DeserializeOwned>(
    body: Body,
    most_bytes: usize,
) -> Result<T, Problem> {
    let whole = tokio::time::timeout(ARRIVAL_LIMIT, Limited::new(body, most_bytes).collect());
    let bytes = match whole.await {
        Ok(Ok(collected)) => collected.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return Err(Problem::too_large(most_bytes));
        }
        Ok(Err(_)) => return Err(Problem::invalid("The body did not arrive whole.")),
        Err(_) => return Err(Problem::too_slow()),
    };
    serde_json::from_slice(&bytes)
        .map_err(|error| Problem::invalid(format!("The body cannot be understood: {error}.")))
}

//! What a call of another system answers with.

use std::future::Future;
use std::pin::Pin;

use crate::error::ConnectorError;

/// What a call answers with, later.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, ConnectorError>> + Send + 'a>>;

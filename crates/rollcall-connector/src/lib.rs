//! What a connector offers (capability traits, error kinds) and may use (the one HTTP kit).
//!
//! A connector returns values and nine kinds of error. It never retries, sleeps, stores, or logs a
//! body: what follows from an error is decided in one place, by whoever called it.

pub mod address;
pub mod event;
pub mod history;
pub mod http;
pub mod mail;
pub mod real_time;
pub mod schedule;
pub mod wfm;

mod answer;
mod error;

pub use address::OutboundPolicy;
pub use error::ConnectorError;
pub use http::{Call, Endpoint, Http, HttpLimits};

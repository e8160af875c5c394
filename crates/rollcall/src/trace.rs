//! Traces: where the time of one run over a WFM link, or of one request, went; sent to a collector by OTLP over
//! HTTP. Off unless `[trace]` names one.
//!
//! Whoever wants to be traced makes a span of `tracing` with the target [`TARGET`]. This is a small exporter of
//! our own: the usual crates bring second versions of three others.

mod export;
mod layer;
mod span;

pub(crate) use export::Exporter;
pub(crate) use layer::TraceLayer;

/// The target of spans that are traced. The log does not show them.
pub(crate) const TARGET: &str = "rollcall_trace";

/// As many spans wait to be sent; more are dropped, and counted.
pub(crate) const WAITING_MAX: usize = 8_192;

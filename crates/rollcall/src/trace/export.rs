//! Sends spans to the collector, some at a time. What the collector does not take is lost: it is told in the log,
//! once until it takes some again.

use std::time::Duration;

use anyhow::{Context as _, Result};
use rollcall_connector::{Endpoint, Http, HttpLimits, OutboundPolicy};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::span::{self, Finished};

/// As many spans go in one request.
const BATCH_MAX: usize = 512;
/// A span waits so long for others at the most.
const PAUSE: Duration = Duration::from_secs(2);
/// A collector has so long to answer.
const LIMIT: Duration = Duration::from_secs(10);

/// The way to the collector.
pub(crate) struct Exporter {
    endpoint: Endpoint,
    finished: mpsc::Receiver<Finished>,
    is_failing: bool,
}

impl Exporter {
    /// Prepares the way to the collector below this address; calls nobody yet. The operator names the collector,
    /// so it may be on this machine or in a private network, whatever `[outbound]` says of WFMs.
    pub(crate) fn new(address: &str, finished: mpsc::Receiver<Finished>) -> Result<Self> {
        let policy = OutboundPolicy { allow_loopback: true, allow_private: true };
        let limits = HttpLimits { total_timeout: LIMIT, ..HttpLimits::default() };
        let http = Http::new(policy, limits).context("no outbound HTTP")?;
        let endpoint = http.endpoint(address).context("trace.otlp_endpoint")?;
        Ok(Self { endpoint, finished, is_failing: false })
    }

    /// Sends until it is told to stop, and then what is left.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        let mut batch = Vec::with_capacity(BATCH_MAX);
        while stop.run_until_cancelled(tokio::time::sleep(PAUSE)).await.is_some() {
            self.send_all(&mut batch).await;
        }
        self.send_all(&mut batch).await;
    }

    async fn send_all(&mut self, batch: &mut Vec<Finished>) {
        loop {
            batch.clear();
            while batch.len() < BATCH_MAX
                && let Ok(span) = self.finished.try_recv()
            {
                batch.push(span);
            }
            if batch.is_empty() {
                return;
            }
            let sent = self.endpoint.post(&["v1", "traces"]).json(&span::body(batch)).done().await;
            if let Err(error) = &sent
                && !self.is_failing
            {
                tracing::warn!(%error, "the collector does not take traces");
            }
            self.is_failing = sent.is_err();
            if self.is_failing {
                let lost = u64::try_from(batch.len()).unwrap_or(u64::MAX);
                metrics::counter!("rollcall_trace_spans_dropped_total").increment(lost);
                return;
            }
        }
    }
}

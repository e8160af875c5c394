//! What is measured and traced, where `[metrics]` and `[trace]` say so: the recorder, its listener, what is read a few
//! times a minute, and the way to the collector of traces.

use std::sync::Arc;

use anyhow::Result;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::installation::Installation;
use crate::listener;
use crate::meter::{self, Registry};
use crate::server::{self, Front, Trust};
use crate::setting::Settings;
use crate::trace::Exporter;

/// The recorder and its listener; nothing where nothing is measured.
pub(super) struct Measuring {
    read: Option<(Arc<Registry>, TcpListener)>,
    /// Whose word counts for which trace a request belongs to; `None` where nothing is traced.
    trust: Option<Trust>,
}

impl Measuring {
    /// To be called before anything that measures is made: it takes the recorder that is there then.
    pub(super) async fn begin(settings: &Settings) -> Result<Self> {
        let traced = settings.trace.otlp_endpoint.is_some();
        let trust = if settings.trace.trust_callers { Trust::Callers } else { Trust::Nobody };
        let trust = traced.then_some(trust);
        let Some(listen) = settings.metrics.listen else { return Ok(Self { read: None, trust }) };
        let listener = listener::bind(listen, "metrics.listen").await?;
        tracing::info!(address = %listener.local_addr()?, "metrics can be read");
        Ok(Self { read: Some((meter::install()?, listener)), trust })
    }

    /// The front, its requests measured.
    pub(super) fn around(&self, front: Front) -> Front {
        match (&self.read, self.trust) {
            (None, None) => front,
            (_, trust) => front.measured(trust.unwrap_or(Trust::Nobody)),
        }
    }

    /// Answers who asks, and reads what nobody else tells, until the hub stops.
    pub(super) fn serve(
        self,
        installation: &Installation,
        exporter: Option<Exporter>,
        stop: &CancellationToken,
    ) -> JoinHandle<()> {
        let (storage, clock) = (installation.storage.clone(), Arc::clone(&installation.clock));
        let stop = stop.clone();
        tokio::spawn(async move {
            let exporting = async {
                if let Some(exporter) = exporter {
                    exporter.run(stop.clone()).await;
                }
            };
            let reading = async {
                if let Some((registry, listener)) = self.read {
                    tokio::join!(
                        server::serve_metrics(listener, registry, stop.clone()),
                        rollcall_sync::keep_reading(storage, clock, stop.clone())
                    );
                }
            };
            tokio::join!(exporting, reading);
        })
    }
}

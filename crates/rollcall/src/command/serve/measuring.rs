//! What is measured, where `[metrics]` says so: the recorder, the listener, and what is read a few times a minute.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::installation::Installation;
use crate::meter::{self, Registry};
use crate::server::{self, Front};
use crate::setting::Settings;

/// The recorder and its listener; nothing where nothing is measured.
pub(super) struct Measuring(Option<(Arc<Registry>, TcpListener)>);

impl Measuring {
    /// To be called before anything that measures is made: it takes the recorder that is there then.
    pub(super) async fn begin(settings: &Settings) -> Result<Self> {
        let Some(listen) = settings.metrics.listen else { return Ok(Self(None)) };
        let listener = super::bind(listen).await.context("metrics.listen")?;
        tracing::info!(address = %listener.local_addr()?, "metrics can be read");
        Ok(Self(Some((meter::install()?, listener))))
    }

    /// The front, its requests measured.
    pub(super) fn around(&self, front: Front) -> Front {
        if self.0.is_some() { front.measured() } else { front }
    }

    /// Answers who asks, and reads what nobody else tells, until the hub stops.
    pub(super) fn serve(
        self,
        installation: &Installation,
        stop: &CancellationToken,
    ) -> JoinHandle<()> {
        let (storage, clock) = (installation.storage.clone(), Arc::clone(&installation.clock));
        let stop = stop.clone();
        tokio::spawn(async move {
            let Some((registry, listener)) = self.0 else { return };
            tokio::join!(
                server::serve_metrics(listener, registry, stop.clone()),
                rollcall_sync::keep_reading(storage, clock, stop)
            );
        })
    }
}

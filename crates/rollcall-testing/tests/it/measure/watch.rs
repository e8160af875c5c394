//! Waits for figures.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use rollcall_domain::Clock;
use rollcall_testing::{TestClock, TestHub};
use tokio_util::sync::CancellationToken;

use super::recorder::Measured;

const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked.
pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(10);

/// What is recorded, and what was when the test began.
pub(crate) struct Watch {
    measured: Measured,
    before: BTreeMap<String, f64>,
}

impl Watch {
    /// Begins before what is to be seen.
    pub(crate) fn begin() -> Self {
        let measured = Measured::install();
        Self { before: measured.values(), measured }
    }

    /// Waits until a value is as described.
    pub(crate) async fn until(&self, series: &str, holds: impl Fn(f64) -> bool) -> Result<()> {
        let begun = Instant::now();
        loop {
            let value = self.measured.value(series);
            if holds(value) {
                return Ok(());
            }
            ensure!(
                begun.elapsed() < PATIENCE,
                "{series} is {value} in {:#?}",
                self.measured.values()
            );
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until something was counted that was not when this began.
    pub(crate) async fn rises(&self, series: &str) -> Result<()> {
        let before = self.before.get(series).copied().unwrap_or_default();
        self.until(series, |value| value > before).await
    }

    /// Reads how everything is doing until a value is as described.
    pub(crate) async fn reads(
        &self,
        hub: &TestHub,
        series: &str,
        holds: impl Fn(f64) -> bool,
    ) -> Result<()> {
        let begun = Instant::now();
        loop {
            let (stop, clock) = (CancellationToken::new(), Arc::<TestClock>::clone(&hub.clock));
            let clock: Arc<dyn Clock> = clock;
            // It reads at once, and then not for a while.
            let reading = rollcall_sync::keep_reading(hub.storage.clone(), clock, stop);
            let _over = tokio::time::timeout(LOOK_EVERY * 10, reading).await;
            let value = self.measured.value(series);
            if holds(value) {
                return Ok(());
            }
            ensure!(
                begun.elapsed() < PATIENCE,
                "{series} is {value} in {:#?}",
                self.measured.values()
            );
        }
    }

    /// A span of this name was made.
    pub(crate) fn is_traced(&self, name: &str) {
        assert!(self.measured.is_traced(name), "nothing is traced as {name}");
    }
}

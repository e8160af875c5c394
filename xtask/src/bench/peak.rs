//! The most memory that a process has to itself while something goes on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Result, anyhow};

use super::machine;

/// How often it is looked.
const LOOK_INTERVAL: Duration = Duration::from_millis(20);

/// Does something, and tells beside its answer the most MiB (`RssAnon`) that the process had meanwhile.
pub(super) fn during<T>(pid: u32, work: impl FnOnce() -> Result<T>) -> Result<(T, f64)> {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut peak_mib = machine::anonymous_mib(pid)?;
            while !over.load(Ordering::Relaxed) {
                peak_mib = peak_mib.max(machine::anonymous_mib(pid)?);
                std::thread::sleep(LOOK_INTERVAL);
            }
            Ok::<_, anyhow::Error>(peak_mib)
        });
        let done = work();
        over.store(true, Ordering::Relaxed);
        let peak_mib = watch.join().map_err(|_| anyhow!("the watch panicked"))??;
        Ok((done?, peak_mib))
    })
}

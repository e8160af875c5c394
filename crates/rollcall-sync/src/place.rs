//! How many links are at work at a time: however many there are, so many connections, batches and lists are in
//! memory. Of one WFM, few are: it is not asked too much of, and one that is slow or dead keeps the links of
//! others from nothing.
//!
//! A place is held while a link is at work, also while its WFM is waited for, but not while a run only waits
//! for more to come.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// As many links are at work at a time.
const PLACES: usize = 32;
/// As many of them may have the same WFM.
const OF_ONE_WFM: usize = 8;

/// All places.
#[derive(Clone)]
pub(crate) struct Places {
    all: Arc<Semaphore>,
    wfms: Arc<Mutex<HashMap<String, Arc<Semaphore>>>>,
}

/// One place, free again when it is dropped.
pub(crate) struct Place {
    // None only if there were no places any more, which never is.
    _of_wfm: Option<OwnedSemaphorePermit>,
    _of_all: Option<OwnedSemaphorePermit>,
}

impl Default for Places {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(PLACES)), wfms: Arc::default() }
    }
}

impl Places {
    /// Waits for a place at the WFM of an address; whoever asked first gets the first.
    pub(crate) async fn take(&self, wfm: &str) -> Place {
        // This one first: who waits for their own WFM takes no place from others.
        let of_wfm = self.of(wfm).acquire_owned().await.ok();
        let of_all = Arc::clone(&self.all).acquire_owned().await.ok();
        Place { _of_wfm: of_wfm, _of_all: of_all }
    }

    fn of(&self, wfm: &str) -> Arc<Semaphore> {
        let mut wfms = self.wfms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(places) = wfms.get(wfm) {
            return Arc::clone(places);
        }
        // Of WFMs at which nobody is, nothing has to be remembered.
        wfms.retain(|_, places| Arc::strong_count(places) > 1);
        let places = Arc::new(Semaphore::new(OF_ONE_WFM));
        wfms.insert(wfm.to_owned(), Arc::clone(&places));
        places
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_wfm_that_hangs_keeps_others_from_nothing() {
        let places = Places::default();
        let mut taken = Vec::new();
        for _ in 0..OF_ONE_WFM {
            taken.push(places.take("https://dead.example.com").await);
        }
        let waiting = places.take("https://dead.example.com");
        let mut waiting = std::pin::pin!(waiting);
        assert!(waiting.as_mut().now_or_never().is_none());
        let _other = places.take("https://well.example.com").await;
        taken.pop();
        let _next = waiting.await;
    }

    #[tokio::test]
    async fn there_is_an_end_to_the_places() {
        let places = Places::default();
        let mut taken = Vec::new();
        for number in 0..PLACES {
            taken.push(places.take(&format!("https://{number}.example.com")).await);
        }
        assert!(places.take("https://one-more.example.com").now_or_never().is_none());
        taken.clear();
        let _now = places.take("https://another.example.com").await;
        assert_eq!(places.wfms.lock().unwrap().len(), 1, "the others are forgotten");
    }
}

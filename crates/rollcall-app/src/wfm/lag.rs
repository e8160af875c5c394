//! How long changes take, over both hops: from an identity provider's request to our commit, and from the same
//! request to the WFM's confirmation. Identity providers do not say when a change was made over there.

use jiff::SignedDuration;
use rollcall_domain::{RunId, TenantId, WfmLinkId};
use rollcall_storage::{scim::scim_request, wfm::sync_run};

use super::Result;
use crate::app::App;
use crate::overview::first_id;

/// As many took no longer than this, and longer than the bucket before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// The upper bound in milliseconds; `None`: there is none.
    pub up_to_ms: Option<i64>,
    /// How many.
    pub count: i64,
}

/// How long changes took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lags {
    /// From a request's arrival until it was kept and answered: the last requests of each connection.
    pub kept: Vec<Bucket>,
    /// From a request's arrival until the WFM confirmed: the last 24 hours, of more than 10,000 the latest.
    pub confirmed: Vec<Bucket>,
}

const KEPT_MS: [i64; 6] = [2, 5, 10, 50, 250, 1_000];
const CONFIRMED_MS: [i64; 7] = [100, 250, 500, 1_000, 10_000, 60_000, 900_000];
const WINDOW: SignedDuration = SignedDuration::from_hours(24);

impl App {
    /// How long changes took that went to a link.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn link_lags(&self, tenant: TenantId, id: WfmLinkId) -> Result<Lags> {
        let now = self.now();
        let since = now.checked_sub(WINDOW).unwrap_or(now);
        self.storage
            .scan(tenant, move |tx| {
                let kept = scim_request::list_write_times(tx)?;
                let since = RunId::new(first_id(since.as_second()));
                let confirmed = sync_run::list_lags(tx, id, since)?;
                Ok(Lags {
                    kept: buckets(&KEPT_MS, kept.iter().map(|us| us / 1_000)),
                    confirmed: buckets(&CONFIRMED_MS, confirmed.into_iter()),
                })
            })
            .await
    }
}

fn buckets(bounds: &[i64], times_ms: impl Iterator<Item = i64>) -> Vec<Bucket> {
    let bounded = bounds.iter().map(|bound| Bucket { up_to_ms: Some(*bound), count: 0 });
    let mut buckets: Vec<Bucket> = bounded.chain([Bucket { up_to_ms: None, count: 0 }]).collect();
    for time_ms in times_ms {
        let fits = |bucket: &&mut Bucket| bucket.up_to_ms.is_none_or(|bound| time_ms <= bound);
        if let Some(bucket) = buckets.iter_mut().find(fits) {
            bucket.count += 1;
        }
    }
    buckets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_time_is_in_one_bucket() {
        let counts = |times: &[i64]| -> Vec<i64> {
            buckets(&[2, 5], times.iter().copied()).iter().map(|bucket| bucket.count).collect()
        };
        assert_eq!(counts(&[0, 2, 3, 5, 6, 1_000]), [2, 2, 2]);
        assert_eq!(counts(&[]), [0, 0, 0]);
    }
}

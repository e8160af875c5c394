//! What follows from a failure: how long to wait, and what to tell people. The one place that decides.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use jiff::SignedDuration;
use rollcall_connector::ConnectorError;

/// The first wait after a failure that may pass by itself.
const SHORT: Duration = Duration::from_secs(1);
/// The first wait after one that probably needs someone's hand.
const LONG: Duration = Duration::from_secs(30);
const WAIT_MAX: Duration = Duration::from_secs(300);
/// Waits grow no further after so many failures, whatever the bound above.
const FAILURES_MAX: u32 = 16;

/// A person whose values are refused is tried again after a minute, then four times as long each time.
const REFUSED_FIRST: SignedDuration = SignedDuration::from_mins(1);
const REFUSED_MAX: SignedDuration = SignedDuration::from_hours(24);

/// What follows from a failed call.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// How long nobody calls this WFM.
    pub(crate) wait: Duration,
    /// What is wrong and what to do, for people.
    pub(crate) reason: String,
}

/// Judges a failed call, the `failures`th in a row (from 1).
pub(crate) fn judge(error: &ConnectorError, failures: u32) -> Verdict {
    use ConnectorError as E;
    let first = match error {
        E::Transient { .. }
        | E::RateLimited { .. }
        | E::Pending { .. }
        | E::Conflict { .. }
        | E::Malformed { .. } => SHORT,
        _ => LONG,
    };
    let wait = match error {
        E::RateLimited { retry_after: Some(time), .. } | E::Pending { ask_after: time, .. } => {
            *time
        }
        _ => backed_off(first, failures),
    };
    let (what, advice) = match error {
        E::Transient { .. } => {
            ("cannot be reached or fails", "Nothing is lost; it is tried again.")
        }
        E::RateLimited { .. } => {
            ("wants to be asked less often", "Nothing is lost; it is asked again later.")
        }
        E::Pending { .. } => ("has not answered yet", "Nothing is lost; it is asked again later."),
        E::Unauthorized { .. } => {
            ("refuses the credentials", "Check the client id and the client secret of the link.")
        }
        E::NotFound { .. } => {
            ("does not know what it is asked for", "Check the address and the ACD ID of the link.")
        }
        E::Conflict { .. } => {
            ("is in another state than was expected", "It is tried again with a fresh request.")
        }
        E::Rejected { .. } => ("refuses the requests", "Check the ACD ID of the link."),
        E::Unsupported { .. } => ("cannot be asked", "Check the address of the link."),
        E::Malformed { .. } => (
            "gives answers that cannot be understood",
            "Check that the address of the link is the WFM's interface, not its web page.",
        ),
    };
    Verdict { wait, reason: format!("The WFM {what}: {error}. {advice}") }
}

/// When a person whose values were refused is tried again, after `attempts` earlier refusals.
pub(crate) fn put_off(attempts: i64) -> SignedDuration {
    let factor = u32::try_from(attempts).ok().and_then(|n| 4_i32.checked_pow(n));
    let wait = factor.and_then(|factor| REFUSED_FIRST.checked_mul(factor));
    wait.unwrap_or(REFUSED_MAX).min(REFUSED_MAX)
}

fn backed_off(first: Duration, failures: u32) -> Duration {
    let mut waits = ExponentialBuilder::new()
        .with_min_delay(first)
        .with_max_delay(WAIT_MAX)
        .without_max_times()
        .with_jitter()
        .build();
    let index = failures.clamp(1, FAILURES_MAX) - 1;
    waits.nth(index as usize).unwrap_or(WAIT_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transient() -> ConnectorError {
        ConnectorError::Transient { reason: "it answered 500".into() }
    }

    #[test]
    fn waits_grow_with_jitter_up_to_a_bound() {
        let within = |failures, low: u64, high: u64| {
            let wait = judge(&transient(), failures).wait;
            let range = Duration::from_secs(low)..=Duration::from_secs(high);
            assert!(range.contains(&wait), "{failures}: {wait:?}");
        };
        within(1, 1, 2);
        within(3, 4, 8);
        within(1_000, 300, 600);
        let refused = ConnectorError::Unauthorized { reason: "it answered 401".into() };
        assert!(judge(&refused, 1).wait >= Duration::from_secs(30));
    }

    #[test]
    fn a_wait_that_is_asked_for_is_kept() {
        let wait = Duration::from_secs(7);
        let error = ConnectorError::RateLimited {
            retry_after: Some(wait),
            reason: "it answered 429".into(),
        };
        assert_eq!(judge(&error, 9).wait, wait);
    }

    #[test]
    fn a_reason_says_what_to_do() {
        assert_eq!(
            judge(&transient(), 1).reason,
            "The WFM cannot be reached or fails: it answered 500. Nothing is lost; it is tried again."
        );
    }

    #[test]
    fn a_refused_person_waits_for_a_day_at_the_most() {
        let minutes: Vec<i64> = (0..7).map(|attempts| put_off(attempts).as_mins()).collect();
        assert_eq!(minutes, [1, 4, 16, 64, 256, 1_024, 1_440]);
        assert_eq!(put_off(i64::MAX).as_hours(), 24);
    }
}

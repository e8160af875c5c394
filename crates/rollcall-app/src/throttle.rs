//! A brake on guessing passwords and other secrets.
//!
//! Counted per name and address together, so that nobody can lock another person out from elsewhere, and per
//! address alone, so that trying many names does not help. The server gives the address as one that stands for
//! all that a peer could take turns with.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};

/// Tries for one name from one address: this many at once, then as many per minute.
const PER_NAME: u32 = 10;
/// Tries from one address, behind which a whole office may sit: this many at once, then as many per minute.
const PER_ADDRESS: u32 = 300;
/// Keys are forgotten above this number, those first that are at rest.
const KEYS_MAX: usize = 10_000;

/// The brake.
#[derive(Debug)]
pub struct Throttle {
    names: DefaultKeyedRateLimiter<(Option<IpAddr>, String)>,
    addresses: DefaultKeyedRateLimiter<Option<IpAddr>>,
    clock: DefaultClock,
}

impl Default for Throttle {
    fn default() -> Self {
        let per_minute =
            |tries| Quota::per_minute(NonZeroU32::new(tries).unwrap_or(NonZeroU32::MIN));
        Self {
            names: RateLimiter::keyed(per_minute(PER_NAME)),
            addresses: RateLimiter::keyed(per_minute(PER_ADDRESS)),
            clock: DefaultClock::default(),
        }
    }
}

impl Throttle {
    /// Counts a try. `Err` tells after how many seconds the next one is looked at.
    ///
    /// # Errors
    /// Seconds, when there were too many.
    pub fn check(&self, address: Option<IpAddr>, user_name: &str) -> Result<(), u64> {
        if self.names.len() > KEYS_MAX {
            self.names.retain_recent();
            self.addresses.retain_recent();
        }
        let wait = |until: NotUntil<<DefaultClock as Clock>::Instant>| {
            until.wait_time_from(self.clock.now()).as_secs() + 1
        };
        self.addresses.check_key(&address).map_err(wait)?;
        let name: String = user_name.trim().to_lowercase().chars().take(200).collect();
        self.names.check_key(&(address, name)).map_err(wait)
    }
}

/// A brake on what somebody who is known does over and over: a few times at once, then as many an hour.
#[derive(Debug)]
pub struct Pace {
    keys: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
}

impl Pace {
    /// As many `times` an hour for each.
    #[must_use]
    pub fn hourly(times: u32) -> Self {
        let times = NonZeroU32::new(times).unwrap_or(NonZeroU32::MIN);
        let keys = RateLimiter::keyed(Quota::per_hour(times));
        Self { keys, clock: DefaultClock::default() }
    }

    /// Counts what somebody does. `Err` tells after how many minutes they may again.
    ///
    /// # Errors
    /// Minutes, when it was too often.
    pub fn check(&self, who: &str) -> Result<(), u64> {
        if self.keys.len() > KEYS_MAX {
            self.keys.retain_recent();
        }
        self.keys
            .check_key(&who.to_owned())
            .map_err(|until| until.wait_time_from(self.clock.now()).as_secs().div_ceil(60).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_one_name_is_slowed_and_another_is_not() {
        let throttle = Throttle::default();
        let here = Some(IpAddr::from([192, 0, 2, 1]));
        for _ in 0..PER_NAME {
            assert!(throttle.check(here, "ada@example.com").is_ok());
        }
        assert!(throttle.check(here, "ADA@example.com ").is_err());
        assert!(throttle.check(here, "bo@example.com").is_ok());
        assert!(throttle.check(Some(IpAddr::from([192, 0, 2, 2])), "ada@example.com").is_ok());
    }

    #[test]
    fn five_an_hour_are_five_at_once_and_then_one_in_twelve_minutes() {
        let pace = Pace::hourly(5);
        for _ in 0..5 {
            assert_eq!(pace.check("ana"), Ok(()));
        }
        assert_eq!(pace.check("ana"), Err(12));
        assert_eq!(pace.check("ben"), Ok(()));
    }
}

//! The bearer tokens that were handed out. They live in memory only: a restarted WFM knows none.

use std::collections::VecDeque;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use http::StatusCode;
use http::header::{AUTHORIZATION, HeaderMap};
use jiff::Timestamp;

use crate::refusal::Refusal;

/// How many tokens are good at a time.
const MAX_TOKENS: usize = 1_000;

#[derive(Default)]
pub(crate) struct Tokens {
    /// Token and its end, oldest first.
    live: VecDeque<(Box<str>, Timestamp)>,
    issued: u64,
}

impl Tokens {
    pub(crate) fn issue(&mut self, now: Timestamp, lifetime: Duration) -> String {
        self.issued = self.issued.saturating_add(1);
        let token = random_token(self.issued);
        let end = now.checked_add(lifetime).unwrap_or(Timestamp::MAX);
        self.live.push_back((token.as_str().into(), end));
        if self.live.len() > MAX_TOKENS {
            self.live.pop_front();
        }
        token
    }

    pub(crate) fn check(&self, headers: &HeaderMap, now: Timestamp) -> Result<(), Refusal> {
        let token = bearer(headers).ok_or_else(|| {
            unauthorized(
                "unauthorized",
                "The request has no bearer token. Fetch one at /oauth/token.",
            )
        })?;
        let (_, end) = self.live.iter().find(|(it, _)| **it == *token).ok_or_else(|| {
            unauthorized("unauthorized", "The token is unknown. Fetch a new one at /oauth/token.")
        })?;
        if *end <= now { Err(expired()) } else { Ok(()) }
    }

    /// Ends the token of this request now.
    pub(crate) fn expire(&mut self, headers: &HeaderMap, now: Timestamp) {
        let token = bearer(headers).unwrap_or_default();
        for (_, end) in self.live.iter_mut().filter(|(it, _)| **it == *token) {
            *end = now;
        }
    }
}

/// The answer to a token that is known and over.
pub(crate) fn expired() -> Refusal {
    unauthorized("token_expired", "The token has expired. Fetch a new one at /oauth/token.")
}

fn unauthorized(code: &'static str, message: &str) -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, code, message)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Enough chance for a simulator on loopback, without a library for it: the standard library seeds
/// its hash maps from the operating system.
fn random_token(number: u64) -> String {
    let part = || {
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u64(number);
        hasher.finish()
    };
    format!("iex_{:016x}{:016x}", part(), part())
}

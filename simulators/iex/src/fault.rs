//! The faults that can be ordered, and the queue they wait in (`CONTRACT.md` §5.1). What a fault
//! does to a request is decided in the gate and in the handlers, not here.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::route::name::Route;

const DEFAULT_HOLD_MS: u64 = 30_000;
const DEFAULT_OVER_MS: u64 = 5_000;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// 429, with `Retry-After` where given (seconds).
    RateLimited {
        /// The value of `Retry-After`; `None` sends no such header.
        retry_after_s: Option<u64>,
    },
    /// 500, nothing applied.
    Error500,
    /// Applied, then silence for this long, then the connection is closed.
    TimeoutAfterApplying {
        /// How long the connection stays open without an answer.
        hold_ms: u64,
    },
    /// The token ends now.
    ExpiredToken,
    /// The first half of the batch is applied, then 500.
    HalfAppliedBatch,
    /// The body comes in small pieces over this time.
    SlowBody {
        /// How long the body takes.
        over_ms: u64,
    },
    /// The next listing with a cursor is refused.
    BrokenCursor,
    /// The changes behind a cursor are forgotten.
    CursorGone,
    /// The list ends early although `total` is larger.
    LostPage,
}

impl Fault {
    /// Its name on the wire and in the journal.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::RateLimited { .. } => "rate_limited",
            Self::Error500 => "error_500",
            Self::TimeoutAfterApplying { .. } => "timeout_after_applying",
            Self::ExpiredToken => "expired_token",
            Self::HalfAppliedBatch => "half_applied_batch",
            Self::SlowBody { .. } => "slow_body",
            Self::BrokenCursor => "broken_cursor",
            Self::CursorGone => "cursor_gone",
            Self::LostPage => "lost_page",
        }
    }

    fn fits(&self, route: Route) -> bool {
        match self {
            Self::RateLimited { .. } | Self::Error500 | Self::SlowBody { .. } => true,
            Self::ExpiredToken => route.has_token(),
            Self::TimeoutAfterApplying { .. } => {
                matches!(route, Route::Batch | Route::Duplicates | Route::History | Route::State)
            }
            Self::HalfAppliedBatch => route == Route::Batch,
            Self::BrokenCursor => matches!(route, Route::List | Route::Schedules),
            Self::CursorGone => route == Route::ScheduleChanges,
            Self::LostPage => route == Route::List,
        }
    }
}

/// A fault, how often it strikes and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WireOrder", into = "WireOrder")]
pub struct FaultOrder {
    fault: Fault,
    times: u32,
    route: Option<Route>,
}

impl FaultOrder {
    /// A fault that strikes the next request it fits.
    #[must_use]
    pub fn once(fault: Fault) -> Self {
        Self { fault, times: 1, route: None }
    }

    /// Strikes so many requests instead of one.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    /// Strikes only requests of this route. A route that the fault does not fit is never struck.
    #[must_use]
    pub fn on(self, route: Route) -> Self {
        Self { route: Some(route), ..self }
    }

    fn fits(&self, route: Route, listing: Listing) -> bool {
        let place = match self.route {
            Some(only) => only == route,
            // Tokens are fetched in between; a fault meant for an agent route must not hit them.
            // Neither must it hit states, which are told all the time.
            None => route.has_token(),
        };
        let cursor = self.fault != Fault::BrokenCursor || listing == Listing::Continued;
        place && cursor && self.fault.fits(route)
    }
}

/// Whether a request asks for the first page of a list or goes on from a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listing {
    First,
    Continued,
}

/// The orders that wait, oldest first.
#[derive(Default)]
pub(crate) struct Faults {
    waiting: VecDeque<FaultOrder>,
}

impl Faults {
    pub(crate) fn arm(&mut self, orders: impl IntoIterator<Item = FaultOrder>) {
        self.waiting.extend(orders.into_iter().filter(|order| order.times > 0));
    }

    /// Takes one strike of the oldest order that fits.
    pub(crate) fn take(&mut self, route: Route, listing: Listing) -> Option<Fault> {
        let (index, order) =
            self.waiting.iter_mut().enumerate().find(|(_, it)| it.fits(route, listing))?;
        let fault = order.fault;
        order.times = order.times.saturating_sub(1);
        if order.times == 0 {
            self.waiting.remove(index);
        }
        Some(fault)
    }

    pub(crate) fn waiting(&self) -> Vec<FaultOrder> {
        self.waiting.iter().copied().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }
}

/// An order as JSON: flat, because serde cannot both flatten and refuse unknown members.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireOrder {
    fault: String,
    #[serde(default = "one")]
    times: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    route: Option<Route>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after_s: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hold_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    over_ms: Option<u64>,
}

fn one() -> u32 {
    1
}

impl TryFrom<WireOrder> for FaultOrder {
    type Error = String;

    fn try_from(wire: WireOrder) -> Result<Self, String> {
        let fault = match wire.fault.as_str() {
            "rate_limited" => Fault::RateLimited { retry_after_s: wire.retry_after_s },
            "error_500" => Fault::Error500,
            "timeout_after_applying" => {
                Fault::TimeoutAfterApplying { hold_ms: wire.hold_ms.unwrap_or(DEFAULT_HOLD_MS) }
            }
            "expired_token" => Fault::ExpiredToken,
            "half_applied_batch" => Fault::HalfAppliedBatch,
            "slow_body" => Fault::SlowBody { over_ms: wire.over_ms.unwrap_or(DEFAULT_OVER_MS) },
            "broken_cursor" => Fault::BrokenCursor,
            "cursor_gone" => Fault::CursorGone,
            "lost_page" => Fault::LostPage,
            other => return Err(format!("there is no fault named {other}")),
        };
        if let Some(route) = wire.route.filter(|route| !fault.fits(*route)) {
            return Err(format!(
                "the fault {} does not fit the route {}",
                fault.name(),
                route.name()
            ));
        }
        Ok(Self { fault, times: wire.times, route: wire.route })
    }
}

impl From<FaultOrder> for WireOrder {
    fn from(order: FaultOrder) -> Self {
        let mut wire = Self {
            fault: order.fault.name().to_owned(),
            times: order.times,
            route: order.route,
            retry_after_s: None,
            hold_ms: None,
            over_ms: None,
        };
        match order.fault {
            Fault::RateLimited { retry_after_s } => wire.retry_after_s = retry_after_s,
            Fault::TimeoutAfterApplying { hold_ms } => wire.hold_ms = Some(hold_ms),
            Fault::SlowBody { over_ms } => wire.over_ms = Some(over_ms),
            _ => {}
        }
        wire
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_taken_oldest_first_where_they_fit() {
        let mut faults = Faults::default();
        faults.arm([
            FaultOrder::once(Fault::BrokenCursor),
            FaultOrder::once(Fault::Error500).times(2).on(Route::Batch),
            FaultOrder::once(Fault::LostPage),
        ]);
        assert_eq!(faults.take(Route::Token, Listing::First), None);
        assert_eq!(faults.take(Route::List, Listing::First), Some(Fault::LostPage));
        assert_eq!(faults.take(Route::List, Listing::First), None);
        assert_eq!(faults.take(Route::List, Listing::Continued), Some(Fault::BrokenCursor));
        assert_eq!(faults.take(Route::Batch, Listing::First), Some(Fault::Error500));
        assert_eq!(faults.take(Route::Batch, Listing::First), Some(Fault::Error500));
        assert!(faults.waiting().is_empty());
    }

    #[test]
    fn wrong_orders_are_refused() {
        for (order, reason) in [
            (r#"{"fault":"fire"}"#, "there is no fault named fire"),
            (
                r#"{"fault":"lost_page","route":"batch"}"#,
                "the fault lost_page does not fit the route batch",
            ),
            (r#"{"fault":"error_500","after":1}"#, "unknown field `after`"),
        ] {
            let error = serde_json::from_str::<FaultOrder>(order).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}

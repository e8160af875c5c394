//! Points in time, written out exactly.
//!
//! The server does not know the viewer's zone, so it writes UTC and says so; the browser turns it into the
//! viewer's own clock and keeps the exact time at hand.

use jiff::Timestamp;

/// `2026-11-21 09:14:02 UTC`.
#[must_use]
pub fn exact(at: &Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// `2026-11-21T09:14:02.120Z`, for the `datetime` attribute: milliseconds are all that a browser reads.
#[must_use]
pub fn machine(at: &Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_for_people_and_for_the_browser() {
        let at: Timestamp = "2026-11-21T09:14:02.1204567Z".parse().unwrap();
        assert_eq!(exact(&at), "2026-11-21 09:14:02 UTC");
        assert_eq!(machine(&at), "2026-11-21T09:14:02.120Z");
    }
}

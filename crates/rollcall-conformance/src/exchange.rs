//! What was sent and what came, short enough for a report and without secrets.

use crate::text::shorten;

/// As much of a body as a report shows, in bytes.
const SHOWN: usize = 400;

/// One request and its answer, as the report shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Method, path and the beginning of the body.
    pub sent: String,
    /// Status and the beginning of the body, or why there is none.
    pub received: String,
}

impl Exchange {
    /// `secret` is never shown, wherever the server repeats it.
    pub(crate) fn new(sent: (&str, &str), received: (&str, &str), secret: Option<&str>) -> Self {
        let line = |(head, body): (&str, &str)| {
            let line = if body.is_empty() { head.to_owned() } else { format!("{head} {body}") };
            shorten(&redact(&line, secret), SHOWN)
        };
        Self { sent: line(sent), received: line(received) }
    }
}

/// A text without the secret.
pub(crate) fn redact(text: &str, secret: Option<&str>) -> String {
    match secret.filter(|secret| !secret.is_empty()) {
        Some(secret) => text.replace(secret, "[token]"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_not_shown_even_when_the_server_repeats_it() {
        let shown =
            Exchange::new(("GET /Users", ""), ("401", "rct_abc is unknown"), Some("rct_abc"));
        assert_eq!(shown.sent, "GET /Users");
        assert_eq!(shown.received, "401 [token] is unknown");
        let long = "x".repeat(5_000);
        assert!(Exchange::new(("", &long), ("", &long), None).received.len() < 500);
    }
}

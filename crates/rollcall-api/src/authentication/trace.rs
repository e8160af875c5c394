//! What the journal of a connection says of requests for its tokens.

use std::time::Instant;

use http::{HeaderMap, header};
use jiff::Timestamp;

use rollcall_app::App;
use rollcall_app::journal::RequestEntry;
use rollcall_app::short_token::Whose;

/// Longer names of clients are cut.
const CLIENT_MAX_CHARS: usize = 400;

/// A request that is being answered.
pub(crate) struct Trace {
    path: &'static str,
    client: String,
    begun: Instant,
    at: Timestamp,
}

impl Trace {
    /// Begins with the request.
    pub(crate) fn begin(app: &App, path: &'static str, headers: &HeaderMap) -> Self {
        let client = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let client = client.unwrap_or_default().chars().take(CLIENT_MAX_CHARS).collect();
        Self { path, client, begun: Instant::now(), at: app.now() }
    }

    /// Notes that a token was issued.
    pub(crate) fn issued(self, app: &App, whose: Whose) {
        app.note_request(whose.tenant, whose.connection, self.entry((200, "token issued"), None));
    }

    /// Notes that a token was given back.
    pub(crate) fn given_back(self, app: &App, whose: Whose) {
        let entry = self.entry((200, "token given back"), None);
        app.note_request(whose.tenant, whose.connection, entry);
    }

    /// Notes why none was.
    pub(crate) fn refused(self, app: &App, whose: Whose, status: u16, reason: String) {
        let entry = self.entry((status, "refused"), Some(reason));
        app.note_request(whose.tenant, whose.connection, entry);
    }

    /// Notes that somebody asked who did not prove to be the client.
    pub(crate) fn unproven(self, app: &App, whose: Whose, reason: String) {
        let entry = self.entry((401, "refused"), Some(reason));
        app.note_unproven(whose.tenant, whose.connection, entry);
    }

    fn entry(self, (status, effect): (u16, &str), reason: Option<String>) -> RequestEntry {
        RequestEntry {
            at: self.at,
            method: "POST".to_owned(),
            target: self.path.to_owned(),
            status,
            took_us: i64::try_from(self.begun.elapsed().as_micros()).unwrap_or(i64::MAX),
            effect: effect.to_owned(),
            resource: None,
            refusal: reason.as_ref().map(|_| String::new()),
            detail: reason,
            // It holds a secret, always.
            sent: None,
            client: self.client,
            ignored: Vec::new(),
        }
    }
}

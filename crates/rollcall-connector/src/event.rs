//! Telling a receiver of security events (RFC 8935).

use secrecy::SecretString;

use crate::answer::Answer;
use crate::http::Http;

/// The media type of a security event token (RFC 8417 §2.3).
const SECURITY_EVENT: &str = "application/secevent+jwt";

/// The way to receivers of security events.
pub trait EventReceivers: Send + Sync + 'static {
    /// Tells the receiver at an endpoint one event. When this answers, the receiver has it.
    fn tell<'a>(
        &'a self,
        endpoint: &'a str,
        token: Option<&'a SecretString>,
        event: &'a str,
    ) -> Answer<'a, ()>;
}

/// Receivers at addresses that the kit may call.
#[derive(Clone, Debug)]
pub struct HttpReceivers {
    http: Http,
}

impl HttpReceivers {
    /// Takes the kit.
    #[must_use]
    pub fn new(http: Http) -> Self {
        Self { http }
    }
}

impl EventReceivers for HttpReceivers {
    fn tell<'a>(
        &'a self,
        endpoint: &'a str,
        token: Option<&'a SecretString>,
        event: &'a str,
    ) -> Answer<'a, ()> {
        Box::pin(async move {
            let call = self.http.endpoint(endpoint)?.post_here().text(SECURITY_EVENT, event);
            let call = match token {
                Some(token) => call.bearer(token),
                None => call,
            };
            call.done().await
        })
    }
}

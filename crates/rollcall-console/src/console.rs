//! What every handler has at hand.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rollcall_app::App;
use rollcall_app::wfm::Health;
use rollcall_domain::TenantId;
use tokio_util::sync::CancellationToken;

use crate::hint::Hints;
use crate::throttle::Throttle;

/// What the operator sets.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Where browsers and identity providers reach Rollcall, such as `https://rollcall.example.com`, without a
    /// slash at the end. Absent: what the browser asked for, over HTTP.
    pub public_url: Option<String>,
    /// Cancelled when the server stops: open streams end then, so that nothing waits for them.
    pub closing: CancellationToken,
}

impl Settings {
    /// Whether browsers reach us over TLS only; then cookies are bound to it.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

/// The console's own state. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Console {
    pub(crate) app: App,
    pub(crate) settings: Arc<Settings>,
    pub(crate) hints: Hints,
    pub(crate) throttle: Arc<Throttle>,
    held: Arc<Mutex<HashMap<TenantId, (u64, u64)>>>,
}

impl Console {
    pub(crate) fn new(app: App, settings: Settings) -> Self {
        Self {
            hints: Hints::follow(&app),
            throttle: Arc::default(),
            held: Arc::default(),
            settings: Arc::new(settings),
            app,
        }
    }

    /// How many of a tenant's links hold a run, for the mark in the rail. Asked again only when the health of a
    /// link has changed since.
    pub(crate) async fn held_runs(&self, tenant: TenantId) -> u64 {
        let stamp = self.hints.health();
        let known = self.held.lock().unwrap_or_else(PoisonError::into_inner).get(&tenant).copied();
        if let Some((_, held)) = known.filter(|(at, _)| *at == stamp) {
            return held;
        }
        // The mark is a comfort: a page does not fail for the want of it.
        let Ok(links) = self.app.links(tenant).await else { return 0 };
        let held = links.iter().filter(|detail| detail.link.health == Health::Held).count();
        let held = u64::try_from(held).unwrap_or(u64::MAX);
        let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(tenant, (stamp, held));
        held
    }
}

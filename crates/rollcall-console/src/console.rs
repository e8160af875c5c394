//! What every handler has at hand.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rollcall_app::throttle::{Pace, Throttle};
use rollcall_app::wfm::{Health, WfmProbe};
use rollcall_app::{App, ChangeError};
use rollcall_domain::TenantId;
use tokio_util::sync::CancellationToken;

use crate::hint::Hints;

/// What the operator sets.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Where browsers and identity providers reach Rollcall, such as `https://rollcall.example.com`, without a
    /// slash at the end. Absent: what the browser asked for, over HTTP.
    pub public_url: Option<String>,
    /// Cancelled when the server stops: open streams end then, so that nothing waits for them.
    pub closing: CancellationToken,
    /// What looks at a WFM before it is linked. Absent: nothing can be tried, and so nothing linked.
    pub probe: Option<Arc<dyn WfmProbe>>,
}

impl Settings {
    /// Whether browsers reach us over TLS only; then cookies are bound to it.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

/// As many calendar addresses one person makes an hour.
const ADDRESSES_PER_HOUR: u32 = 5;

/// The console's own state. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Console {
    pub(crate) app: App,
    pub(crate) settings: Arc<Settings>,
    pub(crate) hints: Hints,
    pub(crate) throttle: Arc<Throttle>,
    /// The same for calendar programs: those of a whole office take nobody's sign-in away.
    pub(crate) calendars: Arc<Throttle>,
    /// How often one person makes a calendar address: each is an entry of the audit trail.
    pub(crate) addresses: Arc<Pace>,
    links: Arc<Mutex<HashMap<TenantId, (u64, Links)>>>,
}

impl Console {
    pub(crate) fn new(app: App, settings: Settings) -> Self {
        Self {
            hints: Hints::follow(&app),
            throttle: Arc::default(),
            calendars: Arc::default(),
            addresses: Arc::new(Pace::hourly(ADDRESSES_PER_HOUR)),
            links: Arc::default(),
            settings: Arc::new(settings),
            app,
        }
    }

    /// What looks at a WFM before it is linked.
    pub(crate) fn probe(&self) -> Result<&dyn WfmProbe, ChangeError> {
        let words = "this server calls no WFM, so that nothing can be tried here";
        self.settings.probe.as_deref().ok_or_else(|| ChangeError::NotNow(words.to_owned()))
    }

    /// What each page wants to know of a tenant's WFM links. Asked again only when the health of a link has
    /// changed since.
    pub(crate) async fn links(&self, tenant: TenantId) -> Links {
        let stamp = self.hints.health(tenant);
        let known = self.links.lock().unwrap_or_else(PoisonError::into_inner).get(&tenant).copied();
        if let Some((_, links)) = known.filter(|(at, _)| *at == stamp) {
            return links;
        }
        // A mark and a column are comforts: a page does not fail for the want of them.
        let Ok(all) = self.app.links(tenant).await else { return Links::default() };
        let held = all.iter().filter(|detail| detail.link.health == Health::Held).count();
        let links = Links { any: !all.is_empty(), held: u64::try_from(held).unwrap_or(u64::MAX) };
        let mut kept = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(tenant, (stamp, links));
        links
    }
}

/// A tenant's WFM links in few words.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Links {
    /// Whether there are any.
    pub(crate) any: bool,
    /// How many hold a run until somebody decides.
    pub(crate) held: u64,
}

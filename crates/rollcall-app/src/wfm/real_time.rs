//! Real-time states of a link's people: switched by the operator, who alone has the WFM's key.

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use rollcall_domain::source::Actor;
use rollcall_domain::{TenantId, WfmLinkId};
use rollcall_storage::agent::real_time_feed::{self as rows, RealTimeFeed};
use rollcall_storage::wfm::wfm_link;

use super::{Result, subject};
use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};

/// What becomes of the telling of real-time states. What is absent stays as it was.
#[derive(Clone, Debug)]
pub enum RealTimeSwitch {
    /// They are told.
    On {
        /// The address below which the WFM takes them; at first `/Rta` below the link's.
        base_url: Option<String>,
        /// By which name the WFM knows this source.
        source_id: Option<String>,
        /// The key that it expects.
        authentication_key: Option<SecretString>,
    },
    /// They are not.
    Off,
}

/// Where a feed's key is sealed to.
#[must_use]
pub fn real_time_secret_place(tenant: TenantId, link: WfmLinkId) -> String {
    format!("{tenant}/real_time_feed.authentication_key/{link}")
}

const SOURCE_MAX_CHARS: usize = 200;

impl App {
    /// Switches the telling of a link's real-time states. The operator's to do. Off: the WFM keeps what it heard
    /// last.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::Invalid`] while address, source id or key are not known, or
    /// [`ChangeError::NotNow`] when the key cannot be sealed.
    pub async fn switch_real_time(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: WfmLinkId,
        switch: RealTimeSwitch,
    ) -> Result<()> {
        let sealed = match &switch {
            RealTimeSwitch::On { authentication_key: Some(key), .. } => {
                let place = real_time_secret_place(tenant, id);
                let sealed = self.sealer.seal(key.expose_secret(), &place);
                Some(sealed.map_err(|error| ChangeError::NotNow(error.to_string()))?)
            }
            _ => None,
        };
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let link = wfm_link::get(tx, id)?.ok_or(ChangeError::NotFound("WFM link"))?;
                let before = rows::get(tx, id)?;
                let (action, mut feed) = match &switch {
                    RealTimeSwitch::Off => {
                        let Some(before) = before.clone().filter(|feed| feed.enabled) else {
                            return Ok(());
                        };
                        ("wfm_link.real_time_off", RealTimeFeed { enabled: false, ..before })
                    }
                    RealTimeSwitch::On { base_url, source_id, .. } => {
                        let feed = RealTimeFeed {
                            link: id,
                            enabled: true,
                            base_url: address(
                                base_url.as_deref(),
                                before.as_ref(),
                                &link.base_url,
                            )?,
                            source_id: source(source_id.as_deref(), before.as_ref())?,
                            authentication_key_sealed: key(sealed.as_deref(), before.as_ref())?,
                            failing: false,
                            problem: None,
                            health_since: now,
                            snapshot_at: None,
                            sent_at: None,
                        };
                        ("wfm_link.real_time_on", feed)
                    }
                };
                feed.health_since = now;
                rows::save_settings(tx, &feed)?;
                let told = |feed: &RealTimeFeed| {
                    let values = json!({"address": feed.base_url, "sourceId": feed.source_id});
                    Values::made(values).after
                };
                let values = Values {
                    before: before.as_ref().map(told).unwrap_or_default(),
                    after: told(&feed),
                };
                let act = Act { actor, now, ids: app.ids.as_ref() };
                Ok(act.audit(tx, action, subject(&link), values)?)
            })
            .await
    }
}

fn address(wanted: Option<&str>, before: Option<&RealTimeFeed>, link: &str) -> Result<String> {
    let address = match (wanted, before) {
        (Some(wanted), _) => wanted.trim().trim_end_matches('/').to_owned(),
        (None, Some(before)) => before.base_url.clone(),
        (None, None) => format!("{link}/Rta"),
    };
    // A link by files has no address that could be called.
    if address.starts_with("http://") || address.starts_with("https://") {
        return Ok(address);
    }
    let words = "real-time states go out over HTTP; name the address at which the WFM takes them";
    Err(ChangeError::Invalid(words.to_owned()))
}

fn source(wanted: Option<&str>, before: Option<&RealTimeFeed>) -> Result<String> {
    let wanted = wanted.map(str::trim).or(before.map(|feed| feed.source_id.as_str()));
    let sound = |text: &&str| !text.is_empty() && text.chars().count() <= SOURCE_MAX_CHARS;
    let words = "real-time states need the source id by which the WFM knows this source";
    wanted.filter(sound).map(str::to_owned).ok_or(ChangeError::Invalid(words.to_owned()))
}

fn key(sealed: Option<&str>, before: Option<&RealTimeFeed>) -> Result<String> {
    let known = before.map(|feed| feed.authentication_key_sealed.as_str());
    let words = "real-time states need the authentication key that the WFM expects";
    sealed.or(known).map(str::to_owned).ok_or(ChangeError::Invalid(words.to_owned()))
}

//! IEX over HTTP: tokens, paths, paging. Vendor words only.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rollcall_connector::{Call, ConnectorError, Endpoint, Http};
use rollcall_domain::Clock;
use rollcall_domain::wfm::ManagementUnits;
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

use crate::IexSettings;
use crate::wire;

/// The largest page that the contract permits (`CONTRACT.md` §3.2).
const PAGE_LIMIT: &str = "1000";
/// A token is renewed so long before its end, or at half of its life if that is later.
const RENEW_BEFORE_S: i64 = 60;
/// No token is trusted for longer, whatever it says of itself.
const TOKEN_LIFE_MAX_S: i64 = 24 * 3600;

/// A client of one IEX tenant.
pub(crate) struct Client {
    endpoint: Endpoint,
    settings: IexSettings,
    clock: Arc<dyn Clock>,
    /// Held while a token is fetched, so that many callers cause one fetch.
    token: Mutex<Option<Token>>,
}

#[derive(Clone)]
struct Token {
    text: SecretString,
    renew_at: Timestamp,
}

impl Client {
    pub(crate) fn new(
        http: &Http,
        settings: IexSettings,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ConnectorError> {
        let endpoint = http.endpoint(&settings.base_url)?;
        Ok(Self { endpoint, settings, clock, token: Mutex::new(None) })
    }

    pub(crate) fn acd_id(&self) -> &str {
        &self.settings.acd_id
    }

    pub(crate) fn units(&self) -> &ManagementUnits {
        &self.settings.units
    }

    /// `CONTRACT.md` §3.1.
    pub(crate) async fn upsert(
        &self,
        batch: &wire::Batch<'_>,
        key: &str,
    ) -> Result<wire::BatchAnswer, ConnectorError> {
        self.send(|| self.endpoint.post(&self.agents(&["batch"])).idempotency_key(key).json(batch))
            .await
    }

    /// `CONTRACT.md` §3.2.
    pub(crate) async fn list(&self, cursor: Option<&str>) -> Result<wire::Page, ConnectorError> {
        self.send(|| {
            let call = self.endpoint.get(&self.agents(&[])).query("limit", PAGE_LIMIT);
            match cursor {
                Some(cursor) => call.query("cursor", cursor),
                None => call,
            }
        })
        .await
    }

    /// `CONTRACT.md` §3.4.
    pub(crate) async fn remove_duplicates(
        &self,
        uuid: &str,
    ) -> Result<wire::Removed, ConnectorError> {
        self.send(|| self.endpoint.delete(&self.agents(&[uuid, "duplicates"]))).await
    }

    /// `CONTRACT.md` §9.
    pub(crate) async fn put_history(
        &self,
        (kind, start): (&str, &str),
        revision: i64,
        text: &str,
    ) -> Result<wire::HistoryAnswer, ConnectorError> {
        let path = ["wfm", "v1", "acds", self.acd_id(), "history", kind, start];
        let revision = revision.to_string();
        self.send(|| {
            let call = self.endpoint.put(&path).query("revision", &revision);
            call.text("text/csv; charset=utf-8", text)
        })
        .await
    }

    /// A list of one agent: proves address, credentials and acdID, and writes nothing.
    pub(crate) async fn peek(&self) -> Result<(), ConnectorError> {
        let page: wire::Page =
            self.send(|| self.endpoint.get(&self.agents(&[])).query("limit", "1")).await?;
        drop(page);
        Ok(())
    }

    /// `CONTRACT.md` §3.6.
    pub(crate) async fn schedules(
        &self,
        (from, until): (Timestamp, Timestamp),
        cursor: Option<&str>,
    ) -> Result<wire::Schedules, ConnectorError> {
        let (from, until) = (from.to_string(), until.to_string());
        self.send(|| {
            let call = self.endpoint.get(&["wfm", "v1", "acds", self.acd_id(), "schedules"]);
            let call = call.query("from", &from).query("until", &until).query("limit", PAGE_LIMIT);
            match cursor {
                Some(cursor) => call.query("cursor", cursor),
                None => call,
            }
        })
        .await
    }

    /// `CONTRACT.md` §3.7.
    pub(crate) async fn schedule_changes(
        &self,
        cursor: &str,
    ) -> Result<wire::ScheduleChanges, ConnectorError> {
        let path = ["wfm", "v1", "acds", self.acd_id(), "schedules", "changes"];
        self.send(|| self.endpoint.get(&path).query("cursor", cursor).query("limit", PAGE_LIMIT))
            .await
    }

    fn agents<'a>(&'a self, rest: &[&'a str]) -> Vec<&'a str> {
        let mut path = vec!["wfm", "v1", "acds", self.acd_id(), "agents"];
        path.extend(rest);
        path
    }

    /// Sends a call with a token; once more with a fresh one where the token was refused, because it may
    /// have been ended before its time.
    async fn send<T: DeserializeOwned>(
        &self,
        call: impl Fn() -> Call,
    ) -> Result<T, ConnectorError> {
        let token = self.token(None).await?;
        match call().bearer(&token).answer().await {
            Err(ConnectorError::Unauthorized { .. }) => {
                let fresh = self.token(Some(&token)).await?;
                call().bearer(&fresh).answer().await
            }
            answer => answer,
        }
    }

    /// The token at hand, or a fresh one if it is over or the `refused` one.
    async fn token(&self, refused: Option<&SecretString>) -> Result<SecretString, ConnectorError> {
        let mut held = self.token.lock().await;
        let now = self.clock.now();
        let refused = refused.map(ExposeSecret::expose_secret);
        if let Some(token) = held.as_ref()
            && now < token.renew_at
            && refused != Some(token.text.expose_secret())
        {
            return Ok(token.text.clone());
        }
        *held = None;
        let granted = self.grant().await?;
        let life_s = granted.expires_in.clamp(0, TOKEN_LIFE_MAX_S);
        let good_s = life_s - RENEW_BEFORE_S.min(life_s / 2);
        let renew_at = now.checked_add(SignedDuration::from_secs(good_s)).unwrap_or(now);
        let text = SecretString::from(granted.access_token);
        *held = Some(Token { text: text.clone(), renew_at });
        Ok(text)
    }

    /// `CONTRACT.md` §2; RFC 6749 §4.4.2.
    async fn grant(&self) -> Result<wire::Grant, ConnectorError> {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", self.settings.client_id.as_str()),
            ("client_secret", self.settings.client_secret.expose_secret()),
        ];
        match self.endpoint.post(&["oauth", "token"]).form(&form).answer().await {
            // A token endpoint refuses credentials with 400 as well (RFC 6749 §5.2).
            Err(ConnectorError::Rejected { reason }) => {
                Err(ConnectorError::Unauthorized { reason })
            }
            answer => answer,
        }
    }
}

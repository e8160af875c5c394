//! Who is told of events: made and ended by administrators, paused when they fall too far behind.

use std::sync::Arc;

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use rollcall_domain::audit::Subject;
use rollcall_domain::source::Actor;
use rollcall_domain::{EventStreamId, SecurityEventId, TenantId, time};
use rollcall_storage::record::security_event::{self as events, SecurityEvent};
use rollcall_storage::record::security_event_stream::{
    self as rows, Delivery, EventStream, Missed,
};
use rollcall_storage::{StorageError, Tx};

use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};
use crate::secret;
use crate::security_event::EVENT_URIS;

/// As many events wait for a receiver; then it is paused.
pub const BACKLOG_MAX: i64 = 100_000;
/// So long an event waits for its receiver, in days; then the receiver is paused.
pub const WAITING_DAYS_MAX: i64 = 7;
/// As many receivers a tenant has at the most: each change is written once for each of them.
pub const STREAMS_MAX: usize = 10;
const TEXT_MAX_BYTES: usize = 1_000;
/// Tells people and scanners what the token is.
const TOKEN_PREFIX: &str = "rce_";
/// Why a receiver hears of nothing that an administrator switched off.
const SWITCHED_OFF: &str = "an administrator switched it off";
/// Told a receiver that is paused, and one that goes on (OpenID Shared Signals Framework 1.0, section 8.1.5).
const STREAM_UPDATED: &str = "https://schemas.openid.net/secevent/ssf/event-type/stream-updated";

/// A receiver to be made.
#[derive(Clone, Debug)]
pub struct NewStream {
    /// Its name, for people.
    pub name: String,
    /// How it hears of events.
    pub delivery: NewDelivery,
    /// Whom the events are for: what the receiver expects as `aud`.
    pub audience: String,
    /// Who tells them: the address of SCIM, such as `https://host/scim/v2`.
    pub issuer: String,
    /// The URIs of the events.
    pub events: Vec<String>,
}

/// How a new receiver hears of events.
#[derive(Clone, Debug)]
pub enum NewDelivery {
    /// It asks, with a token that it is given.
    Poll,
    /// It is told at its endpoint, where its token is shown, if it has one.
    Push {
        /// Where.
        endpoint: String,
        /// The bearer token.
        token: Option<SecretString>,
    },
}

/// A receiver that was made.
#[derive(Debug)]
pub struct IssuedStream {
    /// The receiver.
    pub stream: EventStream,
    /// The token with which it asks: shown once.
    pub token: Option<SecretString>,
}

/// A receiver with how far behind it is.
#[derive(Clone, Debug)]
pub struct StreamDetail {
    /// The receiver.
    pub stream: EventStream,
    /// How many events wait for it.
    pub waiting: i64,
}

type Result<T> = std::result::Result<T, ChangeError>;

impl App {
    /// Makes a receiver; it is told of what happens from now on.
    ///
    /// # Errors
    /// [`ChangeError::Invalid`]; or storage fails.
    pub async fn create_event_stream(
        &self,
        tenant: TenantId,
        actor: Actor,
        new: NewStream,
    ) -> Result<IssuedStream> {
        check(&new)?;
        let (id, now) = (EventStreamId::new(self.ids.next()), self.now());
        let no_random = |error: secret::SecretError| ChangeError::NotNow(error.to_string());
        let (delivery, token) = match new.delivery {
            NewDelivery::Poll => {
                let token = secret::generate(TOKEN_PREFIX).map_err(no_random)?;
                let token_hash = secret::hash(token.expose_secret());
                (Delivery::Poll { token_hash }, Some(token))
            }
            NewDelivery::Push { endpoint, token } => {
                let place = secret_place(tenant, id);
                let seal = |token: &SecretString| self.sealer.seal(token.expose_secret(), &place);
                let sealed = token.as_ref().map(seal).transpose().map_err(no_random)?;
                (Delivery::Push { endpoint, token_sealed: sealed }, None)
            }
        };
        let stream = EventStream {
            id,
            name: new.name.trim().to_owned(),
            delivery,
            audience: new.audience,
            issuer: new.issuer,
            events: new.events,
            created_at: now,
            ended_at: None,
            paused: None,
            missed: None,
            failures: 0,
            due_at: now,
            problem: None,
            told_at: None,
            failed: None,
        };
        let (app, kept) = (self.clone(), stream.clone());
        self.storage
            .write(tenant, move |tx| {
                if rows::list(tx)?.len() >= STREAMS_MAX {
                    return Err(ChangeError::NotNow(format!(
                        "a tenant has {STREAMS_MAX} receivers of security events at the most; end one"
                    )));
                }
                rows::insert(tx, &kept)?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let values = Values::made(json!({"name": kept.name, "events": kept.events}));
                Ok(act.audit(tx, "event_stream.created", subject(&kept), values)?)
            })
            .await?;
        Ok(IssuedStream { stream, token })
    }

    /// The receivers of a tenant that were not ended, oldest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn event_streams(&self, tenant: TenantId) -> Result<Vec<StreamDetail>> {
        self.storage
            .scan(tenant, |tx| {
                let mut all = Vec::new();
                for stream in rows::list(tx)? {
                    let waiting = events::count(tx, stream.id, BACKLOG_MAX + 1)?;
                    all.push(StreamDetail { stream, waiting });
                }
                Ok(all)
            })
            .await
    }

    /// One receiver that was not ended.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; or storage fails.
    pub async fn event_stream(&self, tenant: TenantId, id: EventStreamId) -> Result<StreamDetail> {
        self.storage
            .scan(tenant, move |tx| {
                let stream = rows::get(tx, id)?.filter(|stream| stream.ended_at.is_none());
                let stream = stream.ok_or(ChangeError::NotFound("event receiver"))?;
                let waiting = events::count(tx, id, BACKLOG_MAX + 1)?;
                Ok(StreamDetail { stream, waiting })
            })
            .await
    }

    /// Switches a receiver off: it hears of nothing, not even of what waits for it, until it is resumed.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; or storage fails.
    pub async fn switch_off_event_stream(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: EventStreamId,
    ) -> Result<()> {
        self.edit_stream(
            tenant,
            actor,
            (id, "event_stream.switched_off"),
            move |tx, stream, now| {
                note_missed(tx, stream, now)?;
                stream.paused = Some((now, SWITCHED_OFF.to_owned()));
                events::delete_all(tx, id)?;
                Ok(Values::default())
            },
        )
        .await
    }

    /// Ends a receiver: it is told nothing more, not even what waits for it.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; or storage fails.
    pub async fn end_event_stream(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: EventStreamId,
    ) -> Result<()> {
        self.edit_stream(tenant, actor, (id, "event_stream.ended"), move |tx, stream, now| {
            stream.ended_at = Some(now);
            events::delete_all(tx, id)?;
            Ok(Values::default())
        })
        .await
    }

    /// Lets a receiver that is paused hear of what happens from now on. What happened meanwhile it has to
    /// read by itself: the first that it is told is from when to when events were dropped. One that is on stays
    /// as it is, with what waits for it.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; or storage fails.
    pub async fn resume_event_stream(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: EventStreamId,
    ) -> Result<()> {
        let ids = Arc::clone(&self.ids);
        self.edit_stream(tenant, actor, (id, "event_stream.resumed"), move |tx, stream, now| {
            if stream.paused.is_none() {
                return Ok(Values::default());
            }
            note_missed(tx, stream, now)?;
            stream.paused = None;
            // Else what made it pause would make it pause again.
            events::delete_all(tx, id)?;
            let from = stream.missed.map_or(now, |missed| missed.from);
            stream.missed = Some(Missed { from, until: Some(now) });
            let (from, until) = (time::to_text(from), time::to_text(now));
            let reason = format!(
                "what happened from {from} to {until} was not kept; read users and groups anew"
            );
            let claims = told_status(stream, "enabled", &reason).to_string();
            let event = SecurityEvent { id: SecurityEventId::new(ids.next()), at: now, claims };
            events::insert(tx, id, &event)?;
            Ok(Values::made(json!({"missedFrom": from, "missedUntil": until})))
        })
        .await
    }

    /// Pauses receivers that fell too far behind, and forgets what waits for those that are paused too long.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn check_event_streams(&self) -> std::result::Result<(), StorageError> {
        let oldest_allowed = self.now() - jiff::SignedDuration::from_hours(24 * WAITING_DAYS_MAX);
        for (tenant, stream) in self.storage.read_installation(rows::list_all).await? {
            let id = stream.id;
            let behind = self.storage.scan(tenant, move |tx| {
                let oldest = events::list(tx, id, 1)?.into_iter().next().map(|event| event.at);
                Ok::<_, StorageError>((oldest, events::count(tx, id, BACKLOG_MAX + 1)?))
            });
            let (oldest, waiting) = behind.await?;
            let too_old = oldest.is_some_and(|oldest| oldest < oldest_allowed);
            let reason = match &stream.paused {
                None if waiting > BACKLOG_MAX => {
                    format!("more than {BACKLOG_MAX} events wait for it")
                }
                None if too_old => {
                    format!("it has not acknowledged an event for {WAITING_DAYS_MAX} days")
                }
                Some((since, _)) if *since < oldest_allowed && oldest.is_some() => {
                    self.forget_waiting(tenant, id).await?;
                    continue;
                }
                _ => continue,
            };
            self.pause(tenant, stream, reason).await?;
        }
        Ok(())
    }

    /// Drops what waits for a receiver that is paused for too long.
    async fn forget_waiting(
        &self,
        tenant: TenantId,
        id: EventStreamId,
    ) -> std::result::Result<(), StorageError> {
        let now = self.now();
        self.storage
            .write(tenant, move |tx| {
                let Some(mut stream) = rows::get(tx, id)? else { return Ok(()) };
                if stream.paused.is_some() {
                    note_missed(tx, &mut stream, now)?;
                    rows::save_state(tx, &stream)?;
                    events::delete_all(tx, id)?;
                }
                Ok(())
            })
            .await
    }

    async fn pause(
        &self,
        tenant: TenantId,
        mut stream: EventStream,
        reason: String,
    ) -> std::result::Result<(), StorageError> {
        tracing::warn!(event_stream.id = %stream.id, %reason, "a receiver of security events is paused");
        let (app, now) = (self.clone(), self.now());
        stream.paused = Some((now, reason.clone()));
        // What waits can still be read; what happens from now on is not kept.
        stream.missed = Some(Missed { from: now, until: None });
        let told = told_status(&stream, "paused", &reason);
        self.storage
            .write(tenant, move |tx| {
                rows::save_state(tx, &stream)?;
                let id = SecurityEventId::new(app.ids.next());
                let event = SecurityEvent { id, at: now, claims: told.to_string() };
                events::insert(tx, stream.id, &event)?;
                let act = Act { actor: Actor::System, now, ids: app.ids.as_ref() };
                let values = Values::made(json!({"reason": reason}));
                act.audit(tx, "event_stream.paused", subject(&stream), values)
            })
            .await
    }

    async fn edit_stream(
        &self,
        tenant: TenantId,
        actor: Actor,
        (id, action): (EventStreamId, &'static str),
        edit: impl Fn(
            &mut Tx<'_>,
            &mut EventStream,
            Timestamp,
        ) -> std::result::Result<Values, StorageError>
        + Send
        + 'static,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let stream = rows::get(tx, id)?.filter(|stream| stream.ended_at.is_none());
                let mut stream = stream.ok_or(ChangeError::NotFound("event receiver"))?;
                let before = stream.clone();
                let values = edit(tx, &mut stream, now)?;
                if stream == before {
                    return Ok(());
                }
                rows::save_state(tx, &stream)?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                Ok(act.audit(tx, action, subject(&stream), values)?)
            })
            .await
    }
}

fn check(new: &NewStream) -> Result<()> {
    let invalid = |reason: &str| Err(ChangeError::Invalid(reason.to_owned()));
    let is_url = |text: &str| text.starts_with("https://") || text.starts_with("http://");
    let sound = |text: &str| !text.trim().is_empty() && text.len() <= TEXT_MAX_BYTES;
    if ![&new.name, &new.audience, &new.issuer].into_iter().all(|text| sound(text)) {
        return invalid(
            "a receiver needs a name, an audience and an issuer of 1,000 bytes each at the most",
        );
    }
    if !is_url(&new.issuer) {
        return invalid(
            "the issuer is the address of SCIM, such as https://rollcall.example.com/scim/v2",
        );
    }
    if let NewDelivery::Push { endpoint, .. } = &new.delivery
        && !(is_url(endpoint) && sound(endpoint))
    {
        return invalid("the endpoint is an address that begins with https://");
    }
    match new.events.iter().find(|uri| !EVENT_URIS.contains(&uri.as_str())) {
        Some(unknown) => invalid(&format!("{unknown:?} is no event that is told here")),
        None if new.events.is_empty() => invalid("a receiver wants to be told of something"),
        None => Ok(()),
    }
}

/// Notes from when on a receiver lacks events, just before those that wait for it are dropped. A time that goes on
/// already begins with the earlier of both.
fn note_missed(
    tx: &mut Tx<'_>,
    stream: &mut EventStream,
    now: Timestamp,
) -> std::result::Result<(), StorageError> {
    let oldest = events::list(tx, stream.id, 1)?.into_iter().next().map(|event| event.at);
    let going_on = stream.missed.filter(|missed| missed.until.is_none()).map(|missed| missed.from);
    let from = [oldest, going_on].into_iter().flatten().min().unwrap_or(now);
    stream.missed = Some(Missed { from, until: None });
    Ok(())
}

/// What a receiver reads when it is paused, and when it goes on.
fn told_status(stream: &EventStream, status: &str, reason: &str) -> Value {
    let payload = json!({"status": status, "reason": reason});
    json!({
        "sub_id": {"format": "opaque", "id": stream.id},
        "events": {STREAM_UPDATED: payload},
    })
}

/// Where the token that is shown to a receiver is sealed for.
pub(super) fn secret_place(tenant: TenantId, id: EventStreamId) -> String {
    format!("{tenant}/security_event_stream/{id}.token")
}

fn subject(stream: &EventStream) -> Subject {
    Subject { kind: "event_stream", id: stream.id.to_string(), name: stream.name.clone() }
}

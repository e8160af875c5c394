//! How events reach their receivers: those who ask get them (RFC 8936), the others are told (RFC 8935).

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use rollcall_domain::{EventStreamId, SecurityEventId, TenantId};
use rollcall_storage::StorageError;
use rollcall_storage::effect::Change;
use rollcall_storage::record::security_event::{self as rows, SecurityEvent};
use rollcall_storage::record::security_event_stream::{self as streams, Delivery, EventStream};

use crate::app::App;
use crate::secret::{self, SecretError};
use crate::security_event::stream::secret_place;

/// As many events one answer to a poll holds.
pub const POLL_MAX: usize = 1_000;
/// So long a receiver that asks waits for an event.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked whether another node wrote one meanwhile.
const ROUND: Duration = Duration::from_secs(2);
/// How long a receiver that asks without acknowledging anything counts as having asked just now.
const NOTED: SignedDuration = SignedDuration::from_mins(1);
/// As many events are told in one turn.
const TURN_MAX: i64 = 20;
/// A turn that was begun and not ended is over after this time; longer than its calls can take.
const TURN: SignedDuration = SignedDuration::from_mins(5);

/// A receiver that showed its token.
#[derive(Clone, Debug)]
pub struct Receiver {
    tenant: TenantId,
    stream: EventStream,
}

impl Receiver {
    /// Which one it is.
    #[must_use]
    pub fn id(&self) -> EventStreamId {
        self.stream.id
    }
}

/// What a receiver asks for.
#[derive(Clone, Debug, Default)]
pub struct PollRequest {
    /// As many events at the most.
    pub most: usize,
    /// Whether to wait for one where there is none.
    pub patience: Waiting,
    /// The events that it keeps by now.
    pub acknowledged: Vec<SecurityEventId>,
    /// Why it could not use one of them, in its own words.
    pub refused: Option<String>,
}

/// Whether a receiver that asks waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Waiting {
    /// Until there is an event, for half a minute at the most.
    #[default]
    Yes,
    /// No.
    No,
}

/// What a receiver gets.
#[derive(Clone, Debug, Default)]
pub struct Polled {
    /// Signed events, by id.
    pub sets: Vec<(SecurityEventId, String)>,
    /// Whether others wait beyond these.
    pub more: bool,
}

/// A receiver that is to be told, and what.
#[derive(Debug)]
pub struct Push {
    /// Whose it is.
    pub tenant: TenantId,
    /// The receiver.
    pub stream: EventStream,
    /// Where.
    pub endpoint: String,
    /// What is shown there.
    pub token: Option<SecretString>,
    /// Signed events, by id, in order.
    pub sets: Vec<(SecurityEventId, String)>,
}

impl App {
    /// The receiver that a token belongs to.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn event_receiver(&self, token: &str) -> Result<Option<Receiver>, StorageError> {
        let hash = secret::hash(token);
        let wanted = hash.clone();
        let found = self
            .storage
            .read_installation(move |session| streams::find_by_token(session, &wanted))
            .await?;
        Ok(found.and_then(|(tenant, stream)| {
            let Delivery::Poll { token_hash } = &stream.delivery else { return None };
            let is_it = bool::from(token_hash.as_bytes().ct_eq(hash.as_bytes()));
            is_it.then_some(Receiver { tenant, stream })
        }))
    }

    /// Forgets what a receiver acknowledged, and gives it what waits.
    ///
    /// # Errors
    /// When storage fails, or the installation's key is not fit to sign.
    pub async fn poll_events(
        &self,
        receiver: &Receiver,
        request: PollRequest,
    ) -> Result<Polled, StorageError> {
        let (tenant, id) = (receiver.tenant, receiver.stream.id);
        let PollRequest { most, patience, acknowledged, refused } = request;
        let now = self.now();
        let noted = receiver.stream.told_at.is_some_and(|at| now < at + NOTED);
        if !(acknowledged.is_empty() && noted) {
            self.storage
                .write(tenant, move |tx| {
                    rows::delete(tx, id, &acknowledged)?;
                    // Noting it wakes whoever waits for events.
                    if noted && refused.is_none() {
                        return Ok(());
                    }
                    streams::note_poll(tx, id, now, refused.as_deref())
                })
                .await?;
        }
        let most = most.min(POLL_MAX);
        if most == 0 {
            return Ok(Polled { sets: Vec::new(), more: false });
        }
        let until = tokio::time::Instant::now() + PATIENCE;
        let mut changes = self.watch_tenant(tenant);
        loop {
            let limit = i64::try_from(most + 1).unwrap_or(i64::MAX);
            let mut found = self.storage.scan(tenant, move |tx| rows::list(tx, id, limit)).await?;
            let more = found.len() > most;
            found.truncate(most);
            if !found.is_empty() || patience == Waiting::No || tokio::time::Instant::now() >= until
            {
                let sets = self.sign_all(&receiver.stream, &found).map_err(unfit)?;
                return Ok(Polled { sets, more });
            }
            let heard = async {
                // Anything but an end or a gap in the hints says what changed.
                while !matches!(changes.recv().await, Ok(Change::SecurityEvents) | Err(_)) {}
            };
            let _ = tokio::time::timeout(ROUND, heard).await;
        }
    }

    /// What receivers need to check signatures with: a JWK Set.
    ///
    /// # Errors
    /// When the installation's key is not fit to sign.
    pub fn event_keys(&self) -> Result<Value, SecretError> {
        Ok(self.signer.get(&self.sealer)?.key_set())
    }

    /// The receivers that are told, and have something to be told now.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn due_pushes(&self) -> Result<Vec<(TenantId, EventStreamId)>, StorageError> {
        let now = self.now();
        let all = self.storage.read_installation(streams::list_all).await?;
        let due = all.into_iter().filter(|(_, stream)| {
            matches!(stream.delivery, Delivery::Push { .. }) && stream.due_at <= now
        });
        Ok(due.map(|(tenant, stream)| (tenant, stream.id)).collect())
    }

    /// Takes the turn of telling a receiver; `None` where nothing waits, or another is at it.
    ///
    /// # Errors
    /// When storage fails, or a secret does not open with the installation's key.
    pub async fn begin_push(
        &self,
        tenant: TenantId,
        id: EventStreamId,
    ) -> Result<Option<Push>, StorageError> {
        if self.storage.read(tenant, move |tx| rows::list(tx, id, 1)).await?.is_empty() {
            return Ok(None);
        }
        let now = self.now();
        let until = now.checked_add(TURN).unwrap_or(now);
        let taken = self.storage.write(tenant, move |tx| {
            if !streams::take_turn(tx, id, now, until)? {
                return Ok::<_, StorageError>(None);
            }
            Ok(Some((streams::get(tx, id)?, rows::list(tx, id, TURN_MAX)?)))
        });
        let Some((Some(stream), events)) = taken.await? else { return Ok(None) };
        let Delivery::Push { endpoint, token_sealed } = stream.delivery.clone() else {
            return Ok(None);
        };
        let open = |sealed: &String| self.sealer.open(sealed, &secret_place(tenant, id));
        let token = token_sealed.as_ref().map(open).transpose().map_err(unfit)?;
        let sets = self.sign_all(&stream, &events).map_err(unfit)?;
        Ok(Some(Push { tenant, stream, endpoint, token, sets }))
    }

    /// Ends the turn: forgets what the receiver took, and notes when it is tried again, and why.
    ///
    /// # Errors
    /// When storage fails; then the receiver is told the same once more.
    pub async fn end_push(
        &self,
        (tenant, mut stream): (TenantId, EventStream),
        taken: Vec<SecurityEventId>,
        failure: Option<(String, SignedDuration)>,
    ) -> Result<(), StorageError> {
        let now = self.now();
        let (problem, wait) = failure.unzip();
        if !taken.is_empty() {
            stream.told_at = Some(now);
        }
        if let Some(problem) = &problem {
            stream.failed = Some((now, problem.clone()));
        }
        stream.failures = if problem.is_some() { stream.failures + 1 } else { 0 };
        stream.due_at = wait.and_then(|wait| now.checked_add(wait).ok()).unwrap_or(now);
        stream.problem = problem;
        self.storage
            .write(tenant, move |tx| {
                rows::delete(tx, stream.id, &taken)?;
                streams::save_attempt(tx, &stream)
            })
            .await
    }

    fn sign_all(
        &self,
        stream: &EventStream,
        events: &[SecurityEvent],
    ) -> Result<Vec<(SecurityEventId, String)>, SecretError> {
        let signer = self.signer.get(&self.sealer)?;
        let sign = |event: &SecurityEvent| {
            Ok((event.id, signer.sign(&claims(stream, event.id, event.at, &event.claims))?))
        };
        events.iter().map(sign).collect()
    }
}

/// All claims of an event (RFC 8417 §2.2).
fn claims(stream: &EventStream, id: SecurityEventId, at: Timestamp, own: &str) -> Value {
    let mut claims: serde_json::Map<String, Value> = serde_json::from_str(own).unwrap_or_default();
    claims.insert("iss".to_owned(), stream.issuer.as_str().into());
    claims.insert("aud".to_owned(), stream.audience.as_str().into());
    claims.insert("iat".to_owned(), at.as_second().into());
    claims.insert("jti".to_owned(), id.to_string().into());
    claims.into()
}

#[expect(clippy::needless_pass_by_value, reason = "it serves as the function of a map_err")]
fn unfit(error: SecretError) -> StorageError {
    StorageError::Unfit(error.to_string())
}

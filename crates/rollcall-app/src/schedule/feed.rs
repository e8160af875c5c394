//! A person's schedule for their calendar program, at an address that nobody can guess. Whoever has the address
//! reads the schedule, so the person can end it at any time, and so can an administrator; it is good for nothing
//! while the person may not see their schedule themselves, and ends when they leave.

use jiff::SignedDuration;
use secrecy::{ExposeSecret as _, SecretString};

use rollcall_domain::audit::Subject;
use rollcall_domain::source::Actor;
use rollcall_domain::wfm::schedule::Window;
use rollcall_domain::{EmployeeId, TenantId};
use rollcall_storage::schedule::schedule_feed as rows;
use rollcall_storage::{StorageError, directory::employee};

use super::{Result, Schedule, ScheduleFeed, sight, told};
use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};
use crate::secret;

/// What the secret of an address begins with, so that people and secret scanners know it.
const PREFIX: &str = "rcs_";
/// A use is noted so often at the most: calendar programs come all day.
const NOTE_EVERY: SignedDuration = SignedDuration::from_mins(15);

impl App {
    /// Makes the secret of a person's address, in place of any other. Shown once.
    ///
    /// # Errors
    /// [`ChangeError::Refused`] for somebody who may not see their schedule.
    pub async fn make_schedule_feed(
        &self,
        tenant: TenantId,
        employee: EmployeeId,
    ) -> Result<SecretString> {
        let made = secret::generate(PREFIX).map_err(|error| ChangeError::NotNow(error.to_string()));
        let (app, now, made) = (self.clone(), self.now(), made?);
        let hash = secret::hash(made.expose_secret());
        self.storage
            .write(tenant, move |tx| {
                let (person, _) = sight(tx, employee)?;
                let hash = hash.clone();
                let feed = ScheduleFeed { employee, hash, created_at: now, last_used_at: None };
                rows::save(tx, &feed)?;
                let act = Act { actor: Actor::System, now, ids: app.ids.as_ref() };
                let subject = Subject::employee(&person);
                Ok::<_, super::ScheduleError>(act.audit(
                    tx,
                    "agent.calendar_made",
                    subject,
                    Values::default(),
                )?)
            })
            .await?;
        Ok(made)
    }

    /// Ends a person's address: the person does, or an administrator. Without one, nothing happens.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn end_schedule_feed(
        &self,
        tenant: TenantId,
        actor: Actor,
        employee: EmployeeId,
    ) -> std::result::Result<(), ChangeError> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let person =
                    employee::get(tx, employee)?.ok_or(ChangeError::NotFound("employee"))?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                Ok::<_, ChangeError>(act.end_calendar(tx, &person)?)
            })
            .await
    }

    /// A person's address, without its secret; `None` when there is none.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn schedule_feed(
        &self,
        tenant: TenantId,
        employee: EmployeeId,
    ) -> Result<Option<ScheduleFeed>> {
        self.storage.read(tenant, move |tx| Ok(rows::get(tx, employee)?)).await
    }

    /// The schedule of whose address has a secret; `None` for a secret that opens nothing, or nothing now. Which
    /// of them it is, is not told.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn read_schedule_feed(
        &self,
        secret: &str,
    ) -> std::result::Result<Option<Schedule>, StorageError> {
        let (hash, now) = (secret::hash(secret), self.now());
        let found: Option<_> = self
            .storage
            .read_installation::<_, StorageError>(move |session| rows::find(session, &hash))
            .await?;
        let Some((tenant, employee)) = found else { return Ok(None) };
        let told = self
            .storage
            .read(tenant, move |tx| {
                let (person, link) = sight(tx, employee)?;
                let schedule = told(tx, (&person, link), Window::shown(now))?;
                Ok::<_, super::ScheduleError>((schedule, rows::get(tx, employee)?))
            })
            .await;
        let (schedule, feed) = match told {
            Ok(told) => told,
            Err(ChangeError::Storage(error)) => return Err(error),
            Err(_) => return Ok(None),
        };
        let noted = feed.and_then(|feed| feed.last_used_at);
        if noted.is_none_or(|at| now.duration_since(at) >= NOTE_EVERY) {
            let note = move |tx: &mut rollcall_storage::Tx<'_>| rows::note_use(tx, employee, now);
            self.storage.write(tenant, note).await?;
        }
        Ok(Some(schedule))
    }
}

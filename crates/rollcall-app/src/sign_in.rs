//! Signing in to the console with a local password, and the sessions that follow.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use rollcall_domain::audit::Subject;
use rollcall_domain::source::Actor;
use rollcall_domain::user_name::fold;
use rollcall_domain::{AdministratorId, TenantId};
use rollcall_storage::access::administrator::{self as rows, Administrator, ConsoleSession};
use rollcall_storage::{access::credential, directory::tenant};

use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};
use crate::secret;

/// A session ends after this long without a request (NICE's own default, help page "Manage account settings").
pub const IDLE_MAX: SignedDuration = SignedDuration::from_mins(20);
/// A session ends after this long in any case.
pub const SESSION_MAX: SignedDuration = SignedDuration::from_hours(12);
/// Fewer characters make no password (NIST SP 800-63B §5.1.1.1 asks for 8 at least).
pub const PASSWORD_MIN_CHARS: usize = 10;
/// Longer ones are refused before they are hashed.
const PASSWORD_MAX_BYTES: usize = 1_024;

/// As many passwords are checked at a time: each takes 19 MiB and a core for a while.
static CHECKS: Semaphore = Semaphore::const_new(2);

/// The hash of a password that nobody has, checked for names that nobody has: both take as long.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash_password("a password that nobody has").unwrap_or_default());

/// A browser that signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// The value of the session cookie; not kept here.
    pub cookie: SecretString,
    /// The session.
    pub viewer: Viewer,
}

/// Why a session is used. A page that refreshes itself is nobody at the keyboard: it does not put off
/// the end of an idle session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// A person asked.
    Person,
    /// An open page refreshed itself.
    Page,
}

/// Who looks at a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Their tenant.
    pub tenant: TenantId,
    /// Its name.
    pub tenant_name: String,
    /// Who they are.
    pub administrator: AdministratorId,
    /// The name that they sign in with.
    pub user_name: String,
    /// The token that each form of this session carries.
    pub csrf: String,
}

impl Viewer {
    /// The viewer as the actor of a change.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::Administrator(self.administrator)
    }

    /// Whether a form was made for this session.
    #[must_use]
    pub fn owns_form(&self, csrf: &str) -> bool {
        self.csrf.as_bytes().ct_eq(csrf.as_bytes()).into()
    }
}

type Result<T> = std::result::Result<T, ChangeError>;

impl App {
    /// Signs in; `None` when name and password do not belong together, whichever is wrong.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn sign_in(
        &self,
        user_name: &str,
        password: &SecretString,
    ) -> Result<Option<SignedIn>> {
        let key = fold(user_name.trim());
        let found = self
            .storage
            .read_installation(move |session| credential::find_administrator(session, &key))
            .await
            .map_err(ChangeError::from)?;
        let hash =
            found.as_ref().map_or_else(no_password, |(_, found)| found.password_hash.clone());
        let fits = verify(password.clone(), hash).await?;
        match found {
            Some((tenant, administrator)) if fits => {
                self.begin_session(tenant, administrator).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Who a session cookie is; `None` when the session is over or never was.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn viewer(&self, cookie: &str, presence: Presence) -> Result<Option<Viewer>> {
        let hash = secret::hash(cookie);
        let now = self.now();
        let found = self
            .storage
            .read_installation(move |session| credential::find_session(session, &hash))
            .await
            .map_err(ChangeError::from)?;
        let live = |session: &ConsoleSession| {
            now < session.expires_at && now.duration_since(session.seen_at) < IDLE_MAX
        };
        let Some((tenant, session)) = found.filter(|(_, session)| live(session)) else {
            return Ok(None);
        };
        if presence == Presence::Person {
            self.note_seen(tenant, &session, now);
        }
        self.read_viewer(tenant, session).await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn sign_out(&self, viewer: &Viewer, cookie: &str) -> Result<()> {
        let hash = secret::hash(cookie);
        self.storage.write(viewer.tenant, move |tx| Ok(rows::delete_session(tx, &hash)?)).await
    }

    pub(crate) async fn begin_session(
        &self,
        tenant: TenantId,
        administrator: Administrator,
    ) -> Result<SignedIn> {
        let now = self.now();
        let failed = |error: secret::SecretError| ChangeError::NotNow(error.to_string());
        let cookie = secret::generate("").map_err(failed)?;
        let csrf = secret::generate("").map_err(failed)?;
        let session = ConsoleSession {
            hash: secret::hash(cookie.expose_secret()),
            administrator: administrator.id,
            csrf: csrf.expose_secret().to_owned(),
            created_at: now,
            seen_at: now,
            expires_at: now.checked_add(SESSION_MAX).unwrap_or(now),
        };
        let (kept, ids, name) = (session.clone(), self.ids.clone(), administrator.user_name);
        self.storage
            .write(tenant, move |tx| {
                rows::delete_ended_sessions(tx, now)?;
                rows::insert_session(tx, &kept)?;
                let act =
                    Act { actor: Actor::Administrator(kept.administrator), now, ids: ids.as_ref() };
                let subject = Subject {
                    kind: "administrator",
                    id: kept.administrator.to_string(),
                    name: name.clone(),
                };
                Ok::<_, ChangeError>(act.audit(
                    tx,
                    "administrator.signed_in",
                    subject,
                    Values::default(),
                )?)
            })
            .await?;
        let viewer = self.read_viewer(tenant, session).await?;
        viewer
            .map(|viewer| SignedIn { cookie, viewer })
            .ok_or(ChangeError::NotFound("administrator"))
    }

    async fn read_viewer(
        &self,
        tenant: TenantId,
        session: ConsoleSession,
    ) -> Result<Option<Viewer>> {
        self.storage
            .read(tenant, move |tx| {
                let (Some(administrator), Some(row)) =
                    (rows::get(tx, session.administrator)?, tenant::get(tx)?)
                else {
                    return Ok(None);
                };
                Ok(Some(Viewer {
                    tenant,
                    tenant_name: row.name,
                    administrator: administrator.id,
                    user_name: administrator.user_name,
                    csrf: session.csrf,
                }))
            })
            .await
    }

    fn note_seen(&self, tenant: TenantId, session: &ConsoleSession, now: Timestamp) {
        if now.duration_since(session.seen_at) < SignedDuration::from_mins(1) {
            return;
        }
        let (storage, hash) = (self.storage.clone(), session.hash.clone());
        tokio::spawn(async move {
            let noted: std::result::Result<(), rollcall_storage::StorageError> =
                storage.write(tenant, move |tx| rows::note_seen(tx, &hash, now)).await;
            if let Err(error) = noted {
                tracing::debug!(%error, "a session's last request was not noted");
            }
        });
    }
}

/// Checks that a text can be a password.
pub(crate) fn check_password(password: &SecretString) -> Result<()> {
    let text = password.expose_secret();
    if text.chars().count() < PASSWORD_MIN_CHARS || text.len() > PASSWORD_MAX_BYTES {
        return Err(ChangeError::Invalid(format!(
            "a password needs at least {PASSWORD_MIN_CHARS} characters"
        )));
    }
    Ok(())
}

/// The argon2id hash of a password, as a PHC string, computed off the threads that serve requests.
pub(crate) async fn hash(password: SecretString) -> Result<String> {
    in_turn(move || hash_password(password.expose_secret()))
        .await
        .ok()
        .flatten()
        .ok_or_else(|| ChangeError::NotNow("the password could not be hashed".to_owned()))
}

/// The hash to check for a name that nobody has.
pub(crate) fn no_password() -> String {
    NOBODY.clone()
}

/// Whether a password has a hash.
pub(crate) async fn verify(password: SecretString, hash: String) -> Result<bool> {
    if password.expose_secret().len() > PASSWORD_MAX_BYTES {
        return Ok(false);
    }
    let check = move || {
        PasswordHash::new(&hash).is_ok_and(|hash| {
            Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash).is_ok()
        })
    };
    in_turn(check)
        .await
        .map_err(|_| ChangeError::NotNow("the password could not be checked".to_owned()))
}

/// Does what takes so much memory when its turn comes. The turn ends with the work and not with whoever waits for it:
/// who hangs up leaves the work behind, and would else make room for more of it than there may be.
async fn in_turn<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> std::result::Result<T, tokio::task::JoinError> {
    let turn = CHECKS.acquire().await;
    tokio::task::spawn_blocking(move || {
        let _until_it_ends = turn;
        work()
    })
    .await
}

fn hash_password(password: &str) -> Option<String> {
    let salt = secret::salt().ok()?;
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt).ok()?;
    Some(hash.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn who_hangs_up_does_not_make_room_for_more() {
        let under_way = Arc::new(AtomicUsize::new(0));
        let (end, ended) = mpsc::channel::<()>();
        let ended = Arc::new(std::sync::Mutex::new(ended));
        let begin = || {
            let (under_way, ended) = (Arc::clone(&under_way), Arc::clone(&ended));
            tokio::spawn(in_turn(move || {
                under_way.fetch_add(1, Ordering::SeqCst);
                let _ = ended.lock().map(|ended| ended.recv());
            }))
        };
        let left = [begin(), begin()];
        while under_way.load(Ordering::SeqCst) < 2 {
            tokio::task::yield_now().await;
        }
        left.iter().for_each(tokio::task::JoinHandle::abort);
        for one in left {
            assert!(one.await.is_err_and(|error| error.is_cancelled()));
        }
        assert_eq!(CHECKS.available_permits(), 0, "both go on");
        let next = begin();
        drop(end);
        next.await.unwrap().unwrap();
        assert_eq!(under_way.load(Ordering::SeqCst), 3);
    }
}

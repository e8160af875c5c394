//! Tokens that last an hour: what access keys and registered applications are exchanged for. Nobody makes them
//! by hand, and no page lists them; each stops with what it was exchanged for.

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};

use rollcall_domain::{ScimConnectionId, ScimTokenId, TenantId};
use rollcall_storage::access::scim_token::{self, ScimToken, TokenOrigin};
use rollcall_storage::{StorageError, Tx};

use crate::app::App;
use crate::scim_connection::{HINT_CHARS, TOKEN_PREFIX};
use crate::secret;

/// How long one works.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(1);
/// How long one is remembered after its end, so that the journal can tell why it opens nothing.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// What became of an exchange.
#[derive(Debug)]
pub enum Exchange {
    /// There is a token.
    Done(Whose, ShortToken),
    /// None, for a reason that the owner of the connection may read. Who asked is told nothing of it.
    Refused(Whose, String),
    /// The same, and who asked did not even prove to be who they say.
    Unproven(Whose, String),
    /// None: what was presented is nobody's.
    Unknown,
}

/// The connection that an exchange was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whose {
    /// Its tenant.
    pub tenant: TenantId,
    /// The connection.
    pub connection: ScimConnectionId,
}

/// A token that was just made: the only time that it can be read.
#[derive(Debug)]
pub struct ShortToken {
    /// The token.
    pub secret: SecretString,
    /// How many seconds it works.
    pub lifetime_s: i64,
    /// What the next one is got by, where an administrator's consent stands behind it.
    pub refresh: Option<SecretString>,
}

/// A token that is not stored yet.
pub(crate) struct Draft {
    pub(crate) row: ScimToken,
    pub(crate) secret: SecretString,
}

impl Draft {
    /// Makes one up.
    pub(crate) fn new(
        app: &App,
        connection: ScimConnectionId,
        origin: TokenOrigin,
        now: Timestamp,
    ) -> Result<Self, StorageError> {
        let secret = secret::generate(TOKEN_PREFIX).map_err(StorageError::unavailable)?;
        let row = ScimToken {
            id: ScimTokenId::new(app.ids.next()),
            connection,
            origin,
            hash: secret::hash(secret.expose_secret()),
            hint: secret.expose_secret().chars().take(HINT_CHARS).collect(),
            created_at: now,
            expires_at: now.checked_add(LIFETIME).ok(),
            revoked_at: None,
            last_used_at: None,
        };
        Ok(Self { row, secret })
    }

    /// The token for whoever asked.
    pub(crate) fn handed_over(self) -> ShortToken {
        ShortToken { secret: self.secret, lifetime_s: LIFETIME.as_secs(), refresh: None }
    }
}

/// Stores a token, and forgets those of the same origin that ended long ago.
pub(crate) fn insert(tx: &mut Tx<'_>, token: &ScimToken) -> Result<(), StorageError> {
    let now = token.created_at;
    scim_token::delete_ended(tx, token.origin, now.checked_sub(REMEMBERED).unwrap_or(now))?;
    scim_token::insert(tx, token)
}

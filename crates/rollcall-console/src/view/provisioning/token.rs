//! Bearer tokens of a SCIM connection: a row each, and what revoking one would do.

use askama::Template;
use jiff::Timestamp;

use crate::view::badge::{Badge, Tone};
use crate::view::count::Count;
use crate::view::shell::Shell;

/// One token. Its secret is not among what we keep.
#[derive(Clone, Debug)]
pub struct TokenRow {
    /// The token's id.
    pub id: String,
    /// Its beginning, by which people tell tokens apart.
    pub hint: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it stops working by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was last used.
    pub last_used: Option<Timestamp>,
    /// What became of it.
    pub state: TokenState,
}

/// What became of a token.
#[derive(Clone, Debug)]
pub enum TokenState {
    /// It works.
    Live,
    /// It works, but stops soon.
    ExpiresSoon,
    /// Its time is over.
    Expired,
    /// Somebody ended it.
    Revoked {
        /// When.
        at: Timestamp,
    },
}

impl TokenState {
    /// The state in a word.
    #[must_use]
    pub fn badge(&self) -> Badge {
        match self {
            TokenState::Live => Badge::new(Tone::Ok, "Live"),
            TokenState::ExpiresSoon => Badge::new(Tone::Attention, "Expires soon"),
            TokenState::Expired => Badge::new(Tone::Neutral, "Expired"),
            TokenState::Revoked { .. } => Badge::new(Tone::Neutral, "Revoked"),
        }
    }

    /// Whether it may still be revoked.
    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(self, TokenState::Live | TokenState::ExpiresSoon)
    }
}

/// What revoking a token would do, before it is done.
#[derive(Clone, Debug, Template)]
#[template(path = "provisioning/token_revoke.html")]
pub struct RevokePage {
    /// The frame.
    pub shell: Shell,
    /// The connection's id.
    pub connection_id: String,
    /// The connection's name.
    pub connection_name: String,
    /// The token.
    pub token: TokenRow,
    /// Other tokens of the connection that go on working.
    pub others_live: u64,
    /// People whom the connection manages.
    pub people: Count,
}

//! The ways into a SCIM connection besides tokens made by hand: access keys and registered applications.

use jiff::Timestamp;

use crate::view::badge::{Badge, Tone};

/// The section of a connection's page.
#[derive(Clone, Debug, Default)]
pub struct Ways {
    /// Its access keys, the live ones first.
    pub keys: Vec<KeyRow>,
    /// Whether one more may be made: two may live at a time.
    pub may_add_key: bool,
    /// Its applications, the live ones first.
    pub applications: Vec<ApplicationRow>,
    /// Whether one more may be registered: two may live at a time.
    pub may_add_application: bool,
}

/// One access key. Its secret is not among what we keep.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// The key's id.
    pub id: String,
    /// Its public half.
    pub key_id: String,
    /// Whose it is: the id and the name.
    pub owner: (String, String),
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was last exchanged.
    pub last_used: Option<Timestamp>,
    /// What became of it.
    pub state: WayState,
}

/// One registered application. Its secret is not among what we keep.
#[derive(Clone, Debug)]
pub struct ApplicationRow {
    /// The application's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The client id.
    pub client_id: String,
    /// Where browsers may be sent with a code.
    pub redirect_uris: Vec<String>,
    /// Whether its codes have to be bound to it.
    pub needs_pkce: bool,
    /// When it was registered.
    pub made_at: Timestamp,
    /// When it last got a token.
    pub last_used: Option<Timestamp>,
    /// What became of it.
    pub state: WayState,
}

/// What became of a key or an application.
#[derive(Clone, Debug)]
pub enum WayState {
    /// It works.
    Live,
    /// The employee whose it is is inactive.
    Stopped,
    /// Somebody ended it.
    Revoked {
        /// When.
        at: Timestamp,
    },
}

impl WayState {
    /// The state in a word.
    #[must_use]
    pub fn badge(&self) -> Badge {
        match self {
            WayState::Live => Badge::new(Tone::Ok, "Live"),
            WayState::Stopped => Badge::new(Tone::Attention, "Employee inactive"),
            WayState::Revoked { .. } => Badge::new(Tone::Neutral, "Revoked"),
        }
    }

    /// Whether it may still be revoked.
    #[must_use]
    pub fn is_revoked(&self) -> bool {
        matches!(self, WayState::Revoked { .. })
    }
}

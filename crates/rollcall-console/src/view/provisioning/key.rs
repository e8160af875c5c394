//! An access key: shown once when it is made, and what revoking it would do.

use askama::Template;

use super::way::KeyRow;
use crate::view::shell::Shell;

/// A key that was made just now.
#[derive(Clone, Debug, Template)]
#[template(path = "provisioning/key_made.html")]
pub struct KeyMadePage {
    /// The frame.
    pub shell: Shell,
    /// The connection's id.
    pub connection_id: String,
    /// The connection's name.
    pub connection_name: String,
    /// Whose the key is.
    pub owner: String,
    /// The public half.
    pub key_id: String,
    /// The secret half: shown this once.
    pub secret: String,
    /// The address at which both are exchanged.
    pub exchange_url: String,
}

/// What revoking a key would do, before it is done.
#[derive(Clone, Debug, Template)]
#[template(path = "provisioning/key_revoke.html")]
pub struct KeyRevokePage {
    /// The frame.
    pub shell: Shell,
    /// The connection's id.
    pub connection_id: String,
    /// The connection's name.
    pub connection_name: String,
    /// The key.
    pub key: KeyRow,
    /// Whether anything else lets the identity provider in.
    pub others: bool,
}

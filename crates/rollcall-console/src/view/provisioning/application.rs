//! A registered application: its secret is shown once, and what revoking it would do.

use askama::Template;
use jiff::Timestamp;

use super::way::ApplicationRow;
use crate::view::shell::Shell;

/// An application that was registered just now.
#[derive(Clone, Debug, Template)]
#[template(path = "provisioning/application_made.html")]
pub struct ApplicationMadePage {
    /// The frame.
    pub shell: Shell,
    /// The connection's id.
    pub connection_id: String,
    /// The connection's name.
    pub connection_name: String,
    /// Its name.
    pub name: String,
    /// The client id.
    pub client_id: String,
    /// The client secret: shown this once.
    pub secret: String,
    /// Where an administrator is asked.
    pub authorization_url: String,
    /// Where it gets tokens.
    pub token_url: String,
}

/// What revoking an application would do, before it is done.
#[derive(Clone, Debug, Template)]
#[template(path = "provisioning/application_revoke.html")]
pub struct ApplicationRevokePage {
    /// The frame.
    pub shell: Shell,
    /// The connection's id.
    pub connection_id: String,
    /// The connection's name.
    pub connection_name: String,
    /// The application.
    pub application: ApplicationRow,
    /// Whether anything else lets the identity provider in.
    pub others: bool,
}

/// One application, with its public keys.
#[derive(Clone, Debug, Template)]
#[template(path = "provisioning/application.html")]
pub struct ApplicationPage {
    /// The frame.
    pub shell: Shell,
    /// The connection's id.
    pub connection_id: String,
    /// The connection's name.
    pub connection_name: String,
    /// The page's own path.
    pub path: String,
    /// Where an administrator is asked.
    pub authorization_url: String,
    /// Where it gets tokens.
    pub token_url: String,
    /// The application.
    pub application: ApplicationRow,
    /// Its public keys.
    pub keys: Vec<PublicKeyRow>,
    /// Whether one more may be added: two may live at a time.
    pub may_add_key: bool,
    /// Which key it last signed with, and when; it may have been removed since.
    pub key_used: Option<(String, Timestamp)>,
}

/// A public key of an application.
#[derive(Clone, Debug)]
pub struct PublicKeyRow {
    /// What stands for it in addresses.
    pub handle: String,
    /// What it is known by.
    pub id: String,
    /// Its kind, such as "P-256".
    pub kind: &'static str,
    /// When it was last used, where it is the one that was used last.
    pub last_used: Option<Timestamp>,
}

/// What removing a public key would do, before it is done.
#[derive(Clone, Debug, Template)]
#[template(path = "provisioning/application_key_remove.html")]
pub struct PublicKeyRemovalPage {
    /// The frame.
    pub shell: Shell,
    /// The connection's id.
    pub connection_id: String,
    /// The connection's name.
    pub connection_name: String,
    /// The application's name.
    pub application: String,
    /// The path of the application's page.
    pub path: String,
    /// The key.
    pub key: PublicKeyRow,
    /// Whether the application has another one.
    pub others: bool,
}

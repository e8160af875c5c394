//! A registered application: its secret is shown once, and what revoking it would do.

use askama::Template;

use super::shell::Shell;
use super::way::ApplicationRow;

/// An application that was registered just now.
#[derive(Clone, Debug, Template)]
#[template(path = "application_made.html")]
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
#[template(path = "application_revoke.html")]
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

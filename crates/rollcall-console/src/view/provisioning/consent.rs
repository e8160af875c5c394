//! The question whether an application may open a SCIM connection.

use askama::Template;

use crate::view::shell::Shell;

/// The question.
#[derive(Clone, Debug, Template)]
#[template(path = "provisioning/consent.html")]
pub struct ConsentPage {
    /// The frame.
    pub shell: Shell,
    /// The application's name.
    pub application: String,
    /// The connection's name.
    pub connection_name: String,
    /// The host that the browser is sent to.
    pub host: String,
    /// What the application asked, to be sent along with the answer: name and value.
    pub asked: Vec<(&'static str, String)>,
}

//! The Account settings: what a tenant takes from its identity providers.

use askama::Template;
use jiff::Timestamp;

use super::choice::Choice;
use super::shell::Shell;

/// The page of the Account settings.
#[derive(Clone, Debug, Template)]
#[template(path = "account.html")]
pub struct AccountPage {
    /// The frame.
    pub shell: Shell,
    /// The attributes that can be switched.
    pub attributes: Vec<Switch>,
    /// The roles that people can begin with.
    pub roles: Vec<Choice>,
    /// The name of the role that they begin with.
    pub default_role: String,
    /// Where the default role can be made.
    pub make_role_href: String,
    /// Whether that role is there.
    pub has_default_role: bool,
    /// How many creations were refused because it is not, and since when.
    pub refused: Option<(u64, Timestamp)>,
}

/// An attribute that can be switched on.
#[derive(Clone, Debug)]
pub struct Switch {
    /// Its name in the form.
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// By what name an identity provider sends it.
    pub sent_as: String,
    /// Whether that is a name of the agent extension.
    pub in_extension: bool,
    /// Whether it is on.
    pub is_on: bool,
}

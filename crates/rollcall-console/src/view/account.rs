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
    /// The one that stands in the form.
    pub role: String,
    /// The marks of the settings with which the two forms were opened.
    pub attributes_seen: String,
    /// The other form's.
    pub role_seen: String,
    /// The form that was not saved, because somebody else was faster.
    pub overtaken: Option<Overtaken>,
    /// Where the default role can be made.
    pub make_role_href: String,
    /// Whether that role is there.
    pub has_default_role: bool,
    /// How many creations were refused because it is not, and since when.
    pub refused: Option<(u64, Timestamp)>,
}

/// A form whose settings somebody else changed since it was opened. It has what was chosen still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overtaken {
    /// What is taken.
    Attributes,
    /// The default role.
    Role,
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

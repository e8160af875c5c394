//! The settings of a link that administrators change, when they are shown by themselves: refused, or overtaken.

use askama::Template;

use crate::view::shell::Shell;

/// What is in the form, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct SettingsFields {
    /// What the settings were when the form was made: nobody else's change is undone unseen.
    pub seen: String,
    /// The share of people that one run may move, in percent.
    pub stop_share_percent: String,
    /// As many may be moved in any case.
    pub stop_floor: String,
    /// Who gets mail, an address on a line.
    pub notice_to: String,
    /// The management unit of those who are no longer in the ACD.
    pub departed_unit: String,
    /// Whether this administrator may change them.
    pub may_change: bool,
}

/// A value that somebody else changed meanwhile.
#[derive(Clone, Debug)]
pub struct Overtaken {
    /// Its name.
    pub name: &'static str,
    /// What it is now.
    pub now: String,
    /// What was typed.
    pub typed: String,
}

/// The form by itself.
#[derive(Clone, Debug, Template)]
#[template(path = "wfm/settings.html")]
pub struct SettingsPage {
    /// The frame.
    pub shell: Shell,
    /// The link's page.
    pub link_href: String,
    /// The link's name.
    pub link: String,
    /// Where the form leads.
    pub action: String,
    /// What is in it.
    pub fields: SettingsFields,
    /// Why it was refused.
    pub refused: Option<String>,
    /// What differs from what was typed, where somebody else saved first.
    pub overtaken: Vec<Overtaken>,
}

//! What stops when a link is switched off.

use askama::Template;

use crate::view::shell::Shell;

/// The page before the switch.
#[derive(Clone, Debug, Template)]
#[template(path = "wfm/switch_off.html")]
pub struct SwitchOffPage {
    /// The frame.
    pub shell: Shell,
    /// The link's page.
    pub link_href: String,
    /// The link's name.
    pub link: String,
    /// The business unit's name.
    pub business_unit: String,
    /// People in the WFM now.
    pub present: u64,
    /// People who wait to be sent.
    pub due: u64,
    /// Why the reason was refused.
    pub refused: Option<String>,
    /// The reason as it was typed.
    pub reason: String,
}

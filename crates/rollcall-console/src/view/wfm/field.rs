//! What switching an optional field of a link does, before it is done.

use askama::Template;

use crate::view::shell::Shell;

/// The page before the switch.
#[derive(Clone, Debug, Template)]
#[template(path = "wfm/field.html")]
pub struct FieldPage {
    /// The frame.
    pub shell: Shell,
    /// The link's page.
    pub link_href: String,
    /// The link's name.
    pub link: String,
    /// The business unit's name.
    pub business_unit: String,
    /// The field's name at the WFM.
    pub field: &'static str,
    /// What is sent in it.
    pub source: &'static str,
    /// What it is good for, as a sentence.
    pub purpose: &'static str,
    /// Whether it is sent now.
    pub is_sent: bool,
    /// People in the WFM.
    pub present: u64,
    /// Of them, those who lose a value.
    pub holding: u64,
    /// When the WFM is told, as the end of a sentence.
    pub when: &'static str,
}

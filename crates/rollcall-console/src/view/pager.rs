//! The way through a list that is longer than a page.

/// Addresses of the neighbouring pages of a list.
#[derive(Clone, Debug, Default)]
pub struct Pager {
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

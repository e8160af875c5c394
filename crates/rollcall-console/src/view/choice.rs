//! One of several values that a form or a filter offers.

/// One choice of a form or a filter.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What a person reads.
    pub label: String,
}

//! A setting that is changed in a form, and what it was when the form was opened: two administrators who have one open
//! at a time do not undo each other's change without seeing it.

use std::fmt::Debug;

use crate::error::ChangeError;
use crate::secret;

/// As many digits of a mark, of hexadecimal ones, tell settings apart that somebody changed between two clicks.
const MARK_DIGITS: usize = 16;

/// What a setting is to be. Made of the value alone, it counts whatever the setting is now: that is how the operator's
/// commands set things.
#[derive(Clone, Debug)]
pub struct Edit<T> {
    pub(crate) wanted: T,
    seen: Option<String>,
}

impl<T> Edit<T> {
    /// What a form asks for that carries the mark of what it was opened with; an empty mark is none.
    pub fn of_form(wanted: T, mark: &str) -> Self {
        Self { wanted, seen: (!mark.is_empty()).then(|| mark.to_owned()) }
    }

    /// Refuses where the setting is another by now than the form was opened with.
    pub(crate) fn check(&self, present: &impl Debug) -> Result<(), ChangeError> {
        match &self.seen {
            Some(seen) if *seen != mark(present) => Err(ChangeError::Overtaken),
            _ => Ok(()),
        }
    }
}

impl<T> From<T> for Edit<T> {
    fn from(wanted: T) -> Self {
        Self { wanted, seen: None }
    }
}

/// What a form carries of the setting that it was opened with.
#[must_use]
pub fn mark(value: &impl Debug) -> String {
    secret::hash(&format!("{value:?}")).chars().take(MARK_DIGITS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_counts_as_long_as_nobody_else_changed_what_it_was_opened_with() {
        let edit = Edit::of_form(3, &mark(&1));
        assert!(edit.check(&1).is_ok());
        assert!(matches!(edit.check(&2), Err(ChangeError::Overtaken)));
        assert!(Edit::from(3).check(&2).is_ok());
        assert!(Edit::of_form(3, "").check(&2).is_ok());
    }
}

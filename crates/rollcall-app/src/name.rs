//! Names that people give to what others stand in.

use rollcall_domain::letter::is_unreadable;
use rollcall_storage::StorageError;

use crate::error::ChangeError;

/// As long is a name at the most, in characters.
pub const NAME_MAX: usize = 200;

/// A name without what surrounds it. `what` is what it is for, such as `a team`.
pub(crate) fn checked(what: &str, name: &str) -> Result<String, ChangeError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(is_unreadable) {
        return Err(ChangeError::Invalid(format!(
            "{what} needs a name of 1 to {NAME_MAX} characters that can be seen"
        )));
    }
    Ok(name.to_owned())
}

/// Says of a unique name that could not be written that it is taken.
pub(crate) fn written(outcome: Result<(), StorageError>, name: &str) -> Result<(), ChangeError> {
    match outcome {
        Err(StorageError::Duplicate) => {
            Err(ChangeError::Taken { attribute: "name", value: name.to_owned() })
        }
        other => Ok(other?),
    }
}

//! The people of the areas that only read.

use crate::resource::Resource;

/// The people, by their letters.
#[derive(Clone, Debug)]
pub(crate) struct Crowd {
    /// What the names of all of them, and of nobody else, begin with.
    pub(crate) mark: String,
    /// A letter for each.
    pub(crate) people: Vec<(char, Resource)>,
}

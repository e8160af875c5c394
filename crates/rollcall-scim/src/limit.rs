//! How much of anything a request may bring. Every limit is checked before the work that it bounds;
//! this file only holds the numbers.

/// The bounds of one request. The defaults suit a server that faces the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest body, in bytes.
    pub body_bytes: usize,
    /// How deep objects and arrays may nest; the outermost object is the first level.
    pub depth: usize,
    /// The most elements of one JSON array, so the most values of one attribute.
    pub array_elements: usize,
    /// The most members of one JSON object.
    pub object_members: usize,
    /// The most values of one JSON text, all arrays and objects with their contents counted. In memory a small value
    /// takes up to a hundred times its text: what bounds the bytes does not bound what is made of them.
    pub values: usize,
    /// The most operations of one PATCH.
    pub operations: usize,
    /// The longest filter or PATCH path, in bytes.
    pub filter_bytes: usize,
    /// How deep parentheses, `not` and brackets of a filter may nest.
    pub filter_depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1 << 20,
            depth: 32,
            array_elements: 1_000,
            object_members: 500,
            values: 50_000,
            operations: 500,
            filter_bytes: 4_096,
            filter_depth: 32,
        }
    }
}

//! HTML for people: the administrators' console.
//!
//! `view` turns plain data into pages and knows nothing else; `asset` holds what the browser loads beside them.

pub mod asset;
pub mod view;

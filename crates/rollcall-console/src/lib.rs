//! HTML for people: the administrators' console.
//!
//! `view` turns plain data into pages and knows nothing else; `asset` holds what the browser loads beside them;
//! `policy` says what a browser may do with both.

pub mod asset;
pub mod policy;
pub mod view;

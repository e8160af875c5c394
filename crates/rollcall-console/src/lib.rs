//! HTML for people: the administrators' console.

//! What commands print for a person or a script: standard output, and nothing but results on it.

use std::fmt::Display;
use std::io::Write as _;

/// Prints a line. A reader that went away (`rollcall config | head -1`) is no failure.
pub(crate) fn say(text: impl Display) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

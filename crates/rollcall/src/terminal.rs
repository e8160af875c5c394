//! What commands print for a person or a script: standard output, and nothing but results on it.

use std::fmt::Display;
use std::io::Write as _;

/// Tells a person what a result means, beside it: on standard error, which scripts do not read.
pub(crate) fn remark(text: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Prints a line. A reader that went away (`rollcall config | head -1`) is no failure.
pub(crate) fn say(text: impl Display) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

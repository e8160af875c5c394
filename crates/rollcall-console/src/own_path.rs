//! Paths to lead on to.

/// A path of ours to lead on to; anything else leads to the overview, so that a link to the sign-in page cannot
/// lead people elsewhere. Browsers drop tabs and line ends from an address before they read it (WHATWG URL §4.4),
/// so that `/`, a tab and `/evil.example` would name another host.
pub(crate) fn own_path(path: &str) -> &str {
    let ours = path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if ours { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_in_leads_nowhere_else() {
        assert_eq!(own_path("/employees?search=ada"), "/employees?search=ada");
        for elsewhere in [
            "",
            "evil",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/\u{b}",
            "/ä",
        ] {
            assert_eq!(own_path(elsewhere), "/", "{elsewhere:?}");
        }
    }
}

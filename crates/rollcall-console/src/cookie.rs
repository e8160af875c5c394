//! The names of our cookies.

use crate::console::Settings;

/// The cookie of the colours.
pub(crate) const THEME_COOKIE: &str = "rollcall_theme";
/// The cookie of the density.
pub(crate) const DENSITY_COOKIE: &str = "rollcall_density";

/// The name of the session's cookie. Over TLS it has the prefix that keeps subdomains from setting it
/// (RFC 6265bis §4.1.3.2).
pub(crate) fn session_cookie_name(settings: &Settings) -> &'static str {
    if settings.is_secure() { "__Host-rollcall_session" } else { "rollcall_session" }
}

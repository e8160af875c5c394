//! A sentence that is said on the page that a form leads to, carried there by the browser.

use axum_extra::extract::CookieJar;

use crate::percent::{decoded, encoded};
use crate::view::shell::Notice;

/// The name of the cookie.
pub(crate) const NOTICE_COOKIE: &str = "rollcall_notice";

/// The cookie that carries a notice to the next page.
pub(crate) fn cookie(notice: &Notice) -> String {
    let (kind, text) = match notice {
        Notice::Done(text) => ("done", text),
        Notice::Refused(text) => ("refused", text),
    };
    format!("{NOTICE_COOKIE}={kind}.{}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax", encoded(text))
}

/// The notice that a browser carries.
pub(crate) fn carried(jar: &CookieJar) -> Option<Notice> {
    let value = jar.get(NOTICE_COOKIE)?.value().to_owned();
    let (kind, text) = value.split_once('.')?;
    let text = decoded(text)?;
    Some(if kind == "done" { Notice::Done(text) } else { Notice::Refused(text) })
}

/// The cookie that takes a notice away again, once it was said.
pub(crate) const GONE: &str = "rollcall_notice=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax";

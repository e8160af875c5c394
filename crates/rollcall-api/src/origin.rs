//! Where clients reach this server, for what answers say of addresses.

use http::{HeaderMap, header};

/// A name of a host has 253 bytes at the most (RFC 1035 §2.3.4), a port and its colon six.
const HOST_MAX_BYTES: usize = 259;

/// What the operator set, or else where the client believes to have reached us. A host that could not be one is
/// not written into answers.
pub(crate) fn origin(headers: &HeaderMap, public_url: Option<&str>) -> String {
    if let Some(public_url) = public_url {
        return public_url.to_owned();
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.filter(|host| is_host(host)).unwrap_or("localhost");
    ["http://", host].concat()
}

/// Who we are for OAuth; `None` where only the caller says so ([`rollcall_app::oauth::issuer`]).
pub(crate) fn issuer(headers: &HeaderMap, public_url: Option<&str>) -> Option<String> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    rollcall_app::oauth::issuer(public_url, host)
}

/// A name, an IPv4 address or an IPv6 address in brackets, with or without a port (RFC 3986 §3.2.2).
fn is_host(text: &str) -> bool {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    !text.is_empty() && text.len() <= HOST_MAX_BYTES && text.bytes().all(sound)
}

//! Whether a request was made on the machine that Rollcall runs on, by nobody in between.

use std::net::IpAddr;

use http::{HeaderMap, header};

use crate::console::Settings;

/// What proxies add. One on this machine has its address, so that whoever comes through it would seem to be here.
const OF_PROXIES: [&str; 5] =
    ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

/// Whether somebody at this machine itself asks. In doubt they do not: where the operator says that browsers come by
/// another address, whatever stands there may ask from here in the name of strangers.
pub(crate) fn is_asking(settings: &Settings, caller: Option<IpAddr>, headers: &HeaderMap) -> bool {
    let asked_for = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let public = settings.public_url.as_deref().map(|url| {
        let host = url.split_once("://").map_or(url, |(_, host)| host);
        host.split('/').next().unwrap_or_default()
    });
    caller.is_some_and(|address| address.to_canonical().is_loopback())
        && asked_for.is_some_and(is_this_machine)
        && public.is_none_or(is_this_machine)
        && !OF_PROXIES.iter().any(|name| headers.contains_key(*name))
}

/// Whether a host, with a port or without, is a name of this machine only.
fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_is_at_the_machine_is() {
        let asks = |caller: &str, host: &str, more: Option<(&'static str, &str)>, public: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            if let Some((name, value)) = more {
                headers.insert(name, value.parse().unwrap());
            }
            let public_url = (!public.is_empty()).then(|| public.to_owned());
            let settings = Settings { public_url, ..Settings::default() };
            is_asking(&settings, caller.parse().ok(), &headers)
        };
        assert!(asks("127.0.0.1", "localhost:8080", None, ""));
        assert!(asks("127.0.0.1", "127.0.0.1:8080", None, "http://localhost:8080"));
        assert!(asks("::1", "[::1]:8080", None, ""));
        assert!(asks("::ffff:127.0.0.1", "LOCALHOST", None, ""));
        assert!(!asks("10.0.0.7", "localhost:8080", None, ""), "from elsewhere");
        assert!(!asks("nobody", "localhost:8080", None, ""), "from nobody knows where");
        assert!(!asks("127.0.0.1", "hub.example.com", None, ""), "by a name of the world's");
        assert!(!asks("127.0.0.1", "localhost.example.com", None, ""));
        assert!(!asks("127.0.0.1", "localhost", Some(("x-forwarded-for", "10.0.0.7")), ""));
        assert!(!asks("127.0.0.1", "localhost", Some(("via", "1.1 proxy")), ""));
        assert!(!asks("127.0.0.1", "127.0.0.1:8080", None, "https://hub.example.com"));
    }
}

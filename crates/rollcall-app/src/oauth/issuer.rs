//! Who issues tokens: a name that the operator sets, and no caller.

use std::net::IpAddr;

/// Who we are for OAuth (`issuer` of RFC 8414 §2, `iss` of RFC 9207, `aud` of RFC 7523 §3), as far as it is known:
/// the address that the operator set, or the name by which somebody on this machine reaches it (`host`, of a request).
/// Any other name would be the caller's own word: whoever has an assertion that was made out to another server could
/// use it here by sending that server's name.
#[must_use]
pub fn issuer(public_url: Option<&str>, host: Option<&str>) -> Option<String> {
    match (public_url, host) {
        (Some(public_url), _) => Some(public_url.to_owned()),
        (None, Some(host)) => is_this_machine(host).then(|| format!("http://{host}")),
        (None, None) => None,
    }
}

/// A name by which a machine calls itself, with or without a port.
fn is_this_machine(host: &str) -> bool {
    let (name, port) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((name, rest)) => (name, rest),
        None => host.find(':').map_or((host, ""), |colon| host.split_at(colon)),
    };
    let port = port.strip_prefix(':').map_or(port.is_empty(), |port| port.parse::<u16>().is_ok());
    let is_loopback = name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    port && (is_loopback || name.eq_ignore_ascii_case("localhost"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_names_the_issuer_where_the_operator_does_not() {
        for (host, known) in [
            ("localhost", true),
            ("LOCALHOST:8080", true),
            ("127.0.0.1:8080", true),
            ("[::1]:8080", true),
            ("[::1]", true),
            ("people.example.com", false),
            ("localhost.example.com", false),
            ("localhost:8080.example.com", false),
            ("127.0.0.1.example.com", false),
            ("[::1].example.com", false),
            ("10.0.0.7:8080", false),
            ("0.0.0.0:8080", false),
            ("", false),
        ] {
            let expected = known.then(|| format!("http://{host}"));
            assert_eq!(issuer(None, Some(host)), expected, "{host}");
            let set = issuer(Some("https://people.example.com"), Some(host));
            assert_eq!(set.as_deref(), Some("https://people.example.com"));
        }
        assert_eq!(issuer(None, None), None);
    }
}

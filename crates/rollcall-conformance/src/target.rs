//! Where the server is and how it is entered.

use reqwest::Url;
use secrecy::SecretString;

/// A SCIM server and the token that opens it.
#[derive(Clone, Debug)]
pub struct Target {
    base: Url,
    /// Without one, requests carry no `Authorization`.
    pub(crate) token: Option<SecretString>,
}

/// Why an address is not taken.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// Not an address of HTTP.
    #[error("{0:?} is not an address that begins with https:// or http://")]
    NotHttp(String),
    /// A secret would show in the report.
    #[error("the address holds a user name or a password; give a token instead")]
    Credentials,
    /// What stands after the path would be lost below it.
    #[error("the address ends in a query or a fragment; give it without")]
    Query,
    /// Everybody on the way could read the token.
    #[error("the token would cross the network unencrypted; use https, or --insecure-http")]
    Unencrypted,
}

/// Whether a token may be sent without TLS to another machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlainHttp {
    /// Only to this machine.
    LoopbackOnly,
    /// Anywhere: the network between is trusted.
    Anywhere,
}

impl Target {
    /// Takes the base address, such as `https://scim.example.com/scim/v2`.
    ///
    /// # Errors
    /// [`TargetError`] when it is none, holds a secret, or would send the token in the open.
    pub fn new(
        base: &str,
        token: Option<SecretString>,
        plain: PlainHttp,
    ) -> Result<Self, TargetError> {
        let refused = || TargetError::NotHttp(base.to_owned());
        let mut url = Url::parse(base).map_err(|_| refused())?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(refused());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TargetError::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(TargetError::Query);
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        let target = Self { base: url, token };
        let open = target.base.scheme() == "http" && !target.is_loopback();
        if open && plain == PlainHttp::LoopbackOnly {
            return Err(TargetError::Unencrypted);
        }
        Ok(target)
    }

    /// The base address without a slash at its end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// Whether the server is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host = self.base.host_str().unwrap_or_default();
        let number = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
        number.map_or(host == "localhost", |address| address.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str, expected: Result<&str, &str>) {
        let made = Target::new(base, None, PlainHttp::LoopbackOnly);
        let made = made.as_ref().map(Target::base_url).map_err(ToString::to_string);
        match (made, expected) {
            (Ok(made), Ok(expected)) => assert_eq!(made, expected),
            (Err(error), Err(part)) => assert!(error.contains(part), "{base}: {error}"),
            (made, expected) => panic!("{base}: {made:?} instead of {expected:?}"),
        }
    }

    #[test]
    fn addresses_are_taken_as_people_write_them() {
        check("https://h.example/scim/v2", Ok("https://h.example/scim/v2"));
        check("https://h.example/scim/v2//", Ok("https://h.example/scim/v2"));
        check("http://127.0.0.1:8080", Ok("http://127.0.0.1:8080"));
        check("http://[::1]:8080/", Ok("http://[::1]:8080"));
        check("http://localhost/scim", Ok("http://localhost/scim"));
    }

    #[test]
    fn what_would_show_a_secret_is_refused() {
        check("h.example/scim", Err("is not an address"));
        check("ftp://h.example/", Err("is not an address"));
        check("https://u:p@h.example/", Err("a user name or a password"));
        check("https://h.example/?token=x", Err("a query"));
        check("http://h.example/scim", Err("unencrypted"));
        let allowed = Target::new("http://h.example", None, PlainHttp::Anywhere);
        assert!(allowed.is_ok());
    }
}

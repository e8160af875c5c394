//! The form of a request for a token (RFC 6749, appendix B).

use std::collections::HashMap;

use secrecy::SecretString;

use crate::authentication::refusal::Refusal;

/// More fields than OAuth 2.0 and its extensions have.
const FIELDS_MAX: usize = 32;

/// The fields of a form. Empty ones count as left out, and none may come twice (RFC 6749 §3.2).
pub(crate) struct Form(HashMap<String, String>);

impl Form {
    /// Reads a body.
    pub(crate) fn parse(body: &str) -> Result<Self, Refusal> {
        let mut fields = HashMap::new();
        for (name, value) in form_urlencoded::parse(body.as_bytes()).take(FIELDS_MAX) {
            if value.contains('\0') {
                return Err(Refusal::invalid("A field holds a character that no text has."));
            }
            if fields.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(Refusal::invalid("A field stands twice in the body."));
            }
        }
        fields.retain(|_, value| !value.is_empty());
        Ok(Self(fields))
    }

    /// A field, if it is there.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A field that must be there.
    pub(crate) fn need(&self, name: &str, missing: &'static str) -> Result<&str, Refusal> {
        self.get(name).ok_or(Refusal::invalid(missing))
    }

    /// The same of a secret one.
    pub(crate) fn need_secret(
        &self,
        name: &str,
        missing: &'static str,
    ) -> Result<SecretString, Refusal> {
        self.need(name, missing).map(SecretString::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_counts_once() {
        let form = Form::parse("grant_type=a+b&scope=&code=%2F").ok().unwrap();
        assert_eq!(form.get("grant_type"), Some("a b"));
        assert_eq!((form.get("scope"), form.get("code")), (None, Some("/")));
        assert!(Form::parse("a=1&a=2").is_err() && Form::parse("a=%00").is_err());
    }
}

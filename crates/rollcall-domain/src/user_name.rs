//! The name that a person signs in with.

use std::fmt;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::letter::is_invisible;

/// A user name, kept as it was given. Unique in its tenant, letter case aside (RFC 7643 §4.1.1: not
/// case-exact). Almost always in e-mail form; whether it has to be is decided where it comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserName(String);

/// Why a text is no user name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUserName {
    /// It is blank, or has spaces at its ends or characters that nobody could type or see.
    #[error(
        "the user name {0:?} is blank, or has spaces at its ends or invisible characters; send it without them"
    )]
    Unreadable(String),
    /// It is not of the form `name@domain`.
    #[error("the user name {0:?} is not in e-mail form (name@domain)")]
    NotAnEmail(String),
    /// It is longer than an e-mail address can be (RFC 5321 §4.5.3.1: 64 + 1 + 255).
    #[error("the user name has {0} bytes; 320 are allowed")]
    TooLong(usize),
}

const LENGTH_MAX_BYTES: usize = 320;

impl UserName {
    /// Takes any text that people can read and type.
    ///
    /// # Errors
    /// [`InvalidUserName`], saying what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, InvalidUserName> {
        if text.len() > LENGTH_MAX_BYTES {
            return Err(InvalidUserName::TooLong(text.len()));
        }
        if text.is_empty() || text.trim() != text || text.chars().any(is_invisible) {
            return Err(InvalidUserName::Unreadable(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }

    /// Takes a text that has the form of an e-mail address: one `@` with something before it and a
    /// domain behind it, no spaces, no control characters (NICE's help page "Manage
    /// Employee Accounts with Okta" asks for a valid e-mail address).
    ///
    /// # Errors
    /// [`InvalidUserName`], saying what is wrong with it.
    pub fn parse_email(text: &str) -> Result<Self, InvalidUserName> {
        let name = Self::parse(text)?;
        if is_email(text) { Ok(name) } else { Err(InvalidUserName::NotAnEmail(text.to_owned())) }
    }

    /// The name as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two user names that mean the same person share; see [`key`].
    #[must_use]
    pub fn key(&self) -> String {
        key(&self.0)
    }
}

/// What a text is compared by as a user name: lower case, and its letters composed, so that it does not matter how a
/// keyboard puts its accents (RFC 8265 §3.3: case mapping, then Normalization Form C).
#[must_use]
pub fn key(text: &str) -> String {
    let folded = fold(text);
    if folded.is_ascii() || is_nfc_quick(folded.chars()) == IsNormalized::Yes {
        return folded;
    }
    folded.nfc().collect()
}

/// The key under which the same name was kept before letters were composed, where it is another one. Somebody who had
/// such a name then is found by it until their user name is written again.
#[must_use]
pub fn former_key(text: &str) -> Option<String> {
    let former = fold(text);
    (!former.is_ascii() && former != key(text)).then_some(former)
}

/// The form in which names, user names and e-mail addresses are compared and indexed.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.to_lowercase() }
}

/// Whether a text has the form of an e-mail address. Delivery decides the rest.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain =
        |part: &str| !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control());
    plain(local)
        && plain(domain)
        && !local.contains('@')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_email_form_takes_what_identity_providers_send_and_nothing_else() {
        for good in
            ["ana@example.com", "O'Neil+x@example.org", "jürgen@exämple.de", "test.user@okta.local"]
        {
            assert!(UserName::parse_email(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "ana",
            "@example.com",
            "ana@",
            "a b@example.com",
            "a@b@c",
            "ana@.com",
            "ana@example.com.",
        ] {
            assert!(UserName::parse_email(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn any_name_is_one_that_people_can_read() {
        for good in ["ana", "EXAMPLE\\ana", "Ana Novak", "ana@example.com"] {
            assert!(UserName::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            " ",
            " ana",
            "ana ",
            "a\nb",
            "a\0b",
            "ana\u{202e}",
            "a\u{200b}na",
            "a\u{34f}na",
            "ana\u{fe0f}",
            "ana\u{e0041}",
            "\u{3164}",
            &"a".repeat(321),
        ] {
            assert!(UserName::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_way_in_which_an_accent_was_typed_does_not_make_another_person() {
        let (composed, apart) = ("J\u{fc}rgen@example.com", "Ju\u{308}rgen@example.com");
        assert_eq!(UserName::parse(apart).unwrap().key(), UserName::parse(composed).unwrap().key());
        assert_eq!(UserName::parse(composed).unwrap().key(), "j\u{fc}rgen@example.com");
        assert_eq!(former_key(apart).as_deref(), Some("ju\u{308}rgen@example.com"));
        assert_eq!((former_key(composed), former_key("ANA")), (None, None));
        // U+212B is the letter of a unit, and the same as U+00C5.
        assert_eq!(key("\u{212b}sa"), key("\u{c5}sa"));
    }

    #[test]
    fn letter_case_does_not_make_another_person() {
        assert_eq!(UserName::parse("ANA@Example.com").unwrap().key(), "ana@example.com");
    }
}

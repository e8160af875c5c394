//! The ACD ID: by which a WFM knows a business unit.

use std::fmt;

/// An ACD ID that can be one: it stands in addresses, in records and in the names of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcdId(String);

/// As long at the most (the simulators' contracts).
const MAX_BYTES: usize = 64;

/// Why a text is no ACD ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an ACD ID is 1 to 64 letters (A to Z, a to z), digits, dots, hyphens or underscores")]
pub struct InvalidAcdId;

impl AcdId {
    /// Reads one; blanks around it are not part of it.
    ///
    /// # Errors
    /// [`InvalidAcdId`].
    pub fn parse(text: &str) -> Result<Self, InvalidAcdId> {
        let text = text.trim();
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        let fits = (1..=MAX_BYTES).contains(&text.len()) && text.bytes().all(known);
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidAcdId) }
    }
}

impl fmt::Display for AcdId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acd_id_is_letters_digits_and_three_marks() {
        for text in ["1", "4471", "north.acd-1_A", " 4471\n", &"a".repeat(64)] {
            assert_eq!(AcdId::parse(text).unwrap().to_string(), text.trim());
        }
        for text in ["", " ", "44 71!", "44/71", "ä", "a\u{0}", &"a".repeat(65)] {
            assert_eq!(AcdId::parse(text), Err(InvalidAcdId), "{text:?}");
        }
    }
}

//! What a cursor says (RFC 9865): where the next page begins, for which query, and until when. It is sealed
//! before a client gets it, so that nobody can make one up.

use serde_json::{Value, json};

use crate::sort::SortKey;

/// A place in the order of a list, behind one of its resources.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursor {
    /// A fingerprint of the query that it belongs to.
    pub query: String,
    /// When it ends, in seconds since 1970.
    pub ends_at_s: i64,
    /// What the resource is ordered by.
    pub key: SortKey,
    /// The resource's id.
    pub id: String,
}

impl Cursor {
    /// The cursor as text, before it is sealed.
    #[must_use]
    pub fn to_text(&self) -> String {
        let key = self.key.to_json();
        json!({"q": self.query, "e": self.ends_at_s, "k": key, "i": self.id}).to_string()
    }

    /// Reads it back; `None` for what is no cursor.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text: Value = serde_json::from_str(text).ok()?;
        Some(Self {
            query: text.get("q")?.as_str()?.to_owned(),
            ends_at_s: text.get("e")?.as_i64()?,
            key: text.get("k").map_or(SortKey::Missing, SortKey::from_json),
            id: text.get("i")?.as_str()?.to_owned(),
        })
    }
}

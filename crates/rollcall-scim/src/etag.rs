//! Versions as entity tags (RFC 7644 §3.14, RFC 9110 §8.8.3 and §13.1).

/// The weak tag of a version: `W/"7"`, for the `ETag` header and for `meta.version`.
pub fn etag(version: u64) -> String {
    format!("W/\"{version}\"")
}

/// The tags of an `If-Match` or `If-None-Match` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntityTags {
    /// `*`: any version.
    Any,
    /// One of these; a tag that is not one of ours is kept, and matches nothing.
    Listed(Vec<String>),
}

impl EntityTags {
    /// Reads a header. What is malformed matches nothing, which refuses an `If-Match` and answers an
    /// `If-None-Match` in full: the careful way in both. Tags without quotes are understood, because
    /// clients take them from `meta.version` by hand.
    pub fn parse(header: &str) -> Self {
        let header = header.trim();
        if header == "*" {
            return Self::Any;
        }
        Self::Listed(header.split(',').map(|tag| opaque(tag.trim()).to_owned()).collect())
    }

    /// Whether the version is among them. Weak and strong tags count alike, for SCIM's tags are all weak
    /// (RFC 7644 §3.14 uses weak tags in `If-Match`).
    pub fn matches(&self, version: u64) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(tags) => {
                let version = version.to_string();
                tags.contains(&version)
            }
        }
    }
}

fn opaque(tag: &str) -> &str {
    let tag = tag.strip_prefix("W/").or_else(|| tag.strip_prefix("w/")).unwrap_or(tag);
    tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).unwrap_or(tag)
}

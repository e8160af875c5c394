//! Whether an application binds its codes to itself (RFC 7636).

/// Whether an application may come without PKCE. Whoever has a secret may (RFC 6749 §4.1, RFC 9700 §2.1.1 recommends
/// it and demands it of clients without one, of which there are none here); Okta's SCIM client does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pkce {
    /// A code is given for a challenge only.
    #[default]
    Required,
    /// A code is given without one too. One that was given for a challenge is bound to it all the same.
    Optional,
}

impl Pkce {
    /// Its written form.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "optional",
        }
    }

    /// From its written form. What is none counts as required.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        if name == "optional" { Self::Optional } else { Self::Required }
    }
}

//! A person of the directory, and what the server is believed to hold of them. Plain values.

use std::fmt;

use serde::{Deserialize, Serialize};

/// In whose manner a person is provisioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Manner {
    /// Okta's.
    Okta,
    /// Microsoft Entra's.
    Entra,
}

impl fmt::Display for Manner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Okta => "Okta",
            Self::Entra => "Entra",
        })
    }
}

/// What is said of a person to the server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The sign-in name, unique without regard to case.
    pub user_name: String,
    /// The first name.
    pub given_name: String,
    /// The last name.
    pub family_name: String,
    /// The work e-mail address.
    pub email: String,
    /// The job title.
    pub title: String,
    /// The department.
    pub department: String,
    /// The employee number.
    pub employee_number: String,
    /// Whether the person may work.
    pub active: bool,
}

impl Profile {
    /// First and last name.
    #[must_use]
    pub fn display_name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
    }
}

/// What the server is believed to hold: its id for the person, and the values it last took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The server's id.
    pub id: String,
    /// The values it took.
    pub profile: Profile,
}

/// A person of the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Counts from 0; the place in the directory.
    pub number: usize,
    /// In whose manner the person is provisioned.
    pub manner: Manner,
    /// The provider's own id: Okta's `00u…`, Entra's object id.
    pub external_id: String,
    /// What should stand in the server.
    pub profile: Profile,
    /// What is believed to stand there; `None` until the server took the person.
    pub held: Option<Held>,
}

impl Person {
    /// Whether the server still has to be told something.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.held.as_ref().is_none_or(|held| held.profile != self.profile)
    }
}

/// A person that the server is believed to hold, as a test wants to compare it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPerson {
    /// In whose manner, which is to say through which connection.
    pub manner: Manner,
    /// The provider's own id.
    pub external_id: String,
    /// The server's id.
    pub id: String,
    /// The values it took.
    pub profile: Profile,
}

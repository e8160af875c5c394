//! An agent as the WFM keeps it, and the packed form in which 100,000 of them stay small. Knows
//! nothing of HTTP or of where agents are kept.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An agent as it stands on the wire (`CONTRACT.md` §3). The field names are those of NICE's help
/// page on user synchronization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Agent {
    /// The unique key within the acd: the agent number of the ACD.
    pub uuid: String,
    /// The login id, under the agent's acd.
    pub acd_login_id: String,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The e-mail address.
    pub email_address: String,
    /// The activation date, as it was sent.
    pub agent_state_date: String,
    /// The user GUID of the ACD, where its syncing is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personal_id: Option<String>,
    /// The external id, where its syncing is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The acd this agent belongs to.
    #[serde(rename = "acdID")]
    pub acd_id: String,
    /// Whether the agent is in the ACD.
    pub mu: Mu,
}

/// The management unit of an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Mu {
    /// `"1"`: new in the WFM.
    New,
    /// `"2"`: in the WFM, but not in the ACD.
    Changed,
    /// Another unit of this WFM.
    Other(Unit),
}

/// The name of a management unit, in place, so that a packed agent stays in one allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    bytes: [u8; UNIT_MAX_BYTES],
    len: u8,
}

/// As long is the name of a unit at the most.
const UNIT_MAX_BYTES: usize = 16;

impl Mu {
    /// The unit of a name: 1 to 16 letters, digits, dots, hyphens or underscores.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "1" => Some(Self::New),
            "2" => Some(Self::Changed),
            other => Unit::parse(other).map(Self::Other),
        }
    }
}

impl Unit {
    fn parse(name: &str) -> Option<Self> {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        if name.is_empty() || !name.bytes().all(known) {
            return None;
        }
        let mut bytes = [0; UNIT_MAX_BYTES];
        bytes.get_mut(..name.len())?.copy_from_slice(name.as_bytes());
        Some(Self { bytes, len: u8::try_from(name.len()).ok()? })
    }
}

impl TryFrom<String> for Mu {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::parse(&name).ok_or("not the name of a management unit")
    }
}

impl From<Mu> for String {
    fn from(mu: Mu) -> Self {
        mu.to_string()
    }
}

impl fmt::Display for Mu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New => f.write_str("1"),
            Self::Changed => f.write_str("2"),
            Self::Other(unit) => {
                let name = unit.bytes.get(..usize::from(unit.len)).unwrap_or_default();
                f.write_str(std::str::from_utf8(name).unwrap_or_default())
            }
        }
    }
}

/// How many texts a [`Record`] holds.
const TEXTS: usize = 7;

/// An agent without its uuid and acd, packed into one allocation. An absent text is an empty one:
/// the contract treats both alike.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    text: Box<str>,
    ends: [u16; TEXTS],
    pub(crate) mu: Mu,
    /// Whether lookups by uuid find this record (`CONTRACT.md` §4).
    pub(crate) settled: bool,
    /// When it was last changed, in milliseconds since 1970.
    pub(crate) changed_ms: i64,
}

impl Record {
    pub(crate) fn pack(agent: &Agent, changed_ms: i64) -> Self {
        let texts: [&str; TEXTS] = [
            &agent.acd_login_id,
            &agent.first_name,
            &agent.last_name,
            &agent.email_address,
            &agent.agent_state_date,
            agent.personal_id.as_deref().unwrap_or_default(),
            agent.external_id.as_deref().unwrap_or_default(),
        ];
        let mut end = 0_usize;
        // Lengths are limited to 256 bytes each before a record is packed, so the sum fits.
        let ends = texts.map(|text| {
            end = end.saturating_add(text.len());
            u16::try_from(end).unwrap_or(u16::MAX)
        });
        Self { text: texts.concat().into(), ends, mu: agent.mu, settled: true, changed_ms }
    }

    pub(crate) fn unpack(&self, acd: &str, uuid: &str) -> Agent {
        let mut texts = self.texts();
        let mut next = || texts.next().unwrap_or_default();
        let optional = |text: String| if text.is_empty() { None } else { Some(text) };
        Agent {
            uuid: uuid.to_owned(),
            acd_login_id: next(),
            first_name: next(),
            last_name: next(),
            email_address: next(),
            agent_state_date: next(),
            personal_id: optional(next()),
            external_id: optional(next()),
            acd_id: acd.to_owned(),
            mu: self.mu,
        }
    }

    /// Whether both say the same of the agent.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        self.mu == other.mu && self.ends == other.ends && self.text == other.text
    }

    fn texts(&self) -> impl Iterator<Item = String> {
        let mut start = 0_usize;
        self.ends.iter().map(move |end| {
            let end = usize::from(*end);
            let text = self.text.get(start..end).unwrap_or_default();
            start = end;
            text.to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_again() {
        let agent = Agent {
            uuid: "17".into(),
            acd_login_id: "17".into(),
            first_name: "Zoë".into(),
            last_name: "O'Brien".into(),
            email_address: "zoe@example.com".into(),
            agent_state_date: "2026-11-20".into(),
            personal_id: None,
            external_id: Some("00u1".into()),
            acd_id: "4471".into(),
            mu: Mu::New,
        };
        let record = Record::pack(&agent, 5);
        assert_eq!(record.unpack("4471", "17"), agent);
        let moved = Agent { external_id: None, personal_id: Some("00u1".into()), ..agent };
        assert!(!record.says_the_same(&Record::pack(&moved, 5)));
        assert!(record.says_the_same(&record.clone()));
    }
}

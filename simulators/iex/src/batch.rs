//! What a batch carries and what each agent in it must fulfil (`CONTRACT.md` §3.1). Pure: turns
//! bytes into checked upserts or a reason, and applies nothing.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer};

use crate::agent::{Agent, Mu};

/// How many agents a batch may carry.
pub(crate) const MAX_AGENTS: usize = 500;
const MAX_UUID_BYTES: usize = 64;
const MAX_TEXT_BYTES: usize = 256;

/// The body of a batch upsert.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Batch {
    pub(crate) agents: Vec<Draft>,
}

/// One agent as it was sent, not yet checked.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Draft {
    pub(crate) uuid: Option<String>,
    acd_login_id: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    email_address: Option<String>,
    agent_state_date: Option<String>,
    #[serde(default, deserialize_with = "present")]
    personal_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    external_id: Option<Option<String>>,
    #[serde(rename = "acdID")]
    acd_id: Option<String>,
    mu: Option<String>,
}

/// A checked agent. The optional texts in `agent` are empty; what was said of them is beside it.
#[derive(Debug)]
pub(crate) struct Upsert {
    pub(crate) agent: Agent,
    mu: Option<Mu>,
    personal_id: Option<Option<String>>,
    external_id: Option<Option<String>>,
}

impl Upsert {
    /// Whether it says enough to make an agent that is not there yet.
    pub(crate) fn can_create(&self) -> bool {
        self.mu.is_some()
    }

    /// The agent as it stands after this upsert over what was there.
    pub(crate) fn over(self, before: Option<Agent>) -> Agent {
        let mu = self.mu.or(before.as_ref().map(|agent| agent.mu)).unwrap_or(self.agent.mu);
        let (personal_id, external_id) =
            before.map_or((None, None), |agent| (agent.personal_id, agent.external_id));
        Agent {
            mu,
            personal_id: self.personal_id.unwrap_or(personal_id).filter(|text| !text.is_empty()),
            external_id: self.external_id.unwrap_or(external_id).filter(|text| !text.is_empty()),
            ..self.agent
        }
    }
}

impl Draft {
    /// Checks the agent, or says in a sentence why it is rejected.
    pub(crate) fn check(self, acd: &str) -> Result<Upsert, String> {
        let uuid = required("uuid", self.uuid)?;
        if uuid.len() > MAX_UUID_BYTES {
            return Err(format!("The uuid is longer than {MAX_UUID_BYTES} bytes."));
        }
        let email_address = required("emailAddress", self.email_address)?;
        if !email_address.contains('@') {
            return Err("The emailAddress has no @.".to_owned());
        }
        let agent_state_date = required("agentStateDate", self.agent_state_date)?;
        if !is_date_or_time(&agent_state_date) {
            return Err("The agentStateDate is neither a date nor an RFC 3339 time.".to_owned());
        }
        let acd_id = required("acdID", self.acd_id)?;
        if acd_id != acd {
            return Err(format!("The acdID {acd_id} is not the one in the path, {acd}."));
        }
        let mu = match self.mu.as_deref() {
            None => None,
            Some(name) => match Mu::parse(name) {
                None => return Err("The mu is not the name of a management unit.".to_owned()),
                unit => unit,
            },
        };
        let optional = |name, value: Option<Option<String>>| match value {
            Some(Some(text)) => short(name, text).map(|text| Some(Some(text))),
            other => Ok(other),
        };
        Ok(Upsert {
            personal_id: optional("personalId", self.personal_id)?,
            external_id: optional("externalId", self.external_id)?,
            agent: Agent {
                uuid,
                acd_login_id: required("acdLoginId", self.acd_login_id)?,
                first_name: required("firstName", self.first_name)?,
                last_name: required("lastName", self.last_name)?,
                email_address,
                agent_state_date,
                personal_id: None,
                external_id: None,
                acd_id,
                mu: mu.unwrap_or(Mu::New),
            },
            mu,
        })
    }
}

fn required(name: &str, value: Option<String>) -> Result<String, String> {
    match value {
        Some(text) if !text.trim().is_empty() => short(name, text),
        _ => Err(format!("The {name} is required.")),
    }
}

fn short(name: &str, text: String) -> Result<String, String> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(format!("The {name} is longer than {MAX_TEXT_BYTES} bytes."));
    }
    Ok(text)
}

fn is_date_or_time(text: &str) -> bool {
    // A civil date would also be read from a time without an offset; the length keeps those out.
    (text.len() == "2026-11-20".len() && text.parse::<Date>().is_ok())
        || text.parse::<Timestamp>().is_ok()
}

/// Tells `null` (`Some(None)`) from absent (`None`, by the default).
fn present<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(value).map(Some)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn draft(change: &Value) -> Draft {
        let mut agent = json!({
            "uuid": "17", "acdLoginId": "17", "firstName": "Zoë", "lastName": "O'Brien",
            "emailAddress": "zoe@example.com", "agentStateDate": "2026-11-20", "acdID": "4471",
            "mu": "1",
        });
        for (name, value) in change.as_object().unwrap() {
            agent[name] = value.clone();
        }
        serde_json::from_value(agent).unwrap()
    }

    #[test]
    fn each_rule_has_its_reason() {
        for (change, reason) in [
            (json!({"uuid": null}), "The uuid is required."),
            (json!({"uuid": "1".repeat(65)}), "The uuid is longer than 64 bytes."),
            (json!({"firstName": " "}), "The firstName is required."),
            (json!({"lastName": "x".repeat(257)}), "The lastName is longer than 256 bytes."),
            (json!({"emailAddress": "zoe"}), "The emailAddress has no @."),
            (
                json!({"agentStateDate": "20.11.2026"}),
                "The agentStateDate is neither a date nor an RFC 3339 time.",
            ),
            (json!({"acdID": "1"}), "The acdID 1 is not the one in the path, 4471."),
            (json!({"mu": "a unit"}), "The mu is not the name of a management unit."),
            (json!({"personalId": "x".repeat(257)}), "The personalId is longer than 256 bytes."),
        ] {
            assert_eq!(draft(&change).check("4471").unwrap_err(), reason);
        }
        assert!(draft(&json!({"agentStateDate": "2026-11-20T09:00:00Z"})).check("4471").is_ok());
    }

    #[test]
    fn null_and_empty_clear_and_absent_leaves() {
        let stored = |change: &Value, before: Option<Agent>| {
            draft(change).check("4471").unwrap().over(before)
        };
        let first = stored(&json!({"personalId": "p", "externalId": "e"}), None);
        assert_eq!(stored(&json!({}), Some(first.clone())), first);
        let cleared = stored(&json!({"personalId": null, "externalId": ""}), Some(first));
        assert_eq!((cleared.personal_id, cleared.external_id), (None, None));
    }
}

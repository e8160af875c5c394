//! Agents as this WFM keeps them.

use std::collections::BTreeMap;

/// An agent of an acd.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agent {
    /// Its key.
    pub uuid: String,
    /// ACD Login ID.
    pub acd_login_id: String,
    /// First Name.
    pub first_name: String,
    /// Last Name.
    pub last_name: String,
    /// Email Address.
    pub email_address: String,
    /// `AgentStateDate`, as it was sent.
    pub agent_state_date: String,
    /// Personal ID; empty where there is none.
    pub personal_id: String,
    /// External ID; empty where there is none.
    pub external_id: String,
    /// The management unit.
    pub mu: String,
}

impl Agent {
    /// Takes over what is said of it; what is not said stays.
    pub(crate) fn take(&mut self, said: &BTreeMap<String, String>) {
        let fields = [
            ("uuid", &mut self.uuid),
            ("acdLoginId", &mut self.acd_login_id),
            ("firstName", &mut self.first_name),
            ("lastName", &mut self.last_name),
            ("emailAddress", &mut self.email_address),
            ("agentStateDate", &mut self.agent_state_date),
            ("personalId", &mut self.personal_id),
            ("externalId", &mut self.external_id),
            ("mu", &mut self.mu),
        ];
        for (name, field) in fields {
            if let Some(value) = said.get(name) {
                field.clone_from(value);
            }
        }
    }

    /// As an export tells of it.
    pub(crate) fn told<'a>(&'a self, acd_id: &'a str) -> [(&'static str, &'a str); 10] {
        [
            ("uuid", &self.uuid),
            ("acdLoginId", &self.acd_login_id),
            ("firstName", &self.first_name),
            ("lastName", &self.last_name),
            ("emailAddress", &self.email_address),
            ("agentStateDate", &self.agent_state_date),
            ("personalId", &self.personal_id),
            ("externalId", &self.external_id),
            ("acdID", acd_id),
            ("mu", &self.mu),
        ]
    }
}

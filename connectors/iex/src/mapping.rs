//! Our agents as IEX knows them, and back. Pure.

use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::{OptionalField, WfmPage, WfmReceipt, WfmStranger, WfmWrite};
use rollcall_domain::letter::readable;
use rollcall_domain::wfm::{ManagementUnit, ManagementUnits, WfmAgent};

use crate::wire::{Agent, AgentUpsert, Outcome, Page};

/// As much of a refusal's words is kept.
const REASON_MAX_CHARS: usize = 200;

/// UUID and ACD Login ID are both the agent number (NICE's help page on user synchronization).
pub(crate) fn to_wire<'a>(
    write: &'a WfmWrite,
    acd_id: &'a str,
    units: &'a ManagementUnits,
) -> AgentUpsert<'a> {
    let agent = &write.agent;
    let number = agent.agent_number.to_string();
    let optional = |field, value: &'a Option<String>| {
        if write.cleared.contains(&field) { Some(None) } else { value.as_deref().map(Some) }
    };
    AgentUpsert {
        uuid: number.clone(),
        acd_login_id: number,
        first_name: &agent.first_name,
        last_name: &agent.last_name,
        email_address: &agent.email,
        agent_state_date: &agent.activation_date,
        personal_id: optional(OptionalField::PersonalId, &agent.personal_id),
        external_id: optional(OptionalField::ExternalId, &agent.external_id),
        acd_id,
        mu: write.unit.map(|unit| units.name(unit)),
    }
}

/// One receipt for each agent that was sent.
///
/// # Errors
/// [`ConnectorError::Malformed`] when the results are not those of the batch.
pub(crate) fn receipts(
    sent: &[AgentUpsert<'_>],
    results: Vec<Outcome>,
) -> Result<Vec<WfmReceipt>, ConnectorError> {
    if sent.len() != results.len() {
        let reason = format!("it answered {} results for {} agents", results.len(), sent.len());
        return Err(ConnectorError::Malformed { reason });
    }
    sent.iter().zip(results).map(|(agent, outcome)| receipt(agent, outcome)).collect()
}

fn receipt(sent: &AgentUpsert<'_>, outcome: Outcome) -> Result<WfmReceipt, ConnectorError> {
    let malformed = |reason: &str| ConnectorError::Malformed { reason: reason.to_owned() };
    if outcome.uuid.as_deref() != Some(&sent.uuid) {
        return Err(malformed("its results are not in the order of the agents"));
    }
    match outcome.status.as_str() {
        "created" | "updated" | "unchanged" => Ok(WfmReceipt::Accepted),
        "unknown" => Ok(WfmReceipt::Unknown),
        "rejected" => Ok(WfmReceipt::Refused { reason: words(outcome.reason) }),
        _ => Err(malformed("a result has a status that is not known")),
    }
}

/// A reason is shown to administrators: one line, and not a page of it.
pub(crate) fn words(reason: Option<String>) -> String {
    let reason = reason.unwrap_or_default();
    let plain: String = readable(&reason).chars().take(REASON_MAX_CHARS).collect();
    if plain.trim().is_empty() { "It gave no reason.".to_owned() } else { plain.trim().to_owned() }
}

/// A page, with those records apart whose key cannot be an agent number.
pub(crate) fn page(page: Page, units: &ManagementUnits) -> WfmPage {
    let (mut agents, mut foreign) = (Vec::with_capacity(page.agents.len()), Vec::new());
    for agent in page.agents {
        match from_wire(&agent, units) {
            Some(agent) => agents.push(agent),
            None => foreign.push(stranger(agent)),
        }
    }
    WfmPage { agents, foreign, next_cursor: page.next_cursor, total: page.total }
}

fn from_wire(agent: &Agent, units: &ManagementUnits) -> Option<WfmAgent> {
    Some(WfmAgent {
        agent_number: agent_number(&agent.uuid)?,
        first_name: agent.first_name.clone(),
        last_name: agent.last_name.clone(),
        email: agent.email_address.clone(),
        // A time may stand there as well as a date (`CONTRACT.md` §3.1); ours is a date.
        activation_date: agent.agent_state_date.chars().take("2026-11-20".len()).collect(),
        personal_id: present(agent.personal_id.as_ref()),
        external_id: present(agent.external_id.as_ref()),
        management_unit: if agent.mu == units.departed {
            ManagementUnit::Departed
        } else {
            ManagementUnit::Arrived
        },
    })
}

/// The agent number that a uuid is, if it is one.
pub(crate) fn agent_number(uuid: &str) -> Option<i64> {
    let number: i64 = uuid.parse().ok()?;
    // "007" is not how we write a number, so that record was not made by us.
    (number.to_string() == uuid).then_some(number)
}

fn stranger(agent: Agent) -> WfmStranger {
    WfmStranger {
        key: agent.uuid,
        personal_id: present(agent.personal_id.as_ref()),
        first_name: readable(&agent.first_name),
        last_name: readable(&agent.last_name),
        email: readable(&agent.email_address),
    }
}

fn present(value: Option<&String>) -> Option<String> {
    value.filter(|text| !text.is_empty()).cloned()
}

#[cfg(test)]
mod tests;

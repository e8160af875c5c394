//! From a batch to its files (`CONTRACT.md` §3). Pure: the same batch under the same key gives the same bytes.

use rollcall_connector::wfm::{OptionalField, WfmReceipt, WfmWrite};
use rollcall_domain::wfm::{ManagementUnit, ManagementUnits};

use crate::name::{self, Kind};
use crate::xml;

/// A file that is to be put.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) text: String,
    /// The agents in it, by their places in the batch, with their keys over there.
    pub(crate) agents: Vec<(usize, String)>,
}

/// A batch as files, and whoever cannot stand in one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Files {
    pub(crate) files: Vec<File>,
    pub(crate) refused: Vec<(usize, WfmReceipt)>,
}

/// For whom a batch is written.
#[derive(Clone, Copy)]
pub(crate) struct Heading<'a> {
    pub(crate) acd_id: &'a str,
    pub(crate) key: &'a str,
    pub(crate) units: &'a ManagementUnits,
}

/// Writes a batch: those whom the WFM lacks in one file, the others in another.
pub(crate) fn files(batch: &[WfmWrite], heading: Heading<'_>) -> Files {
    let mut files = Files::default();
    for kind in [Kind::New, Kind::Changed] {
        let (mut agents, mut body) = (Vec::new(), String::new());
        let of_kind = batch.iter().enumerate().filter(|(_, write)| self::kind(write) == kind);
        for (place, write) in of_kind {
            match agent(write, heading, kind) {
                Ok(text) => {
                    body.push_str(&text);
                    agents.push((place, write.agent.agent_number.to_string()));
                }
                Err(reason) => {
                    let reason = reason.to_owned();
                    files.refused.push((place, WfmReceipt::Refused { reason }));
                }
            }
        }
        if !agents.is_empty() {
            let Heading { acd_id, key, .. } = heading;
            let text = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<importAgent>\n  <key>{key}</key>\n  \
                 <acdID>{acd_id}</acdID>\n{body}</importAgent>\n"
            );
            files.files.push(File { name: name::import(acd_id, key, kind), text, agents });
        }
    }
    files
}

/// Who arrives is new; whoever is changed or departs is there (NICE's help page on user synchronization: in the
/// WFM and no longer in the ACD is a changed agent).
fn kind(write: &WfmWrite) -> Kind {
    if write.unit == Some(ManagementUnit::Arrived) { Kind::New } else { Kind::Changed }
}

/// One agent. An optional value is absent to be left alone, and empty to be cleared.
fn agent(write: &WfmWrite, heading: Heading<'_>, kind: Kind) -> Result<String, &'static str> {
    let agent = &write.agent;
    if agent.email.trim().is_empty() {
        return Err("The WFM's files need an e-mail address, and this person has none.");
    }
    let number = agent.agent_number.to_string();
    let optional = |field, value| if write.cleared.contains(&field) { Some("") } else { value };
    let values = [
        ("uuid", Some(number.as_str())),
        ("acdLoginId", Some(&number)),
        ("firstName", Some(&agent.first_name)),
        ("lastName", Some(&agent.last_name)),
        ("emailAddress", Some(&agent.email)),
        ("agentStateDate", Some(&agent.activation_date)),
        ("personalId", optional(OptionalField::PersonalId, agent.personal_id.as_deref())),
        ("externalId", optional(OptionalField::ExternalId, agent.external_id.as_deref())),
        ("acdID", Some(heading.acd_id)),
        ("mu", write.unit.map(|unit| heading.units.name(unit))),
    ];
    let element = kind.element();
    let mut text = format!("  <{element}>\n");
    for (name, value) in values {
        let Some(value) = value else { continue };
        let value = xml::text(value).ok_or(UNWRITABLE)?;
        text.push_str(&format!("    <{name}>{value}</{name}>\n"));
    }
    text.push_str(&format!("  </{element}>\n"));
    Ok(text)
}

const UNWRITABLE: &str = "A value of this person holds a character that XML cannot carry.";

#[cfg(test)]
mod tests;

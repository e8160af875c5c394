//! From the WFM's own export to what it holds (`CONTRACT.md` §5). Pure.

use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::{WfmPage, WfmStranger};
use rollcall_domain::letter::readable;
use rollcall_domain::wfm::{ManagementUnit, ManagementUnits, WfmAgent};

use crate::xml::{self, Texts};

/// As large is an export at the most: some 150,000 agents.
pub(crate) const BYTES_MAX: usize = 64 * 1024 * 1024;

/// The agents of an acd, all on one page.
///
/// # Errors
/// [`ConnectorError::Malformed`] when this is no export.
pub(crate) fn page(
    bytes: &[u8],
    acd_id: &str,
    units: &ManagementUnits,
) -> Result<WfmPage, ConnectorError> {
    let malformed = |what: &str| {
        let reason = format!("its export cannot be used: {what}");
        ConnectorError::Malformed { reason }
    };
    let document = xml::read(bytes).map_err(malformed)?;
    if document.root != "exportAgent" {
        return Err(malformed("it is not one of agents"));
    }
    let mut page = WfmPage::default();
    let mut kinds = document.records.iter().map(|record| record.name.as_str());
    let kind = kinds.next().unwrap_or("newAgent");
    if !["newAgent", "changedAgent"].contains(&kind) || kinds.any(|other| other != kind) {
        return Err(malformed("it holds something else than new agents, or than changed ones"));
    }
    let count = u64::try_from(document.records.len()).unwrap_or(u64::MAX);
    match document.texts.get("total").map(|text| text.trim().parse::<u64>()) {
        Some(Ok(total)) if total == count => {}
        Some(_) => return Err(malformed("it does not hold as many agents as it counts")),
        None => {}
    }
    for record in document.records {
        let texts = record.texts;
        if texts.get("acdID").is_some_and(|acd| acd.trim() != acd_id) {
            continue;
        }
        page.total += 1;
        match agent(&texts, units) {
            Some(agent) => page.agents.push(agent),
            None => page.foreign.push(stranger(&texts)),
        }
    }
    Ok(page)
}

fn agent(texts: &Texts, units: &ManagementUnits) -> Option<WfmAgent> {
    let uuid = texts.get("uuid")?.trim();
    let agent_number: i64 = uuid.parse().ok()?;
    // "007" is not how we write a number, so that record was not made by us.
    (agent_number.to_string() == uuid).then_some(())?;
    let departed = texts.get("mu").is_some_and(|mu| mu.trim() == units.departed);
    // A time may stand there as well as a date; ours is a date.
    let date = required(texts, "agentStateDate").chars().take("2026-11-20".len()).collect();
    Some(WfmAgent {
        agent_number,
        first_name: required(texts, "firstName"),
        last_name: required(texts, "lastName"),
        email: required(texts, "emailAddress"),
        activation_date: date,
        personal_id: optional(texts, "personalId"),
        external_id: optional(texts, "externalId"),
        management_unit: if departed { ManagementUnit::Departed } else { ManagementUnit::Arrived },
    })
}

fn stranger(texts: &Texts) -> WfmStranger {
    WfmStranger {
        key: required(texts, "uuid"),
        first_name: readable(&required(texts, "firstName")),
        last_name: readable(&required(texts, "lastName")),
        email: readable(&required(texts, "emailAddress")),
        personal_id: optional(texts, "personalId"),
    }
}

fn required(texts: &Texts, name: &str) -> String {
    texts.get(name).cloned().unwrap_or_default()
}

fn optional(texts: &Texts, name: &str) -> Option<String> {
    texts.get(name).filter(|text| !text.is_empty()).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(element: &str, uuid: &str, acd: &str, mu: &str) -> String {
        format!(
            "<{element}><id idType=\"tvID\">5</id><uuid>{uuid}</uuid><firstName>Ana</firstName>\
             <lastName>Ruiz</lastName><emailAddress>ana@example.com</emailAddress>\
             <agentStateDate>2026-11-20T09:00:00Z</agentStateDate><personalId>0193</personalId>\
             <externalId/><acdID>{acd}</acdID><mu>{mu}</mu></{element}>"
        )
    }

    fn read(body: &str) -> Result<WfmPage, ConnectorError> {
        let text = format!("<exportAgent>{body}</exportAgent>");
        page(text.as_bytes(), "4471", &ManagementUnits::default())
    }

    #[test]
    fn the_agents_of_the_acd_are_read_as_ours() {
        let new = |uuid, acd, mu| record("newAgent", uuid, acd, mu);
        let body = [new("17", "4471", "2"), new("007", "4471", "1"), new("18", "9", "1")].concat();
        let page = read(&format!("<total>3</total>{body}")).unwrap();
        assert_eq!((page.agents.len(), page.foreign.len(), page.total), (1, 1, 2));
        let agent = page.agents.first().unwrap();
        assert_eq!((agent.agent_number, agent.management_unit), (17, ManagementUnit::Departed));
        let optional = (agent.personal_id.as_deref(), agent.external_id.as_deref());
        assert_eq!(
            (optional, agent.activation_date.as_str()),
            ((Some("0193"), None), "2026-11-20")
        );
        assert_eq!(page.foreign.first().unwrap().key, "007");
        assert_eq!(read("").unwrap(), WfmPage::default());
        assert_eq!(read(&record("changedAgent", "17", "4471", "1")).unwrap().agents.len(), 1);
    }

    #[test]
    fn a_mixture_and_a_part_are_refused() {
        let new = record("newAgent", "1", "4471", "1");
        let mixed = format!("{new}{}", record("changedAgent", "2", "4471", "1"));
        let other = record("agent", "1", "4471", "1");
        for body in [mixed, other, format!("<total>2</total>{new}")] {
            assert!(matches!(read(&body), Err(ConnectorError::Malformed { .. })), "{body}");
        }
        let wrong = page(b"<importAgent/>", "4471", &ManagementUnits::default());
        assert!(matches!(wrong, Err(ConnectorError::Malformed { .. })));
    }
}

//! From an acknowledgement to receipts (`CONTRACT.md` §4). Pure.

use std::collections::BTreeMap;

use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::WfmReceipt;
use rollcall_domain::letter::readable;

use crate::import::File;
use crate::xml::{self, Texts};

/// As large is an acknowledgement at the most: 500 agents, each with a reason.
pub(crate) const BYTES_MAX: usize = 1024 * 1024;
/// As much of a refusal's words is kept.
const REASON_MAX_CHARS: usize = 200;

/// The receipts of the agents of a file, in its order.
///
/// # Errors
/// [`ConnectorError::Rejected`] when the WFM refused the file as a whole; [`ConnectorError::Malformed`] when this is
/// no acknowledgement of it.
pub(crate) fn receipts(
    bytes: &[u8],
    file: &File,
    key: &str,
) -> Result<Vec<(usize, WfmReceipt)>, ConnectorError> {
    let malformed = |what: &str| {
        let reason = format!("the acknowledgement of {} cannot be used: {what}", file.name);
        ConnectorError::Malformed { reason }
    };
    let document = xml::read(bytes).map_err(malformed)?;
    if document.root != "importAgentResult" || value(&document.texts, "key") != key {
        return Err(malformed("it is not one of this file"));
    }
    match value(&document.texts, "status") {
        "processed" => {}
        "refused" => {
            let words = words(value(&document.texts, "reason"));
            let words = words.trim_end_matches('.');
            let reason = format!("it refused {} as a whole ({words})", file.name);
            return Err(ConnectorError::Rejected { reason });
        }
        _ => return Err(malformed("it says neither processed nor refused")),
    }
    let mut told = BTreeMap::new();
    for record in document.records.iter().filter(|record| record.name == "agent") {
        let first = told.insert(value(&record.texts, "uuid"), &record.texts).is_none();
        first.then_some(()).ok_or_else(|| malformed("it tells of one agent twice"))?;
    }
    if told.len() != file.agents.len() {
        let (told, sent) = (told.len(), file.agents.len());
        let what = format!("it tells of {told} agents, and {sent} are in the file");
        return Err(malformed(&what));
    }
    let receipt = |(place, uuid): &(usize, String)| {
        let texts = told.get(uuid.as_str()).ok_or_else(|| malformed("it tells of other agents"))?;
        let receipt = match value(texts, "status") {
            "created" | "updated" | "unchanged" => WfmReceipt::Accepted,
            "unknown" => WfmReceipt::Unknown,
            "rejected" => WfmReceipt::Refused { reason: words(value(texts, "reason")) },
            _ => return Err(malformed("an agent has a status that is not known")),
        };
        Ok((*place, receipt))
    };
    file.agents.iter().map(receipt).collect()
}

fn value<'a>(texts: &'a Texts, name: &str) -> &'a str {
    texts.get(name).map(|text| text.trim()).unwrap_or_default()
}

/// A reason is shown to administrators: one line, and not a page of it.
fn words(reason: &str) -> String {
    let plain: String = readable(reason).chars().take(REASON_MAX_CHARS).collect();
    if plain.trim().is_empty() { "It gave no reason.".to_owned() } else { plain.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str) -> Result<Vec<(usize, WfmReceipt)>, ConnectorError> {
        let agents = vec![(4, "17".to_owned()), (1, "18".to_owned())];
        let file = File { name: "f.xml".into(), text: String::new(), agents };
        let text = format!("<importAgentResult><key>k</key>{body}</importAgentResult>");
        receipts(text.as_bytes(), &file, "k")
    }

    fn agent(uuid: &str, status: &str) -> String {
        format!("<agent><uuid>{uuid}</uuid><status>{status}</status></agent>")
    }

    const DONE: &str = "<status>processed</status>";

    #[test]
    fn each_agent_has_its_receipt_in_whatever_order() {
        let refused =
            agent("17", "rejected").replace("</agent>", "<reason>No&#10;licence.</reason></agent>");
        let receipt = WfmReceipt::Refused { reason: "No licence.".into() };
        let whole = format!("{DONE}{}{refused}", agent("18", "created"));
        assert_eq!(check(&whole), Ok(vec![(4, receipt), (1, WfmReceipt::Accepted)]));
        let whole = format!("{DONE}{}{}", agent("17", "unknown"), agent("18", "unchanged"));
        let receipts = vec![(4, WfmReceipt::Unknown), (1, WfmReceipt::Accepted)];
        assert_eq!(check(&whole), Ok(receipts));
    }

    #[test]
    fn a_refused_file_is_rejected() {
        let reason = "it refused f.xml as a whole (Two kinds of agents)".to_owned();
        let answer = check("<status>refused</status><reason>Two kinds of agents.</reason>");
        assert_eq!(answer, Err(ConnectorError::Rejected { reason }));
    }

    #[test]
    fn what_is_half_or_foreign_is_malformed() {
        let both = format!("{}{}", agent("17", "created"), agent("18", "created"));
        for body in [
            String::new(),
            DONE.to_owned(),
            format!("{DONE}{}", agent("17", "created")),
            format!("{DONE}{}{}", agent("17", "created"), agent("19", "created")),
            format!("{DONE}{}{}", agent("17", "created"), agent("17", "created")),
            format!("{DONE}{}{}", agent("17", "created"), agent("18", "maybe")),
            format!("<status>done</status>{both}"),
        ] {
            assert!(matches!(check(&body), Err(ConnectorError::Malformed { .. })), "{body}");
        }
    }
}

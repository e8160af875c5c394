//! Everything that a request leaves behind: its answer, audit entries, due marks.

use std::collections::BTreeMap;
use std::fmt::Write;

use rollcall_domain::EmployeeId;
use rollcall_storage::record::audit::{self, AuditQuery, RecordedEntry};
use rollcall_storage::wfm::outbox;

use crate::answer::Answer;
use crate::door::Door;

/// What is recorded of a tenant's people.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Trace {
    /// Oldest first.
    entries: Vec<RecordedEntry>,
    /// Who is due at the WFM, with how many changes.
    marks: BTreeMap<EmployeeId, i64>,
}

impl Door {
    /// What is recorded now.
    pub(crate) async fn trace(&self) -> Trace {
        let link = self.link;
        self.look(move |tx| {
            let query = AuditQuery { action: "employee.".into(), ..AuditQuery::default() };
            let mut entries = audit::list(tx, &query, 10_000)?;
            entries.reverse();
            let mut marks = BTreeMap::new();
            for entry in &entries {
                let person = entry.subject_id.parse().expect("the subject is a person");
                if let Some(mark) = outbox::get(tx, link, person)? {
                    marks.insert(person, mark.generation);
                }
            }
            Ok(Trace { entries, marks })
        })
        .await
    }

    /// What an answer says and what was recorded since, in a form to be compared as text: ids are numbered
    /// in the order in which they appear.
    pub(crate) async fn left(&self, before: &Trace, answer: &Answer) -> String {
        let now = self.trace().await;
        let mut text = answer.status.to_string();
        for name in ["content-type", "etag", "location"] {
            if !answer.header(name).is_empty() {
                write!(text, "\n{name}: {}", answer.header(name)).expect("a text grows");
            }
        }
        if let Some(body) = answer.body() {
            for (name, value) in body {
                write!(text, "\n  {name} = {value}").expect("a text grows");
            }
        }
        for entry in now.entries.iter().skip(before.entries.len()) {
            let RecordedEntry { actor, action, subject_name, before, after, .. } = entry;
            write!(text, "\naudit: {action} of {subject_name} by {actor}").expect("a text grows");
            for (label, values) in [("before", before), ("after", after)] {
                for (name, value) in values {
                    write!(text, "\n  {label} {name} = {value}").expect("a text grows");
                }
            }
        }
        for (person, generation) in &now.marks {
            if before.marks.get(person) != Some(generation) {
                write!(text, "\ndue: {person}, generation {generation}").expect("a text grows");
            }
        }
        let host = self.base_url.strip_suffix("/scim/v2").expect("the base ends so");
        numbered(&text.replace(host, "http://host"))
    }
}

/// Puts `<1>`, `<2>` in the place of UUIDs.
fn numbered(text: &str) -> String {
    let (mut known, mut out, mut rest) = (Vec::new(), String::new(), text);
    while let Some(first) = rest.chars().next() {
        let id = rest.get(..36).filter(|text| text.parse::<uuid::Uuid>().is_ok());
        if let Some(id) = id {
            let place = known.iter().position(|other| other == id).unwrap_or(known.len());
            if place == known.len() {
                known.push(id.to_owned());
            }
            write!(out, "<{}>", place + 1).expect("a text grows");
            rest = rest.get(36..).unwrap_or_default();
        } else {
            out.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    out
}

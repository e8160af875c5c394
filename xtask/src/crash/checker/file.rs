//! Proves that a WFM that reads files got each of them once, whole and in order. Pure.

use crate::crash::fault::Fault;
use std::collections::{BTreeMap, BTreeSet};

/// A file that the simulated WFM picked up.
#[derive(Debug, Clone)]
pub(crate) struct PickedUp {
    pub(crate) name: String,
    /// Whether the WFM could read it to its end and found nothing to refuse.
    pub(crate) processed: bool,
    /// The agents that it changed, as they stood afterwards.
    pub(crate) taken: Vec<Taken>,
}

/// An agent as it stood after a file.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) number: String,
    pub(crate) first_name: String,
    pub(crate) mu: String,
}

/// Checks what was picked up, oldest first. Writers give each person names with a number that goes up, so that an
/// older picture after a newer one shows. A departure shows none: it tells the values that were confirmed last.
pub(crate) fn check_journal(journal: &[PickedUp]) -> Vec<Fault> {
    let (mut faults, mut applied) = (Vec::new(), BTreeSet::new());
    let mut latest: BTreeMap<&str, u64> = BTreeMap::new();
    for file in journal {
        if !file.processed {
            faults.push(Fault::HalfFile(format!("{} was refused", file.name)));
        }
        if !file.taken.is_empty() && !applied.insert(file.name.as_str()) {
            faults.push(Fault::FileTwice(file.name.clone()));
        }
        for agent in file.taken.iter().filter(|agent| agent.mu != "2") {
            let version = version(&agent.first_name);
            let before = latest.insert(&agent.number, version).unwrap_or_default();
            if version < before {
                let (name, number) = (&file.name, &agent.number);
                let text = format!("{name}: {number} was {before} and is {version} again");
                faults.push(Fault::FileOutOfOrder(text));
            }
        }
    }
    faults
}

/// Checks what lies in the folder once nothing is under way: at the most the last batch, acknowledged.
pub(crate) fn check_folder(names: &[String]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let imports = names.iter().filter_map(|name| Some((name, stem(name)?)));
    let mut keys = BTreeSet::new();
    for (name, stem) in imports {
        keys.insert(stem.rsplit_once('_').map_or(stem, |(start, _)| start));
        if !names.contains(&format!("{stem}.ack.xml")) {
            faults.push(Fault::HalfFile(format!("{name} lies there without an acknowledgement")));
        }
    }
    if keys.len() > 1 {
        faults.push(Fault::HalfFile(format!("{} batches lie there", keys.len())));
    }
    for name in names {
        let known = stem(name).is_some()
            || name
                .strip_suffix(".ack.xml")
                .is_some_and(|stem| names.contains(&format!("{stem}.xml")));
        if !known {
            faults.push(Fault::HalfFile(format!("{name} lies there")));
        }
    }
    faults
}

/// The name of an import file without its ending.
fn stem(name: &str) -> Option<&str> {
    let is_import = name.starts_with("importAgent_") && !name.ends_with(".ack.xml");
    name.strip_suffix(".xml").filter(|_| is_import)
}

/// The number in a name as writers give it; 0 in the first one.
fn version(first_name: &str) -> u64 {
    first_name.strip_prefix("Name").and_then(|number| number.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{PickedUp, Taken, check_folder, check_journal};
    use crate::crash::fault::Fault;

    fn file(key: &str, taken: &[(&str, &str, &str)]) -> PickedUp {
        let agent = |(number, first_name, mu): &(&str, &str, &str)| Taken {
            number: (*number).into(),
            first_name: (*first_name).into(),
            mu: (*mu).into(),
        };
        let (name, taken) =
            (format!("importAgent_4472_{key}_changed.xml"), taken.iter().map(agent));
        PickedUp { name, processed: true, taken: taken.collect() }
    }

    #[test]
    fn files_once_and_in_order_have_no_faults() {
        // One was read again, and changed nothing. A name may be passed over, and one who departs has an older one.
        let journal = [
            file("a", &[("1", "First", "1"), ("2", "First", "1")]),
            file("b", &[("1", "Name1", "1")]),
            file("c", &[("1", "Name9", "1"), ("2", "Name1", "1")]),
            file("c", &[]),
            file("d", &[("1", "Name1", "2")]),
            file("e", &[("1", "Name10", "1")]),
        ];
        assert_eq!(check_journal(&journal), vec![]);
    }

    #[test]
    fn a_file_that_was_applied_twice_is_found() {
        let journal = [file("a", &[("1", "Name1", "1")]), file("a", &[("1", "Name1", "1")])];
        assert!(matches!(check_journal(&journal)[..], [Fault::FileTwice(_)]));
    }

    #[test]
    fn an_older_file_after_a_newer_one_is_found() {
        let journal = [file("b", &[("1", "Name10", "1")]), file("a", &[("1", "Name9", "1")])];
        assert!(matches!(check_journal(&journal)[..], [Fault::FileOutOfOrder(_)]));
    }

    #[test]
    fn a_half_file_is_found() {
        let journal = [PickedUp { processed: false, ..file("a", &[]) }];
        assert!(matches!(check_journal(&journal)[..], [Fault::HalfFile(_)]));
    }

    #[test]
    fn what_lies_there_and_should_not_is_found() {
        let folder = |names: &[&str]| {
            check_folder(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>())
        };
        let (new, changed) = ("importAgent_4472_k_new.xml", "importAgent_4472_k_changed.xml");
        let last =
            [new, "importAgent_4472_k_new.ack.xml", changed, "importAgent_4472_k_changed.ack.xml"];
        assert_eq!(folder(&[]), vec![]);
        assert_eq!(folder(&last), vec![]);
        assert_eq!(folder(&[".importAgent_4472_k_new.xml.part"]).len(), 1);
        assert_eq!(folder(&[new]).len(), 1, "without an acknowledgement");
        assert_eq!(folder(&["importAgent_4472_k_new.ack.xml"]).len(), 1, "without its file");
        let older = ["importAgent_4472_j_new.xml", "importAgent_4472_j_new.ack.xml"];
        assert_eq!(folder(&[&last[..], &older].concat()).len(), 1, "two batches");
    }
}

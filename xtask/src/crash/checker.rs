//! Proves that nothing acknowledged was lost, doubled or invented. Pure: values in, faults out.
//!
//! Compares what the writers know was acknowledged with what the hub holds and with what the simulated
//! WFM holds. A change whose answer never came may have happened or not; everything else must have. What else
//! is compared has files of its own: runs, files, schedules, states.

pub(crate) mod file;
pub(crate) mod run;
pub(crate) mod schedule;
pub(crate) mod state;

use super::fault::Fault;
use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};

/// The values of a person that the writers change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) first_name: String,
    pub(crate) active: bool,
}

/// What a writer knows of one person. The external id is the key on all three sides.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub(crate) external_id: String,
    /// After the last acknowledged change; `None` if not even the creation was acknowledged.
    pub(crate) acknowledged: Option<State>,
    /// After the change whose answer never came, if there is one.
    pub(crate) pending: Option<State>,
}

/// A person as the hub answers.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) external_id: String,
    pub(crate) state: State,
}

/// An agent as the simulated WFM lists it.
#[derive(Debug, Clone)]
pub(crate) struct Agent {
    /// The agent number.
    pub(crate) number: String,
    pub(crate) external_id: String,
    pub(crate) first_name: String,
    pub(crate) mu: String,
}

/// Compares the three sides and names every fault.
pub(crate) fn check(written: &[Written], held: &[Held], agents: &[Agent]) -> Vec<Fault> {
    let known: BTreeSet<&str> = written.iter().map(|person| person.external_id.as_str()).collect();
    let mut faults = Vec::new();
    let in_hub = group(held, |person| &person.external_id, "the hub", &known, &mut faults);
    let in_wfm = group(agents, |agent| &agent.external_id, "the WFM", &known, &mut faults);
    for person in written {
        let key = person.external_id.as_str();
        let Some(held) = in_hub.get(key) else {
            if person.acknowledged.is_some() {
                faults.push(Fault::Lost(format!("{key} is not in the hub")));
            }
            continue;
        };
        faults.extend(lost(person, &held.state));
        faults.extend(not_handed_over(&held.state, key, in_wfm.get(key).copied()));
    }
    faults
}

/// The first of each key; later ones and keys that nobody wrote become faults.
fn group<'a, T>(
    items: &'a [T],
    key: impl Fn(&T) -> &String,
    side: &str,
    known: &BTreeSet<&str>,
    faults: &mut Vec<Fault>,
) -> BTreeMap<String, &'a T> {
    let mut groups = BTreeMap::new();
    for item in items {
        let id = key(item).clone();
        if !known.contains(id.as_str()) {
            faults.push(Fault::Invented(format!("{id} in {side}")));
            continue;
        }
        match groups.entry(id) {
            Entry::Vacant(place) => drop(place.insert(item)),
            Entry::Occupied(place) => {
                faults.push(Fault::Doubled(format!("{} in {side}", place.key())));
            }
        }
    }
    groups
}

/// Whether the hub forgot an acknowledged change, or holds values that nobody sent.
pub(crate) fn lost(person: &Written, held: &State) -> Option<Fault> {
    let expected = [&person.acknowledged, &person.pending];
    if expected.into_iter().flatten().any(|state| state == held) {
        return None;
    }
    let text = format!(
        "{}: the hub holds {held:?}, acknowledged was {:?}, pending {:?}",
        person.external_id, person.acknowledged, person.pending
    );
    Some(if person.acknowledged.is_some() { Fault::Lost(text) } else { Fault::Invented(text) })
}

/// Whether the WFM shows another picture of a person than the hub: an active person is there once under
/// mu 1, an inactive one is not there (it never came) or under mu 2.
fn not_handed_over(held: &State, key: &str, agent: Option<&Agent>) -> Option<Fault> {
    let right = match agent {
        None => !held.active,
        Some(agent) if held.active => agent.mu == "1" && agent.first_name == held.first_name,
        Some(agent) => agent.mu == "2",
    };
    (!right)
        .then(|| Fault::NotHandedOver(format!("{key}: the hub holds {held:?}, the WFM {agent:?}")))
}

#[cfg(test)]
mod tests {
    use super::{Agent, Held, State, Written, check};
    use crate::crash::fault::Fault;

    fn state(first_name: &str, active: bool) -> State {
        State { first_name: first_name.to_owned(), active }
    }

    fn written(id: &str, acknowledged: Option<State>, pending: Option<State>) -> Written {
        Written { external_id: id.to_owned(), acknowledged, pending }
    }

    fn held(id: &str, state: State) -> Held {
        Held { external_id: id.to_owned(), state }
    }

    fn agent(id: &str, first_name: &str, mu: &str) -> Agent {
        let number = format!("10000{}", id.len());
        let (first_name, mu) = (first_name.to_owned(), mu.to_owned());
        Agent { number, external_id: id.to_owned(), first_name, mu }
    }

    /// Three people in order: one active, one who left, one whose last answer never came.
    fn sound() -> (Vec<Written>, Vec<Held>, Vec<Agent>) {
        (
            vec![
                written("a", Some(state("Ana", true)), None),
                written("b", Some(state("Bo", false)), None),
                written("c", Some(state("Cy", true)), Some(state("Cyd", true))),
            ],
            vec![
                held("a", state("Ana", true)),
                held("b", state("Bo", false)),
                held("c", state("Cyd", true)),
            ],
            vec![agent("a", "Ana", "1"), agent("b", "Bo", "2"), agent("c", "Cyd", "1")],
        )
    }

    #[test]
    fn a_sound_house_has_no_faults() {
        let (written, held, agents) = sound();
        assert_eq!(check(&written, &held, &agents), vec![]);
    }

    #[test]
    fn a_person_whose_creation_was_never_acknowledged_may_be_absent() {
        assert_eq!(check(&[written("a", None, Some(state("Ana", true)))], &[], &[]), vec![]);
    }

    #[test]
    fn a_lost_acknowledged_change_is_found() {
        let (written, mut held, mut agents) = sound();
        held[0].state = state("An", true);
        agents[0].first_name = "An".to_owned();
        assert!(matches!(check(&written, &held, &agents)[..], [Fault::Lost(_)]));
        held.remove(0);
        agents.remove(0);
        assert!(matches!(check(&written, &held, &agents)[..], [Fault::Lost(_)]));
    }

    #[test]
    fn doubles_are_found_on_both_sides() {
        let (written, mut held, mut agents) = sound();
        agents.push(agents[0].clone());
        held.push(held[1].clone());
        assert!(matches!(
            check(&written, &held, &agents)[..],
            [Fault::Doubled(_), Fault::Doubled(_)]
        ));
    }

    #[test]
    fn inventions_are_found_on_both_sides() {
        let (written, mut held, mut agents) = sound();
        agents.push(agent("x", "Xi", "1"));
        held.push(self::held("y", state("Yu", true)));
        assert!(matches!(
            check(&written, &held, &agents)[..],
            [Fault::Invented(_), Fault::Invented(_)]
        ));
    }

    #[test]
    fn what_the_wfm_lacks_or_has_wrong_is_found() {
        let (written, held, mut agents) = sound();
        agents[1].mu = "1".to_owned();
        agents[2].first_name = "Cy".to_owned();
        agents.remove(0);
        let faults = check(&written, &held, &agents);
        assert_eq!(faults.len(), 3);
        assert!(faults.iter().all(|fault| matches!(fault, Fault::NotHandedOver(_))));
    }
}

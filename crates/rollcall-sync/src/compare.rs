//! What the WFM says it holds against what it is known to hold. Pure: gathers differences page by page and
//! concludes nothing from a list that is not whole.

use std::collections::HashMap;

use rollcall_connector::wfm::WfmStranger;
use rollcall_domain::EmployeeId;
use rollcall_domain::wfm::{FieldSwitch, FieldSwitches, ManagementUnit, WfmAgent};

/// As many differences are kept of one comparison, and as many strays; the next one finds the others.
const KEPT_MAX: usize = 10_000;
/// Agent numbers that are no further apart than this are read in one go.
const GAP_MAX: i64 = 64;

/// One of our people, as the WFM is known to hold them.
#[derive(Clone, Debug)]
pub(crate) struct Ours {
    pub(crate) employee: EmployeeId,
    pub(crate) known: Option<WfmAgent>,
}

/// A person of whom the WFM holds something else than is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Drift {
    pub(crate) employee: EmployeeId,
    /// The number by which it knows them.
    pub(crate) number: i64,
    /// What it holds; `None` when it lacks the person.
    pub(crate) held: Option<WfmAgent>,
    /// The fields in which that differs from what is known; none where nothing was known.
    pub(crate) fields: Vec<&'static str>,
}

/// A comparison that is going on. Of agents without a difference, only their numbers are remembered.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    pub(crate) drifts: Vec<Drift>,
    /// Agents that the WFM has with mu 1 and nobody here knows.
    pub(crate) strays: Vec<WfmAgent>,
    /// Records whose key is no agent number. They are shown, and left alone.
    pub(crate) strangers: Vec<WfmStranger>,
    /// How many those are.
    foreign: u64,
    /// There were more differences than are kept.
    pub(crate) overflowed: bool,
    seen: Vec<i64>,
    /// The record that was listed last: doubles stand beside each other.
    last: Option<WfmAgent>,
    /// Numbers of doubles that say different things.
    unlike: Vec<i64>,
}

/// A number that stands in the list more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Double {
    pub(crate) number: i64,
    /// Whether its records tell of the same person, as they do where a request of ours was repeated. Others
    /// are for people to look at, never to be merged.
    pub(crate) alike: bool,
}

impl Comparison {
    /// Takes a page in; `ours` holds at least those of our people whose numbers stand on it.
    pub(crate) fn page(
        &mut self,
        held: Vec<WfmAgent>,
        ours: &HashMap<i64, Ours>,
        switches: &FieldSwitches,
    ) {
        for held in held {
            self.seen.push(held.agent_number);
            self.notice_double(&held);
            match ours.get(&held.agent_number) {
                Some(ours) => {
                    let held = as_far_as_ours(held, ours.known.as_ref(), switches);
                    if ours.known.as_ref() != Some(&held) {
                        let known = ours.known.as_ref();
                        let fields =
                            known.map(|known| known.differences(&held)).unwrap_or_default();
                        let (employee, number) = (ours.employee, held.agent_number);
                        let drift = Drift { employee, number, held: Some(held), fields };
                        keep(&mut self.drifts, drift, &mut self.overflowed);
                    }
                }
                None if held.management_unit == ManagementUnit::Arrived => {
                    keep(&mut self.strays, held, &mut self.overflowed);
                }
                None => {}
            }
        }
    }

    /// Takes in the records of a page whose keys are no agent numbers.
    pub(crate) fn foreign(&mut self, strangers: Vec<WfmStranger>) {
        self.foreign =
            self.foreign.saturating_add(u64::try_from(strangers.len()).unwrap_or(u64::MAX));
        let room = KEPT_MAX.saturating_sub(self.strangers.len());
        self.strangers.extend(strangers.into_iter().take(room));
    }

    fn notice_double(&mut self, held: &WfmAgent) {
        if let Some(last) = &self.last
            && last.agent_number == held.agent_number
            && !is_one_person(last, held)
        {
            self.unlike.push(held.agent_number);
        }
        self.last = Some(held.clone());
    }

    /// How many records were listed.
    pub(crate) fn listed(&self) -> u64 {
        u64::try_from(self.seen.len()).unwrap_or(u64::MAX).saturating_add(self.foreign)
    }

    /// To be called when the list is whole: the numbers that stand in it more than once.
    pub(crate) fn doubles(&mut self) -> Vec<Double> {
        self.seen.sort_unstable();
        let pairs = self.seen.windows(2);
        let mut doubles: Vec<i64> = pairs
            .filter(|pair| pair.first() == pair.last())
            .flat_map(<[i64]>::first)
            .copied()
            .collect();
        doubles.dedup();
        let alike = |number| !self.unlike.contains(&number);
        doubles.into_iter().map(|number| Double { number, alike: alike(number) }).collect()
    }

    /// To be called after [`Self::doubles`]: which of our people, whom the WFM was known to have, are not
    /// in its list.
    pub(crate) fn absent(&mut self, known: &[(i64, EmployeeId)]) {
        for (number, employee) in known {
            if self.seen.binary_search(number).is_err() {
                let (employee, number) = (*employee, *number);
                let drift = Drift { employee, number, held: None, fields: Vec::new() };
                keep(&mut self.drifts, drift, &mut self.overflowed);
            }
        }
    }
}

/// Whether two records of one number tell of the same person. The Personal ID is the user GUID, which only we
/// give.
fn is_one_person(one: &WfmAgent, other: &WfmAgent) -> bool {
    match (&one.personal_id, &other.personal_id) {
        (Some(one), Some(other)) => one == other,
        _ => {
            let name = |agent: &WfmAgent| {
                (agent.first_name.clone(), agent.last_name.clone(), agent.email.clone())
            };
            name(one) == name(other)
        }
    }
}

fn keep<T>(kept: &mut Vec<T>, item: T, overflowed: &mut bool) {
    if kept.len() < KEPT_MAX {
        kept.push(item);
    } else {
        *overflowed = true;
    }
}

/// A field that is switched off belongs to the WFM's own people: what they put there is no difference.
fn as_far_as_ours(held: WfmAgent, known: Option<&WfmAgent>, switches: &FieldSwitches) -> WfmAgent {
    let of_known = |field: fn(&WfmAgent) -> &Option<String>| known.and_then(|k| field(k).clone());
    WfmAgent {
        personal_id: match switches.personal_id {
            FieldSwitch::On => held.personal_id,
            FieldSwitch::Off => of_known(|agent| &agent.personal_id),
        },
        external_id: match switches.external_id {
            FieldSwitch::On => held.external_id,
            FieldSwitch::Off => of_known(|agent| &agent.external_id),
        },
        ..held
    }
}

/// The ranges in which all these numbers lie, without reading far more than them.
pub(crate) fn ranges(numbers: impl Iterator<Item = i64>) -> Vec<(i64, i64)> {
    let mut sorted: Vec<i64> = numbers.collect();
    sorted.sort_unstable();
    let mut ranges: Vec<(i64, i64)> = Vec::new();
    for number in sorted {
        match ranges.last_mut() {
            Some((_, last)) if number.saturating_sub(*last) <= GAP_MAX => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    ranges
}

#[cfg(test)]
mod tests;

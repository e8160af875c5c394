//! What the WFM should have been told, by a model of its own: nothing here is computed by the code under test. It
//! follows NICE's help page "Set Up Users for IEX WFM Integrated": who is active and in a team with `WFM
//! Advanced` is in the WFM of their business unit, with these values; who is not, is not.

use jiff::Timestamp;
use rollcall_domain::EmployeeId;
use rollcall_domain::wfm::FieldSwitch;

use super::memory_wfm::UNBEARABLE;
use super::operation::{SLOTS, TEAMS, UNITS};

/// The values of one agent, as the WFM should have them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Values {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
    pub(crate) date: String,
    pub(crate) personal_id: Option<String>,
    pub(crate) external_id: Option<String>,
}

/// Somebody who came.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: EmployeeId,
    /// The identity provider that they came from.
    pub(crate) connection: usize,
    pub(crate) team: usize,
    pub(crate) active: bool,
    /// Their identity provider deleted them.
    pub(crate) deleted: bool,
    pub(crate) last_name: String,
    pub(crate) email: String,
    pub(crate) external_id: Option<String>,
    pub(crate) activated_at: Timestamp,
    /// The number in each unit, once they were there.
    pub(crate) numbers: [Option<i64>; UNITS],
}

/// Everything that decides what the WFM should be told, and what that was in the course of time.
#[derive(Clone, Debug)]
pub(crate) struct Expectation {
    pub(crate) people: Vec<Option<Person>>,
    pub(crate) teams: [bool; TEAMS],
    pub(crate) personal_ids: [FieldSwitch; UNITS],
    pub(crate) external_ids: [FieldSwitch; UNITS],
    pub(crate) links: [FieldSwitch; UNITS],
    /// For each unit and person: the states that should be told, one after another. None: not to be there.
    states: Vec<Vec<Vec<Option<Values>>>>,
    /// For each unit: the people whose departure somebody may have refused.
    pub(crate) refused: Vec<Vec<usize>>,
    /// For each unit: when departures were approved first.
    pub(crate) approved: [Option<Timestamp>; UNITS],
}

pub(crate) const FIRST_NAME: &str = "Zoë";

pub(crate) fn last_name(number: u8) -> String {
    if number == 0 { UNBEARABLE.to_owned() } else { format!("Name{number}") }
}

pub(crate) fn unit_of(team: usize) -> usize {
    team / (TEAMS / UNITS)
}

impl Expectation {
    pub(crate) fn new() -> Self {
        Self {
            people: vec![None; SLOTS],
            teams: [true, false, true, false],
            personal_ids: [FieldSwitch::On; UNITS],
            external_ids: [FieldSwitch::On; UNITS],
            links: [FieldSwitch::On; UNITS],
            states: vec![vec![vec![None]; SLOTS]; UNITS],
            refused: vec![Vec::new(); UNITS],
            approved: [None; UNITS],
        }
    }

    /// Notes what should be told from now on.
    pub(crate) fn note(&mut self) {
        for unit in 0..UNITS {
            for slot in 0..SLOTS {
                let state = self.wanted(unit, slot);
                let states = &mut self.states[unit][slot];
                if states.last() != Some(&state) {
                    states.push(state);
                }
            }
        }
    }

    /// The states of a person at a unit's WFM, one after another.
    pub(crate) fn states(&self, unit: usize, slot: usize) -> &[Option<Values>] {
        &self.states[unit][slot]
    }

    /// How many states there are of each person in each unit.
    pub(crate) fn lengths(&self) -> Vec<Vec<usize>> {
        self.states.iter().map(|unit| unit.iter().map(Vec::len).collect()).collect()
    }

    /// What the WFM of a unit should hold of a person now.
    pub(crate) fn wanted(&self, unit: usize, slot: usize) -> Option<Values> {
        let person = self.people[slot].as_ref()?;
        let belongs = person.active && unit_of(person.team) == unit && self.teams[person.team];
        belongs.then(|| Values {
            first_name: FIRST_NAME.to_owned(),
            last_name: person.last_name.clone(),
            email: person.email.clone(),
            date: person.activated_at.strftime("%Y-%m-%d").to_string(),
            personal_id: (self.personal_ids[unit] == FieldSwitch::On)
                .then(|| person.id.to_string()),
            external_id: person
                .external_id
                .clone()
                .filter(|_| self.external_ids[unit] == FieldSwitch::On),
        })
    }

    /// Whose number this is in a unit.
    pub(crate) fn slot(&self, unit: usize, number: i64) -> Option<usize> {
        self.people.iter().position(|person| {
            person.as_ref().is_some_and(|person| person.numbers[unit] == Some(number))
        })
    }

    /// Somebody refused the departures from a unit that waited: whoever should not be there may stay.
    pub(crate) fn refuse(&mut self, unit: usize) {
        for slot in 0..SLOTS {
            let is_there = self.people[slot].as_ref().is_some_and(|p| p.numbers[unit].is_some());
            if is_there && self.wanted(unit, slot).is_none() {
                self.refused[unit].push(slot);
            }
        }
    }
}

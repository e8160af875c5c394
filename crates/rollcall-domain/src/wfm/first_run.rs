//! What linking a business unit to an acd would do at first, told before anything is linked. Pure: our people on one
//! side, what the WFM shows on the other.

use std::collections::HashMap;

use super::{Brake, ManagementUnit};

/// As many people of each kind are named.
const NAMED_MAX: usize = 20;

/// One of our people of the business unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The agent number.
    pub agent_number: i64,
    /// First and last name.
    pub name: String,
    /// Whether they belong into the WFM: active, and in a team that is sent.
    pub belongs: bool,
}

/// An agent whom the WFM shows in the acd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetAgent {
    /// The number under which it stands there.
    pub agent_number: i64,
    /// First and last name.
    pub name: String,
    /// Whether the WFM has it as departed.
    pub unit: ManagementUnit,
}

/// People of one kind: how many, and some of them by number and name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// All of them.
    pub count: i64,
    /// The first.
    pub named: Vec<(i64, String)>,
}

/// What would happen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstRun {
    /// New there, at once.
    pub arriving: Counted,
    /// There already under their number and name; they get our values, at once.
    pub matching: Counted,
    /// Of our people, those whose number is somebody of another name there: the record would be written over.
    pub overwritten: Counted,
    /// There, and nobody who belongs there: the first full comparison moves them out.
    pub departing: Counted,
    /// People of the business unit who are not sent.
    pub unsent: i64,
}

impl FirstRun {
    /// Sets our people against the agents of the acd. An agent that stands there twice counts as it was shown last.
    #[must_use]
    pub fn of(members: &[Member], agents: Vec<MetAgent>) -> Self {
        let mut first = Self::default();
        let mut there: HashMap<i64, MetAgent> =
            agents.into_iter().map(|agent| (agent.agent_number, agent)).collect();
        for member in members {
            if !member.belongs {
                first.unsent += 1;
                continue;
            }
            let one = (member.agent_number, member.name.clone());
            match there.remove(&member.agent_number) {
                None => first.arriving.add(one),
                Some(agent) if agent.name == member.name => first.matching.add(one),
                Some(agent) => {
                    first.overwritten.add((one.0, format!("{} ({} there)", one.1, agent.name)));
                }
            }
        }
        let mut left: Vec<MetAgent> =
            there.into_values().filter(|agent| agent.unit == ManagementUnit::Arrived).collect();
        left.sort_by_key(|agent| agent.agent_number);
        left.into_iter().for_each(|agent| first.departing.add((agent.agent_number, agent.name)));
        first
    }

    /// How many people would be sent.
    #[must_use]
    pub fn sent(&self) -> i64 {
        self.arriving.count + self.matching.count + self.overwritten.count
    }

    /// Whether the brake would stop the departures and ask.
    #[must_use]
    pub fn stops(&self, brake: Brake) -> bool {
        brake.holds(self.departing.count, self.sent() + self.departing.count)
    }
}

impl Counted {
    fn add(&mut self, one: (i64, String)) {
        self.count += 1;
        if self.named.len() < NAMED_MAX {
            self.named.push(one);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(agent_number: i64, name: &str, belongs: bool) -> Member {
        Member { agent_number, name: name.to_owned(), belongs }
    }

    fn agent(agent_number: i64, name: &str, unit: ManagementUnit) -> MetAgent {
        MetAgent { agent_number, name: name.to_owned(), unit }
    }

    #[test]
    fn each_pair_of_our_people_and_theirs_has_its_place() {
        use ManagementUnit::{Arrived, Departed};
        let members = [
            member(1, "Ana Berg", true),
            member(2, "Bo Dahl", true),
            member(3, "Cai Eide", true),
            member(4, "Dan Foss", false),
            member(5, "Eva Gran", false),
        ];
        let agents = vec![
            agent(2, "Bo Dahl", Departed),
            agent(3, "Somebody Else", Arrived),
            agent(4, "Dan Foss", Arrived),
            agent(9, "Old Hand", Arrived),
            agent(8, "Long Gone", Departed),
        ];
        let first = FirstRun::of(&members, agents);
        let names = |counted: &Counted| -> Vec<String> {
            counted.named.iter().map(|(_, name)| name.clone()).collect()
        };
        assert_eq!(names(&first.arriving), ["Ana Berg"]);
        assert_eq!(names(&first.matching), ["Bo Dahl"]);
        assert_eq!(names(&first.overwritten), ["Cai Eide (Somebody Else there)"]);
        assert_eq!(names(&first.departing), ["Dan Foss", "Old Hand"]);
        assert_eq!((first.unsent, first.sent()), (2, 3));
    }

    #[test]
    fn a_few_are_named_and_all_are_counted() {
        let members: Vec<Member> = (0..50).map(|number| member(number, "Ana Berg", true)).collect();
        let first = FirstRun::of(&members, Vec::new());
        assert_eq!((first.arriving.count, first.arriving.named.len()), (50, NAMED_MAX));
    }

    #[test]
    fn many_strangers_are_stopped_by_the_brake() {
        let brake = Brake { share_percent: 10, floor: 5 };
        let strangers = |count: i64| -> Vec<MetAgent> {
            (0..count).map(|number| agent(number, "Old Hand", ManagementUnit::Arrived)).collect()
        };
        assert!(!FirstRun::of(&[], strangers(5)).stops(brake), "so few may always go");
        assert!(FirstRun::of(&[], strangers(6)).stops(brake));
    }
}

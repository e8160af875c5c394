//! What a role may permit. The names are those that administrators of the ACD and of the WFM know.

/// Something that people may do because of one of their roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// See the schedule in the agent desktop (NICE help, "Set Up Users for IEX WFM Integrated").
    AgentSchedule,
    /// See the schedule in the WFM's own portal for agents, and so here.
    PersonalSchedule,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::AgentSchedule, Self::PersonalSchedule];

    /// Any of these lets people see their own schedule.
    pub const SCHEDULE: [Self; 2] = Self::ALL;

    /// Its name, for people and in storage.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AgentSchedule => "ACD > MAX > Agent Schedule",
            Self::PersonalSchedule => "WFM > MyZone > View Personal Schedule",
        }
    }

    /// The permission of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_is_found_by_its_name() {
        for permission in Permission::ALL {
            assert_eq!(Permission::from_name(permission.name()), Some(permission));
        }
        assert_eq!(Permission::from_name("ACD"), None);
    }
}

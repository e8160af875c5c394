//! Who does not do what is scheduled, and what ACD statuses stand for.

use askama::Template;
use jiff::Timestamp;

use crate::view::badge::Badge;
use crate::view::choice::Choice;
use crate::view::shell::Shell;

/// Who is out of adherence.
#[derive(Clone, Debug, Template)]
#[template(path = "agent/adherence.html", blocks = ["people"])]
pub struct AdherencePage {
    /// The frame.
    pub shell: Shell,
    /// The team that is looked at, by its id; empty for all.
    pub team: String,
    /// All teams.
    pub teams: Vec<Choice>,
    /// The business unit that is looked at, by its id; empty for all.
    pub unit: String,
    /// All business units.
    pub units: Vec<Choice>,
    /// How many people are in adherence.
    pub inside: u64,
    /// How many are out of it, also those that are not shown.
    pub outside: u64,
    /// How many statuses stand for no activity.
    pub unmapped: u64,
    /// Those who are out and were there, longest first.
    pub rows: Vec<OutRow>,
    /// Those who are out because they have not come, longest first.
    pub absent: Vec<OutRow>,
}

impl AdherencePage {
    /// Whether nobody was judged yet.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.inside == 0 && self.outside == 0
    }

    /// How many are out and not shown: more than a page can hold.
    #[must_use]
    pub fn hidden(&self) -> u64 {
        let shown = self.rows.len() + self.absent.len();
        self.outside.saturating_sub(u64::try_from(shown).unwrap_or(u64::MAX))
    }

    /// How many of those who are shown have not come.
    #[must_use]
    pub fn absent_count(&self) -> u64 {
        u64::try_from(self.absent.len()).unwrap_or(u64::MAX)
    }
}

/// A person who is out of adherence.
#[derive(Clone, Debug)]
pub struct OutRow {
    /// The user GUID.
    pub id: String,
    /// First and last name.
    pub name: String,
    /// The team.
    pub team: String,
    /// Why.
    pub reason: Badge,
    /// Since when without a break.
    pub out_since: Timestamp,
    /// What is scheduled; `None` for nothing.
    pub scheduled: Option<String>,
    /// What they do.
    pub actual: String,
    /// Since when it is this against that.
    pub since: Timestamp,
}

/// What statuses stand for.
#[derive(Clone, Debug, Template)]
#[template(path = "agent/status_mapping.html")]
pub struct StatusMappingPage {
    /// The frame.
    pub shell: Shell,
    /// Statuses that stand for no activity.
    pub unmapped: Vec<StatusRow>,
    /// The others, with those that have a meaning of their own.
    pub mapped: Vec<StatusRow>,
    /// The activities that schedules brought.
    pub activities: Vec<ActivityRow>,
    /// What an activity may ask of people: value and words.
    pub kinds: Vec<Choice>,
}

impl StatusMappingPage {
    /// How many statuses stand for no activity.
    #[must_use]
    pub fn unmapped_count(&self) -> u64 {
        u64::try_from(self.unmapped.len()).unwrap_or(u64::MAX)
    }
}

/// A status.
#[derive(Clone, Debug)]
pub struct StatusRow {
    /// Its state, as the form sends it.
    pub state: String,
    /// Its code, as the form sends it; empty without one.
    pub code: String,
    /// What a person reads.
    pub name: String,
    /// How a WFM is told of it in real time.
    pub state_code: String,
    /// What it stands for.
    pub means: Means,
}

/// What a status stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Means {
    /// Nothing yet.
    Nothing,
    /// An activity.
    Activity(String),
    /// Logging in, unless an activity is chosen.
    LoggingIn,
    /// Logging out: never an activity.
    LoggingOut,
}

/// An activity.
#[derive(Clone, Debug)]
pub struct ActivityRow {
    /// Its name.
    pub name: String,
    /// What it asks of people, as the form sends it.
    pub kind: String,
    /// The same in words.
    pub kind_words: String,
}

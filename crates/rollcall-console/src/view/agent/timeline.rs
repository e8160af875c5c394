//! A day of people as lines: what is scheduled, below it what they do, and below that where they are out of
//! adherence. Each line is said in words too.

use askama::Template;

use crate::view::badge::Badge;
use crate::view::choice::Choice;
use crate::view::shell::Shell;
use crate::view::timeline::{Axis, Bar, Look};

/// A person's line.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// What is scheduled.
    pub scheduled: Vec<Bar>,
    /// What they do.
    pub actual: Vec<Bar>,
    /// Where they are out of adherence.
    pub out: Vec<Bar>,
}

impl Line {
    /// All bars.
    pub fn bars(&self) -> impl Iterator<Item = &Bar> {
        self.scheduled.iter().chain(&self.actual).chain(&self.out)
    }
}

/// Which day is shown, and how one gets to others.
#[derive(Clone, Debug)]
pub struct Days {
    /// The date, such as `2026-11-21`.
    pub date: String,
    /// The day before.
    pub previous: String,
    /// The day after; absent where nothing is known of it.
    pub next: Option<String>,
    /// Whether it is today.
    pub is_today: bool,
    /// Whose midnight it is, as a sentence.
    pub zone: String,
}

/// A person's day.
#[derive(Clone, Debug, Template)]
#[template(path = "agent/adherence_person.html", blocks = ["day"])]
pub struct PersonDayPage {
    /// The frame.
    pub shell: Shell,
    /// The user GUID.
    pub id: String,
    /// First and last name.
    pub name: String,
    /// Whether they are in adherence now; absent on other days, and where nobody judged.
    pub present: Option<Badge>,
    /// Which day.
    pub days: Days,
    /// The axis.
    pub axis: Axis,
    /// The line.
    pub line: Line,
    /// What it is made of, for the legend.
    pub looks: Vec<Look>,
    /// The day in a sentence.
    pub says: String,
    /// The day as text.
    pub entries: Vec<Entry>,
}

/// A part of a day in words.
#[derive(Clone, Debug)]
pub struct Entry {
    /// From, by the clock.
    pub from: String,
    /// To, by the clock.
    pub until: String,
    /// What is scheduled, with how it looks; `None` for nothing.
    pub scheduled: Option<(Look, String)>,
    /// What they did; `None` for what is yet to come.
    pub actual: Option<String>,
    /// How it was judged; `None` where nobody did.
    pub judged: Option<Badge>,
}

/// A team's day.
#[derive(Clone, Debug, Template)]
#[template(path = "agent/adherence_team.html", blocks = ["day"])]
pub struct TeamDayPage {
    /// The frame.
    pub shell: Shell,
    /// The team, by its id; empty where there is none.
    pub team: String,
    /// All teams.
    pub teams: Vec<Choice>,
    /// Which day.
    pub days: Days,
    /// The axis.
    pub axis: Axis,
    /// The people of the page.
    pub people: Vec<TeamDayRow>,
    /// What the lines are made of, for the legend.
    pub looks: Vec<Look>,
    /// As many people the team has.
    pub found: u64,
    /// Which page this is, from 0.
    pub page: u64,
    /// Whether there is another page behind it.
    pub has_next: bool,
}

impl TeamDayPage {
    /// Another page, or another day.
    #[must_use]
    pub fn href(&self, date: &str, page: u64) -> String {
        format!("/adherence/day?team={}&date={date}&page={page}", self.team)
    }
}

/// A person of a team.
#[derive(Clone, Debug)]
pub struct TeamDayRow {
    /// The user GUID.
    pub id: String,
    /// First and last name.
    pub name: String,
    /// The day in a sentence.
    pub says: String,
    /// The line.
    pub line: Line,
}

//! A day of people as lines: what is scheduled, below it what they do, and below that where they are out of
//! adherence. Each line is said in words too.

use askama::Template;

use crate::view::badge::Badge;
use crate::view::choice::Choice;
use crate::view::shell::Shell;

/// What all lines of a page have in common, in minutes since midnight.
#[derive(Clone, Debug)]
pub struct Axis {
    /// The left and the right edge.
    pub shown_min: (i64, i64),
    /// Every third hour by the clock.
    pub marks: Vec<i64>,
    /// The time by the clock at the edges.
    pub edges: (String, String),
    /// Now, on today's page.
    pub now: Option<i64>,
}

impl Axis {
    /// The box of a picture: its left edge and its width.
    #[must_use]
    pub fn view_box(&self) -> String {
        let (from, until) = self.shown_min;
        format!("{from} 0 {} 40", until - from)
    }
}

/// A bar of a line, in minutes since midnight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Where it begins.
    pub from: i64,
    /// How long it is.
    pub length: i64,
    /// Its colour.
    pub class: String,
    /// What it says when one points at it.
    pub title: String,
}

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
    /// What is scheduled, with its colour; `None` for nothing.
    pub scheduled: Option<(usize, String)>,
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
    /// What is scheduled on the page, with its colours.
    pub activities: Vec<(usize, String)>,
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

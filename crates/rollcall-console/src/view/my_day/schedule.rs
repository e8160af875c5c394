//! A person's schedule on their own page: now and next, today, and the week. Times are written in the person's own
//! time zone, whatever the browser's is.

use askama::Template;
use jiff::Timestamp;

use crate::view::badge::Badge;
use crate::view::shell::Theme;

/// The part of the page.
#[derive(Clone, Debug, Template)]
#[template(path = "my_day/schedule.html", blocks = ["now", "week"])]
pub struct SchedulePart {
    /// Why nothing is shown, as a sentence or two.
    pub missing: Option<String>,
    /// What is shown otherwise.
    pub plan: Option<Plan>,
}

/// What a person is to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Whether they do it, and since when they do not.
    pub adherence: Option<(Badge, Option<Timestamp>)>,
    /// What is going on, such as `Open until 11:00`.
    pub present: Option<String>,
    /// What comes next, such as `Lunch at 12:00, in 43 min`.
    pub next: Option<String>,
    /// The days of the week, Monday first.
    pub days: Vec<PlanDay>,
    /// The time from midnight, in minutes, that the pictures of all days show.
    pub shown_min: (i64, i64),
    /// When the WFM was last heard.
    pub read_at: Option<Timestamp>,
}

impl Plan {
    /// Today, where it is in the week.
    #[must_use]
    pub fn today(&self) -> Option<&PlanDay> {
        self.days.iter().find(|day| day.is_today)
    }

    /// The box of each day's picture: its left edge and its width.
    #[must_use]
    pub fn view_box(&self) -> String {
        let (from, until) = self.shown_min;
        format!("{from} 0 {} 24", until - from)
    }
}

/// A day of the week.
#[derive(Clone, Debug)]
pub struct PlanDay {
    /// Such as `Mon 23 Nov`.
    pub name: String,
    /// Whether it is today.
    pub is_today: bool,
    /// From when to when, in a few words.
    pub summary: String,
    /// The picture's bars.
    pub bars: Vec<PlanBar>,
    /// The picture's marks: every third hour by the clock, in minutes since midnight went by.
    pub marks: Vec<i64>,
    /// The time by the clock at the picture's edges.
    pub edges: (String, String),
    /// The minutes that went by since midnight; of today only.
    pub now: Option<i64>,
    /// The same as text.
    pub entries: Vec<PlanEntry>,
}

/// A bar of a day's picture, in minutes since midnight went by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanBar {
    /// Where it begins.
    pub from: i64,
    /// How long it is.
    pub length: i64,
    /// Its colour: what has the same name has the same.
    pub colour: usize,
}

/// One line of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanEntry {
    /// When it begins, by the clock.
    pub from: String,
    /// When it is over.
    pub until: String,
    /// What is to be done.
    pub name: String,
    /// Its colour in the picture.
    pub colour: usize,
    /// Whether it goes on now.
    pub is_now: bool,
}

/// The address, shown once to the person who made it.
#[derive(Clone, Debug, Template)]
#[template(path = "my_day/calendar.html")]
pub struct MyCalendarPage {
    /// Colours, from the cookie.
    pub theme: Theme,
    /// The whole address.
    pub address: String,
}

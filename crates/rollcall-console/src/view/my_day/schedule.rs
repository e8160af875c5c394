//! A person's schedule on their own page: now and next, today, and the week. Times are written in the person's own
//! time zone, whatever the browser's is.

use askama::Template;
use jiff::Timestamp;

use crate::view::badge::Badge;
use crate::view::shell::Theme;
use crate::view::timeline::{Axis, Bar, Look};

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
    /// The days of the week, Monday first. Their pictures show the same hours.
    pub days: Vec<PlanDay>,
    /// What the pictures are made of, for the legend.
    pub looks: Vec<Look>,
    /// When the WFM was last heard.
    pub read_at: Option<Timestamp>,
}

impl Plan {
    /// Today, where it is in the week.
    #[must_use]
    pub fn today(&self) -> Option<&PlanDay> {
        self.days.iter().find(|day| day.is_today)
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
    /// The picture's hours, and now.
    pub axis: Axis,
    /// The picture's bars.
    pub bars: Vec<Bar>,
    /// The same as text.
    pub entries: Vec<PlanEntry>,
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
    /// How it looks in the picture.
    pub look: Look,
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

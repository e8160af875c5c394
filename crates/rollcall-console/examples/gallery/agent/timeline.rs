//! Made-up days of people who now and then do not do what is scheduled.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::agent::timeline::{
    Days, Entry, Line, PersonDayPage, TeamDayPage, TeamDayRow,
};
use rollcall_console::view::badge::{Badge, Tone};
use rollcall_console::view::choice::Choice;
use rollcall_console::view::shell::Section;
use rollcall_console::view::timeline::{Bar, Look, looks};

use crate::sample::{axis, clock, name};
use crate::{page, wish};

type Asked = Query<HashMap<String, String>>;

const NOW: i64 = 742;
const SCHEDULED: [(&str, Look, i64, i64); 5] = [
    ("Open", Look::Work, 540, 660),
    ("Break", Look::Break, 660, 675),
    ("Open", Look::Work, 675, 780),
    ("Lunch", Look::Break, 780, 810),
    ("Training on the new telephone system", Look::Meeting, 810, 1_020),
];
const ACTUAL: [(&str, Look, i64, i64); 6] = [
    ("Available", Look::Work, 552, 590),
    ("Inbound contact", Look::Contact, 590, 640),
    ("After contact", Look::After, 640, 652),
    ("Available", Look::Work, 652, 668),
    ("Unavailable: Break", Look::Break, 668, 690),
    ("Inbound contact", Look::Contact, 690, NOW),
];
const OUT: [(&str, i64, i64); 3] =
    [("Not open", 540, 552), ("Does something else", 660, 668), ("Not open", 675, 690)];
const SAYS: &str = "Out of adherence 3 times, 35 min in all; mostly: not open.";

fn days() -> Days {
    Days {
        date: "2026-11-21".into(),
        previous: "2026-11-20".into(),
        next: Some("2026-11-22".into()),
        is_today: true,
        zone: "Times are those of Europe/Berlin.".into(),
    }
}

/// A line in which everything is some minutes later.
fn line(later: i64) -> Line {
    let bar = |(name, look, from, until): &(&str, Look, i64, i64)| Bar {
        from: from + later,
        length: until - from,
        look: *look,
        name: (*name).into(),
        times: format!("{} to {}", clock(from + later), clock(until + later)),
    };
    Line {
        scheduled: SCHEDULED.iter().map(bar).collect(),
        actual: ACTUAL.iter().map(bar).filter(|bar| bar.from + bar.length <= NOW).collect(),
        out: OUT.iter().map(|(why, from, until)| bar(&(*why, Look::Out, *from, *until))).collect(),
    }
}

pub(crate) async fn person(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Adherence, "/employees/3/adherence", &query, &headers);
    let entry =
        |from: i64, until: i64, scheduled: Option<(Look, &str)>, actual: Option<&str>, judged| {
            Entry {
                from: clock(from),
                until: clock(until),
                scheduled: scheduled.map(|(look, name)| (look, name.to_owned())),
                actual: actual.map(str::to_owned),
                judged,
            }
        };
    let well = || Some(Badge::new(Tone::Ok, "In adherence"));
    let (open, pause) = (Some((Look::Work, "Open")), Some((Look::Break, "Break")));
    let entries = vec![
        entry(0, 540, None, Some("Logged out"), well()),
        entry(540, 552, open, Some("Logged out"), Some(Badge::new(Tone::Failed, "Not open"))),
        entry(552, 590, open, Some("Available"), well()),
        entry(590, 640, open, Some("Inbound contact"), well()),
        entry(640, 660, open, Some("After contact"), well()),
        entry(
            660,
            668,
            pause,
            Some("Available"),
            Some(Badge::new(Tone::Attention, "Does something else")),
        ),
        entry(668, 675, pause, Some("Unavailable: Break"), well()),
        entry(
            810,
            1_020,
            Some((Look::Meeting, "Training on the new telephone system")),
            None,
            None,
        ),
    ];
    let is_empty = wish.is("empty");
    let person = PersonDayPage {
        shell: wish.shell,
        id: "3".into(),
        name: name(3),
        present: (!is_empty).then(|| Badge::new(Tone::Ok, "In adherence")),
        days: days(),
        axis: axis(Some(NOW)),
        looks: looks(line(0).bars()),
        line: if is_empty { Line::default() } else { line(0) },
        says: if is_empty { "Nothing is scheduled on this day." } else { SAYS }.into(),
        entries: if is_empty { Vec::new() } else { entries },
    };
    page(if wish.part == "day" { person.as_day().render() } else { person.render() })
}

pub(crate) async fn team(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Adherence, "/adherence/day", &query, &headers);
    let row = |index: usize| TeamDayRow {
        id: index.to_string(),
        name: name(index),
        says: SAYS.into(),
        line: line(i64::try_from(index % 4).unwrap_or(0) * 30 - 30),
    };
    let choice = |value: &str, label: &str| Choice { value: value.into(), label: label.into() };
    let team = TeamDayPage {
        shell: wish.shell,
        team: "1".into(),
        teams: vec![choice("1", "Technical support"), choice("2", "Billing")],
        days: days(),
        axis: axis(Some(NOW)),
        looks: looks(line(0).bars()),
        people: (0..12).map(row).collect(),
        found: 52,
        page: 0,
        has_next: true,
    };
    page(if wish.part == "day" { team.as_day().render() } else { team.render() })
}

//! Made-up days of people who now and then do not do what is scheduled.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::agent::timeline::{
    Axis, Bar, Days, Entry, Line, PersonDayPage, TeamDayPage, TeamDayRow,
};
use rollcall_console::view::badge::{Badge, Tone};
use rollcall_console::view::choice::Choice;
use rollcall_console::view::shell::Section;

use crate::sample::name;
use crate::{page, wish};

type Asked = Query<HashMap<String, String>>;

const NOW: i64 = 742;
const SCHEDULED: [(&str, usize, i64, i64); 5] = [
    ("Open", 0, 540, 660),
    ("Break", 2, 660, 675),
    ("Open", 0, 675, 780),
    ("Lunch", 1, 780, 810),
    ("Training on the new telephone system", 3, 810, 1_020),
];
const ACTUAL: [(&str, &str, i64, i64); 6] = [
    ("Available", "q-wait", 552, 590),
    ("Inbound contact", "q-talk", 590, 640),
    ("After contact", "q-work", 640, 652),
    ("Available", "q-wait", 652, 668),
    ("Unavailable: Break", "q-pause", 668, 690),
    ("Inbound contact", "q-talk", 690, NOW),
];
const OUT: [(&str, i64, i64); 3] =
    [("Not open", 540, 552), ("Does something else", 660, 668), ("Not open", 675, 690)];
const SAYS: &str = "Out of adherence 3 times, 35 min in all; mostly: not open.";

fn axis() -> Axis {
    Axis {
        shown_min: (480, 1_080),
        marks: vec![540, 720, 900],
        edges: ("08:00".into(), "18:00".into()),
        now: Some(NOW),
    }
}

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
    let bar = |title: &str, class: String, from: i64, until: i64| Bar {
        from: from + later,
        length: until - from,
        class,
        title: title.into(),
    };
    Line {
        scheduled: SCHEDULED
            .iter()
            .map(|(name, colour, from, until)| bar(name, format!("c{colour}"), *from, *until))
            .collect(),
        actual: ACTUAL
            .iter()
            .map(|(name, class, from, until)| bar(name, (*class).into(), *from, *until))
            .collect(),
        out: OUT.iter().map(|(why, from, until)| bar(why, "t-out".into(), *from, *until)).collect(),
    }
}

fn clock(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

pub(crate) async fn person(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Adherence, "/employees/3/adherence", &query, &headers);
    let entry =
        |from: i64, until: i64, scheduled: Option<(usize, &str)>, actual: Option<&str>, judged| {
            Entry {
                from: clock(from),
                until: clock(until),
                scheduled: scheduled.map(|(colour, name)| (colour, name.to_owned())),
                actual: actual.map(str::to_owned),
                judged,
            }
        };
    let well = || Some(Badge::new(Tone::Ok, "In adherence"));
    let (open, pause) = (Some((0, "Open")), Some((2, "Break")));
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
        entry(810, 1_020, Some((3, "Training on the new telephone system")), None, None),
    ];
    let is_empty = wish.is("empty");
    let person = PersonDayPage {
        shell: wish.shell,
        id: "3".into(),
        name: name(3),
        present: (!is_empty).then(|| Badge::new(Tone::Ok, "In adherence")),
        days: days(),
        axis: axis(),
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
    let activity = |(name, colour, ..): &(&str, usize, i64, i64)| (*colour, (*name).to_owned());
    let mut activities: Vec<(usize, String)> = SCHEDULED.iter().map(activity).collect();
    activities.sort();
    activities.dedup();
    let team = TeamDayPage {
        shell: wish.shell,
        team: "1".into(),
        teams: vec![choice("1", "Technical support"), choice("2", "Billing")],
        days: days(),
        axis: axis(),
        people: (0..12).map(row).collect(),
        activities,
        found: 52,
        page: 0,
        has_next: true,
    };
    page(if wish.part == "day" { team.as_day().render() } else { team.render() })
}

//! A made-up week of shifts.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::badge::{Badge, Tone};
use rollcall_console::view::my_day::schedule::{
    MyCalendarPage, Plan, PlanDay, PlanEntry, SchedulePart,
};
use rollcall_console::view::shell::Section;
use rollcall_console::view::timeline::{Bar, Look, looks};

use crate::sample::{ago, axis, clock};
use crate::{Wish, page, wish};

/// What a shift is made of: what, its look, from which minute of the day to which.
const SHIFT: [(&str, Look, i64, i64); 6] = [
    ("Open", Look::Work, 540, 660),
    ("Break", Look::Break, 660, 675),
    ("Open", Look::Work, 675, 780),
    ("Lunch", Look::Break, 780, 810),
    ("Training on the new telephone system", Look::Meeting, 810, 900),
    ("Open", Look::Work, 900, 1_050),
];
const NOW: i64 = 742;

pub(crate) fn part(wish: &Wish) -> SchedulePart {
    if wish.is("missing") {
        let missing = "Your schedule is not shown, because user synchronization with the WFM is off. The reason that \
                       was given: The WFM moves to another data centre over the weekend.";
        return SchedulePart { missing: Some(missing.into()), plan: None };
    }
    let is_free = wish.is("free");
    let days = [
        "Mon 16 Nov",
        "Tue 17 Nov",
        "Wed 18 Nov",
        "Thu 19 Nov",
        "Fri 20 Nov",
        "Sat 21 Nov",
        "Sun 22 Nov",
    ];
    let days: Vec<PlanDay> =
        days.iter().enumerate().map(|(index, name)| day(index, name, is_free)).collect();
    let plan = Plan {
        adherence: (!is_free).then(|| {
            (Badge::new(Tone::Attention, "You do something else than scheduled"), Some(ago(300)))
        }),
        present: (!is_free).then(|| "Open until 13:00".into()),
        next: Some(
            if is_free {
                "Open on Mon 23 Nov 09:00, in 1 d 20 h"
            } else {
                "Lunch at 13:00, in 38 min"
            }
            .into(),
        ),
        looks: looks(days.iter().flat_map(|day| &day.bars)),
        days,
        read_at: Some(ago(420)),
    };
    SchedulePart { missing: None, plan: Some(plan) }
}

fn day(index: usize, name: &str, is_free: bool) -> PlanDay {
    let works = index < 5;
    let is_today = index == if is_free { 5 } else { 2 };
    let shift = SHIFT.iter().filter(|_| works);
    PlanDay {
        name: name.into(),
        is_today,
        summary: if works { "09:00 to 17:30" } else { "nothing" }.into(),
        bars: shift
            .clone()
            .map(|(name, look, from, until)| Bar {
                from: *from,
                length: until - from,
                look: *look,
                name: (*name).into(),
                times: format!("{} to {}", clock(*from), clock(*until)),
            })
            .collect(),
        axis: axis(is_today.then_some(NOW)),
        entries: shift
            .map(|(name, look, from, until)| PlanEntry {
                from: clock(*from),
                until: clock(*until),
                name: (*name).into(),
                look: *look,
                is_now: is_today && (*from..*until).contains(&NOW),
            })
            .collect(),
    }
}

pub(crate) async fn address(
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Html<String> {
    let wish = wish(Section::Agents, "/my-day/calendar", &query, &headers);
    let address = "https://rollcall.northwind.example/my-day/calendar/rcs_5c1e9c0f5f0a4d0f5c1e9c0f5f0a4d0f.ics";
    page(MyCalendarPage { theme: wish.shell.theme, address: address.into() }.render())
}

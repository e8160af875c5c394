//! Made-up people who do not do what is scheduled, and what statuses stand for.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::agent::adherence::{
    ActivityRow, AdherencePage, Means, OutRow, StatusMappingPage, StatusRow,
};
use rollcall_console::view::badge::{Badge, Tone};
use rollcall_console::view::choice::Choice;
use rollcall_console::view::shell::Section;

use crate::sample::{ago, name};
use crate::{page, wish};

type Asked = Query<HashMap<String, String>>;

const OUT: [(&str, &str, Tone, &str); 4] = [
    ("Open", "Logged out", Tone::Failed, "Not open"),
    ("Lunch", "Inbound contact", Tone::Attention, "Does something else"),
    (
        "Training with the new colleagues",
        "Unavailable: Golf",
        Tone::Neutral,
        "Status is not mapped",
    ),
    ("", "Available", Tone::Waiting, "Nothing is scheduled"),
];

fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.into(), label: label.into() }
}

pub(crate) async fn people(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Adherence, "/adherence", &query, &headers);
    let row = |index: usize| {
        let (scheduled, actual, tone, why) =
            OUT.get(index % OUT.len()).copied().unwrap_or_default();
        let since = i64::try_from(14 - index).unwrap_or_default() * 190;
        OutRow {
            id: format!("01990f4e-6f0a-7d53-9a51-{index:012}"),
            name: name(index),
            team: "Technical support".into(),
            reason: Badge::new(tone, why),
            out_since: ago(since),
            scheduled: (!scheduled.is_empty()).then(|| scheduled.to_owned()),
            actual: actual.into(),
            since: ago(since / 2),
        }
    };
    let (count, inside) = match (wish.is("empty"), wish.is("well")) {
        (true, _) => (0, 0),
        (_, true) => (0, 214),
        _ => (12, 214),
    };
    let people = AdherencePage {
        shell: wish.shell,
        team: String::new(),
        teams: vec![choice("1", "Billing"), choice("2", "Technical support")],
        unit: String::new(),
        units: vec![choice("1", "Berlin"), choice("2", "Athens")],
        inside,
        outside: u64::try_from(count).unwrap_or_default(),
        unmapped: if count > 0 { 1 } else { 0 },
        rows: (0..count).filter(|index| index % OUT.len() != 0).map(row).collect(),
        absent: (0..count).filter(|index| index % OUT.len() == 0).map(row).collect(),
    };
    page(if wish.part == "people" { people.as_people().render() } else { people.render() })
}

pub(crate) async fn mapping(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::StatusMapping, "/adherence/mapping", &query, &headers);
    let status = |state: &str, code: &str, name: &str, sent: &str, means: Means| StatusRow {
        state: state.into(),
        code: code.into(),
        name: name.into(),
        state_code: sent.into(),
        means,
    };
    let activity = |name: &str, kind: &str, words: &str| ActivityRow {
        name: name.into(),
        kind: kind.into(),
        kind_words: words.into(),
    };
    let is_empty = wish.is("empty");
    let open = || Means::Activity("Open".into());
    let away = "Away: not at work";
    let activities = vec![
        activity("Lunch", "closed", "Closed: at work, not for contacts"),
        activity("Open", "open", "Open: there for contacts"),
        activity("Vacation", "away", away),
    ];
    let mapping = StatusMappingPage {
        shell: wish.shell,
        unmapped: vec![
            status("dialer", "", "Dialer contact", "DIALER", Means::Nothing),
            status("unavailable", "Golf", "Unavailable: Golf", "U:Golf", Means::Nothing),
        ],
        mapped: vec![
            status("available", "", "Available", "AVAILABLE", open()),
            status("inboundContact", "", "Inbound contact", "INBOUND", open()),
            status("unavailable", "", "Unavailable", "UNAVAILABLE", Means::LoggingIn),
            status("loggedOut", "", "Logged out", "LOGGED-OFF", Means::LoggingOut),
        ],
        activities: if is_empty { Vec::new() } else { activities },
        kinds: vec![choice("open", "Open: there for contacts"), choice("away", away)],
    };
    page(mapping.render())
}

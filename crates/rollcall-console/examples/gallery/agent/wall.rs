//! Made-up people at the ACD, and logging one of them out.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::agent::log_out::LogOutPage;
use rollcall_console::view::agent::wall::{AgentCard, AgentGroup, AgentsPage};
use rollcall_console::view::badge::{Badge, Tone};
use rollcall_console::view::choice::Choice;
use rollcall_console::view::shell::Section;

use crate::sample::{ago, name};
use crate::{page, wish};

type Asked = Query<HashMap<String, String>>;

fn group(
    (id, title, tone): (&'static str, &'static str, Tone),
    words: &[&str],
    people: std::ops::Range<usize>,
) -> AgentGroup {
    let card = |(index, word): (usize, &&str)| AgentCard {
        id: format!("01990f4e-6f0a-7d53-9a51-{index:012}"),
        sequence: 7,
        name: name(index),
        state: Badge::new(tone, *word),
        since: ago(i64::try_from(index * 97 % 4_000).unwrap_or_default()),
    };
    let count = u64::try_from(people.len()).unwrap_or_default();
    AgentGroup {
        id,
        name: title,
        tone,
        count,
        people: people.zip(words.iter().cycle()).map(card).collect(),
    }
}

pub(crate) async fn show(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Agents, "/agents", &query, &headers);
    let many = if wish.is("empty") { 0 } else { 1 };
    let groups = vec![
        group(("free", "Free now", Tone::Ok), &["Available"], 0..12 * many),
        group(
            ("contact", "In contact", Tone::Waiting),
            &["Inbound call", "Outbound call", "Inbound message", "Consulting"],
            20..43 * many + 20 * (1 - many),
        ),
        group(
            ("work", "After contact", Tone::Attention),
            &["After contact: Notes"],
            50..50 + 3 * many,
        ),
        group(
            ("away", "Unavailable", Tone::Neutral),
            &["Unavailable: Lunch", "Unavailable", "Unavailable: Training with the new colleagues"],
            60..60 + 9 * many,
        ),
    ];
    let team = |label: &str| Choice { value: label.to_lowercase(), label: label.into() };
    let wall = AgentsPage {
        shell: wish.shell,
        team: String::new(),
        teams: vec![team("Billing"), team("Technical support")],
        groups,
        logged_out: 214,
        hidden: u64::from(query.get("state").is_some_and(|state| state == "many")) * 2_301,
    };
    page(if wish.part == "wall" { wall.as_wall().render() } else { wall.render() })
}

pub(crate) async fn log_out(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Agents, "/employees/3/log-out", &query, &headers);
    let preview = LogOutPage {
        shell: wish.shell,
        id: "3".into(),
        name: "Ingrid Berg-Hansen".into(),
        state: Badge::new(Tone::Waiting, "Inbound call"),
        in_contact: true,
    };
    page(preview.render())
}

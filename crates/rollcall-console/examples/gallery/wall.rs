//! Made-up people at the ACD, and codes.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::agents::{
    AgentCard, AgentGroup, AgentsPage, AtAcd, LogOutPage, PastState,
};
use rollcall_console::view::badge::{Badge, Tone};
use rollcall_console::view::code::{CodeRow, CodesPage, TeamCode, TeamCodesPage};
use rollcall_console::view::day::{
    AgentLinkPage, MyDayPage, MyLinkPage, MySignInPage, StateChoice,
};
use rollcall_console::view::employees::Choice;
use rollcall_console::view::schedule::CalendarAddress;
use rollcall_console::view::shell::Section;
use rollcall_console::view::sign_in::SignInRefusal;
use rollcall_console::view::span::Span;

use crate::sample::{ago, name};
use crate::{page, schedule, wish};

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

pub(crate) async fn wall(Query(query): Asked, headers: HeaderMap) -> Html<String> {
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

/// What the made-up person does.
pub(crate) fn at_acd(active: bool) -> AtAcd {
    if !active {
        let state = Badge::new(Tone::Neutral, "Logged out");
        return AtAcd { state, since: Some(ago(3_000)), ..AtAcd::default() };
    }
    let past = |tone, word: &str, seconds, ms| PastState {
        state: Badge::new(tone, word),
        began_at: ago(seconds),
        lasted: Span(ms),
    };
    AtAcd {
        state: Badge::new(Tone::Neutral, "Unavailable: Lunch"),
        since: Some(ago(600)),
        due: Some((ago(-6_600), "is logged out at".into())),
        next: None,
        log_out_href: Some("/employees/3/log-out".into()),
        past: vec![
            past(Tone::Attention, "After contact: Notes", 640, 40_000),
            past(Tone::Waiting, "Inbound call", 1_020, 380_000),
            past(Tone::Ok, "Available", 1_400, 380_000),
            past(Tone::Neutral, "Unavailable", 1_412, 12_000),
        ],
    }
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

pub(crate) async fn codes(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Codes, "/codes", &query, &headers);
    let row = |name: &str, is_for_work, timeout_min, retired, teams: &[&str]| CodeRow {
        name: name.into(),
        is_for_work,
        timeout_min,
        retired,
        teams: teams.iter().map(ToString::to_string).collect(),
    };
    let all = vec![
        row("Break", false, 30, false, &["Billing", "Retention", "Technical support"]),
        row("Coaching", false, 120, true, &[]),
        row("Lunch", false, 60, false, &["Billing", "Retention"]),
        row("Notes", true, 5, false, &["Technical support"]),
    ];
    let rows = if wish.is("empty") { Vec::new() } else { all };
    page(CodesPage { shell: wish.shell, rows }.render())
}

pub(crate) async fn team_codes(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Teams, "/teams/1/codes", &query, &headers);
    let code = |name: &str, hint: &str, has| TeamCode { name: name.into(), hint: hint.into(), has };
    let codes = vec![
        code("Break", "for being unavailable, 30 minutes at the most", true),
        code("Lunch", "for being unavailable, 60 minutes at the most", true),
        code("Notes", "for work after a contact, 5 minutes at the most", false),
    ];
    let team = TeamCodesPage { shell: wish.shell, id: "1".into(), name: "Billing".into(), codes };
    page(team.render())
}

pub(crate) async fn link(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Employees, "/employees/3/agent-link", &query, &headers);
    let link = AgentLinkPage {
        shell: wish.shell,
        id: "3".into(),
        name: "Ingrid Berg-Hansen".into(),
        address: "https://rollcall.northwind.example/my-day/link/5c1e9c0f5f0a4d0f".into(),
    };
    page(link.render())
}

pub(crate) async fn my_day(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Agents, "/my-day", &query, &headers);
    let logged_in = !wish.is("out");
    let at_acd = at_acd(logged_in);
    let choice = |label: &str| StateChoice {
        value: label.to_lowercase(),
        label: label.into(),
        is_present: label == "Lunch",
    };
    let labels: &[&str] = &["Available", "Unavailable", "Break", "Lunch", "Meeting", "Training"];
    let day = MyDayPage {
        theme: wish.shell.theme,
        name: "Ingrid Berg-Hansen".into(),
        tenant_name: "Northwind Contact Centre".into(),
        csrf: "made-up".into(),
        refusal: wish
            .is("refused")
            .then(|| "The code \"Coaching\" is retired; choose another.".into()),
        state: at_acd.state,
        since: at_acd.since,
        due: at_acd.due.map(|(at, _)| (at, "you are logged out at".into())),
        next: at_acd.next,
        choices: if logged_in {
            labels.iter().map(|label| choice(label)).collect()
        } else {
            Vec::new()
        },
        can_log_out: true,
        past: at_acd.past,
        schedule: schedule::part(&wish),
        calendar: (!wish.is("out"))
            .then(|| CalendarAddress { made_at: ago(400_000), last_used_at: Some(ago(700)) }),
    };
    page(if wish.part == "day" { day.as_day().render() } else { day.render() })
}

pub(crate) async fn my_sign_in(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Agents, "/my-day/sign-in", &query, &headers);
    let refusal = wish.is("wrong").then_some(SignInRefusal::Wrong);
    page(MySignInPage { theme: wish.shell.theme, username: String::new(), refusal }.render())
}

pub(crate) async fn my_link(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Agents, "/my-day/link/x", &query, &headers);
    let link = MyLinkPage {
        theme: wish.shell.theme,
        link: if wish.is("closed") { String::new() } else { "x".into() },
        name: "Ingrid Berg-Hansen".into(),
        username: "ingrid.berg@northwind.example".into(),
        password_min: 10,
        refusal: None,
    };
    page(link.render())
}

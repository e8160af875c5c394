//! One made-up person in each standing.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::calendar::CalendarAddress;
use rollcall_console::view::choice::Choice;
use rollcall_console::view::pager::Pager;
use rollcall_console::view::people::agent_link::AgentLinkPage;
use rollcall_console::view::people::employee::{
    CalendarEndPage, Downstream, EmployeePage, IdentityLink, Lock, SecondaryRole, Value,
};
use rollcall_console::view::people::posting::{Chosen, MovePage};
use rollcall_console::view::shell::Section;
use rollcall_console::view::span::Span;
use rollcall_console::view::standing::Standing;

use crate::sample::{ago, at_acd, history, standing};
use crate::{Wish, page, wish};

fn downstream(wish: &Wish) -> Vec<Downstream> {
    let standing = match wish.state.as_str() {
        "nowhere" => return Vec::new(),
        "waiting" => standing(4),
        "failed" => standing(9),
        "held" => standing(15),
        "not-sent" => standing(17),
        "kept" => standing(13),
        "interval" => standing(11),
        "out" => Standing::Out { since: ago(3_000), after: Some(Span(380)) },
        _ => Standing::InStep { since: ago(5_400), after: Some(Span(412)) },
    };
    let holds = [
        ("uuid", "100203"),
        ("acdLoginId", "100203"),
        ("firstName", "Ingrid"),
        ("lastName", "Berg-Hansen"),
        ("emailAddress", "ingrid.berg@northwind.example"),
        ("agentStateDate", "2026-03-02"),
        ("personalId", "01990f4e-6f0a-7d53-9a51-000000000003"),
        ("externalId", "00u1f9x2k3"),
        ("acdID", "7"),
        ("mu", "1"),
    ];
    vec![Downstream {
        target: "WFM".into(),
        href: "/wfm".into(),
        standing,
        holds: holds.map(|(k, v)| (k.into(), v.into())).into(),
        run_href: Some("/wfm/1/runs/1".into()),
    }]
}

fn values() -> Vec<Value> {
    let lock = || {
        Some(Lock {
            owner: "Okta".into(),
            reason: "Okta manages this person, so only Okta may change this value. Change it there; it arrives here within a second.".into(),
        })
    };
    let value = |field: &str, value: &str, origin: &str, seconds, lock| Value {
        field: field.into(),
        value: value.into(),
        origin: origin.into(),
        since: Some(ago(seconds)),
        lock,
        edit: None,
    };
    vec![
        value("Username", "ingrid.berg@northwind.example", "Okta", 22_000_000, lock()),
        value("First name", "Ingrid", "Okta", 22_000_000, lock()),
        value("Last name", "Berg-Hansen", "Okta", 5_400, lock()),
        value("E-mail", "ingrid.berg@northwind.example", "Okta", 22_000_000, lock()),
        value("Status", "Active", "Okta", 22_000_000, lock()),
        value("External id", "00u1f9x2k3", "Okta", 22_000_000, lock()),
        value("Display name", "", "Rollcall", 22_000_000, None),
        value("Team", "Retention", "Ada Lovelace", 86_400, None),
        value("Primary role", "Agent", "Rollcall", 22_000_000, None),
    ]
}

pub(crate) async fn one(
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Html<String> {
    let wish = wish(Section::Employees, &format!("/employees/{id}"), &query, &headers);
    let active = !wish.is("out");
    let local = wish.is("local");
    let mut values = values();
    if local {
        values.iter_mut().for_each(|v| {
            v.lock = None;
            v.origin = "Ada Lovelace".into();
        });
    }
    let links = IdentityLink {
        source: "Okta".into(),
        external_id: "00u1f9x2k3".into(),
        evidence: "Okta created this person".into(),
        since: ago(22_000_000),
        hidden_at: None,
        removed_at: None,
    };
    let employee = EmployeePage {
        secondary_roles: if local { Vec::new() } else { secondary_roles() },
        more_roles: vec![Choice { value: "3".into(), label: "Back office".into() }],
        groups: if local {
            Vec::new()
        } else {
            vec![("Supervisor".into(), "Okta".into()), ("Billing".into(), "Okta".into())]
        },
        id: "01990f4e-6f0a-7d53-9a51-000000000003".into(),
        name: "Ingrid Berg-Hansen".into(),
        username: "ingrid.berg@northwind.example".into(),
        agent_number: 100_203,
        active,
        status_since: ago(22_000_000),
        business_unit: "Northwind Oslo".into(),
        may_move: !local,
        source: if local { "Local" } else { "Okta" }.into(),
        source_href: (!local).then(|| "/connections/1".into()),
        acd: at_acd(active),
        calendar: active.then(calendar),
        heard: (!local).then(|| (ago(5_400), Span(4))),
        downstream: downstream(&wish),
        values,
        links: if local { Vec::new() } else { vec![links] },
        history: history(5),
        pager: Pager { previous: None, next: Some("?before=5".into()) },
        shell: wish.shell,
    };
    page(match wish.part.as_str() {
        "facts" => employee.as_facts().render(),
        "acd" => employee.as_acd().render(),
        "downstream" => employee.as_downstream().render(),
        "values" => employee.as_values().render(),
        "history" => employee.as_history().render(),
        _ => employee.render(),
    })
}

fn secondary_roles() -> Vec<SecondaryRole> {
    let lock = Lock {
        owner: "Okta".into(),
        reason: "The person is in the group Supervisor of Okta, which gives this role. It goes when they leave the group there.".into(),
    };
    let role = |id: &str, name: &str, origin: &str, lock| SecondaryRole {
        id: id.into(),
        name: name.into(),
        origin: origin.into(),
        lock,
    };
    vec![role("1", "Supervisor", "Okta", Some(lock)), role("2", "Coach", "Local", None)]
}

fn calendar() -> CalendarAddress {
    CalendarAddress { made_at: ago(900_000), last_used_at: Some(ago(1_300)) }
}

pub(crate) async fn end_calendar(
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Html<String> {
    let wish = wish(Section::Employees, "/employees/3/calendar/end", &query, &headers);
    let ending = CalendarEndPage {
        id: "3".into(),
        name: "Ingrid Berg-Hansen".into(),
        calendar: calendar(),
        shell: wish.shell,
    };
    page(ending.render())
}

pub(crate) async fn move_there(
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Html<String> {
    let wish = wish(Section::Employees, "/employees/3/move", &query, &headers);
    let choice = |value: &str, label: &str| Choice { value: value.into(), label: label.into() };
    let nowhere = wish.is("nowhere");
    let choices =
        vec![choice("1", "Northwind Bergen: Sales"), choice("2", "Northwind Bergen: Back office")];
    let chosen = wish.is("chosen").then(|| Chosen {
        team_id: "1".into(),
        team: "Sales".into(),
        business_unit: "Northwind Bergen".into(),
        number: None,
        arrives: Some(("8".into(), "1".into())),
    });
    let moving = MovePage {
        id: "3".into(),
        name: "Ingrid Berg-Hansen".into(),
        agent_number: 100_203,
        business_unit: "Northwind Oslo".into(),
        departs: Some(("7".into(), "2".into())),
        choices: if nowhere { Vec::new() } else { choices },
        chosen,
        shell: wish.shell,
    };
    page(moving.render())
}

pub(crate) async fn agent_link(
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Html<String> {
    let wish = wish(Section::Employees, "/employees/3/agent-link", &query, &headers);
    let link = AgentLinkPage {
        shell: wish.shell,
        id: "3".into(),
        name: "Ingrid Berg-Hansen".into(),
        address: "https://rollcall.northwind.example/my-day/link/5c1e9c0f5f0a4d0f".into(),
        sign_in: "https://rollcall.northwind.example/my-day/sign-in?at=019ab0c1-d2e3-7000-8000-000000000001"
            .into(),
    };
    page(link.render())
}

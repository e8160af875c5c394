//! Teams.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::choice::Choice;
use rollcall_console::view::count::Count;
use rollcall_console::view::people::employee::Lock;
use rollcall_console::view::people::removal::{HindranceRow, Removable, RemovalPage};
use rollcall_console::view::people::team::{
    NewTeamPage, SwitchPage, SwitchedWfm, TeamPage, TeamRow, TeamsPage,
};
use rollcall_console::view::shell::Section;

use crate::{page, wish};

type Asked = Query<HashMap<String, String>>;

pub(crate) async fn list(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Teams, "/teams", &query, &headers);
    let row = |name: &str, active, in_wfm| TeamRow {
        id: name.to_lowercase(),
        name: name.into(),
        business_unit: "Northwind Oslo".into(),
        features: if in_wfm { vec!["WFM Advanced".into()] } else { Vec::new() },
        active: Count::Exact(active),
        in_wfm,
    };
    let all = vec![
        row("Back office", 18, false),
        row("Billing", 64, true),
        row("Retention", 31, true),
        row("Technical support", 1_203, true),
    ];
    let rows = if wish.is("empty") { Vec::new() } else { all };
    page(TeamsPage { shell: wish.shell, rows }.render())
}

pub(crate) async fn switch(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Teams, "/teams", &query, &headers);
    let (in_wfm, is_linked) = (!wish.is("off"), !wish.is("unlinked"));
    page(
        SwitchPage {
            shell: wish.shell,
            id: "1".into(),
            name: "Billing".into(),
            in_wfm,
            active: 64,
            wfm: is_linked.then(|| SwitchedWfm {
                arrived_unit: "1".into(),
                departed_unit: "left".into(),
                when: "within a second",
            }),
        }
        .render(),
    )
}

pub(crate) async fn one(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Teams, "/teams/1", &query, &headers);
    let lock = wish.is("locked").then(|| Lock {
        owner: "Okta".into(),
        reason: "The team is a group of Okta, which names it and says who is in it. Rename the group at Okta, and the team follows.".into(),
    });
    let refusal = wish.is("refused").then(|| {
        "There is a team named Retention in Northwind Oslo already. Choose another name.".into()
    });
    let team = TeamPage {
        shell: wish.shell,
        id: "1".into(),
        name: "Billing".into(),
        business_unit: "Northwind Oslo".into(),
        active: 64,
        in_wfm: true,
        codes: "Break, Lunch, Meeting, Training".into(),
        lock,
        typed: if refusal.is_some() { "Retention" } else { "Billing" }.into(),
        refusal,
    };
    page(team.render())
}

pub(crate) async fn new(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Teams, "/teams/new", &query, &headers);
    let unit = |value: &str, label: &str| Choice { value: value.into(), label: label.into() };
    let refusal = wish.is("refused").then(|| {
        "There is a team named Retention in Northwind Oslo already. Choose another name.".into()
    });
    let form = NewTeamPage {
        name: if wish.is("refused") { "Retention" } else { "" }.into(),
        units: vec![unit("1", "Northwind Oslo"), unit("2", "Northwind Bergen")],
        unit: "1".into(),
        in_wfm: wish.is("refused"),
        refusal,
        shell: wish.shell,
    };
    page(form.render())
}

pub(crate) async fn remove(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Teams, "/teams/1/remove", &query, &headers);
    let row = |says: &str, href: &str, label: &str| HindranceRow {
        says: says.into(),
        way_on: Some((href.into(), label.into())),
    };
    let hindrances = vec![
        row(
            "66 people stand in it, active or not. Move them to another team.",
            "/employees?team=1",
            "See who",
        ),
        row("People whom Okta makes begin in it.", "/connections/1", "The connection"),
        row("The template Billing, nights sets this team.", "/templates/1", "The template"),
    ];
    let removal = RemovalPage {
        kind: Removable::Team,
        id: "1".into(),
        name: "Billing".into(),
        hindrances: if wish.is("hindered") { hindrances } else { Vec::new() },
        shell: wish.shell,
    };
    page(removal.render())
}

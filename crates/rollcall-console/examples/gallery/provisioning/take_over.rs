//! The take-over queue.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::badge::{Badge, Tone};
use rollcall_console::view::provisioning::take_over::{
    Choices, Side, TakeOverPage, TakeOverRow, TakeOversPage,
};
use rollcall_console::view::shell::Section;

use crate::sample::ago;
use crate::{page, wish};

type Asked = Query<HashMap<String, String>>;

pub(crate) async fn list(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::TakeOvers, "/take-overs", &query, &headers);
    let row = |user_name: &str, person: &str, badge| TakeOverRow {
        href: "/take-overs/1/1".into(),
        user_name: user_name.into(),
        connection: "Microsoft Entra ID".into(),
        person: person.into(),
        manager: "Local".into(),
        badge,
        count: 12,
        last_asked_at: ago(600),
    };
    let waits = Badge::new(Tone::Attention, "Waits for you");
    let rejected = Badge::new(Tone::Neutral, "Rejected");
    let all = vec![
        row("ingrid.berg@northwind.example", "Ingrid Berg", waits),
        row("ana.novak@northwind.example", "Ana Novak", rejected),
    ];
    let rows = if wish.is("empty") { Vec::new() } else { all };
    let list = TakeOversPage { shell: wish.shell, rows };
    page(if wish.part == "list" { list.as_list().render() } else { list.render() })
}

pub(crate) async fn one(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::TakeOvers, "/take-overs/1/1", &query, &headers);
    let side = |field, here: &str, claimed: &str| Side {
        field,
        here: here.into(),
        claimed: claimed.into(),
        same: here == claimed,
    };
    let rejected = wish.is("rejected");
    let claim = TakeOverPage {
        href: "/take-overs/1/1".into(),
        user_name: "ingrid.berg@northwind.example".into(),
        connection: "Microsoft Entra ID".into(),
        connection_id: "1".into(),
        employee_id: "1".into(),
        person: "Ingrid Berg".into(),
        manager: wish.is("managed").then(|| "Okta".into()),
        badge: if rejected {
            Badge::new(Tone::Neutral, "Rejected")
        } else {
            Badge::new(Tone::Attention, "Waits for you")
        },
        says: if rejected {
            "It was rejected, and Microsoft Entra ID is refused: another Ingrid Berg."
        } else {
            "Microsoft Entra ID wants to make somebody with this username, which Ingrid Berg has here. It is refused until you decide."
        }
        .into(),
        sides: vec![
            side("Username", "ingrid.berg@northwind.example", "ingrid.berg@northwind.example"),
            side("First name", "Ingrid", "Ingrid"),
            side("Last name", "Berg", "Berg-Lund"),
            side("E-mail", "ingrid.berg@northwind.example", "i.berg@northwind.example"),
            side("External ID", "", "7f1c9a52-0d8e-4c55-9d4e-2f4a7bce31d0"),
        ],
        resource: "{\n  \"active\": true,\n  \"userName\": \"ingrid.berg@northwind.example\"\n}".into(),
        external_id: "7f1c9a52-0d8e-4c55-9d4e-2f4a7bce31d0".into(),
        count: 12,
        asked_at: ago(86_400),
        last_asked_at: ago(600),
        choices: if rejected { Choices::Reopen } else { Choices::Decide },
        shell: wish.shell,
    };
    page(claim.render())
}

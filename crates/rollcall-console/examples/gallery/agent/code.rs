//! Unavailable codes.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::agent::code::{CodeRow, CodesPage, TeamCode, TeamCodesPage};
use rollcall_console::view::shell::Section;

use crate::{page, wish};

type Asked = Query<HashMap<String, String>>;

pub(crate) async fn list(Query(query): Asked, headers: HeaderMap) -> Html<String> {
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

pub(crate) async fn team(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Teams, "/teams/1/codes", &query, &headers);
    let code = |name: &str, hint: &str, has| TeamCode { name: name.into(), hint: hint.into(), has };
    let codes = vec![
        code("Break", "for being unavailable, 30 minutes at the most", true),
        code("Lunch", "for being unavailable, 60 minutes at the most", true),
        code("Notes", "for work after a contact, 5 minutes at the most", false),
    ];
    let team = TeamCodesPage {
        id: "1".into(),
        name: "Billing".into(),
        codes,
        seen: String::new(),
        overtaken: wish.is("overtaken").then(|| "/teams/1/codes".into()),
        shell: wish.shell,
    };
    page(team.render())
}

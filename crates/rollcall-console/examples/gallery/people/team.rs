//! Teams.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::count::Count;
use rollcall_console::view::people::team::{SwitchPage, TeamRow, TeamsPage};
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
    let in_wfm = !wish.is("off");
    page(
        SwitchPage {
            shell: wish.shell,
            id: "1".into(),
            name: "Billing".into(),
            in_wfm,
            active: 64,
        }
        .render(),
    )
}

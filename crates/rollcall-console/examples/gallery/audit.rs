//! A made-up audit.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::audit::{AuditFilter, AuditPage};
use rollcall_console::view::choice::Choice;
use rollcall_console::view::pager::Pager;
use rollcall_console::view::shell::Section;

use crate::sample::history;
use crate::{page, wish};

type Asked = Query<HashMap<String, String>>;

fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.into(), label: label.into() }
}

pub(crate) async fn show(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Audit, "/audit", &query, &headers);
    let get = |name: &str| query.get(name).cloned().unwrap_or_default();
    let filter = AuditFilter {
        actor: get("actor"),
        kind: get("kind"),
        subject: get("subject"),
        from: get("from"),
        to: get("to"),
    };
    let audit = AuditPage {
        filter,
        actors: vec![
            choice("okta", "Okta"),
            choice("ada", "Ada Lovelace"),
            choice("rollcall", "Rollcall"),
        ],
        kinds: vec![
            choice("created", "Joined"),
            choice("changed", "Changed"),
            choice("deactivated", "Deactivated"),
        ],
        entries: if wish.is("empty") { Vec::new() } else { history(25) },
        pager: Pager { previous: None, next: Some("/audit?before=25".into()) },
        shell: wish.shell,
    };
    page(if wish.part == "list" { audit.as_list().render() } else { audit.render() })
}

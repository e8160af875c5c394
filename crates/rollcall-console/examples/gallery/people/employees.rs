//! The list of made-up people.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::choice::Choice;
use rollcall_console::view::count::Count;
use rollcall_console::view::pager::Pager;
use rollcall_console::view::people::employees::{EmployeeFilter, EmployeeRow, EmployeesPage};
use rollcall_console::view::shell::Section;

use crate::sample::row;
use crate::{page, wish};

pub(crate) async fn list(
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Html<String> {
    let wish = wish(Section::Employees, "/employees", &query, &headers);
    let get = |name: &str| query.get(name).cloned().unwrap_or_default();
    let filter = EmployeeFilter {
        search: get("search"),
        status: get("status"),
        team: get("team"),
        source: get("source"),
        step: get("step"),
    };
    let needle = filter.search.to_lowercase();
    let empty = wish.is("empty") || wish.is("nobody");
    let rows: Vec<EmployeeRow> = if empty {
        Vec::new()
    } else {
        (0..50)
            .map(row)
            .filter(|r| needle.is_empty() || r.name.to_lowercase().contains(&needle))
            .collect()
    };
    let list = EmployeesPage {
        matching: if empty { Count::Exact(0) } else { Count::MoreThan(10_000) },
        rows,
        teams: choices(&["Billing", "Technical support", "Retention", "Back office"]),
        sources: choices(&["Okta", "Entra ID", "Local"]),
        pager: Pager { previous: None, next: Some("/employees?after=50".into()) },
        filter,
        shell: wish.shell,
    };
    page(if wish.part == "list" { list.as_list().render() } else { list.render() })
}

fn choices(labels: &[&str]) -> Vec<Choice> {
    labels.iter().map(|l| Choice { value: l.to_lowercase(), label: (*l).into() }).collect()
}

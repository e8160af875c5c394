//! Made-up people.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;
use jiff::{SignedDuration, Timestamp, Unit};

use rollcall_console::view::badge::{Badge, Tone};
use rollcall_console::view::count::Count;
use rollcall_console::view::employees::{
    Choice, EmployeeFilter, EmployeeRow, EmployeesPage, Pager,
};
use rollcall_console::view::shell::Section;
use rollcall_console::view::span::Span;
use rollcall_console::view::standing::Standing;

use crate::{page, wish};

const FIRST: [&str; 12] = [
    "Amara",
    "Jonas",
    "Priya",
    "Mateo",
    "Ingrid",
    "Kwame",
    "Yuki",
    "Léa",
    "Tomasz",
    "Nadia",
    "Oluwaseun",
    "Siobhán",
];
const LAST: [&str; 11] = [
    "Okafor",
    "Lindqvist",
    "Raman",
    "Fernández",
    "Berg",
    "Mensah",
    "Tanaka",
    "Moreau",
    "Kowalski",
    "Haddad",
    "Featherstonehaugh-Wellington",
];

/// A while ago.
pub(crate) fn ago(seconds: i64) -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "the gallery shows made-up times around now")]
    let now = Timestamp::now();
    let then = now.checked_sub(SignedDuration::from_secs(seconds)).unwrap_or(now);
    then.round(Unit::Second).unwrap_or(then)
}

fn pick<'a>(from: &[&'a str], index: usize) -> &'a str {
    from.get(index % from.len()).copied().unwrap_or_default()
}

/// The name of the person with this number.
pub(crate) fn name(index: usize) -> String {
    format!("{} {}", pick(&FIRST, index * 7 + index / 12), pick(&LAST, index * 5 + index / 11))
}

/// Where the person with this number stands.
pub(crate) fn standing(index: usize) -> Standing {
    let since = ago(i64::try_from(index).unwrap_or_default() * 137 + 11);
    match index % 23 {
        4 => Standing::Waiting { since, why: "The WFM has not answered yet.".into() },
        9 => Standing::Failed {
            since,
            why: "The WFM says: external id E-20417 is taken by another agent. Free it there or change it at Okta.".into(),
            attempts: 4,
        },
        15 => Standing::Held {
            since,
            why: "The run would move more than 10 % of all to mu 2.".into(),
            run_href: "/wfm/1/runs/1?state=held".into(),
        },
        17 => Standing::NotSent { why: "The team Back office lacks the feature WFM Advanced.".into() },
        _ => Standing::InStep { since, after: Some((Span(412), "Okta".into())) },
    }
}

/// A row of the list.
pub(crate) fn row(index: usize) -> EmployeeRow {
    let name = name(index);
    let slug: String = name.to_lowercase().replace(' ', ".");
    let active = index % 13 != 12;
    let seconds = i64::try_from(index * index).unwrap_or_default() * 41 + 8;
    EmployeeRow {
        id: format!("01990f4e-6f0a-7d53-9a51-{index:012}"),
        version: u64::from(index == 3) * (ago(0).as_second().unsigned_abs() / 3),
        username: format!("{slug}@northwind.example"),
        name,
        agent_number: 100_200 + u64::try_from(index).unwrap_or_default(),
        team: pick(&["Billing", "Technical support", "Retention", "Back office"], index / 3).into(),
        source: pick(&["Okta", "Okta", "Entra ID", "Local"], index).into(),
        active,
        standing: Some(if active {
            standing(index).badge()
        } else {
            Badge::new(Tone::Neutral, "Out")
        }),
        changed_at: ago(seconds),
    }
}

fn choices(labels: &[&str]) -> Vec<Choice> {
    labels.iter().map(|l| Choice { value: l.to_lowercase(), label: (*l).into() }).collect()
}

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

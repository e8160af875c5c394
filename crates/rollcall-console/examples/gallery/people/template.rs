//! Employee templates.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::audit::{Change, FieldChange};
use rollcall_console::view::badge::{Badge, Tone};
use rollcall_console::view::choice::Choice;
use rollcall_console::view::people::employees::EmployeeFilter;
use rollcall_console::view::people::template::{
    ApplyPage, ApplyRow, FieldRow, Progress, RoleChoice, TemplatePage, TemplateRemovalPage,
    TemplateRow, TemplatesPage,
};
use rollcall_console::view::shell::Section;

use crate::sample::ago;
use crate::{page, wish};

type Asked = Query<HashMap<String, String>>;

fn choices(names: &[&str]) -> Vec<Choice> {
    names.iter().map(|name| Choice { value: (*name).into(), label: (*name).into() }).collect()
}

pub(crate) async fn list(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Templates, "/templates", &query, &headers);
    let row = |name: &str, sets: &[&'static str], clears: &[&'static str]| TemplateRow {
        id: name.into(),
        name: name.into(),
        sets: sets.into(),
        clears: clears.into(),
        changed_at: ago(86_400),
    };
    let all = vec![
        row("Back office", &["Team"], &[]),
        row("Night shift", &["Team", "Primary role", "Time zone", "Type"], &["Mobile number"]),
    ];
    let rows = if wish.is("empty") { Vec::new() } else { all };
    page(TemplatesPage { shell: wish.shell, rows }.render())
}

pub(crate) async fn one(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Templates, "/templates/1", &query, &headers);
    let field = |name, label, does, value: &str, choices: &[&str]| FieldRow {
        name,
        label,
        does,
        clearable: name != "team" && name != "primary_role",
        value: value.into(),
        choices: self::choices(choices),
        example: "",
    };
    let role = |name: &str, is_on| RoleChoice { id: name.into(), name: name.into(), is_on };
    let refusal =
        wish.is("refused").then(|| "\"Atlantis\" is no time zone of the IANA database.".into());
    let template = TemplatePage {
        id: Some("1".into()),
        version: 1,
        name: "Night shift".into(),
        fields: vec![
            field("team", "Team", "set", "Nights", &["Default team", "Nights"]),
            field("primary_role", "Primary role", "ignore", "", &["Agent", "Supervisor"]),
            field("time_zone", "Time zone", "set", "Europe/Athens", &[]),
            field("mobile_number", "Mobile number", "clear", "", &[]),
        ],
        roles_do: "set",
        roles: vec![role("Coach", true), role("Quality", false), role("Supervisor", false)],
        progress: wish.is("running").then(|| Progress {
            badge: Badge::new(Tone::Waiting, "Under way"),
            says: "400 of 1,316 people looked at, 120 changed.".into(),
            total: 1_316,
            looked: 400,
            started_at: ago(3),
        }),
        refusal,
        shell: wish.shell,
    };
    page(if wish.part == "progress" { template.as_progress().render() } else { template.render() })
}

pub(crate) async fn remove(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let shell = wish(Section::Templates, "/templates/1/remove", &query, &headers).shell;
    page(TemplateRemovalPage { shell, id: "1".into(), name: "Night shift".into() }.render())
}

pub(crate) async fn apply(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Templates, "/templates/1/apply", &query, &headers);
    let change = |field: &str, before: Option<&str>, after: &str| FieldChange {
        field: field.into(),
        change: Change::Value { before: before.map(Into::into), after: Some(after.into()) },
    };
    let row = |name: &str, kept: Vec<String>| ApplyRow {
        id: name.into(),
        name: name.into(),
        changes: vec![
            change("Team", Some("Default team"), "Nights"),
            change("Type", None, "Contractor"),
        ],
        kept,
    };
    let is_empty = wish.is("empty");
    let rows = vec![
        row("Ingrid Berg", Vec::new()),
        row("Ana Novak", vec!["Time zone: Okta wrote it".into()]),
    ];
    let apply = ApplyPage {
        id: "1".into(),
        version: 1,
        name: "Night shift".into(),
        filter: EmployeeFilter::default(),
        teams: choices(&["Default team", "Nights"]),
        sources: choices(&["Local", "Okta"]),
        people: 1_316,
        changing: if is_empty { 0 } else { 1_204 },
        keeping: u64::from(!is_empty),
        fields: if is_empty { Vec::new() } else { vec![("Team", 1_200), ("Type", 1_204)] },
        rows: if is_empty { Vec::new() } else { rows },
        more: if is_empty { 0 } else { 1_202 },
        shell: wish.shell,
    };
    page(apply.render())
}

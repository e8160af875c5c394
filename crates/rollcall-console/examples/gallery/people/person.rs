//! Forms for people: somebody new, the values of somebody who is here, and switching one off and on.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::choice::Choice;
use rollcall_console::view::people::person::{
    ChosenField, PersonFormPage, PersonStatusPage, Told, TypedField,
};
use rollcall_console::view::shell::Section;

use crate::{page, wish};

fn field(name: &'static str, label: &'static str, value: &str) -> TypedField {
    TypedField { name, label, value: value.into(), hint: String::new(), required: false }
}

fn profile() -> Vec<TypedField> {
    vec![
        TypedField {
            hint: "In the form of an e-mail address, and nobody else's in this tenant.".into(),
            required: true,
            ..field("user_name", "Username", "scim-key@northwind.example")
        },
        TypedField { required: true, ..field("first_name", "First name", "SCIM") },
        TypedField { required: true, ..field("last_name", "Last name", "Access key") },
        TypedField {
            hint: "Several people may share one.".into(),
            required: true,
            ..field("email", "E-mail", "it@northwind.example")
        },
    ]
}

fn chosen(name: &'static str, label: &'static str, choices: &[&str]) -> ChosenField {
    let choice = |label: &&str| Choice { value: (*label).into(), label: (*label).into() };
    ChosenField { name, label, choices: choices.iter().map(choice).collect(), value: String::new() }
}

pub(crate) async fn new(
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Html<String> {
    let wish = wish(Section::Employees, "/employees/new", &query, &headers);
    let refused = wish.is("refused");
    let form = PersonFormPage {
        person: None,
        version: String::new(),
        owner: None,
        refusal: refused.then(|| "User name \"scim-key@northwind.example\" is taken.".to_owned()),
        fields: profile(),
        chosen: vec![
            chosen("team", "Team", &["Sales", "Support"]),
            chosen("primary_role", "Primary role", &["Agent", "Supervisor"]),
        ],
        shell: wish.shell,
    };
    page(form.render())
}

pub(crate) async fn values(
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Html<String> {
    let wish = wish(Section::Employees, "/employees/3/values", &query, &headers);
    let managed = wish.is("managed");
    let mut fields = if managed { Vec::new() } else { profile() };
    let hint = "Okta may send it too: what it states at its next change counts.";
    fields.push(TypedField {
        hint: if managed { hint.into() } else { String::new() },
        ..field("display_name", "Display name", "Ingrid Berg-Hansen")
    });
    fields.push(field("mobile_number", "Mobile number", "+47 900 00 000"));
    fields.push(field("time_zone", "Time zone", "Europe/Oslo"));
    let form = PersonFormPage {
        person: Some(("3".into(), "Ingrid Berg-Hansen".into())),
        version: "4".into(),
        owner: managed.then(|| "Okta".into()),
        refusal: None,
        fields,
        chosen: vec![chosen(
            "login_authenticator",
            "Login authenticator",
            &["The tenant's usual way", "Password"],
        )],
        shell: wish.shell,
    };
    page(form.render())
}

pub(crate) async fn status(
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Html<String> {
    let wish = wish(Section::Employees, "/employees/3/status", &query, &headers);
    let active = !wish.is("out");
    let status = PersonStatusPage {
        id: "3".into(),
        name: "Ingrid Berg-Hansen".into(),
        active,
        owner: wish.is("managed").then(|| "Okta".into()),
        agent_number: 100_203,
        calendar: active,
        told: vec![Told {
            acd_id: "7".into(),
            unit: if active { "2" } else { "1" }.into(),
            when: "within a second",
        }],
        shell: wish.shell,
    };
    page(status.render())
}

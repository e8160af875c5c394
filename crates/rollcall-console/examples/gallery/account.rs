//! The Account settings.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::account::{AccountPage, Overtaken, Switch};
use rollcall_console::view::choice::Choice;
use rollcall_console::view::shell::Section;

use crate::sample::ago;
use crate::{page, wish};

type Asked = Query<HashMap<String, String>>;

fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.into(), label: label.into() }
}

pub(crate) async fn show(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Account, "/account", &query, &headers);
    let switch = |name: &str, label: &str, sent_as: &str, is_on| Switch {
        name: name.into(),
        label: label.into(),
        sent_as: sent_as.into(),
        in_extension: false,
        is_on,
    };
    let has_default_role = !wish.is("missing");
    let account = AccountPage {
        attributes: vec![
            switch("display_name", "Display name", "displayName", true),
            switch("middle_name", "Middle name", "name.middleName", false),
            switch("mobile_number", "Mobile number", "phoneNumbers[type eq \"mobile\"]", true),
            switch("time_zone", "Time zone", "timezone", false),
        ],
        roles: vec![choice("Agent", "Agent"), choice("Supervisor", "Supervisor")],
        default_role: if has_default_role { "Agent" } else { "Trainee" }.into(),
        role: if wish.is("overtaken") { "Supervisor" } else { "Agent" }.into(),
        attributes_seen: String::new(),
        role_seen: String::new(),
        overtaken: wish.is("overtaken").then_some(Overtaken::Attributes),
        make_role_href: "/roles/new".into(),
        has_default_role,
        refused: (!has_default_role).then(|| (18, ago(4_000))),
        shell: wish.shell,
    };
    page(account.render())
}

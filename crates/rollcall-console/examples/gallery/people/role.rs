//! Roles.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::people::role::{
    NewRolePage, PermissionSwitch, RolePage, RoleRow, RolesPage,
};
use rollcall_console::view::shell::Section;

use crate::{page, wish};

type Asked = Query<HashMap<String, String>>;

pub(crate) async fn list(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Roles, "/roles", &query, &headers);
    let overtaken = wish.is("overtaken");
    let row = |name: &str, people, on: [bool; 2]| RoleRow {
        id: name.into(),
        name: name.into(),
        people,
        seen: String::new(),
        overtaken: overtaken && name == "Manager",
        permissions: vec![
            PermissionSwitch {
                key: "agentSchedule",
                name: "ACD > MAX > Agent Schedule",
                is_on: on[0],
            },
            PermissionSwitch {
                key: "personalSchedule",
                name: "WFM > MyZone > View Personal Schedule",
                is_on: on[1],
            },
        ],
    };
    let rows = vec![
        row("Agent", 1_204, [true, false]),
        row("Manager", 31, [true, true]),
        row("Recording reviewer, external", 4, [false, false]),
    ];
    let rows = if wish.is("empty") { Vec::new() } else { rows };
    page(RolesPage { shell: wish.shell, rows }.render())
}

pub(crate) async fn one(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Roles, "/roles/1", &query, &headers);
    let role = RolePage {
        shell: wish.shell,
        id: "1".into(),
        name: "Agent".into(),
        people: 1_310,
        is_default: true,
        lock: None,
        typed: "Agent".into(),
        refusal: None,
    };
    page(role.render())
}

pub(crate) async fn new(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Roles, "/roles/new", &query, &headers);
    let missing = wish.is("missing").then(|| "Trainee".to_owned());
    let form = NewRolePage {
        shell: wish.shell,
        name: missing.clone().unwrap_or_default(),
        missing,
        refusal: None,
    };
    page(form.render())
}

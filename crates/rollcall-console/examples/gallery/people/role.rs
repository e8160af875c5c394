//! Roles.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::people::role::{PermissionSwitch, RoleRow, RolesPage};
use rollcall_console::view::shell::Section;

use crate::{page, wish};

type Asked = Query<HashMap<String, String>>;

pub(crate) async fn list(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Roles, "/roles", &query, &headers);
    let row = |name: &str, people, on: [bool; 2]| RoleRow {
        id: name.into(),
        name: name.into(),
        people,
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

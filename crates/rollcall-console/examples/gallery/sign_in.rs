//! The pages before anybody is known.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::shell::Section;
use rollcall_console::view::sign_in::{SetUpPage, SetUpState, SignInPage, SignInRefusal};

use crate::{page, wish};

type Asked = Query<HashMap<String, String>>;

pub(crate) async fn show(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Overview, "/", &query, &headers);
    let refusal = match wish.state.as_str() {
        "wrong" => Some(SignInRefusal::Wrong),
        "throttled" => Some(SignInRefusal::Throttled { retry_after_seconds: 30 }),
        "expired" => Some(SignInRefusal::Expired),
        _ => None,
    };
    let username = if refusal.is_some() { "ada@northwind.example".into() } else { String::new() };
    let is_new = wish.is("new");
    page(
        SignInPage { theme: wish.shell.theme, username, next: "/".into(), refusal, is_new }
            .render(),
    )
}

pub(crate) async fn set_up(
    Path(token): Path<String>,
    Query(query): Asked,
    headers: HeaderMap,
) -> Html<String> {
    let wish = wish(Section::Overview, "/", &query, &headers);
    let refusals =
        if wish.is("refused") { vec!["The two passwords differ.".into()] } else { Vec::new() };
    let open = SetUpState::Open {
        token,
        tenant_name: "Northwind".into(),
        username: String::new(),
        password_min: 10,
        refusals,
    };
    let state = if wish.is("closed") { SetUpState::Closed } else { open };
    page(SetUpPage { theme: wish.shell.theme, state }.render())
}

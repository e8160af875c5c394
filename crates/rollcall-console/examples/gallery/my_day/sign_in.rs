//! How people come to their own page.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::my_day::day::{MyLinkPage, MySignInPage};
use rollcall_console::view::shell::Section;
use rollcall_console::view::sign_in::SignInRefusal;

use crate::{page, wish};

type Asked = Query<HashMap<String, String>>;

pub(crate) async fn show(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Agents, "/my-day/sign-in", &query, &headers);
    let refusal = wish.is("wrong").then_some(SignInRefusal::Wrong);
    let sign_in = MySignInPage {
        theme: wish.shell.theme,
        username: String::new(),
        at: String::new(),
        refusal,
    };
    page(sign_in.render())
}

pub(crate) async fn link(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Agents, "/my-day/link/x", &query, &headers);
    let link = MyLinkPage {
        theme: wish.shell.theme,
        link: if wish.is("closed") { String::new() } else { "x".into() },
        name: "Ingrid Berg-Hansen".into(),
        username: "ingrid.berg@northwind.example".into(),
        password_min: 10,
        refusal: None,
    };
    page(link.render())
}

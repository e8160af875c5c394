//! Receivers of security events.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;
use rollcall_console::view::badge::{Badge, Tone};
use rollcall_console::view::provisioning::receiver::{
    NewReceiverPage, ReceiverEnd, ReceiverEndPage, ReceiverKind, ReceiverMadePage, ReceiverPage,
    ReceiverRow, ReceiversPage,
};
use rollcall_console::view::shell::{Section, Shell};

use crate::sample::ago;
use crate::{page, wish};

type Asked = Query<HashMap<String, String>>;

const BASE: &str = "https://rollcall.northwind.example";
const EVENTS: [(&str, &str); 4] = [
    ("prov:create:full", "a person or group is new, with all values"),
    ("prov:patch:full", "one changed, with the new values"),
    ("prov:deactivate", "a person was deactivated"),
    ("prov:delete", "a person or group was deleted"),
];

fn rows() -> Vec<ReceiverRow> {
    let asks = ReceiverRow {
        id: "1".into(),
        name: "Audit vault".into(),
        kind: ReceiverKind::Poll,
        address: format!("{BASE}/scim/v2/Events/01990f4e-6f0a-7d53-9a51-2f4a7bce31d0"),
        badge: Badge::new(Tone::Ok, "On"),
        says: "It asks for its events.".into(),
        off_since: None,
        missed: None,
        waiting: "0".into(),
        last_success: Some(ago(14)),
        last_failure: None,
    };
    let fails = ReceiverRow {
        id: "2".into(),
        name: "Badge office".into(),
        kind: ReceiverKind::Push,
        address: "https://badges.northwind.example/events".into(),
        badge: Badge::new(Tone::Failed, "Not told"),
        says: "It answered 503. It is tried again, and what comes behind waits.".into(),
        waiting: "1,204".into(),
        missed: Some((ago(900_000), Some(ago(700_000)))),
        last_success: Some(ago(4_000)),
        last_failure: Some((ago(40), "it answered 503".into())),
        ..asks.clone()
    };
    let off = ReceiverRow {
        id: "3".into(),
        name: "Data warehouse".into(),
        badge: Badge::new(Tone::Attention, "Off"),
        says: "An administrator switched it off.".into(),
        off_since: Some(ago(90_000)),
        missed: Some((ago(90_400), None)),
        last_failure: Some((ago(95_000), "it could not use an event: jws".into())),
        ..asks.clone()
    };
    vec![asks, fails, off]
}

fn one(query: &HashMap<String, String>) -> ReceiverRow {
    let wanted = match query.get("state").map(String::as_str) {
        Some("failed") => "2",
        Some("off") => "3",
        _ => "1",
    };
    rows().into_iter().find(|row| row.id == wanted).unwrap_or_else(|| rows().swap_remove(0))
}

fn frame(path: &str, query: &HashMap<String, String>, headers: &HeaderMap) -> Shell {
    wish(Section::Receivers, path, query, headers).shell
}

pub(crate) async fn list(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Receivers, "/receivers", &query, &headers);
    let rows = if wish.is("empty") { Vec::new() } else { rows() };
    page(ReceiversPage { shell: wish.shell, rows, may_add: true }.render())
}

pub(crate) async fn show(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let shown = ReceiverPage {
        shell: frame("/receivers/1", &query, &headers),
        receiver: one(&query),
        audience: "https://vault.northwind.example".into(),
        issuer: format!("{BASE}/scim/v2"),
        keys_url: format!("{BASE}/.well-known/jwks.json"),
        made_at: ago(3_000_000),
        events: EVENTS.iter().map(|(name, meaning)| ((*name).into(), *meaning)).collect(),
    };
    page(shown.render())
}

pub(crate) async fn new(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Receivers, "/receivers/new", &query, &headers);
    let events = EVENTS.iter().map(|(name, meaning)| ((*name).into(), *meaning, true)).collect();
    let form = NewReceiverPage {
        refusal: wish
            .is("refused")
            .then(|| "The endpoint is an address that begins with https://.".into()),
        is_push: wish.is("refused"),
        shell: wish.shell,
        events,
        ..NewReceiverPage::default()
    };
    page(form.render())
}

pub(crate) async fn made(headers: HeaderMap) -> Html<String> {
    let row = one(&HashMap::new());
    let made = ReceiverMadePage {
        shell: frame("/receivers", &HashMap::new(), &headers),
        id: row.id,
        name: row.name,
        secret: "rce_6a2f9e0d41c7b35880fe12a9d3c46b7e5f01928a6cb4d7e3f50918273645aabb".into(),
        address: row.address,
        keys_url: format!("{BASE}/.well-known/jwks.json"),
    };
    page(made.render())
}

async fn end(query: HashMap<String, String>, headers: HeaderMap, end: ReceiverEnd) -> Html<String> {
    let shell = frame("/receivers/1/end", &query, &headers);
    page(ReceiverEndPage { shell, receiver: one(&query), end }.render())
}

pub(crate) async fn off(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    end(query, headers, ReceiverEnd::Off).await
}

pub(crate) async fn remove(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    end(query, headers, ReceiverEnd::Removal).await
}

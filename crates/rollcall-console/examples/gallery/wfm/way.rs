//! Linking a business unit, and changing how its WFM is reached: blank, refused, tried.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::choice::Choice;
use rollcall_console::view::shell::Section;
use rollcall_console::view::wfm::way::{
    Counted, FirstRun, LinkNewPage, Tried, WayFields, WayPage, WayRefusal,
};

use crate::sample::name;
use crate::{Wish, page, wish};

fn counted(count: u64, from: usize) -> Counted {
    let named = usize::try_from(count.min(5)).unwrap_or_default();
    let names = (from..from + named).map(|index| format!("{} ({})", name(index), 100_001 + index));
    Counted { count, names: names.collect() }
}

fn fields(transport: &str) -> WayFields {
    WayFields {
        transport: transport.into(),
        url: "https://iex.northwind.example/api".into(),
        client_id: "rollcall".into(),
        host: "files.northwind.example".into(),
        port: "22".into(),
        path: "/in/4472".into(),
        user: "rollcall".into(),
        region: "us-east-1".into(),
        ..WayFields::default()
    }
}

fn tried() -> Tried {
    Tried {
        way: "HTTP, at".into(),
        address: "https://iex.northwind.example/api".into(),
        total: Some(61),
        unseen: 0,
        strangers: 2,
        ticket: "v1:made:up".into(),
    }
}

fn first_run(wish: &Wish) -> FirstRun {
    let calm = wish.is("calm");
    FirstRun {
        arriving: counted(182, 0),
        matching: counted(if calm { 0 } else { 41 }, 20),
        overwritten: counted(if calm { 0 } else { 2 }, 30),
        departing: counted(if calm { 0 } else { 18 }, 40),
        unsent: 14,
        stops: !calm,
        share_percent: 10,
        units: ("1".into(), "2".into()),
    }
}

fn refusal() -> WayRefusal {
    WayRefusal {
        what: "The server's key is not the one that was given, so it was told nothing. It showed:"
            .into(),
        way_on: "Compare this with what the server's people say (ssh-keygen -lf on its public key). If it is the same, \
                 copy it into the field."
            .into(),
        host_key: Some("SHA256:uNiVztksCsDhcc0u9e8BrwQXVUpKZIDTMczCvj3tD2s".into()),
    }
}

pub(crate) async fn new(
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Html<String> {
    let wish = wish(Section::Wfm, "/wfm/new", &query, &headers);
    let (refused, blank) = (wish.is("refused"), wish.is(""));
    let tries = wish.is("tried") || wish.is("calm");
    let link = LinkNewPage {
        units: if wish.is("none") {
            Vec::new()
        } else {
            vec![Choice { value: "1".into(), label: "Northwind Bergen".into() }]
        },
        unit: "1".into(),
        unit_name: "Northwind Bergen".into(),
        acd_id: if blank { String::new() } else { "4472".into() },
        fields: if blank {
            WayFields { transport: "http".into(), ..WayFields::default() }
        } else {
            fields(if refused { "sftp" } else { "http" })
        },
        refusal: refused.then(refusal),
        trial: tries.then(|| (tried(), first_run(&wish))),
        shell: wish.shell,
    };
    page(link.render())
}

pub(crate) async fn change(
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Html<String> {
    let wish = wish(Section::Wfm, "/wfm/1/way", &query, &headers);
    let way = WayPage {
        link_href: "/wfm/1".into(),
        link: "IEX WFM 4471".into(),
        business_unit: "Northwind Oslo".into(),
        fields: WayFields { keeps_secret: true, ..fields("http") },
        refusal: wish.is("refused").then(|| WayRefusal {
            what: "The WFM refuses the credentials: it answered 401 invalid_client.".into(),
            way_on: "Check the name and the secret; the people of the WFM give them out.".into(),
            host_key: None,
        }),
        tried: wish.is("tried").then(tried),
        shell: wish.shell,
    };
    page(way.render())
}

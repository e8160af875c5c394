//! SCIM connections, their tokens, their journal and their set-up.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::badge::{Badge, Tone};
use rollcall_console::view::choice::Choice;
use rollcall_console::view::count::Count;
use rollcall_console::view::provisioning::connection::ConnectionPage;
use rollcall_console::view::provisioning::connections::{
    ConnectionRow, ConnectionsPage, NewConnectionPage,
};
use rollcall_console::view::provisioning::guide::{AttributeRow, GuidePage, Step};
use rollcall_console::view::provisioning::journal::{JournalPage, RequestRow};
use rollcall_console::view::provisioning::removal::RemovalPage;
use rollcall_console::view::provisioning::token::{RevokePage, TokenRow, TokenState};
use rollcall_console::view::provisioning::way::Ways;
use rollcall_console::view::shell::{Notice, Section};

use crate::sample::ago;
use crate::{page, wish};

type Asked = Query<HashMap<String, String>>;

fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.into(), label: label.into() }
}

pub(crate) async fn removal(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Connections, "/connections/1/remove", &query, &headers);
    let removal = RemovalPage {
        id: "1".into(),
        name: "Okta".into(),
        people: 1_316,
        named: vec![("1".into(), "Ingrid Berg".into()), ("2".into(), "Ana Novak".into())],
        more: 1_314,
        groups: 12,
        live_tokens: 1,
        live_others: 1,
        shell: wish.shell,
    };
    page(removal.render())
}

fn request(seconds: i64, what: (&str, &str), status: u16, did: &str) -> RequestRow {
    let tone = if status < 300 { Tone::Ok } else { Tone::Attention };
    RequestRow {
        key: seconds.to_string(),
        at: ago(seconds),
        method: what.0.into(),
        target: what.1.into(),
        badge: Badge::new(tone, status.to_string()),
        did: did.into(),
        why: None,
        href: None,
        took: "< 1 ms".into(),
        client: "Okta SCIM Client 1.0.0".into(),
        sent: None,
        ignored: Vec::new(),
    }
}

fn requests() -> Vec<RequestRow> {
    let refused = RequestRow {
        why: Some("Another user has the userName \"ana.novak@example.com\".".into()),
        sent: Some("{\"userName\":\"ana.novak@example.com\",\"name\":{\"givenName\":\"Ana\",\"familyName\":\"Novak\"},\"password\":\"(not shown)\"}".into()),
        ignored: vec!["password".into()],
        ..request(95, ("POST", "/Users"), 409, "Refused")
    };
    vec![
        RequestRow {
            href: Some("/employees/1".into()),
            ..request(
                4,
                ("PATCH", "/Users/019ab0c1-d2e3-7000-8000-000000000a00"),
                200,
                "Changed the user",
            )
        },
        request(
            31,
            ("GET", "/Users?filter=userName eq \"ingrid.berg@example.com\"&startIndex=1&count=100"),
            200,
            "Found 1",
        ),
        refused,
        request(96, ("GET", "/ServiceProviderConfig"), 200, "Read"),
    ]
}

pub(crate) async fn journal(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Connections, "/connections/1/requests", &query, &headers);
    let is_empty = wish.is("empty");
    let journal = JournalPage {
        id: "1".into(),
        name: "Okta".into(),
        shown: rollcall_console::view::provisioning::journal::Shown::All,
        rows: if is_empty { Vec::new() } else { requests() },
        ignored: if is_empty {
            Vec::new()
        } else {
            vec![("nickName".into(), 1_204), ("password".into(), 18)]
        },
        shell: wish.shell,
    };
    page(journal.render())
}

pub(crate) async fn guide(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Connections, "/connections/1/setup", &query, &headers);
    let is_empty = wish.is("empty");
    let step = |place, act: &str| Step { place, act: act.into(), copy: None };
    let attribute = |sent_as: &str, label: &str, tone, word: &str, says| AttributeRow {
        sent_as: sent_as.into(),
        label: label.into(),
        badge: Badge::new(tone, word),
        says,
    };
    let guide = GuidePage {
        id: "1".into(),
        name: "Okta".into(),
        provider: "Okta".into(),
        agent_urn: "urn:rollcall:params:scim:schemas:extension:agent:2.0:User",
        steps: vec![
            step(
                "Applications",
                "Open your app integration. On General, set Provisioning to SCIM.",
            ),
            Step {
                place: "SCIM connector base URL",
                act: String::new(),
                copy: Some("https://rollcall.example.com/scim/v2".into()),
            },
            step(
                "Authentication Mode",
                "HTTP Header, with a token of this connection as Authorization.",
            ),
        ],
        try_it: "Press Test Connector Configuration in Okta.",
        has_token: !is_empty,
        rows: if is_empty { Vec::new() } else { requests() },
        attributes: vec![
            attribute(
                "userName",
                "Username",
                Tone::Ok,
                "Taken",
                "Required. Only the identity provider changes it.",
            ),
            attribute(
                "displayName",
                "Display name",
                Tone::Neutral,
                "Off",
                "Ignored and counted until it is switched on in the Account settings.",
            ),
        ],
        shell: wish.shell,
    };
    page(guide.render())
}

pub(crate) async fn list(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Connections, "/connections", &query, &headers);
    let row = |id: &str, name: &str, badge, live_tokens, used: Option<i64>, people| ConnectionRow {
        id: id.into(),
        name: name.into(),
        dialect: name.into(),
        badge,
        live_tokens,
        last_used: used.map(ago),
        people: Count::Exact(people),
    };
    let all = vec![
        row("1", "Okta", Badge::new(Tone::Ok, "Healthy"), 1, Some(12), 152),
        row(
            "2",
            "Microsoft Entra ID",
            Badge::new(Tone::Attention, "Token expires"),
            1,
            Some(340),
            48,
        ),
        row("3", "Any other", Badge::new(Tone::Neutral, "Never used"), 0, None, 0),
    ];
    let rows = if wish.is("empty") { Vec::new() } else { all };
    let list = ConnectionsPage { shell: wish.shell, rows };
    page(if wish.part == "list" { list.as_list().render() } else { list.render() })
}

pub(crate) async fn new(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Connections, "/connections/new", &query, &headers);
    let refusal = wish.is("refused").then(|| "There is a connection named Okta already. Choose another name; it tells people apart where values come from.".into());
    let dialects = vec![
        choice("okta", "Okta"),
        choice("entra", "Microsoft Entra ID"),
        choice("plain", "Any other (RFC 7644)"),
    ];
    page(
        NewConnectionPage {
            shell: wish.shell,
            name: String::new(),
            dialect: "okta".into(),
            dialects,
            team: String::new(),
            teams: vec![choice("1", "Default team"), choice("2", "Back office")],
            refusal,
        }
        .render(),
    )
}

fn token(id: &str, state: TokenState, used: Option<i64>) -> TokenRow {
    TokenRow {
        id: id.into(),
        hint: format!("rc_7Qm{id}"),
        made_at: ago(2_000_000),
        expires_at: Some(ago(-7_000_000)),
        last_used: used.map(ago),
        state,
    }
}

fn one_connection(
    query: &HashMap<String, String>,
    headers: &HeaderMap,
    fresh: Option<String>,
) -> Html<String> {
    let mut wish = wish(Section::Connections, "/connections/1", query, headers);
    let empty = wish.is("empty");
    let two = wish.is("two") || fresh.is_some();
    if wish.is("revoked") {
        wish.shell.notice = Some(Notice::Done(
            "The token rc_7Qmzz… is revoked. Requests with it are refused from now on.".into(),
        ));
    }
    if wish.is("refused") {
        wish.shell.notice = Some(Notice::Refused(
            "No token was made: two may live at a time. Revoke one first.".into(),
        ));
    }
    let revoked = TokenState::Revoked { at: ago(90_000) };
    let mut tokens = vec![token("a8", TokenState::Live, Some(12))];
    if two {
        tokens.push(token("k2", TokenState::ExpiresSoon, None));
    }
    tokens.push(token("zz", revoked, Some(91_000)));
    let connection = ConnectionPage {
        id: "1".into(),
        name: "Okta".into(),
        dialect: "Okta".into(),
        repairs: vec![
            "PATCH without a path, with the attributes in the value".into(),
            "Deactivation by replacing active in one operation".into(),
        ],
        base_url: "https://rollcall.northwind.example/scim/v2".into(),
        groups: vec![choice("team", "a team")],
        group: "team".into(),
        comings_back: vec![choice("either", "id or user name")],
        coming_back: "either".into(),
        take_overs: vec![choice("ask", "put into the queue")],
        take_over: "ask".into(),
        readings: vec![choice("own", "its own people")],
        reading: "own".into(),
        policy_seen: String::new(),
        overtaken: wish.is("overtaken").then(|| "/connections/1".into()),
        badge: if empty {
            Badge::new(Tone::Neutral, "Never used")
        } else {
            Badge::new(Tone::Ok, "Healthy")
        },
        says: if empty {
            "It has not been heard of yet. Make a token and enter both values below."
        } else {
            "Its last change was understood and kept."
        }
        .into(),
        last_heard: (!empty).then(|| ago(12)),
        people: Count::Exact(if empty { 0 } else { 152 }),
        tokens: if empty { Vec::new() } else { tokens },
        may_add_token: !two,
        lifetimes: vec![choice("90", "90 days"), choice("365", "1 year"), choice("", "No end")],
        fresh_token: fresh,
        ways: if empty { Ways::default() } else { super::way::section() },
        shell: wish.shell,
    };
    page(if wish.part == "facts" { connection.as_facts().render() } else { connection.render() })
}

pub(crate) async fn show(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let fresh = (query.get("state").map(String::as_str) == Some("fresh"))
        .then(|| "rc_7QmX2v9LkT4bNf8RzW1cYs6HdJ0pGaEu".into());
    one_connection(&query, &headers, fresh)
}

pub(crate) async fn fresh_token(headers: HeaderMap) -> Html<String> {
    one_connection(&HashMap::new(), &headers, Some("rc_7QmX2v9LkT4bNf8RzW1cYs6HdJ0pGaEu".into()))
}

pub(crate) async fn revoke(
    Path((_, id)): Path<(String, String)>,
    Query(query): Asked,
    headers: HeaderMap,
) -> Html<String> {
    let wish = wish(Section::Connections, "/connections/1", &query, &headers);
    let others_live = u64::from(wish.is("two"));
    page(
        RevokePage {
            shell: wish.shell,
            connection_id: "1".into(),
            connection_name: "Okta".into(),
            token: token(&id, TokenState::Live, Some(12)),
            others_live,
            people: Count::Exact(152),
        }
        .render(),
    )
}

//! Access keys, applications, and the question whether an application may open a connection.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;
use rollcall_console::view::provisioning::application::{
    ApplicationMadePage, ApplicationPage, ApplicationRevokePage, PublicKeyRemovalPage, PublicKeyRow,
};
use rollcall_console::view::provisioning::consent::ConsentPage;
use rollcall_console::view::provisioning::key::{KeyMadePage, KeyRevokePage};
use rollcall_console::view::provisioning::way::{ApplicationRow, KeyRow, WayState, Ways};
use rollcall_console::view::shell::{Section, Shell};

use crate::sample::ago;
use crate::{page, wish};

type Asked = Query<HashMap<String, String>>;

/// The section of the connection's page.
pub(crate) fn section() -> Ways {
    Ways {
        keys: vec![key("1", WayState::Live), key("2", WayState::Stopped)],
        may_add_key: false,
        applications: vec![
            application(WayState::Live),
            application(WayState::Revoked { at: ago(90_000) }),
        ],
        may_add_application: true,
    }
}

fn key(id: &str, state: WayState) -> KeyRow {
    KeyRow {
        id: id.into(),
        key_id: format!("rck_7d1f0c9a44b2e85d6613ab0{id}"),
        owner: ("3".into(), "SCIM Access".into()),
        made_at: ago(2_000_000),
        last_used: matches!(state, WayState::Live).then(|| ago(1_200)),
        state,
    }
}

fn application(state: WayState) -> ApplicationRow {
    ApplicationRow {
        id: "1".into(),
        name: "Okta integration".into(),
        client_id: "rca_19c0b7e2d4f6583a90be71c4".into(),
        redirect_uris: vec![
            "https://system-admin.okta.com/admin/app/cpc/rollcall/oauth/callback".into(),
        ],
        needs_pkce: true,
        made_at: ago(3_000_000),
        last_used: Some(ago(900)),
        state,
    }
}

fn frame(path: &str, query: &HashMap<String, String>, headers: &HeaderMap) -> Shell {
    wish(Section::Connections, path, query, headers).shell
}

pub(crate) async fn key_made(headers: HeaderMap) -> Html<String> {
    let made = KeyMadePage {
        shell: frame("/connections/1/keys", &HashMap::new(), &headers),
        connection_id: "1".into(),
        connection_name: "Okta".into(),
        owner: "SCIM Access".into(),
        key_id: "rck_7d1f0c9a44b2e85d6613ab01".into(),
        secret: "rcs_6a2f9e0d41c7b35880fe12a9d3c46b7e5f01928a6cb4d7e3f50918273645aabb".into(),
        exchange_url: "https://rollcall.northwind.example/authentication/v1/token/access-key"
            .into(),
    };
    page(made.render())
}

pub(crate) async fn key_revoke(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let revoke = KeyRevokePage {
        shell: frame("/connections/1/keys/1/revoke", &query, &headers),
        connection_id: "1".into(),
        connection_name: "Okta".into(),
        key: key("1", WayState::Live),
        others: query.contains_key("state"),
    };
    page(revoke.render())
}

pub(crate) async fn application_made(headers: HeaderMap) -> Html<String> {
    let made = ApplicationMadePage {
        shell: frame("/connections/1/applications", &HashMap::new(), &headers),
        connection_id: "1".into(),
        connection_name: "Okta".into(),
        name: "Okta integration".into(),
        client_id: "rca_19c0b7e2d4f6583a90be71c4".into(),
        secret: "rcs_6a2f9e0d41c7b35880fe12a9d3c46b7e5f01928a6cb4d7e3f50918273645aabb".into(),
        authorization_url: "https://rollcall.northwind.example/oauth/authorize".into(),
        token_url: "https://rollcall.northwind.example/oauth/token".into(),
    };
    page(made.render())
}

pub(crate) async fn application_revoke(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let revoke = ApplicationRevokePage {
        shell: frame("/connections/1/applications/1/revoke", &query, &headers),
        connection_id: "1".into(),
        connection_name: "Okta".into(),
        application: application(WayState::Live),
        others: query.contains_key("state"),
    };
    page(revoke.render())
}

fn public_key(number: u8, last_used: Option<jiff::Timestamp>) -> PublicKeyRow {
    PublicKeyRow {
        handle: format!("6a2f9e0d41c7b35{number}"),
        id: format!("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS{number}k"),
        kind: "P-256",
        last_used,
    }
}

pub(crate) async fn application_shown(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let (none, path) = (query.contains_key("state"), "/connections/1/applications/1");
    let keys = vec![public_key(4, Some(ago(900))), public_key(5, None)];
    let shown = ApplicationPage {
        shell: frame(path, &query, &headers),
        connection_id: "1".into(),
        connection_name: "Okta".into(),
        path: path.into(),
        authorization_url: "https://people.northwind.example/oauth/authorize".into(),
        token_url: "https://people.northwind.example/oauth/token".into(),
        application: application(WayState::Live),
        key_used: (!none).then(|| (public_key(4, None).id, ago(900))),
        may_add_key: none,
        keys: if none { Vec::new() } else { keys },
    };
    page(shown.render())
}

pub(crate) async fn key_remove(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let removal = PublicKeyRemovalPage {
        shell: frame("/connections/1/applications/1/keys/4/remove", &query, &headers),
        connection_id: "1".into(),
        connection_name: "Okta".into(),
        application: "Okta integration".into(),
        path: "/connections/1/applications/1".into(),
        key: public_key(4, Some(ago(900))),
        others: query.contains_key("state"),
    };
    page(removal.render())
}

pub(crate) async fn consent(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let consent = ConsentPage {
        shell: frame("/oauth/authorize", &query, &headers),
        application: "Okta integration".into(),
        connection_name: "Okta".into(),
        host: "system-admin.okta.com".into(),
        asked: vec![("state", "made-up".into())],
    };
    page(consent.render())
}

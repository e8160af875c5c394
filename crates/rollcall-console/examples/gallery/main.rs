//! Every page of the console in each of its states, with made-up people, for looking at while designing:
//! `cargo run -p rollcall-console --example gallery`, then open the address that it prints.
//!
//! It knows no storage and checks nobody; it must not grow into a second console.

mod agent;
mod my_day;
mod people;
mod provisioning;
mod wfm;

mod account;
mod audit;
mod long_name;
mod overview;
mod sample;
mod serve;
mod sign_in;

use std::collections::HashMap;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::{Html, Response};
use axum::routing::{get, post};

use rollcall_console::view::shell::{Density, Section, Shell, Theme};
use rollcall_console::view::trouble::{Trouble, TroublePage};

/// What a request chooses: the state to show, and which part of the page.
pub(crate) struct Wish {
    pub(crate) state: String,
    pub(crate) part: String,
    pub(crate) shell: Shell,
}

impl Wish {
    pub(crate) fn is(&self, state: &str) -> bool {
        self.state == state
    }
}

/// Reads what a request chooses.
pub(crate) fn wish(
    section: Section,
    path: &str,
    query: &HashMap<String, String>,
    headers: &HeaderMap,
) -> Wish {
    let cookie = |name: &str| {
        let cookies = headers.get("cookie").and_then(|v| v.to_str().ok()).unwrap_or_default();
        let found = cookies.split("; ").find_map(|c| c.strip_prefix(name)?.strip_prefix('='));
        found.unwrap_or_default().to_owned()
    };
    let header =
        |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let shell = Shell {
        tenant_name: "Northwind Contact Centre".into(),
        username: "ada@northwind.example".into(),
        section,
        csrf: "made-up".into(),
        theme: Theme::from_word(&cookie("rollcall_theme")),
        density: Density::from_word(&cookie("rollcall_density")),
        path: path.into(),
        ..Shell::default()
    };
    Wish {
        state: query.get("state").cloned().unwrap_or_default(),
        part: header("hx-target"),
        shell,
    }
}

/// Answers with HTML, or with the error that the template gave.
pub(crate) fn page(rendered: askama::Result<String>) -> Html<String> {
    Html(rendered.unwrap_or_else(|error| format!("<pre>{error}</pre>")))
}

async fn trouble(Path(kind): Path<String>, headers: HeaderMap) -> Html<String> {
    let shell = wish(Section::Overview, "/", &HashMap::new(), &headers).shell;
    let trouble = match kind.as_str() {
        "missing" => {
            Trouble::Missing { what: "employee", list_href: "/employees", list_name: "Employees" }
        }
        "forbidden" => Trouble::Forbidden {
            permission: "View audit".into(),
            granted_by: "An administrator of your tenant with the permission “Manage roles”".into(),
        },
        "stale" => Trouble::StaleForm { back_href: "/connections".into() },
        _ => Trouble::Broken {
            what: "The list of employees could not be read: the database did not answer in time."
                .into(),
            request_id: "01990f4e-6f0a-7d53-9a51-2f4a7bce31d0".into(),
            retry_href: "/employees".into(),
        },
    };
    page(TroublePage { shell, trouble }.render())
}

async fn slow(query: Query<HashMap<String, String>>, headers: HeaderMap) -> Html<String> {
    if !headers.contains_key("hx-request") {
        return people::employees::list(query, headers).await;
    }
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    people::employees::list(query, headers).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = Router::new()
        .route("/", get(overview::overview))
        .route("/slow", get(slow))
        .route("/account", get(account::show))
        .route("/audit", get(audit::show))
        .route("/sign-in", get(sign_in::show))
        .route("/setup/{token}", get(sign_in::set_up))
        .route("/trouble/{kind}", get(trouble))
        .route("/preferences", post(serve::preferences))
        .route("/assets/{hash}/{name}", get(serve::asset))
        .route("/live", get(serve::live))
        .merge(agent::router())
        .merge(my_day::router())
        .merge(people::router())
        .merge(provisioning::router())
        .merge(wfm::router())
        .layer(axum::middleware::from_fn(long_name::lengthen))
        .layer(axum::middleware::map_response(with_policy));
    let listen = std::env::var("GALLERY_LISTEN").unwrap_or_else(|_| "127.0.0.1:8090".into());
    let listener = tokio::net::TcpListener::bind(listen).await?;
    eprintln!("http://{}/", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

/// The policy of the true console, so that the gallery shows what it forbids.
async fn with_policy(mut response: Response) -> Response {
    let policy = rollcall_console::policy::CONTENT_SECURITY_POLICY;
    response
        .headers_mut()
        .insert("content-security-policy", http::HeaderValue::from_static(policy));
    response
}

//! Every page of the console in each of its states, with made-up people, for looking at while designing:
//! `cargo run -p rollcall-console --example gallery`, then open the address that it prints.
//!
//! It knows no storage and checks nobody; it must not grow into a second console.

mod adherence;
mod employee;
mod history;
mod link;
mod overview;
mod person;
mod receiver;
mod rest;
mod sample;
mod schedule;
mod serve;
mod take_over;
mod template;
mod timeline;
mod wall;
mod way;
mod wfm_way;

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
        return sample::list(query, headers).await;
    }
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    sample::list(query, headers).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = Router::new()
        .route("/", get(overview::overview))
        .route("/employees", get(sample::list))
        .route("/slow", get(slow))
        .route("/employees/{id}", get(employee::one))
        .route("/employees/new", get(person::new))
        .route("/employees/{id}/values", get(person::values))
        .route("/employees/{id}/status", get(person::status))
        .route("/employees/{id}/log-out", get(wall::log_out))
        .route("/employees/{id}/calendar/end", get(employee::end_calendar))
        .route("/employees/{id}/agent-link", get(wall::link))
        .route("/my-day", get(wall::my_day))
        .route("/my-day/calendar", get(schedule::address))
        .route("/my-day/sign-in", get(wall::my_sign_in))
        .route("/my-day/link/{link}", get(wall::my_link))
        .route("/agents", get(wall::wall))
        .route("/adherence", get(adherence::people))
        .route("/adherence/day", get(timeline::team))
        .route("/employees/{id}/adherence", get(timeline::person))
        .route("/adherence/mapping", get(adherence::mapping))
        .route("/codes", get(wall::codes))
        .route("/teams/{id}/codes", get(wall::team_codes))
        .route("/account", get(rest::account))
        .route("/take-overs", get(take_over::list))
        .route("/take-overs/{connection}/{employee}", get(take_over::one))
        .route("/templates", get(template::list))
        .route("/templates/new", get(template::one))
        .route("/templates/{id}", get(template::one))
        .route("/templates/{id}/apply", get(template::apply))
        .route("/templates/{id}/remove", get(template::remove))
        .route("/roles", get(rest::roles))
        .route("/teams", get(rest::teams))
        .route("/wfm", get(link::link))
        .route("/wfm/1", get(link::link))
        .route("/wfm/new", get(wfm_way::new))
        .route("/wfm/{id}/way", get(wfm_way::change))
        .route("/wfm/{id}/runs/{run}", get(link::run))
        .route("/wfm/{id}/next", get(link::next))
        .route("/wfm/{id}/history", get(history::day))
        .route("/wfm/{id}/history/import", get(history::import))
        .route("/wfm/{id}/kept", get(link::kept))
        .route("/wfm/{id}/put-back", get(link::put_back))
        .route("/wfm/{id}/off", get(link::off))
        .route("/employees/{id}/move", get(employee::move_there))
        .route("/teams/{id}/wfm", get(rest::switch))
        .route("/audit", get(rest::audit))
        .route("/sign-in", get(rest::sign_in))
        .route("/setup/{token}", get(rest::set_up))
        .route("/trouble/{kind}", get(trouble))
        .route("/preferences", post(serve::preferences))
        .route("/assets/{hash}/{name}", get(serve::asset))
        .route("/live", get(serve::live))
        .merge(connections())
        .layer(axum::middleware::map_response(with_policy));
    let listen = std::env::var("GALLERY_LISTEN").unwrap_or_else(|_| "127.0.0.1:8090".into());
    let listener = tokio::net::TcpListener::bind(listen).await?;
    eprintln!("http://{}/", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

/// The pages of where people come from, and of who is told.
fn connections() -> Router {
    Router::new()
        .route("/connections/{id}/remove", get(rest::removal))
        .route("/connections/{id}/requests", get(rest::journal))
        .route("/connections/{id}/setup", get(rest::guide))
        .route("/connections", get(rest::connections))
        .route("/connections/new", get(rest::new_connection))
        .route("/connections/{id}", get(rest::connection))
        .route("/connections/{id}/tokens", post(rest::fresh_token))
        .route("/connections/{id}/tokens/{token}/revoke", get(rest::revoke))
        .route("/connections/{id}/keys", get(way::key_made).post(way::key_made))
        .route("/connections/{id}/keys/{key}/revoke", get(way::key_revoke))
        .route(
            "/connections/{id}/applications",
            get(way::application_made).post(way::application_made),
        )
        .route("/connections/{id}/applications/{application}", get(way::application_shown))
        .route(
            "/connections/{id}/applications/{application}/keys/{key}/remove",
            get(way::key_remove),
        )
        .route("/connections/{id}/applications/{application}/revoke", get(way::application_revoke))
        .route("/receivers", get(receiver::list).post(receiver::made))
        .route("/receivers/new", get(receiver::new))
        .route("/receivers/made", get(receiver::made))
        .route("/receivers/{id}", get(receiver::show))
        .route("/receivers/{id}/off", get(receiver::off))
        .route("/receivers/{id}/remove", get(receiver::remove))
        .route("/oauth/authorize", get(way::consent))
}

/// The policy of the true console, so that the gallery shows what it forbids.
async fn with_policy(mut response: Response) -> Response {
    let policy = rollcall_console::policy::CONTENT_SECURITY_POLICY;
    response
        .headers_mut()
        .insert("content-security-policy", http::HeaderValue::from_static(policy));
    response
}

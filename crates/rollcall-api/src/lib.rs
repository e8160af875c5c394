//! HTTP for machines: the SCIM front door (RFC 7644), how its clients get their tokens, and the agent API.
//!
//! Handlers prove who asks and parse what they ask for, call a use case, and write the answer. They hold
//! no rules of their own and know no SQL.

mod agent;
mod authentication;
mod bearer;
mod meter;
mod origin;
mod scim;

use axum::Router;

use rollcall_app::App;

/// What the routes need to know besides the application.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where clients reach this server, such as `https://rollcall.example.com`, without a slash at the
    /// end. Locations in answers begin with it; without it they begin with the request's own host.
    pub public_url: Option<String>,
}

/// The routes under `/scim/v2`.
pub fn router(app: App, options: Options) -> Router {
    scim::router(app, options)
}

/// Carries out, until it is dropped, what clients want done after their answer (`Prefer: respond-async`).
/// Each step is a transaction: it can be dropped, or die, at any time, and goes on when it is started again.
pub async fn carry_out(app: App) {
    scim::carry_out(app).await;
}

/// Every route with its methods, for the test that asks each as every kind of caller.
pub const ROUTES: &[(&str, &[&str])] = scim::ROUTES;

/// The routes by which clients get tokens.
pub fn authentication_router(app: App, options: Options) -> Router {
    authentication::router(app, options)
}

/// Whether a path is one of [`authentication_router`].
#[must_use]
pub fn is_authentication(path: &str) -> bool {
    path.starts_with("/authentication/") || AUTHENTICATION_ROUTES.iter().any(|(at, _)| *at == path)
}

/// Every route of [`authentication_router`] with its methods.
pub const AUTHENTICATION_ROUTES: &[(&str, &[&str])] = authentication::ROUTES;

/// The agent API: below `/api/v1`.
pub fn agent_router(app: App) -> Router {
    agent::router(app)
}

/// Whether a path is one of [`agent_router`].
#[must_use]
pub fn is_agent(path: &str) -> bool {
    path.starts_with("/api/")
}

/// Every route of [`agent_router`] with its methods.
pub const AGENT_ROUTES: &[(&str, &[&str])] = agent::ROUTES;

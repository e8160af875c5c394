//! The agent API: who does what at the ACD, for systems of the tenant; below `/api/v1`.
//!
//! One file for each noun of the address. Refusals are problem details (RFC 9457); whoever has no valid token
//! hears the same everywhere.

mod adherence;
mod answer;
mod body;
mod caller;
mod contact;
mod delivery;
mod history;
mod interval;
mod name;
mod parameter;
mod problem;
mod queue_contact;
mod schedule;
mod service;
mod session;
mod state;
mod stream;

use axum::Router;
use axum::routing::{MethodRouter, any, get, post, put};

use rollcall_app::App;

use crate::agent::caller::Caller;
use crate::agent::problem::Problem;
use crate::agent::service::Agents;

/// Every route with its methods.
pub(crate) const ROUTES: &[(&str, &[&str])] = &[
    ("/api/v1/agent-sessions", &["POST"]),
    ("/api/v1/agent-sessions/{session}", &["GET", "DELETE"]),
    ("/api/v1/agent-sessions/{session}/state", &["PUT"]),
    ("/api/v1/agent-sessions/{session}/contacts/{contact}", &["PUT", "DELETE"]),
    ("/api/v1/agents/{number}/state", &["GET"]),
    ("/api/v1/agents/{number}/state-history", &["GET"]),
    ("/api/v1/agents/{number}/wfm-schedule", &["GET"]),
    ("/api/v1/agent-states", &["GET"]),
    ("/api/v1/agent-states/stream", &["GET"]),
    ("/api/v1/queue-contacts/{contact}", &["PUT"]),
    ("/api/v1/history/agents", &["GET"]),
    ("/api/v1/history/queues", &["GET"]),
    ("/api/v1/history/intervals", &["PUT"]),
    ("/api/v1/adherence", &["GET"]),
    ("/api/v1/adherence/events", &["GET"]),
];

pub(crate) fn router(app: App) -> Router {
    let mut router = Router::new();
    for (path, methods) in ROUTES {
        let served = match *path {
            "/api/v1/agent-sessions" => post(session::begin),
            "/api/v1/agent-sessions/{session}" => get(session::show).delete(session::end),
            "/api/v1/agent-sessions/{session}/state" => put(session::set_state),
            "/api/v1/agent-sessions/{session}/contacts/{contact}" => {
                put(contact::begin).delete(contact::end)
            }
            "/api/v1/agents/{number}/state" => get(state::show),
            "/api/v1/agents/{number}/state-history" => get(history::list),
            "/api/v1/agents/{number}/wfm-schedule" => get(schedule::list),
            "/api/v1/agent-states" => get(state::list),
            "/api/v1/queue-contacts/{contact}" => put(queue_contact::tell),
            "/api/v1/history/agents" => get(interval::agents),
            "/api/v1/history/queues" => get(interval::queues),
            "/api/v1/history/intervals" => put(delivery::deliver),
            "/api/v1/adherence" => get(adherence::now),
            "/api/v1/adherence/events" => get(adherence::events),
            _ => get(stream::follow),
        };
        router = router.route(path, refusing_other_methods(served, methods));
    }
    router
        .route("/api/", any(unknown))
        .route("/api/{*rest}", any(unknown))
        .with_state(Agents { app })
}

/// A known route answers a method that it lacks with those that it has, and only to who may know the route.
fn refusing_other_methods(
    served: MethodRouter<Agents>,
    methods: &'static [&'static str],
) -> MethodRouter<Agents> {
    served.fallback(move |_: Caller| async move { Problem::method(methods) })
}

async fn unknown(_: Caller) -> Problem {
    Problem::not_found("address")
}

//! The control plane (`CONTRACT.md` §7): what the WFM holds and what it picked up, for tests that run it in another
//! process. Loopback only; no authentication.

use std::io;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::agent::Agent;
use crate::simulator::{Entry, Outcome, Simulator};

/// Answers questions about a simulator until `stop` ends.
///
/// # Errors
/// When the listener is not on loopback, or fails.
pub async fn serve_control(
    listener: TcpListener,
    simulator: Simulator,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    if !listener.local_addr()?.ip().is_loopback() {
        return Err(io::Error::other("the control plane is for this machine only"));
    }
    let router = Router::new()
        .route("/_control/agents", get(agents))
        .route("/_control/journal", get(journal))
        .with_state(Arc::new(simulator));
    axum::serve(listener, router).with_graceful_shutdown(stop).await
}

#[derive(Deserialize)]
struct OfAcd {
    #[serde(rename = "acdID")]
    acd_id: String,
}

async fn agents(
    State(simulator): State<Arc<Simulator>>,
    Query(OfAcd { acd_id }): Query<OfAcd>,
) -> Json<Value> {
    let agents: Vec<Value> = simulator.agents(&acd_id).iter().map(agent).collect();
    Json(json!({ "agents": agents }))
}

#[derive(Deserialize)]
struct Since {
    #[serde(default)]
    since: usize,
}

async fn journal(
    State(simulator): State<Arc<Simulator>>,
    Query(Since { since }): Query<Since>,
) -> Json<Value> {
    let entries: Vec<Value> = simulator.journal_since(since).iter().map(entry).collect();
    Json(json!({ "entries": entries }))
}

fn agent(agent: &Agent) -> Value {
    json!({
        "uuid": agent.uuid, "acdLoginId": agent.acd_login_id, "firstName": agent.first_name,
        "lastName": agent.last_name, "emailAddress": agent.email_address,
        "agentStateDate": agent.agent_state_date, "personalId": agent.personal_id,
        "externalId": agent.external_id, "mu": agent.mu,
    })
}

fn entry(entry: &Entry) -> Value {
    let (outcome, reason) = match &entry.outcome {
        Outcome::Processed => ("processed", None),
        Outcome::Refused(reason) => ("refused", Some(reason)),
        Outcome::Struck(_) => ("struck", None),
    };
    let taken: Vec<Value> = entry.taken.iter().map(agent).collect();
    json!({
        "name": entry.name, "agents": entry.agents, "applied": entry.applied, "taken": taken,
        "outcome": outcome, "reason": reason,
    })
}

#[cfg(test)]
mod tests {
    use super::{Agent, Entry, Outcome, entry};
    use crate::fault::Fault;

    #[test]
    fn an_entry_tells_what_became_of_its_file() {
        let agent = Agent { uuid: "7".into(), first_name: "Ana".into(), ..Agent::default() };
        let of = |outcome| {
            let (name, taken) = ("importAgent_4471_k_new.xml".to_owned(), vec![agent.clone()]);
            entry(&Entry { name, agents: 2, applied: 1, taken, outcome })
        };
        let processed = of(Outcome::Processed);
        assert_eq!(processed["outcome"], "processed");
        assert_eq!(processed["taken"][0]["firstName"], "Ana");
        assert_eq!(of(Outcome::Struck(Fault::Half))["outcome"], "struck");
        assert_eq!(of(Outcome::Refused("no".into()))["reason"], "no");
    }
}

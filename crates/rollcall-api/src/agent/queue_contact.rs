//! Contacts in queues, as the system tells that routes them: above all those that nobody took. May be sent again,
//! late and in any order.

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use rollcall_app::api_token::Scope;
use rollcall_app::history::QueueTold;
use rollcall_domain::interval::queue::{Outcome, QueueContact};
use rollcall_domain::time;

use crate::agent::caller::Caller;
use crate::agent::name::{self, Named, contact_id, queue_name};
use crate::agent::problem::Problem;
use crate::agent::service::Agents;
use crate::agent::{answer, body};

/// What is told.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Told {
    queue: String,
    queue_name: Option<String>,
    offered_at: Timestamp,
    outcome: Outcome,
    left_at: Option<Timestamp>,
    #[serde(default)]
    overflowed_in: bool,
    #[serde(default)]
    revision: i64,
    business_unit: Option<String>,
}

pub(crate) async fn tell(
    State(agents): State<Agents>,
    caller: Caller,
    named: Named,
    body: Body,
) -> Result<Response, Problem> {
    let tenant = caller.with(Scope::ContactEvents)?;
    let contact = contact_id(&named, 0)?;
    let told: Told = body::read(body).await?;
    let unit = name::one_business_unit(&agents, tenant, told.business_unit.as_deref()).await?.id;
    let account = QueueContact {
        revision: told.revision,
        offered_at: time::truncate(told.offered_at),
        outcome: told.outcome,
        left_at: told.left_at.map(time::truncate),
        came_over: told.overflowed_in,
    };
    let queue = queue_name(&told.queue)?;
    let name = told.queue_name.as_deref().map(queue_name).transpose()?;
    let told = QueueTold { unit, contact: contact.clone(), queue: queue.clone(), name, account };
    let known = agents.app.tell_queue_contact(tenant, told).await?;
    let body = json!({
        "contact": contact,
        "queue": queue,
        "revision": known.revision,
        "offeredAt": time::to_text(known.offered_at),
        "outcome": known.outcome,
        "leftAt": known.left_at.map(time::to_text),
        "overflowedIn": known.came_over,
    });
    Ok(answer::json_answer(StatusCode::OK, &body))
}

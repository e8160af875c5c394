//! The contacts of a session, as the system tells that routes them. Both requests may be sent again.

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;

use rollcall_app::agent::{AfterContact, AgentEvent, Contact, ContactKind, Medium};
use rollcall_app::api_token::Scope;
use rollcall_app::history::QueueOrigin;
use rollcall_domain::time;

use crate::agent::caller::Caller;
use crate::agent::name::{Named, contact_id, queue_name as queue_text};
use crate::agent::parameter::Parameters;
use crate::agent::problem::Problem;
use crate::agent::service::Agents;
use crate::agent::session::id as session_id;
use crate::agent::{answer, body};

/// What begins.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Begin {
    kind: ContactKind,
    medium: Medium,
    queue: Option<String>,
    queue_name: Option<String>,
    offered_at: Option<Timestamp>,
}

pub(crate) async fn begin(
    State(agents): State<Agents>,
    caller: Caller,
    named: Named,
    body: Body,
) -> Result<Response, Problem> {
    let tenant = caller.with(Scope::ContactEvents)?;
    let (session, id) = (session_id(&named)?, contact_id(&named, 1)?);
    let Begin { kind, medium, queue, queue_name, offered_at } = body::read(body).await?;
    let contact = Contact { id, kind, medium };
    let event = match queue {
        None => AgentEvent::BeginContact(contact),
        Some(queue) => {
            let name = queue_name.as_deref().map(queue_text).transpose()?;
            let queue = queue_text(&queue)?;
            let offered_at = offered_at.map(time::truncate);
            AgentEvent::BeginQueued(contact, QueueOrigin { queue, name, offered_at })
        }
    };
    let person = agents.app.act_in_session(tenant, session, event).await?;
    Ok(answer::json_answer(StatusCode::OK, &answer::person(&person, agents.app.now())))
}

/// Ends a contact; with `afterContactWork=true` the person has work to do before the next one.
pub(crate) async fn end(
    State(agents): State<Agents>,
    caller: Caller,
    named: Named,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let tenant = caller.with(Scope::ContactEvents)?;
    let (session, id) = (session_id(&named)?, contact_id(&named, 1)?);
    let works = parameters.only(&["afterContactWork"])?.flag("afterContactWork")?;
    let then = if works { AfterContact::Work } else { AfterContact::Rest };
    let event = AgentEvent::EndContact { id, then };
    let person = agents.app.act_in_session(tenant, session, event).await?;
    Ok(answer::json_answer(StatusCode::OK, &answer::person(&person, agents.app.now())))
}

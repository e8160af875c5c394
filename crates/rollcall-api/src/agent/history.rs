//! What a person did before.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use rollcall_app::agent::HISTORY_PAGE;
use rollcall_app::api_token::Scope;

use crate::agent::answer;
use crate::agent::caller::Caller;
use crate::agent::name::{self, Named};
use crate::agent::parameter::Parameters;
use crate::agent::problem::Problem;
use crate::agent::service::Agents;

/// How far back is looked unless `from` says otherwise.
const USUAL: SignedDuration = SignedDuration::from_hours(24);

/// The intervals between two moments, newest first, and the present one in front of them where it belongs.
pub(crate) async fn list(
    State(agents): State<Agents>,
    caller: Caller,
    named: Named,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let tenant = caller.with(Scope::AgentSessions)?;
    parameters.only(&["from", "to", "before", "businessUnit"])?;
    let found = name::person(&agents, tenant, &named, &parameters).await?;
    let now = agents.app.now();
    let to = parameters.moment("to")?.unwrap_or(Timestamp::MAX);
    let usual = to.min(now).checked_sub(USUAL).unwrap_or(now);
    let from = parameters.moment("from")?.unwrap_or(usual);
    let before = parameters.parsed("before", "a sequence")?;
    let past = agents.app.agent_history(tenant, found.employee, (from, to), before).await?;
    let mut body = json!({
        "present": answer::person(&found, now),
        "intervals": past.iter().map(answer::interval).collect::<Vec<Value>>(),
    });
    let full = past.len() == HISTORY_PAGE;
    if let (true, Some(last), Some(object)) = (full, past.last(), body.as_object_mut()) {
        object.insert("before".to_owned(), json!(last.sequence));
    }
    Ok(answer::json_answer(StatusCode::OK, &body))
}

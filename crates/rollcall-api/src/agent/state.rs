//! Who does what now.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

use rollcall_app::agent::{AgentQuery, AgentState};
use rollcall_app::api_token::Scope;

use crate::agent::answer;
use crate::agent::caller::Caller;
use crate::agent::name::{self, Named};
use crate::agent::parameter::Parameters;
use crate::agent::problem::Problem;
use crate::agent::service::Agents;

/// What a page holds unless less is asked for.
const PAGE_MAX: usize = 1_000;

pub(crate) async fn show(
    State(agents): State<Agents>,
    caller: Caller,
    named: Named,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let tenant = caller.with(Scope::AgentSessions)?;
    parameters.only(&["businessUnit"])?;
    let found = name::person(&agents, tenant, &named, &parameters).await?;
    Ok(answer::json_answer(StatusCode::OK, &answer::person(&found, agents.app.now())))
}

/// People who are logged in, or all in one state; in pages, each of which names the next.
pub(crate) async fn list(
    State(agents): State<Agents>,
    caller: Caller,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let tenant = caller.with(Scope::AgentSessions)?;
    parameters.only(&["state", "team", "businessUnit", "after", "limit"])?;
    let limit: usize = parameters.parsed("limit", "a number from 1 to 1000")?.unwrap_or(PAGE_MAX);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(Problem::invalid("limit is a number from 1 to 1000."));
    }
    let query = AgentQuery {
        state: state(parameters.text("state"))?,
        after: parameters.parsed("after", "what the page before said")?,
        ..name::query(&agents, tenant, &parameters).await?
    };
    let mut people = agents.app.agents(tenant, query, limit + 1).await?;
    let more = people.len() > limit;
    people.truncate(limit);
    let now = agents.app.now();
    let mut body = json!({
        "agents": people.iter().map(|person| answer::listed(person, now)).collect::<Vec<Value>>(),
    });
    if let (true, Some(last), Some(object)) = (more, people.last(), body.as_object_mut()) {
        object.insert("next".to_owned(), json!(last.employee.to_string()));
    }
    Ok(answer::json_answer(StatusCode::OK, &body))
}

fn state(wanted: Option<&str>) -> Result<Option<&'static str>, Problem> {
    let Some(wanted) = wanted else { return Ok(None) };
    let known = AgentState::NAMES.into_iter().find(|name| *name == wanted);
    known.map(Some).ok_or_else(|| {
        let names = AgentState::NAMES.join(", ");
        Problem::invalid(format!("There is no state {wanted:?}; there are: {names}."))
    })
}

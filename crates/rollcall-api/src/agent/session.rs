//! Sessions: logging in, setting what can be set, logging out.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;

use rollcall_app::agent::{AgentEvent, AgentWish, Logout};
use rollcall_app::api_token::Scope;
use rollcall_domain::AgentSessionId;
use rollcall_domain::employee::AgentNumber;
use rollcall_domain::unavailable_code::CodeName;

use crate::agent::caller::Caller;
use crate::agent::name::{self, Named};
use crate::agent::parameter::Parameters;
use crate::agent::problem::Problem;
use crate::agent::service::{Agents, BASE};
use crate::agent::{answer, body};

/// Who logs in.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Begin {
    agent_number: i64,
    business_unit: Option<String>,
}

/// What can be set.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wanted {
    state: String,
    code: Option<String>,
}

/// Logs a person in: 201 with a new session, 200 with the one that goes on already.
pub(crate) async fn begin(
    State(agents): State<Agents>,
    caller: Caller,
    body: Body,
) -> Result<Response, Problem> {
    let tenant = caller.with(Scope::AgentSessions)?;
    let asked: Begin = body::read(body).await?;
    let unit = name::business_unit(&agents, tenant, asked.business_unit.as_deref()).await?;
    let number = AgentNumber(asked.agent_number);
    let employee = agents.app.agent_of_number(tenant, number, unit).await?.employee;
    let done = agents.app.log_in_agent(tenant, employee).await?;
    let status = if done.is_new { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = answer::json_answer(status, &answer::person(&done.person, agents.app.now()));
    let session = done.person.agent.and_then(|agent| agent.session);
    let location = session.map(|session| format!("{BASE}/agent-sessions/{}", session.id));
    if let Some(location) = location.and_then(|path| HeaderValue::try_from(path).ok()) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

pub(crate) async fn show(
    State(agents): State<Agents>,
    caller: Caller,
    named: Named,
) -> Result<Response, Problem> {
    let tenant = caller.with(Scope::AgentSessions)?;
    let found = agents.app.agent_session(tenant, id(&named)?).await?;
    Ok(answer::json_answer(StatusCode::OK, &answer::person(&found, agents.app.now())))
}

pub(crate) async fn set_state(
    State(agents): State<Agents>,
    caller: Caller,
    named: Named,
    body: Body,
) -> Result<Response, Problem> {
    let tenant = caller.with(Scope::AgentSessions)?;
    let session = id(&named)?;
    let wish = wish(body::read(body).await?)?;
    let person = agents.app.act_in_session(tenant, session, AgentEvent::Set(wish)).await?;
    Ok(answer::json_answer(StatusCode::OK, &answer::person(&person, agents.app.now())))
}

/// Logs out; with `force=true` in spite of contacts, whose end the ACD may have lost.
pub(crate) async fn end(
    State(agents): State<Agents>,
    caller: Caller,
    named: Named,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let tenant = caller.with(Scope::AgentSessions)?;
    let session = id(&named)?;
    let forced = parameters.only(&["force"])?.flag("force")?;
    let logout = if forced { Logout::Forced } else { Logout::Idle };
    agents.app.act_in_session(tenant, session, AgentEvent::LogOut(logout)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The session that the address names.
pub(crate) fn id(named: &Named) -> Result<AgentSessionId, Problem> {
    named.parsed(0, "agent session")
}

fn wish(wanted: Wanted) -> Result<AgentWish, Problem> {
    match (wanted.state.as_str(), wanted.code) {
        ("available", None) => Ok(AgentWish::Available),
        ("available", Some(_)) => Err(Problem::invalid("Available goes without a code.")),
        ("unavailable", None) => Ok(AgentWish::Unavailable(None)),
        ("unavailable", Some(code)) => {
            let code = CodeName::parse(&code);
            let code = code.map_err(|error| Problem::invalid(format!("No code: {error}.")))?;
            Ok(AgentWish::Unavailable(Some(code)))
        }
        (other, _) => Err(Problem::invalid(format!(
            "{other:?} cannot be set from outside; available and unavailable can."
        ))),
    }
}

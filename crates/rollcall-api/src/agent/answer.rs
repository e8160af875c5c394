//! People, changes and intervals as JSON. Values that there are none of are left out.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde_json::{Map, Value, json};

use rollcall_app::agent::{AgentChange, AgentRow, AgentState, Interval, ListedAgent, present};
use rollcall_domain::agent_state::Agent;
use rollcall_domain::time;

/// An answer that nobody keeps.
pub(crate) fn json_answer(status: StatusCode, body: &Value) -> Response {
    let fixed = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, fixed, body.to_string()).into_response()
}

/// A person, with what they do at a moment.
pub(crate) fn person(row: &AgentRow, now: jiff::Timestamp) -> Value {
    let mut object = Map::new();
    put(&mut object, "agentNumber", Some(row.agent_number.0));
    put(&mut object, "userGuid", Some(row.employee.to_string()));
    put(&mut object, "businessUnitId", Some(row.business_unit.to_string()));
    put(&mut object, "teamId", Some(row.team.to_string()));
    add_agent(&mut object, &present(row, now));
    Value::Object(object)
}

/// A person in a list.
pub(crate) fn listed(listed: &ListedAgent, now: jiff::Timestamp) -> Value {
    let mut object = Map::new();
    put(&mut object, "agentNumber", Some(listed.agent_number.0));
    put(&mut object, "userGuid", Some(listed.employee.to_string()));
    put(&mut object, "firstName", Some(listed.name.0.clone()));
    put(&mut object, "lastName", Some(listed.name.1.clone()));
    put(&mut object, "businessUnitId", Some(listed.business_unit.to_string()));
    put(&mut object, "teamId", Some(listed.team.to_string()));
    let mut agent = listed.agent.clone();
    agent.expire(now);
    add_agent(&mut object, &agent);
    Value::Object(object)
}

/// A change, for a stream.
pub(crate) fn change(change: &AgentChange) -> Value {
    let mut object = Map::new();
    put(&mut object, "agentNumber", Some(change.agent_number.0));
    put(&mut object, "userGuid", Some(change.employee.to_string()));
    put(&mut object, "businessUnitId", Some(change.business_unit.to_string()));
    put(&mut object, "teamId", Some(change.team.to_string()));
    put(&mut object, "sessionId", change.session.map(|id| id.to_string()));
    put(&mut object, "sequence", Some(change.sequence));
    add_state(&mut object, &change.state);
    put(&mut object, "since", Some(time::to_text(change.since)));
    put(&mut object, "before", Some(state(&change.before)));
    Value::Object(object)
}

/// A time that is over.
pub(crate) fn interval(interval: &Interval) -> Value {
    let mut object = Map::new();
    put(&mut object, "sequence", Some(interval.sequence));
    add_state(&mut object, &interval.state);
    put(&mut object, "sessionId", interval.session.map(|id| id.to_string()));
    put(&mut object, "beganAt", Some(time::to_text(interval.began_at)));
    put(&mut object, "endedAt", Some(time::to_text(interval.ended_at)));
    Value::Object(object)
}

fn add_agent(object: &mut Map<String, Value>, agent: &Agent) {
    let session = agent.session.as_ref();
    put(object, "sessionId", session.map(|session| session.id.to_string()));
    put(object, "sequence", Some(agent.sequence));
    add_state(object, &agent.state);
    // Nobody knows since when somebody is logged out who never was in.
    let since = (agent.sequence > 0).then(|| time::to_text(agent.since));
    put(object, "since", since);
    put(object, "dueAt", agent.due_at.map(time::to_text));
    put(object, "next", agent.next().as_ref().map(state));
    let contacts = session.map(|session| json!(session.contacts));
    put(object, "contacts", contacts);
}

fn state(state: &AgentState) -> Value {
    let mut object = Map::new();
    add_state(&mut object, state);
    Value::Object(object)
}

fn add_state(object: &mut Map<String, Value>, state: &AgentState) {
    put(object, "state", Some(state.name()));
    put(object, "code", state.code().map(ToString::to_string));
    put(object, "medium", state.medium().map(rollcall_app::agent::Medium::name));
}

fn put(object: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        object.insert(name.to_owned(), value.into());
    }
}

//! Who does not do what is scheduled, and what was before.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use rollcall_app::adherence::{
    AcdStatus, ActivityName, AdherenceEvent, AdherenceQuery, EventPlace, ListedPresent, Verdict,
};
use rollcall_app::api_token::Scope;
use rollcall_domain::employee::AgentNumber;
use rollcall_domain::time;

use crate::agent::answer;
use crate::agent::caller::Caller;
use crate::agent::name;
use crate::agent::parameter::Parameters;
use crate::agent::problem::Problem;
use crate::agent::service::Agents;

/// What a page holds unless less is asked for.
const PAGE_MAX: usize = 1_000;
/// A window is as long at the most.
const WINDOW_MAX: SignedDuration = SignedDuration::from_hours(31 * 24);
/// How far back is looked unless `from` says otherwise.
const USUAL: SignedDuration = SignedDuration::from_hours(24);

/// Who is out of adherence, longest first, behind them who has not come, and how many there are of either kind.
pub(crate) async fn now(
    State(agents): State<Agents>,
    caller: Caller,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let tenant = caller.with(Scope::Adherence)?;
    parameters.only(&["team", "businessUnit", "limit"])?;
    let limit = limit(&parameters)?;
    let whom = name::query(&agents, tenant, &parameters).await?;
    let query = AdherenceQuery { team: whom.team, business_unit: whom.business_unit };
    let out = agents.app.out_of_adherence(tenant, query, limit).await?;
    let tally = agents.app.adherence_tally(tenant, query).await?;
    let count = |wanted: fn(Verdict) -> bool| -> i64 {
        tally.iter().filter(|(verdict, _)| wanted(*verdict)).map(|(_, count)| count).sum()
    };
    let body = json!({
        "at": time::to_text(agents.app.now()),
        "inAdherence": count(|verdict| verdict == Verdict::In),
        "outOfAdherence": count(|verdict| verdict != Verdict::In),
        "out": out.iter().map(listed).collect::<Vec<Value>>(),
    });
    Ok(answer::json_answer(StatusCode::OK, &body))
}

/// What was over in a window, in the order of its end; in pages, each of which names the next.
pub(crate) async fn events(
    State(agents): State<Agents>,
    caller: Caller,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let tenant = caller.with(Scope::Adherence)?;
    parameters.only(&["from", "to", "agentNumber", "businessUnit", "after", "limit"])?;
    let limit = limit(&parameters)?;
    let to = parameters.moment("to")?.unwrap_or_else(|| agents.app.now());
    let usual = to.checked_sub(USUAL).unwrap_or(to);
    let from = parameters.moment("from")?.unwrap_or(usual);
    if to < from || to.duration_since(from) > WINDOW_MAX {
        return Err(Problem::invalid("A window ends after it begins, and within 31 days."));
    }
    let after = parameters.text("after").map(place).transpose()?;
    let number: Option<i64> = parameters.parsed("agentNumber", "a number")?;
    let unit = name::business_unit(&agents, tenant, parameters.text("businessUnit")).await?;
    let employee = match number {
        Some(number) => {
            let found = agents.app.agent_of_number(tenant, AgentNumber(number), unit).await?;
            Some(found.employee)
        }
        None if unit.is_some() => {
            return Err(Problem::invalid("businessUnit says whose agentNumber is meant."));
        }
        None => None,
    };
    let mut found =
        agents.app.adherence_events(tenant, employee, (from, to), after, limit + 1).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let mut body = json!({"events": found.iter().map(event).collect::<Vec<Value>>()});
    if let (true, Some(last), Some(object)) = (more, found.last(), body.as_object_mut()) {
        let next = format!("{}_{}", time::to_text(last.stretch.to), last.employee);
        object.insert("next".to_owned(), json!(next));
    }
    Ok(answer::json_answer(StatusCode::OK, &body))
}

fn limit(parameters: &Parameters) -> Result<usize, Problem> {
    let limit = parameters.parsed("limit", "a number from 1 to 1000")?.unwrap_or(PAGE_MAX);
    if (1..=PAGE_MAX).contains(&limit) {
        return Ok(limit);
    }
    Err(Problem::invalid("limit is a number from 1 to 1000."))
}

fn place(text: &str) -> Result<EventPlace, Problem> {
    let parts = text.split_once('_').and_then(|(ended_at, employee)| {
        Some(EventPlace { ended_at: ended_at.parse().ok()?, employee: employee.parse().ok()? })
    });
    parts.ok_or_else(|| Problem::invalid("after is what the page before said."))
}

fn listed(person: &ListedPresent) -> Value {
    let present = &person.present;
    let mut body =
        told(present.verdict, &present.status, present.scheduled.as_ref(), present.began_at);
    body.insert("agentNumber".to_owned(), json!(person.agent_number.0));
    body.insert("employee".to_owned(), json!(person.employee));
    body.insert("outSince".to_owned(), json!(present.out_since.map(time::to_text)));
    body.insert("absent".to_owned(), json!(person.absent));
    Value::Object(body)
}

fn event(event: &AdherenceEvent) -> Value {
    let stretch = &event.stretch;
    let mut body = told(stretch.verdict, &stretch.status, stretch.scheduled.as_ref(), stretch.from);
    body.insert("agentNumber".to_owned(), json!(event.agent_number.0));
    body.insert("employee".to_owned(), json!(event.employee));
    body.insert("to".to_owned(), json!(time::to_text(stretch.to)));
    Value::Object(body)
}

fn told(
    verdict: Verdict,
    status: &AcdStatus,
    scheduled: Option<&ActivityName>,
    from: Timestamp,
) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("adherence".to_owned(), json!(if verdict == Verdict::In { "in" } else { "out" }));
    if verdict != Verdict::In {
        body.insert("reason".to_owned(), json!(verdict.name()));
    }
    body.insert("scheduled".to_owned(), json!(scheduled.map(ActivityName::as_str)));
    body.insert("state".to_owned(), json!(status.state()));
    if let Some(code) = status.code() {
        body.insert("code".to_owned(), json!(code));
    }
    body.insert("from".to_owned(), json!(time::to_text(from)));
    body
}

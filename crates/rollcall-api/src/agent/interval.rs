//! Intervals: what people and queues did in each quarter of an hour of a day.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};

use rollcall_app::api_token::Scope;
use rollcall_app::history::{HISTORY_SUBJECTS_MAX, HistoryDay};
use rollcall_domain::interval::{Day, Kind, Quarter};
use rollcall_domain::{TenantId, time};

use crate::agent::answer;
use crate::agent::caller::Caller;
use crate::agent::name;
use crate::agent::parameter::Parameters;
use crate::agent::problem::Problem;
use crate::agent::service::Agents;

/// The day of the people of a business unit, in the order of numbers.
pub(crate) async fn agents(
    State(agents): State<Agents>,
    caller: Caller,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let tenant = caller.with(Scope::History)?;
    parameters.only(&["date", "businessUnit", "agentNumber", "after"])?;
    let day = day(&agents, tenant, &parameters, Kind::Agents).await?;
    let table = agents.app.agent_history_table(tenant, &day).await?;
    let only: Option<i64> = parameters.parsed("agentNumber", "a number")?;
    let after: Option<i64> = parameters.parsed("after", "a number")?;
    let mut people = Vec::new();
    let mut next = None;
    for (place, person) in table.people.iter().enumerate() {
        let number = person.agent_number.0;
        if only.is_some_and(|only| only != number) || after.is_some_and(|after| number <= after) {
            continue;
        }
        if people.len() == HISTORY_SUBJECTS_MAX {
            next = people.last().and_then(|last: &Value| last.get("agentNumber").cloned());
            break;
        }
        let intervals = intervals(&day.day, |quarter| {
            (table.totals(place, quarter), table.source(place, quarter).map(str::to_owned))
        });
        people.push(json!({
            "agentNumber": number, "userGuid": person.employee, "name": person.name,
            "intervals": intervals,
        }));
    }
    Ok(page(&day, "agents", people, next))
}

/// The day of the queues of a business unit, in the order of keys.
pub(crate) async fn queues(
    State(agents): State<Agents>,
    caller: Caller,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let tenant = caller.with(Scope::History)?;
    parameters.only(&["date", "businessUnit", "queue", "after"])?;
    let day = day(&agents, tenant, &parameters, Kind::Queues).await?;
    let table = agents.app.queue_history_table(tenant, &day).await?;
    let (only, after) = (parameters.text("queue"), parameters.text("after"));
    let mut queues = Vec::new();
    let mut next = None;
    for (place, queue) in table.queues.iter().enumerate() {
        let key = queue.queue.as_str();
        if only.is_some_and(|only| only != key) || after.is_some_and(|after| key <= after) {
            continue;
        }
        if queues.len() == HISTORY_SUBJECTS_MAX {
            next = queues.last().and_then(|last: &Value| last.get("queue").cloned());
            break;
        }
        let intervals = intervals(&day.day, |quarter| {
            (table.totals(place, quarter), table.source(place, quarter).map(str::to_owned))
        });
        queues.push(json!({"queue": key, "name": queue.name, "intervals": intervals}));
    }
    Ok(page(&day, "queues", queues, next))
}

/// The day that is asked for; today by itself.
async fn day(
    agents: &Agents,
    tenant: TenantId,
    parameters: &Parameters,
    kind: Kind,
) -> Result<HistoryDay, Problem> {
    let date: Option<Date> = parameters.parsed("date", "a date of the form 2026-11-21")?;
    let unit = name::one_business_unit(agents, tenant, parameters.text("businessUnit")).await?;
    Ok(agents.app.history_day(tenant, unit.id, date, kind).await?)
}

/// All quarters of a day, those of zeros too, with who else counted one.
fn intervals<T: Serialize>(
    day: &Day,
    counted: impl Fn(Quarter) -> (T, Option<String>),
) -> Vec<Value> {
    let interval = |quarter: Quarter| {
        let (totals, source) = counted(quarter);
        let mut value = json!(totals);
        if let Some(object) = value.as_object_mut() {
            object.insert("start".to_owned(), json!(time::to_text(quarter.start())));
            object.insert("number".to_owned(), json!(day.number(quarter)));
            if let Some(source) = source {
                object.insert("source".to_owned(), Value::String(source));
            }
        }
        value
    };
    day.span.quarters().map(interval).collect()
}

fn page(day: &HistoryDay, name: &str, rows: Vec<Value>, next: Option<Value>) -> Response {
    let mut body = json!({
        "date": day.day.date.to_string(),
        "timeZone": day.time_zone,
        "businessUnitId": day.scope.unit,
    });
    if let Some(object) = body.as_object_mut() {
        object.insert(name.to_owned(), Value::Array(rows));
        if let Some(next) = next {
            object.insert("next".to_owned(), next);
        }
    }
    answer::json_answer(StatusCode::OK, &body)
}

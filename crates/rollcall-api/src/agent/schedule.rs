//! What a person is to do, by the WFM. The names of the answer are those of the vendor's own agent API
//! (`GET agents/{agentId}/wfm-schedule`).

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use rollcall_app::api_token::Scope;
use rollcall_app::schedule::{Asked, Schedule};
use rollcall_domain::time;
use rollcall_domain::wfm::schedule::Activity;

use crate::agent::answer;
use crate::agent::caller::Caller;
use crate::agent::name::{self, Named};
use crate::agent::parameter::Parameters;
use crate::agent::problem::Problem;
use crate::agent::service::Agents;

const FORM: &str = "a day such as 2026-11-21 or a moment such as 2026-11-21T09:00:00Z";

/// The activities between two days or moments, in order of time.
pub(crate) async fn list(
    State(agents): State<Agents>,
    caller: Caller,
    named: Named,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let tenant = caller.with(Scope::Schedules)?;
    parameters.only(&["startDate", "endDate", "businessUnit"])?;
    let found = name::person(&agents, tenant, &named, &parameters).await?;
    let asked = Asked {
        start: parameters.parsed("startDate", FORM)?,
        end: parameters.parsed("endDate", FORM)?,
    };
    let schedule = agents.app.schedule(tenant, found.employee, asked).await?;
    Ok(answer::json_answer(StatusCode::OK, &body(&schedule)))
}

fn body(schedule: &Schedule) -> Value {
    let mut body = json!({
        "agentNumber": schedule.agent_number.0,
        "timeZone": schedule.zone.iana_name().unwrap_or("UTC"),
        "from": time::to_text(schedule.window.from),
        "until": time::to_text(schedule.window.until),
        "activities": schedule
            .activities
            .iter()
            .map(|activity| entry(activity, &schedule.zone))
            .collect::<Vec<Value>>(),
    });
    if let (Some(read_at), Some(object)) = (schedule.read_at, body.as_object_mut()) {
        object.insert("readAt".to_owned(), json!(time::to_text(read_at)));
    }
    body
}

fn entry(activity: &Activity, zone: &TimeZone) -> Value {
    json!({
        "activityName": activity.name,
        "startTime": local(activity.starts_at, zone),
        "endTime": local(activity.ends_at, zone),
        "startTimeUTC": time::to_text(activity.starts_at),
        "endTimeUTC": time::to_text(activity.ends_at),
    })
}

/// The time on the person's wall, with its distance from UTC: an hour that comes twice is told apart.
fn local(moment: Timestamp, zone: &TimeZone) -> String {
    moment.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

//! Schedules as the WFM planned them, and as the hub tells them.

use crate::crash::census;
use crate::crash::checker::schedule::Activity;
use crate::crash::stage::{Stage, Unit};
use anyhow::{Context, Result};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;

/// All that the WFM planned, by agent number.
pub(crate) fn planned(stage: &Stage) -> Result<BTreeMap<String, Vec<Activity>>> {
    let acd_id = Unit::Called.acd_id();
    let url = format!("{}/_control/schedules?acdID={acd_id}", stage.site.iex_url);
    let json = census::get(&url, "")?;
    let all = json.get("activities").and_then(Value::as_array).context("no activities")?;
    let mut planned: BTreeMap<String, Vec<Activity>> = BTreeMap::new();
    for json in all {
        let uuid = json.get("uuid").and_then(Value::as_str).context("no uuid")?;
        planned.entry(uuid.to_owned()).or_default().push(activity_of(json)?);
    }
    Ok(planned)
}

/// What a person may read.
pub(crate) struct Shown {
    /// From when to when it is told.
    pub(crate) window: (Timestamp, Timestamp),
    pub(crate) activities: Vec<Activity>,
}

/// A person's schedule between two moments, or of a week from today.
pub(crate) fn shown(
    stage: &Stage,
    agent_number: &str,
    window: Option<(Timestamp, Timestamp)>,
) -> Result<Shown> {
    let query = window.map(|(from, until)| format!("&startDate={from}&endDate={until}"));
    let url = format!(
        "{}/api/v1/agents/{agent_number}/wfm-schedule?businessUnit={}{}",
        stage.api.base_url,
        stage.called_unit,
        query.unwrap_or_default()
    );
    let json = census::get(&url, &stage.api.token)?;
    let all = json.get("activities").and_then(Value::as_array).context("no activities")?;
    Ok(Shown {
        window: (moment(&json, "from")?, moment(&json, "until")?),
        activities: all.iter().map(activity_of).collect::<Result<Vec<Activity>>>()?,
    })
}

fn activity_of(json: &Value) -> Result<Activity> {
    Ok(Activity {
        start: moment(json, "startTimeUTC")?,
        end: moment(json, "endTimeUTC")?,
        name: json.get("activityName").and_then(Value::as_str).context("no name")?.to_owned(),
    })
}

fn moment(json: &Value, name: &str) -> Result<Timestamp> {
    let text = json.get(name).and_then(Value::as_str);
    text.with_context(|| format!("no {name}: {json}"))?.parse().context("not a moment")
}

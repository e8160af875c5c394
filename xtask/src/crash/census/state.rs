//! A person's history of states, as the API tells it.

use crate::crash::census;
use crate::crash::checker::state::Interval;
use crate::crash::desk::told;
use crate::crash::stage::Stage;
use anyhow::{Context, Result};
use serde_json::Value;

/// All intervals of a person, oldest first, the present one last.
pub(crate) fn history(stage: &Stage, agent_number: &str) -> Result<Vec<Interval>> {
    let base = format!(
        "{}/api/v1/agents/{agent_number}/state-history?businessUnit={}",
        stage.api.base_url, stage.called_unit
    );
    let (mut newest_first, mut before) = (Vec::new(), None);
    loop {
        let behind = before.map(|number: u64| format!("&before={number}")).unwrap_or_default();
        let url = format!("{base}{behind}");
        let json = census::get(&url, &stage.api.token)?;
        let read = |json, began: &str| {
            interval_of(json, began).with_context(|| format!("not an interval: {json}"))
        };
        if newest_first.is_empty() {
            let present = json.get("present").context("no present")?;
            if present.get("sequence").and_then(Value::as_u64) == Some(0) {
                return Ok(vec![]);
            }
            newest_first.push(read(present, "since")?);
        }
        let page = json.get("intervals").and_then(Value::as_array).context("no intervals")?;
        for json in page {
            newest_first.push(read(json, "beganAt")?);
        }
        before = json.get("before").and_then(Value::as_u64);
        if before.is_none() {
            newest_first.reverse();
            return Ok(newest_first);
        }
    }
}

fn interval_of(json: &Value, began: &str) -> Option<Interval> {
    let moment = |name: &str| json.get(name)?.as_str()?.parse().ok();
    Some(Interval { told: told(json)?, began_at: moment(began)?, ended_at: moment("endedAt") })
}

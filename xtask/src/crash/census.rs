//! Counts heads: everybody the hub lists over SCIM, and every agent that the simulated WFMs hold.

pub(crate) mod file;
pub(crate) mod run;
pub(crate) mod schedule;
pub(crate) mod state;

use super::checker::{Agent, Held, State};
use super::stage::{Stage, Unit};
use crate::hub::Door;
use crate::site::Site;
use crate::{http, process};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::time::Duration;

/// People asked for at a time.
const PAGE: usize = 200;

/// How long the hub may be too busy to answer.
const BUSY_LIMIT: Duration = Duration::from_secs(30);

/// Everybody the hub lists at a door.
pub(crate) fn held(door: &Door) -> Result<Vec<Held>> {
    let mut held: Vec<Held> = Vec::new();
    loop {
        let url = format!("{}/Users?startIndex={}&count={PAGE}", door.base_url, held.len() + 1);
        let json = get(&url, &door.token)?;
        let users = json.get("Resources").and_then(Value::as_array);
        let users = users.map_or(&[][..], Vec::as_slice);
        if users.is_empty() {
            return Ok(held);
        }
        for user in users {
            held.push(held_of(user).with_context(|| format!("not as written: {user}"))?);
        }
    }
}

/// Every agent that a unit's WFM holds, doubles included.
pub(crate) fn agents(stage: &Stage, unit: Unit) -> Result<Vec<Agent>> {
    let wfm = if unit == Unit::Filed { &stage.file_url } else { &stage.site.iex_url };
    let url = format!("{wfm}/_control/agents?acdID={}", unit.acd_id());
    let answer = http::send("GET", &url, "", None)?;
    let agents = answer.json.get("agents").and_then(Value::as_array).context("no agents")?;
    let read =
        agents.iter().map(|json| agent_of(json).with_context(|| format!("not an agent: {json}")));
    read.collect()
}

/// Reads something. A hub that is too busy says so, and is asked again.
pub(crate) fn get(url: &str, token: &str) -> Result<Value> {
    let answer = process::wait_for(url, BUSY_LIMIT, || {
        let answer = http::send("GET", url, token, None)?;
        Ok((!matches!(answer.status, 429 | 503)).then_some(answer))
    })?;
    ensure!(answer.status == 200, "GET {url}: {}: {}", answer.status, answer.json);
    Ok(answer.json)
}

/// How many batches the WFM applied: proof that handing over went on between the kills.
pub(crate) fn batches(site: &Site) -> Result<u64> {
    let answer = http::send("GET", &format!("{}/_control/stats", site.iex_url), "", None)?;
    answer.json.get("batches").and_then(Value::as_u64).context("the WFM counts no batches")
}

/// A SCIM user as the checker wants it; `None` if it is not one.
pub(crate) fn held_of(user: &Value) -> Option<Held> {
    let state = State {
        first_name: user.pointer("/name/givenName")?.as_str()?.to_owned(),
        active: user.get("active")?.as_bool()?,
    };
    Some(Held { external_id: user.get("externalId")?.as_str()?.to_owned(), state })
}

fn agent_of(json: &Value) -> Option<Agent> {
    let text = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(Agent {
        number: text("uuid")?,
        external_id: text("externalId")?,
        first_name: text("firstName")?,
        mu: text("mu")?,
    })
}

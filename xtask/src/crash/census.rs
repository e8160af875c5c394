//! Counts heads: everybody the hub lists over SCIM, and every agent that the simulated WFM holds.

use super::checker::{Agent, Held, State};
use crate::http;
use crate::site::Site;
use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// People asked for at a time.
const PAGE: usize = 200;

/// Everybody the hub lists.
pub(crate) fn held(site: &Site) -> Result<Vec<Held>> {
    let mut held: Vec<Held> = Vec::new();
    loop {
        let url =
            format!("{}/Users?startIndex={}&count={PAGE}", site.door.base_url, held.len() + 1);
        let answer = http::send("GET", &url, &site.door.token, None)?;
        ensure!(answer.status == 200, "GET {url}: {}: {}", answer.status, answer.json);
        let users = answer.json.get("Resources").and_then(Value::as_array);
        let users = users.map_or(&[][..], Vec::as_slice);
        if users.is_empty() {
            return Ok(held);
        }
        for user in users {
            held.push(held_of(user).with_context(|| format!("not as written: {user}"))?);
        }
    }
}

/// Every agent of the simulated WFM, doubles included.
pub(crate) fn agents(site: &Site) -> Result<Vec<Agent>> {
    let answer = http::send("GET", &format!("{}/_control/agents", site.iex_url), "", None)?;
    let agents = answer.json.get("agents").and_then(Value::as_array).context("no agents")?;
    let read =
        agents.iter().map(|json| agent_of(json).with_context(|| format!("not an agent: {json}")));
    read.collect()
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
        external_id: text("externalId")?,
        first_name: text("firstName")?,
        mu: text("mu")?,
    })
}

//! The runs of a link, and how it is, as the operator's commands tell them.

use crate::crash::checker::run::{Outcome, Run};
use crate::crash::stage::{Stage, Unit};
use anyhow::{Context, Result};
use serde_json::Value;

/// More than are kept.
const LIMIT: &str = "5000";

/// The runs of a unit's link, newest first.
pub(crate) fn runs(stage: &Stage, unit: Unit) -> Result<Vec<Run>> {
    let list = ["wfm-link", "runs", "--limit", LIMIT, "--acd-id", unit.acd_id()];
    let printed = stage.site.command(&list)?;
    let read = |line: &str| {
        let json: Value = serde_json::from_str(line)?;
        run_of(&json).with_context(|| format!("not a run: {line}"))
    };
    printed.lines().map(read).collect()
}

/// Whether a unit's link is well, failing or held.
pub(crate) fn health(stage: &Stage, unit: Unit) -> Result<String> {
    let printed = stage.site.command(&["wfm-link", "show", "--acd-id", unit.acd_id()])?;
    let json: Value = serde_json::from_str(&printed)?;
    json.get("health").and_then(Value::as_str).map(str::to_owned).context("no health")
}

fn run_of(json: &Value) -> Option<Run> {
    let text = |name: &str| json.get(name)?.as_str().map(str::to_owned);
    let count = |name: &str| json.get(name)?.as_i64();
    let outcomes = json.get("outcomes")?.as_array()?.iter().map(outcome_of);
    Some(Run {
        id: text("id")?,
        state: text("state")?,
        reason: text("reason"),
        started_at: text("startedAt")?.parse().ok()?,
        duration_ms: count("durationMs"),
        due: count("due")?,
        unchanged: count("unchanged")?,
        arrived: count("arrived")?,
        updated: count("updated")?,
        departed: count("departed")?,
        failed: count("failed")?,
        lag_p50_ms: count("lagP50Ms"),
        lag_max_ms: count("lagMaxMs"),
        outcomes: outcomes.collect::<Option<Vec<Outcome>>>()?,
    })
}

fn outcome_of(json: &Value) -> Option<Outcome> {
    Some(Outcome {
        step: json.get("step")?.as_str()?.to_owned(),
        result: json.get("result")?.as_str()?.to_owned(),
        people: json.get("people")?.as_i64()?,
        lag_min_ms: json.get("lagMinMs")?.as_i64(),
    })
}

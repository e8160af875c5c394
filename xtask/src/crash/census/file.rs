//! What the simulated WFM that reads files took, and what lies in the folder.

use crate::crash::checker::file::{PickedUp, Taken};
use crate::crash::stage::Stage;
use crate::http;
use anyhow::{Context, Result};
use serde_json::Value;

/// The files that were picked up behind so many, oldest first.
pub(crate) fn journal(stage: &Stage, known: usize) -> Result<Vec<PickedUp>> {
    let url = format!("{}/_control/journal?since={known}", stage.file_url);
    let answer = http::send("GET", &url, "", None)?;
    let entries = answer.json.get("entries").and_then(Value::as_array).context("no entries")?;
    let read = |json| picked_up(json).with_context(|| format!("not an entry: {json}"));
    entries.iter().map(read).collect()
}

/// The names in the folder.
pub(crate) fn folder(stage: &Stage) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&stage.folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    Ok(names)
}

fn picked_up(json: &Value) -> Option<PickedUp> {
    let text = |json: &Value, name: &str| json.get(name)?.as_str().map(str::to_owned);
    let taken = json.get("taken")?.as_array()?.iter();
    let agents = taken.map(|agent| {
        Some(Taken {
            number: text(agent, "uuid")?,
            first_name: text(agent, "firstName")?,
            mu: text(agent, "mu")?,
        })
    });
    Some(PickedUp {
        name: text(json, "name")?,
        processed: text(json, "outcome")? == "processed",
        taken: agents.collect::<Option<Vec<_>>>()?,
    })
}

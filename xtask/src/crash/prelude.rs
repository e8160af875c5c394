//! What happens before the first kill: people who will log in and have schedules, and a link that is held.

use super::planner::Planner;
use super::stage::{Stage, Unit};
use super::writer::{Control, WRITERS, Writer};
use super::{Plan, census, journal};
use crate::process;
use anyhow::{Result, ensure};
use serde_json::Value;
use std::time::Duration;

/// People who log in and have schedules. Nobody changes them meanwhile.
const TROOP: usize = 40;

/// People of the unit whose link is held, and how many of them leave at once: more than may.
const HELD: usize = 20;
pub(crate) const LEAVING: usize = 12;

/// How long the hub may take to hand these few people over.
const LIMIT: Duration = Duration::from_secs(60);

/// Who is there before the first kill.
pub(crate) struct Cast<'a> {
    /// Who wrote those who log in.
    pub(crate) troop_writer: Writer<'a>,
    /// Their agent numbers.
    pub(crate) troop: Vec<String>,
    /// Who wrote the people of the held link.
    pub(crate) held_writer: Writer<'a>,
    pub(crate) planner: Planner,
}

/// Makes all that; the hub does not run afterwards.
pub(crate) fn play<'a>(
    stage: &mut Stage,
    control: &'a Control,
    plan: &Plan<'_>,
) -> Result<Cast<'a>> {
    stage.site.start_hub()?;
    let writer = |unit, index| {
        let journal = journal(&plan.database, index)?;
        Ok::<_, anyhow::Error>(Writer::new(
            unit,
            index,
            plan.seed,
            stage.door(unit),
            control,
            journal,
        ))
    };
    let mut troop_writer = writer(Unit::Called, WRITERS)?;
    let mut held_writer = writer(Unit::Held, WRITERS + 1)?;
    troop_writer.make(TROOP)?;
    held_writer.make(HELD)?;
    for (unit, people) in [(Unit::Called, TROOP), (Unit::Held, HELD)] {
        process::wait_for("the first people are handed over", LIMIT, || {
            Ok(is_settled(stage, unit, people)?.then_some(()))
        })?;
    }
    hold(stage, &mut held_writer)?;
    let agents = census::agents(stage, Unit::Called)?;
    let troop: Vec<String> = agents.into_iter().map(|agent| agent.number).collect();
    ensure!(troop.len() == TROOP, "the WFM holds {} people in place of {TROOP}", troop.len());
    let today = match troop.first() {
        Some(agent) => census::schedule::shown(stage, agent, None)?.window.0,
        None => anyhow::bail!("nobody is there"),
    };
    let acd_id = Unit::Called.acd_id();
    let planner = Planner::begin(&stage.site.iex_url, acd_id, troop.clone(), today, plan.seed)?;
    stage.site.kill_hub()?;
    Ok(Cast { troop_writer, troop, held_writer, planner })
}

/// Lets people leave while the link is off, so that they are due together.
fn hold(stage: &Stage, writer: &mut Writer<'_>) -> Result<()> {
    let of_link = ["--acd-id", Unit::Held.acd_id()];
    let off = ["wfm-link", "switch-off", "--reason", "The proof holds this link."];
    stage.site.command(&[&off[..], &of_link].concat())?;
    writer.turn_each(LEAVING)?;
    stage.site.command(&[&["wfm-link", "switch-on"][..], &of_link].concat())?;
    process::wait_for("the link is held", LIMIT, || {
        Ok((census::run::health(stage, Unit::Held)? == "held").then_some(()))
    })
}

/// Whether the hub knows that the WFM holds so many people, and nobody is due.
fn is_settled(stage: &Stage, unit: Unit, people: usize) -> Result<bool> {
    let show = stage.site.command(&["wfm-link", "show", "--acd-id", unit.acd_id()])?;
    let json: Value = serde_json::from_str(&show)?;
    let count = |name: &str| json.get(name).and_then(Value::as_u64);
    Ok(count("present") == u64::try_from(people).ok() && count("due") == Some(0))
}

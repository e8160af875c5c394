//! Waits until hub and WFMs agree with what was written, and names what does not.

use super::census;
use super::checker::file::PickedUp;
use super::checker::run::Writing;
use super::checker::{self, file, run, schedule, state};
use super::fault::Fault;
use super::figures::Figures;
use super::load::{Load, PASS_LEASES, READ_ON};
use super::stage::{Stage, Unit};
use anyhow::Result;
use jiff::SignedDuration;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// How long the hub may take to hand everything over once the writers are silent.
const QUIET_LIMIT: Duration = Duration::from_secs(180);

/// How long it is waited from one comparison to the next.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Makes the scheduled run of each link due, which is so every 15 minutes: it ends what a kill left behind where
/// nobody is due any more.
const SWEEP_NOW: &str = "update wfm_link set swept_at = '2000-01-01T00:00:00.000Z'";

/// Whether people of the held link are still to be kept from going.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    Still,
    /// They came back.
    Lifted,
}

/// Lets so much time pass that everything which runs by itself is due. The hub is killed once more for it.
pub(crate) fn let_time_pass(stage: &mut Stage) -> Result<()> {
    stage.site.kill_hub()?;
    stage.site.alter(&[PASS_LEASES, &[READ_ON, SWEEP_NOW]].concat())?;
    stage.site.start_hub()
}

/// What is compared with what, and what was read of it so far.
pub(crate) struct Settlement {
    /// Those who have schedules.
    troop: Vec<String>,
    /// What the WFM that reads files took.
    files: Vec<PickedUp>,
    /// Runs of the time in which people changed again and again.
    busy_runs: BTreeSet<String>,
}

impl Settlement {
    pub(crate) fn new(troop: Vec<String>) -> Self {
        Self { troop, files: vec![], busy_runs: BTreeSet::new() }
    }

    /// Waits; gives the faults that do not go away.
    pub(crate) fn settle(
        &mut self,
        stage: &Stage,
        load: &Load<'_>,
        held: Held,
    ) -> Result<Vec<Fault>> {
        let start = Instant::now();
        loop {
            let faults = self.faults(stage, load, held)?;
            if faults.is_empty() || start.elapsed() > QUIET_LIMIT {
                return Ok(faults);
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Notes the runs that there are: in those that follow, everybody changes once.
    pub(crate) fn note_runs(&mut self, stage: &Stage) -> Result<()> {
        for unit in Unit::ALL {
            self.busy_runs.extend(census::run::runs(stage, unit)?.into_iter().map(|run| run.id));
        }
        Ok(())
    }

    /// What is wrong now: with people; and once nothing is, with all the rest.
    fn faults(&mut self, stage: &Stage, load: &Load<'_>, held: Held) -> Result<Vec<Fault>> {
        let mut faults = Vec::new();
        for unit in Unit::ALL {
            let (written, listed) = (load.written(unit), census::held(stage.door(unit))?);
            let mut agents = census::agents(stage, unit)?;
            let mut found = checker::check(&written, &listed, &agents);
            if unit == Unit::Held && held == Held::Still {
                // They left here and stay there.
                found.retain(|fault| !matches!(fault, Fault::NotHandedOver(_)));
                let units: Vec<String> = agents.drain(..).map(|agent| agent.mu).collect();
                let units: Vec<&str> = units.iter().map(String::as_str).collect();
                let (health, runs) =
                    (census::run::health(stage, unit)?, census::run::runs(stage, unit)?);
                found.extend(run::check_held(unit.acd_id(), &health, &runs, &units));
            }
            faults.extend(found);
        }
        if faults.is_empty() {
            faults.extend(self.run_faults(stage)?);
            faults.extend(self.file_faults(stage)?);
            faults.extend(self.schedule_faults(stage)?);
            faults.extend(state_faults(stage, load)?);
        }
        Ok(faults)
    }

    fn run_faults(&self, stage: &Stage) -> Result<Vec<Fault>> {
        let mut faults = Vec::new();
        for unit in Unit::ALL {
            let runs = census::run::runs(stage, unit)?;
            let writing = |run: &run::Run| {
                let is_busy = self.busy_runs.is_empty() || self.busy_runs.contains(&run.id);
                if is_busy { Writing::Repeated } else { Writing::Once }
            };
            faults.extend(run::check(unit.acd_id(), &runs, writing));
        }
        Ok(faults)
    }

    fn file_faults(&mut self, stage: &Stage) -> Result<Vec<Fault>> {
        self.files.extend(census::file::journal(stage, self.files.len())?);
        let mut faults = file::check_journal(&self.files);
        faults.extend(file::check_folder(&census::file::folder(stage)?));
        Ok(faults)
    }

    fn schedule_faults(&self, stage: &Stage) -> Result<Vec<Fault>> {
        let (planned, mut faults) = (census::schedule::planned(stage)?, Vec::new());
        for (agent, shown) in self.shown(stage)? {
            let planned = planned.get(&agent).map(Vec::as_slice).unwrap_or_default();
            faults.extend(schedule::check(&agent, shown.window, planned, &shown.activities));
        }
        Ok(faults)
    }

    /// What each person may read, of the 31 days that can be asked for, a week of them over.
    fn shown(&self, stage: &Stage) -> Result<Vec<(String, census::schedule::Shown)>> {
        let mut all = Vec::new();
        for agent in &self.troop {
            let today = census::schedule::shown(stage, agent, None)?.window.0;
            let days = |count: i64| SignedDuration::from_hours(24 * count);
            let window = (today - days(7), today + days(24));
            all.push((agent.clone(), census::schedule::shown(stage, agent, Some(window))?));
        }
        Ok(all)
    }

    /// Tells how much was compared.
    pub(crate) fn tell(&self, stage: &Stage, figures: &mut Figures) -> Result<()> {
        for unit in Unit::ALL {
            let runs = census::run::runs(stage, unit)?;
            figures.runs += runs.len();
            figures.interrupted_runs += runs.iter().filter(|run| run.was_interrupted()).count();
            figures.held_runs += runs.iter().filter(|run| run.state == "held").count();
        }
        figures.files = self.files.len();
        figures.readings = stage.site.ask("select max(epoch) from wfm_schedule_pull")?;
        figures.activities = self.shown(stage)?.iter().map(|(_, it)| it.activities.len()).sum();
        for agent in &self.troop {
            figures.intervals += census::state::history(stage, agent)?.len();
        }
        Ok(())
    }
}

fn state_faults(stage: &Stage, load: &Load<'_>) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for person in &load.at_desks {
        let intervals = census::state::history(stage, &person.agent_number)?;
        faults.extend(state::check(&person.agent_number, &intervals, &person.acknowledged));
    }
    Ok(faults)
}

//! The preview of a full comparison: lists, compares, plans, and writes down what would be done to whom and
//! why. It writes nothing to the WFM, and nothing of what is known of it.

use std::collections::HashSet;

use jiff::Timestamp;
use rollcall_domain::EmployeeId;
use rollcall_domain::wfm::Step;
use rollcall_storage::wfm::outbox::{self, Due};
use rollcall_storage::wfm::sync_run::{self, SyncOutcome};
use rollcall_storage::{StorageError, Tx};

use crate::batch::{self, Kind};
use crate::brake;
use crate::compare::Drift;
use crate::halt::Halt;
use crate::heal;
use crate::run::Run;

/// A few rows for each.
const CHUNK: usize = 200;
/// As many people who are due are looked at.
const DUE_MAX: i64 = 10_000;

/// Compares and plans.
pub(crate) async fn preview(run: &mut Run) -> Result<(), Halt> {
    let Some((found, _)) = heal::look(run).await? else { return Ok(()) };
    let mut seen = HashSet::new();
    for chunk in found.drifts.chunks(CHUNK) {
        let (link, chunk) = (run.link.id, chunk.to_vec());
        seen.extend(chunk.iter().map(|drift| drift.employee));
        let imagine = move |tx: &mut Tx<'_>| {
            let mut people = Vec::with_capacity(chunk.len());
            for Drift { employee, held, .. } in &chunk {
                if let Some(due) = outbox::imagine(tx, link, *employee)? {
                    let known = held.as_ref().map(rollcall_storage::wfm::wfm_standing::known_text);
                    people.push(Due { known, ..due });
                }
            }
            Ok::<_, StorageError>(people)
        };
        let people = run.world.storage.scan(run.tenant, imagine).await?;
        note(run, people).await?;
    }
    let link = run.link.id;
    let due = move |tx: &mut Tx<'_>| outbox::list_due(tx, link, Timestamp::MAX, DUE_MAX);
    let due = run.world.storage.scan(run.tenant, due).await?;
    let fresh = |due: &Due| !seen.contains(&due.employee.id);
    let due: Vec<Due> = due.into_iter().filter(fresh).collect();
    for chunk in due.chunks(CHUNK) {
        note(run, chunk.to_vec()).await?;
    }
    run.record.counts.departed += i64::try_from(found.strays.len()).unwrap_or(i64::MAX);
    run.record.reason = brake::foresee(run).await?;
    Ok(())
}

/// Plans for some people, and writes it down.
async fn note(run: &mut Run, people: Vec<Due>) -> Result<(), Halt> {
    let now = run.world.clock.now();
    let mut outcomes = Vec::new();
    for due in people {
        let (known, sent) = (batch::known(&due), batch::sent(&due));
        let candidate = batch::candidate(&due, run.link.business_unit, (known.as_ref(), &sent));
        let step = candidate.decide(&run.link.switches);
        let counts = &mut run.record.counts;
        let kind = match &step {
            Step::Nothing => {
                counts.unchanged += 1;
                continue;
            }
            Step::Arrive(_) => {
                counts.arrived += 1;
                Kind::Arrive
            }
            Step::Update(_) | Step::Ask(_) => {
                counts.updated += 1;
                Kind::Update
            }
            Step::Depart(_) => {
                counts.departed += 1;
                Kind::Depart
            }
        };
        outcomes.push(planned(due.employee.id, kind, candidate.why(&step), now));
    }
    let record = run.record.clone();
    run.fenced(move |tx| {
        sync_run::save_outcomes(tx, record.id, &outcomes)?;
        sync_run::save(tx, &record)
    })
    .await
}

fn planned(employee: EmployeeId, kind: Kind, reason: String, now: Timestamp) -> SyncOutcome {
    SyncOutcome {
        employee,
        at: now,
        step: kind.as_str().to_owned(),
        result: "planned".to_owned(),
        reason: Some(reason),
        lag_ms: None,
    }
}

//! Strays: agents that the WFM has and nobody here knows. What is in the WFM but not in the ACD goes to mu 2
//! (NICE's help page on user synchronization).

use rollcall_connector::wfm::{BATCH_MAX, WfmReceipt, WfmWrite};
use rollcall_domain::wfm::{ManagementUnit, WfmAgent};
use rollcall_storage::wfm::sync_run;

use crate::batch;
use crate::halt::Halt;
use crate::link_state;
use crate::run::Run;
use crate::write::{self, Written};

/// Moves strays to mu 2. The brake has let them through. They have no standing here, so that they are told
/// by the counts of the run only.
pub(crate) async fn depart(run: &mut Run, strays: Vec<WfmAgent>) -> Result<(), Halt> {
    for chunk in strays.chunks(BATCH_MAX) {
        let writes: Vec<WfmWrite> = chunk.iter().cloned().map(departure).collect();
        let key = key(run, &writes);
        // Left: the next comparison finds those who are still there.
        let Written::Answered(receipts) = write::write(run, &writes, &key).await? else { break };
        let refused = receipts.iter().filter(|it| matches!(it, WfmReceipt::Refused { .. })).count();
        let refused = i64::try_from(refused).unwrap_or(i64::MAX);
        let departed = i64::try_from(receipts.len()).unwrap_or(i64::MAX) - refused;
        run.record.counts.failed += refused;
        run.record.counts.departed += departed;
        let (record, link, now) = (run.record.clone(), run.link.id, run.world.clock.now());
        run.fenced(move |tx| {
            link_state::amend(tx, link, now, |link| link_state::spend(link, departed))?;
            sync_run::save(tx, &record)
        })
        .await?;
    }
    Ok(())
}

fn departure(agent: WfmAgent) -> WfmWrite {
    let agent = WfmAgent { management_unit: ManagementUnit::Departed, ..agent };
    WfmWrite { agent, unit: Some(ManagementUnit::Departed), cleared: Vec::new() }
}

/// A name of its own for each batch of each run: no mark tells one departure of a stray from another.
fn key(run: &Run, writes: &[WfmWrite]) -> String {
    let first = writes.first().map(|write| write.agent.agent_number).unwrap_or_default();
    batch::digest(format!("{} {} stray {first}", run.link.id, run.record.id).as_bytes())
}

//! One batch, written to its end: also where the WFM answers later, because it takes files up only now and then.
//!
//! The run stays open meanwhile, with the batch as it was planned, so that a stream of changes cannot put the
//! answer off for ever. Its lease is lengthened. A process that dies here plans anew; the same plan has the same
//! key, and finds the answer.

use std::sync::Arc;
use std::time::Duration;

use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::{WfmReceipt, WfmWrite};
use rollcall_storage::{wfm::sync_run, wfm::wfm_link};
use tokio::time::Instant;

use crate::halt::Halt;
use crate::meter::{Remote, Unanswered};
use crate::run::{RENEW_EVERY, Run};
use crate::seat::Address;

/// What became of a batch.
pub(crate) enum Written {
    /// The WFM answered, for each agent.
    Answered(Vec<WfmReceipt>),
    /// The run has to end before there is an answer: the engine stops, or the link was switched off or leads
    /// elsewhere. Everyone is still due.
    Left,
}

/// Writes a batch under its key, and asks again as often and as long as the WFM wants it.
pub(crate) async fn write(run: &mut Run, writes: &[WfmWrite], key: &str) -> Result<Written, Halt> {
    let (target, begun, said) = (Arc::clone(&run.target), Instant::now(), run.record.reason.take());
    let (id, mut unanswered) = (run.link.id, None);
    loop {
        let wait = match run.call(Remote::Write, |target| target.write(writes, key), &target).await
        {
            Ok(receipts) if receipts.len() == writes.len() => {
                run.record.reason = said;
                return Ok(Written::Answered(receipts));
            }
            Ok(_) => {
                let reason = "it did not answer for each agent".to_owned();
                return Err(ConnectorError::Malformed { reason }.into());
            }
            Err(ConnectorError::Pending { ask_after, within, reason }) => {
                let since = begun.into_std();
                unanswered.get_or_insert_with(|| Unanswered::begin(id, since)).goes_on();
                let left = within.saturating_sub(begun.elapsed());
                if left.is_zero() {
                    let reason = format!("{reason}, and did not within {} s", within.as_secs());
                    return Err(ConnectorError::Transient { reason }.into());
                }
                tell(run, &reason).await?;
                ask_after.min(left)
            }
            Err(error) => return Err(error.into()),
        };
        if rest(run, wait).await? == Rested::Disturbed {
            run.record.reason = said;
            return Ok(Written::Left);
        }
    }
}

/// Puts down what is waited for, where it is not yet.
async fn tell(run: &mut Run, reason: &str) -> Result<(), Halt> {
    let text = format!("Waiting for the WFM: {reason}. Nothing is wrong; it is asked again.");
    if run.record.reason.as_ref() == Some(&text) {
        return Ok(());
    }
    tracing::info!(link.id = %run.link.id, run.id = %run.record.id, reason, "a WFM answers later");
    run.record.reason = Some(text);
    let record = run.record.clone();
    run.fenced(move |tx| sync_run::save(tx, &record)).await
}

/// Whether a rest was undisturbed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rested {
    Undisturbed,
    Disturbed,
}

/// Rests, keeps the lease, and looks whether the run may still go on. Others may be at work meanwhile.
async fn rest(run: &mut Run, time: Duration) -> Result<Rested, Halt> {
    let until = Instant::now() + time;
    run.place = None;
    loop {
        let nap = (Instant::now() + RENEW_EVERY).min(until);
        tokio::select! {
            () = run.stop.cancelled() => return Ok(Rested::Disturbed),
            () = tokio::time::sleep_until(nap) => {}
        }
        let id = run.link.id;
        let link = run.fenced(move |tx| wfm_link::get(tx, id)).await?;
        match link {
            Some(link) if link.enabled && Address::of(&link) == run.address => run.link = link,
            _ => return Ok(Rested::Disturbed),
        }
        if Instant::now() >= until {
            run.take_place().await?;
            return Ok(Rested::Undisturbed);
        }
    }
}

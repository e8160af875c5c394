//! The full comparison: lists what the WFM holds, and makes people due of whom it holds something else.
//! What is then done about them is decided where it is for everyone who is due.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::WfmPage;
use rollcall_domain::wfm::WfmAgent;
use rollcall_storage::{
    StorageError, Tx, wfm::former_agent, wfm::kept_agent, wfm::outbox, wfm::wfm_standing,
};
use tokio::time::Instant;

use crate::compare::{self, Comparison, Double, Ours};
use crate::end::Compared;
use crate::finding;
use crate::halt::Halt;
use crate::meter::Remote;
use crate::run::Run;

/// No list is followed for longer.
const PAGES_MAX: usize = 20_000;
/// Two rows for each person.
const PEOPLE_MAX: usize = 300;
/// As many of our people are looked at in one go.
const KNOWN_PAGE: i64 = 1_000;
/// As many doubled agents are mended by one comparison.
const MENDED_MAX: usize = 1_000;
/// While pages come in, the lease is lengthened so often.
const SAVE_EVERY: Duration = Duration::from_secs(2);

/// What is said of a comparison that could not be.
const UNLISTED: &str = "The WFM shows no list of its agents, so that nothing was compared. Changes go out all the same.";

/// What a comparison left to do.
pub(crate) struct Healed {
    /// Agents that the WFM has with mu 1 and nobody here knows.
    pub(crate) strays: Vec<WfmAgent>,
    /// How much of the list was compared.
    pub(crate) compared: Compared,
}

/// Lists, compares, writes down what differs, corrects what is known, and makes due whoever that concerns.
pub(crate) async fn compare_and_heal(run: &mut Run) -> Result<Healed, Halt> {
    let Some((found, doubles)) = look(run).await? else {
        return Ok(Healed { strays: Vec::new(), compared: Compared::Nothing });
    };
    let ours = doubles.iter().filter(|double| double.alike).map(|double| double.number);
    let mended = mend(run, ours.collect()).await?;
    correct(run, &found).await?;
    let whole = !found.overflowed && mended == 0;
    let compared = if whole { Compared::Whole } else { Compared::Part };
    Ok(Healed { strays: found.strays, compared })
}

/// Lists, compares, and writes down what differs; changes nothing. Nothing when it was told to stop, or the
/// WFM shows no list.
pub(crate) async fn look(run: &mut Run) -> Result<Option<(Comparison, Vec<Double>)>, Halt> {
    let mut found = Comparison::default();
    if list(run, &mut found).await? == Listed::Nothing || run.stop.is_cancelled() {
        return Ok(None);
    }
    let doubles = found.doubles();
    seek_absent(run, &mut found).await?;
    forget_kept(run, &mut found).await?;
    tracing::info!(
        link.id = %run.link.id, run.id = %run.record.id, listed = found.listed(), drifts = found.drifts.len(),
        strays = found.strays.len(), foreign = found.strangers.len(), doubles = doubles.len(),
        "the WFM's list was compared"
    );
    finding::record(run, &found, &doubles).await?;
    Ok(Some((found, doubles)))
}

/// Strays of whom somebody decided that they stay are none.
async fn forget_kept(run: &Run, found: &mut Comparison) -> Result<(), Halt> {
    if found.strays.is_empty() {
        return Ok(());
    }
    let link = run.link.id;
    let kept = run.world.storage.scan(run.tenant, move |tx| kept_agent::list_strays(tx, link));
    let kept: HashSet<i64> = kept.await?.into_iter().collect();
    found.strays.retain(|stray| !kept.contains(&stray.agent_number));
    Ok(())
}

/// Whether there was a list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Listed {
    Whole,
    Nothing,
}

/// Follows the list to its end, and makes sure that it was whole.
async fn list(run: &mut Run, found: &mut Comparison) -> Result<Listed, Halt> {
    let (target, mut cursor, mut saved) = (Arc::clone(&run.target), None, Instant::now());
    for _ in 0..PAGES_MAX {
        if run.stop.is_cancelled() {
            return Ok(Listed::Nothing);
        }
        let from: Option<String> = cursor.take();
        let page = run.call(Remote::List, |target| target.list(from.as_deref()), &target).await?;
        let Some(page) = page else {
            run.record.reason = Some(UNLISTED.to_owned());
            return Ok(Listed::Nothing);
        };
        let WfmPage { agents, foreign, next_cursor, total } = page;
        found.foreign(foreign);
        let ours = ours(run, &agents).await?;
        found.page(agents, &ours, &run.link.switches);
        if saved.elapsed() > SAVE_EVERY {
            run.save().await?;
            saved = Instant::now();
        }
        if next_cursor.is_none() {
            let listed = found.listed();
            let whole = listed == total;
            return if whole { Ok(Listed::Whole) } else { Err(Halt::Incomplete { listed, total }) };
        }
        if next_cursor == from {
            break;
        }
        cursor = next_cursor;
    }
    let reason = "its list of agents has no end".to_owned();
    Err(ConnectorError::Malformed { reason }.into())
}

/// Those of our people whose numbers stand on a page.
async fn ours(run: &Run, agents: &[WfmAgent]) -> Result<HashMap<i64, Ours>, Halt> {
    let ranges = compare::ranges(agents.iter().map(|agent| agent.agent_number));
    let link = run.link.id;
    let people = run
        .world
        .storage
        .scan(run.tenant, move |tx| {
            let mut people = HashMap::new();
            for range in ranges {
                let found = wfm_standing::list_by_agent_number(tx, link, range)?;
                let left = former_agent::list_by_agent_number(tx, link, range)?;
                let ours = |(number, employee, known)| (number, Ours { employee, known });
                people.extend(found.into_iter().chain(left).map(ours));
            }
            Ok::<_, StorageError>(people)
        })
        .await?;
    Ok(people)
}

/// Removes the older records of our people who stand in the list more than once; tells how many were.
/// Which values stayed is seen by the next comparison.
async fn mend(run: &mut Run, doubles: Vec<i64>) -> Result<u64, Halt> {
    let (target, link, mut mended) = (Arc::clone(&run.target), run.link.id, 0_u64);
    for number in doubles.into_iter().take(MENDED_MAX) {
        let is_ours = run
            .world
            .storage
            .read(run.tenant, move |tx| {
                let found = wfm_standing::list_by_agent_number(tx, link, (number, number))?;
                Ok::<_, StorageError>(!found.is_empty())
            })
            .await?;
        if is_ours {
            mended = mended.saturating_add(
                run.call(Remote::Mend, |target| target.mend(number), &target).await?,
            );
            run.save().await?;
        }
    }
    Ok(mended)
}

/// Finds the people whom the WFM was known to have, and lacks.
async fn seek_absent(run: &Run, found: &mut Comparison) -> Result<(), Halt> {
    let link = run.link.id;
    for list in [wfm_standing::list_known, former_agent::list_known] {
        let mut after = i64::MIN;
        loop {
            let known = move |tx: &mut Tx<'_>| list(tx, link, after, KNOWN_PAGE);
            let known = run.world.storage.scan(run.tenant, known).await?;
            let Some((last, _)) = known.last() else { break };
            after = *last;
            found.absent(&known);
        }
    }
    Ok(())
}

/// Puts down what the WFM holds, and makes those people due.
async fn correct(run: &Run, found: &Comparison) -> Result<(), Halt> {
    let (link, id, now) = (run.link.id, run.record.id, run.world.clock.now());
    for chunk in found.drifts.chunks(PEOPLE_MAX) {
        let chunk = chunk.to_vec();
        run.fenced(move |tx| {
            for drift in &chunk {
                wfm_standing::correct(tx, (link, drift.employee), drift.held.as_ref(), id)?;
                outbox::mark(tx, link, drift.employee, now)?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}

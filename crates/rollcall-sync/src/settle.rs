//! Settles a batch: what the WFM holds, the outcome and the mark of each person, and the run's counts, in
//! one transaction that proves the lease.

use jiff::Timestamp;
use rollcall_connector::wfm::WfmReceipt;
use rollcall_domain::wfm::WfmAgent;
use rollcall_domain::{EmployeeId, RunId, WfmLinkId};
use rollcall_storage::wfm::outbox::{self, Mark};
use rollcall_storage::wfm::sync_run::{self, SyncOutcome};
use rollcall_storage::wfm::wfm_link::Health;
use rollcall_storage::wfm::wfm_standing::{self, Standing};
use rollcall_storage::{StorageError, Tx, wfm::kept_agent};

use crate::batch::{Intent, Kind, Planned, Then};
use crate::halt::Halt;
use crate::link_state;
use crate::meter::{self, Outcome};
use crate::retry;
use crate::run::Run;

/// Three rows for each person: so many people keep a transaction below a thousand.
const PEOPLE_MAX: usize = 300;

/// What became of one person.
#[derive(Clone, Debug)]
enum Fate {
    Unchanged,
    Confirmed {
        kind: Kind,
        agent: WfmAgent,
        then: Then,
        lag_ms: i64,
    },
    /// `unconfirmed`: what else was sent, and may be what the WFM holds.
    Refused {
        kind: Kind,
        reason: String,
        unconfirmed: Option<String>,
    },
    /// The WFM lacks a person whom it was believed to have. They are due again, as somebody new.
    Unknown,
}

/// Settles a batch by its receipts, one for each intent.
pub(crate) async fn settle(
    run: &mut Run,
    planned: Planned,
    receipts: Vec<WfmReceipt>,
) -> Result<(), Halt> {
    let now = run.world.clock.now();
    if !planned.released.is_empty() {
        let (link, people) = (run.link.id, planned.released);
        run.fenced(move |tx| kept_agent::release(tx, link, &people)).await?;
    }
    let mut fates: Vec<(Mark, Fate)> =
        planned.unchanged.into_iter().map(|mark| (mark, Fate::Unchanged)).collect();
    fates.extend(planned.intents.into_iter().zip(receipts).map(|(i, r)| fate(i, r, now)));
    let mut left = fates.as_slice();
    while !left.is_empty() {
        let (chunk, rest) = left.split_at(left.len().min(PEOPLE_MAX));
        match settle_chunk(run, chunk, now).await {
            Err(Halt::LeaseLost) => {
                disown(run, left, now).await?;
                return Err(Halt::LeaseLost);
            }
            other => other?,
        }
        left = rest;
    }
    Ok(())
}

fn fate(intent: Intent, receipt: WfmReceipt, now: Timestamp) -> (Mark, Fate) {
    let (mark, kind) = (intent.mark, intent.kind);
    let fate = match receipt {
        WfmReceipt::Accepted => Fate::Confirmed {
            kind,
            agent: intent.write.agent,
            then: intent.then,
            lag_ms: now.duration_since(mark.changed_at).as_millis().try_into().unwrap_or(i64::MAX),
        },
        WfmReceipt::Refused { reason } => {
            // What is refused now was never taken before either.
            let mut sent = intent.sent;
            sent.retain(|agent| *agent != intent.write.agent);
            let unconfirmed = (!sent.is_empty()).then(|| outbox::sent_text(&sent));
            Fate::Refused { kind, reason, unconfirmed }
        }
        WfmReceipt::Unknown => Fate::Unknown,
    };
    (mark, fate)
}

async fn settle_chunk(run: &mut Run, chunk: &[(Mark, Fate)], now: Timestamp) -> Result<(), Halt> {
    let before = run.record.counts;
    for (_, fate) in chunk {
        count(run, fate);
    }
    run.record.counts.lag_p50_ms = run.lags.p50_ms();
    run.record.counts.lag_max_ms = run.lags.max_ms();
    let (record, link) = (run.record.clone(), run.link.id);
    let departed = record.counts.departed - before.departed;
    let confirmed = chunk.iter().any(|(_, fate)| !matches!(fate, Fate::Unchanged));
    let recovers = confirmed && run.link.health == Health::Failing;
    let rows = Rows::of(chunk, (link, record.id), now);
    let spends = departed > 0 && run.link.approved_departures > 0;
    run.fenced(move |tx| {
        rows.write(tx, (link, record.id), now)?;
        if recovers || spends {
            link_state::amend(tx, link, now, |link| {
                link_state::recover(link);
                link_state::spend(link, departed);
            })?;
        }
        sync_run::save(tx, &record)
    })
    .await
}

fn count(run: &mut Run, fate: &Fate) {
    let counts = &mut run.record.counts;
    match fate {
        Fate::Unchanged => {
            counts.unchanged += 1;
            meter::settled(Outcome::Unchanged);
        }
        Fate::Refused { .. } => {
            counts.failed += 1;
            meter::settled(Outcome::Failed);
        }
        // Counted when they have arrived.
        Fate::Unknown => {}
        Fate::Confirmed { kind, lag_ms, .. } => {
            let (count, outcome) = match kind {
                Kind::Arrive => (&mut counts.arrived, Outcome::Arrived),
                Kind::Update => (&mut counts.updated, Outcome::Updated),
                Kind::Depart => (&mut counts.departed, Outcome::Departed),
            };
            *count += 1;
            meter::settled(outcome);
            meter::lagged(*lag_ms);
            run.lags.add(*lag_ms);
        }
    }
}

/// The rows of a chunk, gathered so that each kind of them is written in one go.
#[derive(Default)]
struct Rows {
    standings: Vec<Standing>,
    outcomes: Vec<SyncOutcome>,
    settled: Vec<Mark>,
    unchanged: Vec<EmployeeId>,
    refused: Vec<(Mark, String, Option<String>)>,
    confirmed: Vec<EmployeeId>,
    unknown: Vec<EmployeeId>,
}

impl Rows {
    fn of(chunk: &[(Mark, Fate)], (link, run): (WfmLinkId, RunId), now: Timestamp) -> Self {
        let mut rows = Self::default();
        for (mark, fate) in chunk {
            let employee = mark.employee;
            let outcome = |kind: Kind, result: &str, reason, lag_ms| SyncOutcome {
                employee,
                at: now,
                step: kind.as_str().to_owned(),
                result: result.to_owned(),
                reason,
                lag_ms,
            };
            match fate {
                Fate::Unchanged => rows.unchanged.push(employee),
                Fate::Unknown => {
                    rows.unknown.push(employee);
                    continue;
                }
                Fate::Confirmed { kind, agent, then, lag_ms } => {
                    rows.confirmed.push(employee);
                    rows.standings.push(Standing {
                        link,
                        employee,
                        known: Some(agent.clone()),
                        confirmed_at: Some(now),
                        lag_ms: Some(*lag_ms),
                        problem: None,
                        problem_at: None,
                        run,
                    });
                    rows.outcomes.push(outcome(*kind, "done", None, Some(*lag_ms)));
                    if *then == Then::Due {
                        continue;
                    }
                }
                Fate::Refused { kind, reason, unconfirmed } => {
                    rows.outcomes.push(outcome(*kind, "failed", Some(reason.clone()), None));
                    rows.refused.push((*mark, reason.clone(), unconfirmed.clone()));
                    continue;
                }
            }
            rows.settled.push(*mark);
        }
        rows
    }

    fn write(
        &self,
        tx: &mut Tx<'_>,
        (link, run): (WfmLinkId, RunId),
        now: Timestamp,
    ) -> Result<(), StorageError> {
        wfm_standing::save(tx, &self.standings)?;
        sync_run::save_outcomes(tx, run, &self.outcomes)?;
        wfm_standing::clear_problems(tx, link, &self.unchanged)?;
        for (mark, reason, unconfirmed) in &self.refused {
            wfm_standing::save_problem(tx, (link, mark.employee), reason, now, run)?;
            let again = now.checked_add(retry::put_off(mark.attempts)).unwrap_or(now);
            outbox::postpone(tx, link, *mark, again)?;
            let people = [mark.employee];
            match unconfirmed {
                Some(sent) => outbox::note_sent(tx, link, &[(mark.employee, sent.clone())])?,
                None => outbox::forget_sent(tx, link, &people)?,
            }
        }
        for employee in &self.unknown {
            wfm_standing::correct(tx, (link, *employee), None, run)?;
            outbox::mark(tx, link, *employee, now)?;
        }
        outbox::forget_all(tx, link, &self.unknown)?;
        // Nobody is kept where nobody is.
        kept_agent::release(tx, link, &self.unknown)?;
        outbox::settle(tx, link, &self.settled)?;
        outbox::forget_sent(tx, link, &self.confirmed)
    }
}

/// The lease was lost after the WFM had taken the writes. Another engine may have written newer values
/// before ours arrived, so that the WFM may hold ours: that is put down, and the people are due again, so that
/// whoever has the lease writes once more. What slips through here, because this engine dies first, the full
/// comparison finds.
async fn disown(run: &Run, left: &[(Mark, Fate)], now: Timestamp) -> Result<(), Halt> {
    let link = run.link.id;
    for chunk in left.chunks(PEOPLE_MAX) {
        let chunk = chunk.to_vec();
        run.world
            .storage
            .write(run.tenant, move |tx| {
                for (mark, fate) in &chunk {
                    if let Fate::Confirmed { agent, .. } = fate {
                        outbox::disown(tx, link, (mark.employee, agent), now)?;
                    }
                }
                Ok::<_, StorageError>(())
            })
            .await?;
    }
    Ok(())
}

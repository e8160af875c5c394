//! What is kept of past runs: enough to look back and to count, not for ever.

use jiff::Timestamp;

use rollcall_domain::{BusinessUnitId, RunId, WfmLinkId, time};

use crate::error::StorageError;
use crate::tx::Tx;
use crate::wfm::outbox;

/// What runs did, counted: the rows of their outcomes, of which a person has one in each run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeTally {
    /// The run.
    pub run: RunId,
    /// What was to be done, as in `SyncOutcome`.
    pub step: String,
    /// What became of it, as in `SyncOutcome`.
    pub result: String,
    /// How many people.
    pub people: i64,
    /// The smallest of their lags, in milliseconds.
    pub lag_min_ms: Option<i64>,
}

/// What a link's runs did, from a run on, in their order; nothing of a run without outcomes.
///
/// # Errors
/// When the database refuses.
pub fn tally_outcomes(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    from: RunId,
) -> Result<Vec<OutcomeTally>, StorageError> {
    tx.query(
        "select o.run_id, o.step, o.result, count(*), min(o.lag_ms) from sync_run r
         join sync_outcome o on o.tenant_id = r.tenant_id and o.run_id = r.id
         where r.tenant_id = $1 and r.link_id = $2 and r.id >= $3
         group by o.run_id, o.step, o.result order by o.run_id, o.step, o.result",
        &[(&link.to_string()).into(), (&from.to_string()).into()],
        |row| {
            Ok(OutcomeTally {
                run: row.parsed(0, ("sync_outcome", "run_id"))?,
                step: row.owned(1)?,
                result: row.owned(2)?,
                people: row.int(3)?,
                lag_min_ms: row.int_or_null(4)?,
            })
        },
    )
}

/// How many people departed at the link of a business unit since a moment, apart from departures that someone had
/// approved: the window of the brake. Each counts once, and who belongs there again by now does not count. Agents whom
/// nobody here knows count by the runs that moved them.
///
/// # Errors
/// When the database refuses.
pub fn count_unasked_departures(
    tx: &mut Tx<'_>,
    (link, unit): (WfmLinkId, BusinessUnitId),
    since: Timestamp,
) -> Result<i64, StorageError> {
    let (link, since) = (link.to_string(), time::to_text(since));
    let groups = tx.query(
        "select e.active, t.features, count(distinct o.employee_id), e.business_unit_id from sync_outcome o
         join sync_run r on r.tenant_id = o.tenant_id and r.id = o.run_id
         join employee e on e.tenant_id = o.tenant_id and e.id = o.employee_id
         join team t on t.tenant_id = e.tenant_id and t.id = e.team_id
         where o.tenant_id = $1 and o.step = 'depart' and o.at >= $3 and o.result = 'done'
         and r.link_id = $2 and r.cause not in ('approval', 'preview')
         group by e.active, t.features, e.business_unit_id",
        &[(&link).into(), (&since).into()],
        outbox::read_group,
    )?;
    let strays = tx.count(
        "select cast(coalesce(sum(r.departed - (select count(*) from sync_outcome o where o.tenant_id = r.tenant_id
         and o.run_id = r.id and o.step = 'depart' and o.result = 'done')), 0) as bigint) from sync_run r
         where r.tenant_id = $1 and r.link_id = $2 and r.cause not in ('approval', 'preview') and r.departed > 0
         and (r.finished_at is null or r.finished_at >= $3)
         and (select min(d.position) from sync_drift d where d.tenant_id = r.tenant_id and d.run_id = r.id
         and d.kind in ('stray', 'duplicate')) is not null",
        &[(&link).into(), (&since).into()],
    )?;
    let gone = groups.iter().filter(|group| !group.belongs(unit));
    Ok(gone.map(|group| group.people).sum::<i64>().saturating_add(strays.max(0)))
}

/// Deletes runs of a link beyond the newest `keep`, with their outcomes, oldest first; tells how many rows
/// went. As many as `limit` went: there may be more.
///
/// # Errors
/// When the database refuses.
pub fn prune_runs(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    keep: i64,
    limit: i64,
) -> Result<i64, StorageError> {
    let mut gone = 0;
    while gone < limit {
        let oldest = tx.optional(
            "select id from sync_run where tenant_id = $1 and link_id = $2 and id <=
             (select id from sync_run where tenant_id = $1 and link_id = $2 order by id desc limit 1 offset $3)
             order by id limit 1",
            &[(&link.to_string()).into(), keep.into()],
            |row| row.parsed::<RunId>(0, ("sync_run", "id")),
        )?;
        let Some(run) = oldest else { break };
        gone += prune_outcomes_of(tx, run, limit - gone)?;
        if gone < limit {
            tx.execute(
                "delete from sync_run where tenant_id = $1 and id = $2",
                &[(&run.to_string()).into()],
            )?;
            gone += 1;
        }
    }
    Ok(gone)
}

/// Deletes the outcomes and findings of a link's runs that began before a moment, oldest first; the runs stay with
/// their counts. Tells how many rows went, as [`prune_runs`] does.
///
/// # Errors
/// When the database refuses.
pub fn prune_outcomes(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    before: Timestamp,
    limit: i64,
) -> Result<i64, StorageError> {
    let mut gone = 0;
    while gone < limit {
        let oldest = tx.optional(
            "select r.id from sync_run r where r.tenant_id = $1 and r.link_id = $2 and r.started_at < $3
             and ((select min(o.employee_id) from sync_outcome o where o.tenant_id = r.tenant_id and o.run_id = r.id)
             is not null or (select min(d.position) from sync_drift d where d.tenant_id = r.tenant_id
             and d.run_id = r.id) is not null) order by r.id limit 1",
            &[(&link.to_string()).into(), (&time::to_text(before)).into()],
            |row| row.parsed::<RunId>(0, ("sync_run", "id")),
        )?;
        let Some(run) = oldest else { break };
        gone += prune_outcomes_of(tx, run, limit - gone)?;
    }
    Ok(gone)
}

fn prune_outcomes_of(tx: &mut Tx<'_>, run: RunId, limit: i64) -> Result<i64, StorageError> {
    let id = run.to_string();
    let drifts = tx.execute(
        "delete from sync_drift where tenant_id = $1 and run_id = $2 and position in
         (select position from sync_drift where tenant_id = $1 and run_id = $2 order by position limit $3)",
        &[(&id).into(), limit.into()],
    )?;
    let drifts = i64::try_from(drifts).unwrap_or(i64::MAX);
    let limit = limit.saturating_sub(drifts);
    let gone = tx.execute(
        "delete from sync_outcome where tenant_id = $1 and run_id = $2 and employee_id in
         (select employee_id from sync_outcome where tenant_id = $1 and run_id = $2 order by employee_id limit $3)",
        &[(&id).into(), limit.into()],
    )?;
    Ok(i64::try_from(gone).unwrap_or(i64::MAX).saturating_add(drifts))
}

//! Judging whoever is due: because their state changed, their schedule, the mapping, or the time came at which
//! something else is scheduled.
//!
//! What goes on is judged anew with what is known now, from its beginning; what is over stays as it was judged.
//! However late somebody is judged, each part has the moments at which it was so: after a crash it is as if there
//! had been none.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use rollcall_domain::adherence::fold::{fold, joined};
use rollcall_domain::adherence::{
    AcdStatus, ActivityName, Rules, Scheduled, StatusSpan, Stretch, next_boundary,
};
use rollcall_domain::wfm::schedule::{Activity, Window};
use rollcall_domain::{EmployeeId, TenantId};
use rollcall_storage::agent::adherence::{self as rows, Present};
use rollcall_storage::agent::agent_state::{self as states, AgentRow};
use rollcall_storage::{
    StorageError, Tx, agent::adherence_event as events, agent::status_mapping, directory::employee,
    schedule::wfm_schedule, wfm::wfm_link,
};

use crate::agent::HISTORY_KEPT_DAYS;
use crate::app::App;

/// How often it is looked for those who are due.
pub const JUDGE_INTERVAL: Duration = Duration::from_millis(500);
/// As many people are looked at in one go.
const PAGE: i64 = 500;
/// As many of them share a transaction: others who write wait for it.
const BATCH: usize = 50;
/// What is left after so many pages waits for the next time.
const PAGES_MAX: usize = 200;
/// Nobody is judged further back: schedules are kept somewhat longer.
const BACK_MAX: SignedDuration = SignedDuration::from_hours(6 * 24);
/// So far back somebody is judged of whom nothing is known yet.
const FIRST_BACK: SignedDuration = SignedDuration::from_hours(24);
/// Whoever is judged is judged again after this time, if nothing happens before.
const AGAIN: SignedDuration = SignedDuration::from_hours(24);
/// More states, and more activities, than somebody has in [`BACK_MAX`].
const STATES_MAX: i64 = 20_000;
const ACTIVITIES_MAX: i64 = 5_000;
/// As many pages of old events are forgotten of a tenant in one go.
const PRUNED_PAGES_MAX: usize = 20;

impl App {
    /// Judges those who are due, of all tenants; tells how many. Any number of nodes may do so at once.
    ///
    /// # Errors
    /// When storage fails; what was judged until then stays.
    pub async fn judge_adherence(&self) -> Result<usize, StorageError> {
        let now = self.now();
        let (mut judged, mut failed) = (0, false);
        for _ in 0..PAGES_MAX {
            if failed {
                break;
            }
            let due = self
                .storage
                .read_installation(move |session| rows::list_due(session, now, PAGE))
                .await?;
            if due.is_empty() {
                break;
            }
            let mut tenants: BTreeMap<TenantId, Vec<EmployeeId>> = BTreeMap::new();
            for (tenant, employee) in due {
                tenants.entry(tenant).or_default().push(employee);
            }
            for (tenant, people) in tenants {
                for batch in people.chunks(BATCH) {
                    let (batch, count) = (batch.to_vec(), batch.len());
                    let work = move |tx: &mut Tx<'_>| {
                        let rules = status_mapping::rules(tx)?;
                        batch.iter().try_for_each(|employee| judge(tx, &rules, *employee, now))
                    };
                    match self.storage.write::<_, StorageError>(tenant, work).await {
                        Ok(()) => judged += count,
                        // The people of other tenants do not wait for it.
                        Err(error) => {
                            tracing::error!(tenant.id = %tenant, %error, "people were not judged");
                            failed = true;
                        }
                    }
                }
            }
        }
        Ok(judged)
    }

    /// Forgets events that are as old as the states that are forgotten.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn prune_adherence(&self) -> Result<u64, StorageError> {
        let kept = SignedDuration::from_hours(24 * HISTORY_KEPT_DAYS);
        let Ok(before) = self.now().checked_sub(kept) else { return Ok(0) };
        let tenants =
            self.storage.read_installation(rollcall_storage::directory::tenant::list).await?;
        let mut forgotten = 0;
        for tenant in tenants {
            for _ in 0..PRUNED_PAGES_MAX {
                let work = move |tx: &mut Tx<'_>| events::prune(tx, before, PAGE);
                let page = self.storage.write(tenant.id, work).await?;
                forgotten += page;
                if page == 0 {
                    break;
                }
            }
        }
        Ok(forgotten)
    }
}

fn judge(
    tx: &mut Tx<'_>,
    rules: &Rules,
    employee: EmployeeId,
    now: Timestamp,
) -> Result<(), StorageError> {
    let known = rows::get(tx, employee)?;
    let Some(person) = states::get(tx, employee)?.filter(|person| person.active) else {
        let over = known.filter(|known| known.began_at < now).map(|known| past(&known, now));
        return rows::leave(tx, employee, over.as_slice(), now);
    };
    // A state may have begun since this was asked for.
    let now = person.agent.as_ref().map_or(now, |agent| now.max(agent.since));
    let from = match &known {
        Some(known) => known.began_at.max(earlier(now, BACK_MAX)).min(now),
        None => beginning(tx, &person, now)?,
    };
    let schedule = schedule(tx, &person, Window { from, until: later(now, AGAIN + AGAIN) })?;
    let spans = spans(tx, &person, from)?;
    // What is so now is so for a moment at the least.
    let end = later(now, SignedDuration::from_millis(1));
    let mut stretches = fold(rules, &spans, &schedule, (from, end));
    if let Some(known) = known.as_ref().filter(|known| known.began_at < from) {
        stretches.insert(0, past(known, from));
        stretches = joined(stretches);
    }
    let due_at = later(now, AGAIN).min(next_boundary(&schedule, now).unwrap_or(Timestamp::MAX));
    let out_since = out_since(known.as_ref(), &stretches);
    let Some(last) = stretches.pop() else { return rows::postpone(tx, employee, due_at) };
    let present = Present {
        began_at: last.from,
        verdict: last.verdict,
        status: last.status,
        scheduled: last.scheduled,
        out_since,
    };
    if known.is_some_and(|known| known == present) && stretches.is_empty() {
        return rows::postpone(tx, employee, due_at);
    }
    rows::settle(tx, employee, &stretches, &present, due_at)
}

/// Since when somebody is judged of whom nothing is known yet: not before they were activated, not before their first
/// log-in and what was scheduled first are known, and not again what was judged before they left. Who never logged in
/// begins now: whether they should have, nobody knew before.
fn beginning(
    tx: &mut Tx<'_>,
    person: &AgentRow,
    now: Timestamp,
) -> Result<Timestamp, StorageError> {
    let mut earliest = earlier(now, FIRST_BACK);
    if let Some(employee) = employee::get(tx, person.employee)? {
        earliest = earliest.max(employee.activated_at);
    }
    if let Some(left) = rows::left_at(tx, person.employee)? {
        earliest = earliest.max(left);
    }
    let from = earliest.min(now);
    let scheduled = schedule(tx, person, Window { from, until: now })?;
    let scheduled = scheduled.iter().map(|one| one.from).min();
    let did = spans(tx, person, from)?.first().map(|span| span.began_at);
    let (Some(scheduled), Some(did)) = (scheduled, did) else { return Ok(now) };
    Ok(from.max(scheduled).max(did).min(now))
}

/// What is known of a person, as a time that ends at a moment.
pub(super) fn past(known: &Present, to: Timestamp) -> Stretch {
    Stretch {
        from: known.began_at,
        to,
        verdict: known.verdict,
        status: known.status.clone(),
        scheduled: known.scheduled.clone(),
    }
}

/// Since when somebody is out without a break, at the end of what they did.
fn out_since(known: Option<&Present>, stretches: &[Stretch]) -> Option<Timestamp> {
    let mut since = known.and_then(|known| known.out_since);
    for stretch in stretches {
        since = stretch.verdict.reason().map(|_| since.unwrap_or(stretch.from));
    }
    since
}

pub(super) fn schedule(
    tx: &mut Tx<'_>,
    person: &AgentRow,
    window: Window,
) -> Result<Vec<Scheduled>, StorageError> {
    let Some(link) = wfm_link::find(tx, person.business_unit)? else { return Ok(Vec::new()) };
    let found = wfm_schedule::list(tx, (link, person.employee), window, ACTIVITIES_MAX)?;
    let scheduled = |activity: Activity| {
        let name = ActivityName::parse(&activity.name).ok()?;
        Some(Scheduled { activity: name, from: activity.starts_at, to: activity.ends_at })
    };
    Ok(found.into_iter().filter_map(scheduled).collect())
}

/// What a person did from a moment on, in order of time.
fn spans(
    tx: &mut Tx<'_>,
    person: &AgentRow,
    from: Timestamp,
) -> Result<Vec<StatusSpan>, StorageError> {
    let Some(agent) = &person.agent else { return Ok(Vec::new()) };
    let mut spans = Vec::new();
    if agent.since > from {
        let always = (from, Timestamp::MAX);
        let history = states::list_history(tx, person.employee, always, None, STATES_MAX)?;
        spans.extend(history.iter().rev().map(|interval| StatusSpan {
            status: AcdStatus::of(&interval.state),
            began_at: interval.began_at,
        }));
    }
    spans.push(StatusSpan { status: AcdStatus::of(&agent.state), began_at: agent.since });
    Ok(spans)
}

fn earlier(moment: Timestamp, time: SignedDuration) -> Timestamp {
    moment.checked_sub(time).unwrap_or(Timestamp::MIN)
}

fn later(moment: Timestamp, time: SignedDuration) -> Timestamp {
    moment.checked_add(time).unwrap_or(Timestamp::MAX)
}

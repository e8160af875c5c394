//! Holds the journal of the WFM against what was expected.

use std::collections::{BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};
use rollcall_connector::wfm::{WfmReceipt, WfmWrite};
use rollcall_domain::wfm::{FieldSwitch, ManagementUnit, WfmAgent};

use super::expectation::{Expectation, Values};
use super::memory_wfm::{Call, Event, Heard, State, content};
use super::operation::{SLOTS, UNITS};
use super::place::{ACDS, FLOOR};

/// Why a journal is not as expected.
pub(crate) type Verdict = Result<(), String>;

/// What the engine may know of one agent.
#[derive(Clone, Debug, Default)]
struct Belief {
    /// What the WFM confirmed last; none before the first time.
    confirmed: Option<WfmAgent>,
    /// Something was sent since of which the engine cannot know whether it was applied.
    in_doubt: bool,
    /// A request came too late: the WFM holds what nobody expects, until a full comparison has found it.
    is_disturbed: bool,
    /// The place in the expected states up to which it was told.
    place: usize,
}

/// Everything that is judged: what was expected, what happened, and who is kept by unit and number.
pub(crate) struct Case<'a> {
    pub(crate) expected: &'a Expectation,
    pub(crate) wfm: &'a State,
    pub(crate) kept: &'a [BTreeSet<i64>],
}

/// Judges.
///
/// # Errors
/// What is not as expected.
pub(crate) fn judge(case: &Case<'_>) -> Verdict {
    keys(&case.wfm.journal)?;
    for unit in 0..UNITS {
        told(case, unit)?;
        held(case, unit)?;
        braked(case, unit)?;
    }
    Ok(())
}

fn calls(journal: &[Event]) -> impl Iterator<Item = &Call> {
    journal.iter().filter_map(|event| match event {
        Event::Sent(call) => Some(call),
        _ => None,
    })
}

/// A key names one content.
fn keys(journal: &[Event]) -> Verdict {
    let mut known = HashMap::new();
    for call in calls(journal) {
        let content = content(&call.writes);
        let before = known.entry((&call.acd, &call.key)).or_insert_with(|| content.clone());
        if *before != content {
            return Err(format!("a key was used for other writes: {call:#?}\nnot {before}"));
        }
    }
    Ok(())
}

/// Each agent was told what it should, in that order, and nothing else.
fn told(case: &Case<'_>, unit: usize) -> Verdict {
    let mut beliefs: HashMap<i64, Belief> = HashMap::new();
    let mut last: Vec<i64> = Vec::new();
    for event in &case.wfm.journal {
        match event {
            Event::Sent(call) if call.acd == ACDS[unit] => {
                last = call.writes.iter().map(|write| write.agent.agent_number).collect();
                for (index, write) in call.writes.iter().enumerate() {
                    let belief = beliefs.entry(write.agent.agent_number).or_default();
                    sent(case.expected, unit, write, belief).map_err(|why| {
                        let story = story(&case.wfm.journal, write.agent.agent_number);
                        format!(
                            "{why}
{write:?}
{belief:?}
of all this:
{story}"
                        )
                    })?;
                    hear(call, index, write, belief);
                }
            }
            Event::Sent(_) => {}
            Event::Died(lengths) => {
                for number in last.drain(..) {
                    beliefs.entry(number).or_default().in_doubt = true;
                }
                for (slot, length) in lengths[unit].iter().enumerate() {
                    let person = case.expected.people[slot].as_ref();
                    if let Some(number) = person.and_then(|person| person.numbers[unit]) {
                        let belief = beliefs.entry(number).or_default();
                        belief.in_doubt |= belief.place + 1 < *length;
                    }
                }
            }
            Event::Landed { acd, writes } => {
                for write in writes.iter().filter(|_| *acd == ACDS[unit]) {
                    landed(case.expected, unit, write)?;
                    beliefs.entry(write.agent.agent_number).or_default().is_disturbed = true;
                }
            }
        }
    }
    Ok(())
}

/// All that was sent of an agent, for people.
fn story(journal: &[Event], number: i64) -> String {
    let of = |write: &WfmWrite| {
        let values = values(&write.agent);
        format!("{:?} {:?} clear {:?}", write.unit, values, write.cleared)
    };
    let lines = journal.iter().filter_map(|event| match event {
        Event::Died(_) => Some("the engine died".to_owned()),
        Event::Sent(call) => {
            let index = call.writes.iter().position(|it| it.agent.agent_number == number)?;
            let write = call.writes.get(index).map(of)?;
            let heard = match &call.heard {
                Heard::Receipts(receipts) => format!("{:?}", receipts.get(index)),
                other => format!("{other:?}"),
            };
            Some(format!("{} sent {write}: {heard}", call.at))
        }
        Event::Landed { writes, .. } => {
            let write = writes.iter().find(|it| it.agent.agent_number == number).map(of)?;
            Some(format!("landed {write}"))
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a write was called for when it was sent.
fn sent(expected: &Expectation, unit: usize, write: &WfmWrite, belief: &mut Belief) -> Verdict {
    let slot = expected.slot(unit, write.agent.agent_number).ok_or("nobody has this number")?;
    let states = expected.states(unit, slot);
    let from = states.get(belief.place..).unwrap_or_default();
    let wanted = (write.unit != Some(ManagementUnit::Departed)).then(|| values(&write.agent));
    let is_there = belief
        .confirmed
        .as_ref()
        .is_some_and(|agent| agent.management_unit == ManagementUnit::Arrived);
    let in_doubt = belief.in_doubt || belief.is_disturbed;
    if !in_doubt {
        match write.unit {
            Some(ManagementUnit::Arrived) if is_there => return Err("it has arrived".into()),
            Some(ManagementUnit::Departed) if !is_there => return Err("it was not there".into()),
            None if !is_there => return Err("it has not arrived".into()),
            None if belief.confirmed.as_ref().map(values) == wanted => {
                return Err("it holds that already".into());
            }
            _ => {}
        }
    }
    let place = from.iter().position(|state| *state == wanted);
    // A question whether somebody is there carries the values that were sent before.
    let again = write.unit.is_none() && in_doubt && states.contains(&wanted);
    match place {
        Some(place) => belief.place += place,
        None if again => {}
        None => {
            return Err(format!("it never should have been told this, or not any more: {from:#?}"));
        }
    }
    Ok(())
}

/// What the engine knows after its write.
fn hear(call: &Call, index: usize, write: &WfmWrite, belief: &mut Belief) {
    match &call.heard {
        // The engine asks no finer: what was refused as a whole counts as not confirmed.
        Heard::Refusal | Heard::Nothing => belief.in_doubt = true,
        Heard::Receipts(receipts) => match receipts.get(index) {
            Some(WfmReceipt::Accepted) => {
                let before = belief.confirmed.as_ref().map(|agent| agent.management_unit);
                let stays = before.unwrap_or(ManagementUnit::Arrived);
                let management_unit = write.unit.unwrap_or(stays);
                belief.confirmed = Some(WfmAgent { management_unit, ..write.agent.clone() });
                belief.in_doubt = false;
            }
            Some(WfmReceipt::Unknown) => {
                belief.confirmed = None;
                belief.in_doubt = false;
            }
            Some(WfmReceipt::Refused { .. }) | None => {}
        },
    }
}

fn landed(expected: &Expectation, unit: usize, write: &WfmWrite) -> Verdict {
    let slot = expected.slot(unit, write.agent.agent_number).ok_or("nobody has this number")?;
    let wanted = (write.unit != Some(ManagementUnit::Departed)).then(|| values(&write.agent));
    if expected.states(unit, slot).contains(&wanted) {
        return Ok(());
    }
    Err(format!("it never should have been told this: {write:#?}"))
}

/// In the end the WFM holds what it should.
fn held(case: &Case<'_>, unit: usize) -> Verdict {
    let none = Default::default();
    let agents = case.wfm.acds.get(ACDS[unit]).unwrap_or(&none);
    if let Some(number) = agents.keys().find(|number| case.expected.slot(unit, **number).is_none())
    {
        return Err(format!("nobody has the number {number}"));
    }
    for slot in 0..SLOTS {
        let Some(person) = &case.expected.people[slot] else { continue };
        let number = person.numbers[unit];
        let held = number.and_then(|number| agents.get(&number)).map(|record| &record.agent);
        let is_there = held.is_some_and(|agent| agent.management_unit == ManagementUnit::Arrived);
        let wanted = case.expected.wanted(unit, slot);
        let held = held.map(|agent| as_far_as_ours(case, unit, agent));
        let kept = number.is_some_and(|number| case.kept[unit].contains(&number));
        if kept && (wanted.is_some() || !case.expected.refused[unit].contains(&slot)) {
            return Err(format!("nobody refused that {slot} departs from unit {unit}"));
        }
        let right = match &wanted {
            Some(wanted) => is_there && held.as_ref().map(values).as_ref() == Some(wanted),
            None => is_there == kept,
        };
        if !right {
            return Err(format!(
                "in unit {unit} the WFM holds of {slot}\n{held:#?}\nand should hold\n{wanted:#?} (kept: {kept})"
            ));
        }
    }
    Ok(())
}

/// A field that is switched off belongs to the WFM's own people. A request that came too late may have set it again,
/// and the full comparison leaves it.
fn as_far_as_ours(case: &Case<'_>, unit: usize, held: &WfmAgent) -> WfmAgent {
    let came_late = |event: &Event| matches!(event, Event::Landed { .. });
    let mut held = held.clone();
    if case.wfm.journal.iter().any(came_late) {
        if case.expected.personal_ids[unit] == FieldSwitch::Off {
            held.personal_id = None;
        }
        if case.expected.external_ids[unit] == FieldSwitch::Off {
            held.external_id = None;
        }
    }
    held
}

/// Before anybody approved anything, no more departed within an hour than always may.
fn braked(case: &Case<'_>, unit: usize) -> Verdict {
    const HOUR: SignedDuration = SignedDuration::from_hours(1);
    let end = case.expected.approved[unit].unwrap_or(Timestamp::MAX);
    let mut departures: Vec<(Timestamp, i64)> = Vec::new();
    for call in calls(&case.wfm.journal).filter(|call| call.acd == ACDS[unit] && call.at < end) {
        let Heard::Receipts(receipts) = &call.heard else { continue };
        for (write, receipt) in call.writes.iter().zip(receipts) {
            if write.unit == Some(ManagementUnit::Departed) && *receipt == WfmReceipt::Accepted {
                departures.push((call.at, write.agent.agent_number));
            }
        }
    }
    for (index, (from, _)) in departures.iter().enumerate() {
        let rest = departures.get(index..).unwrap_or_default();
        let within = rest.iter().filter(|(at, _)| at.duration_since(*from) < HOUR).count();
        if within > FLOOR {
            return Err(format!(
                "{within} departed from unit {unit} within an hour, unasked: {departures:?}"
            ));
        }
    }
    Ok(())
}

fn values(agent: &WfmAgent) -> Values {
    Values {
        first_name: agent.first_name.clone(),
        last_name: agent.last_name.clone(),
        email: agent.email.clone(),
        date: agent.activation_date.clone(),
        personal_id: agent.personal_id.clone(),
        external_id: agent.external_id.clone(),
    }
}

//! Proves that a person's history of states is one line that nothing was lost of. Pure.

use crate::crash::fault::Fault;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A state with its number, as an answer told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) sequence: u64,
    pub(crate) state: String,
}

/// A time in a state; the present one has no end.
#[derive(Debug, Clone)]
pub(crate) struct Interval {
    pub(crate) told: Told,
    pub(crate) began_at: Timestamp,
    pub(crate) ended_at: Option<Timestamp>,
}

/// Checks a person's intervals, oldest first and the present one last, against what was acknowledged.
pub(crate) fn check(agent: &str, intervals: &[Interval], acknowledged: &[Told]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (number, interval) in (1..).zip(intervals) {
        let sequence = interval.told.sequence;
        if sequence != number {
            faults.push(Fault::Gap(format!("{agent}: number {sequence} in place of {number}")));
            break;
        }
        if interval.ended_at.is_some_and(|end| end < interval.began_at) {
            faults.push(Fault::Gap(format!("{agent}: {sequence} ends before it begins")));
        }
    }
    for (before, after) in intervals.iter().zip(intervals.iter().skip(1)) {
        if before.ended_at != Some(after.began_at) {
            let text = format!("{agent}: {before:?} is followed by {after:?}");
            faults.push(Fault::Gap(text));
        }
    }
    if intervals.last().is_some_and(|last| last.ended_at.is_some()) {
        faults.push(Fault::Gap(format!("{agent} does nothing now")));
    }
    let kept: BTreeMap<u64, &str> =
        intervals.iter().map(|it| (it.told.sequence, it.told.state.as_str())).collect();
    let lost = acknowledged.iter().filter(|it| kept.get(&it.sequence) != Some(&it.state.as_str()));
    faults.extend(lost.map(|told| {
        let now = kept.get(&told.sequence);
        Fault::LostState(format!("{agent}: {told:?} was acknowledged, and now it is {now:?}"))
    }));
    faults
}

#[cfg(test)]
mod tests {
    use super::{Interval, Told, check};
    use crate::crash::fault::Fault;
    use jiff::Timestamp;

    fn told(sequence: u64, state: &str) -> Told {
        Told { sequence, state: state.into() }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn interval(sequence: u64, state: &str, began: i64, ended: Option<i64>) -> Interval {
        Interval { told: told(sequence, state), began_at: at(began), ended_at: ended.map(at) }
    }

    fn sound() -> Vec<Interval> {
        vec![
            interval(1, "unavailable", 10, Some(20)),
            interval(2, "available", 20, Some(20)),
            interval(3, "loggedOut", 20, None),
        ]
    }

    fn faults(spoil: impl Fn(&mut Vec<Interval>)) -> Vec<Fault> {
        let mut intervals = sound();
        spoil(&mut intervals);
        check("10000017", &intervals, &[told(1, "unavailable"), told(3, "loggedOut")])
    }

    #[test]
    fn one_line_has_no_faults() {
        assert_eq!(faults(|_| ()), vec![]);
        assert_eq!(check("10000017", &[], &[]), vec![]);
    }

    #[test]
    fn gaps_and_overlaps_are_found() {
        for spoil in [
            |it: &mut Vec<Interval>| it[0].ended_at = Some(at(19)),
            |it: &mut Vec<Interval>| it[0].ended_at = Some(at(21)),
            |it: &mut Vec<Interval>| it[2].ended_at = Some(at(30)),
            |it: &mut Vec<Interval>| drop(it.remove(1)),
        ] {
            let found = faults(spoil);
            assert!(found.iter().all(|it| matches!(it, Fault::Gap(_))), "{found:?}");
            assert!(!found.is_empty());
        }
        let backwards = [interval(1, "available", 10, Some(9)), interval(2, "available", 9, None)];
        assert_eq!(check("10000017", &backwards, &[]).len(), 1);
    }

    #[test]
    fn a_lost_state_is_found() {
        let found = faults(|it| it[0].told.state = "available".into());
        assert!(matches!(found[..], [Fault::LostState(_)]), "{found:?}");
        assert_eq!(check("10000017", &[], &[told(1, "available")]).len(), 1);
    }
}

//! Proves that what people read as their schedule is what the WFM planned. Pure.

use crate::crash::fault::Fault;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Something that is to be done from one moment to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Activity {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) name: String,
}

/// Compares what a person reads for a time with all that the WFM planned for them.
pub(crate) fn check(
    agent: &str,
    (from, until): (Timestamp, Timestamp),
    planned: &[Activity],
    shown: &[Activity],
) -> Vec<Fault> {
    let mut counts: BTreeMap<&Activity, (usize, usize)> = BTreeMap::new();
    let lies = |it: &&Activity| it.start < until && it.end > from;
    for activity in planned.iter().filter(lies) {
        counts.entry(activity).or_default().0 += 1;
    }
    for activity in shown {
        counts.entry(activity).or_default().1 += 1;
    }
    let fault = |(activity, (planned, shown)): (&Activity, (usize, usize))| {
        let Activity { start, end, name } = activity;
        let text =
            format!("{agent}: {name} from {start} to {end}: planned {planned}, shown {shown}");
        match shown.cmp(&planned) {
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Greater if planned > 0 => Some(Fault::DoubledActivity(text)),
            _ => Some(Fault::StaleSchedule(text)),
        }
    };
    counts.into_iter().filter_map(fault).collect()
}

#[cfg(test)]
mod tests {
    use super::{Activity, check};
    use crate::crash::fault::Fault;
    use jiff::Timestamp;
    use std::slice::from_ref;

    fn activity(start: i64, end: i64, name: &str) -> Activity {
        let at = |hour: i64| Timestamp::from_second(hour * 3_600).unwrap();
        Activity { start: at(start), end: at(end), name: name.into() }
    }

    fn faults(planned: &[Activity], shown: &[Activity]) -> Vec<Fault> {
        let window = activity(10, 20, "");
        check("10000017", (window.start, window.end), planned, shown)
    }

    #[test]
    fn the_schedule_of_the_wfm_has_no_faults() {
        let planned =
            [activity(11, 12, "Open"), activity(9, 11, "Early"), activity(20, 21, "Late")];
        assert_eq!(faults(&planned, &planned[..2]), vec![]);
    }

    #[test]
    fn a_stale_activity_is_found() {
        let (old, new) = (activity(11, 12, "Open 1"), activity(12, 13, "Open 2"));
        assert!(matches!(faults(&[], from_ref(&old))[..], [Fault::StaleSchedule(_)]), "deleted");
        assert!(matches!(faults(from_ref(&new), &[])[..], [Fault::StaleSchedule(_)]), "added");
        assert_eq!(faults(&[new], &[old]).len(), 2, "moved");
    }

    #[test]
    fn a_doubled_activity_is_found() {
        let one = activity(11, 12, "Open");
        let found = faults(from_ref(&one), &[one.clone(), one.clone()]);
        assert!(matches!(found[..], [Fault::DoubledActivity(_)]));
    }
}

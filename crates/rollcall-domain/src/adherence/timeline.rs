//! A time of a person as parts that follow one another: what was scheduled, what they did, and how it was judged.

use jiff::Timestamp;

use super::fold::status_at;
use super::scheduled::activity_at;
use super::{AcdStatus, ActivityName, Scheduled, StatusSpan, Stretch, Verdict};

/// A part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// From.
    pub from: Timestamp,
    /// To, exclusive.
    pub to: Timestamp,
    /// What is scheduled; `None` for nothing.
    pub scheduled: Option<ActivityName>,
    /// What they did; `None` for what is yet to come.
    pub status: Option<AcdStatus>,
    /// Whether it was in adherence; `None` where nobody judged.
    pub verdict: Option<Verdict>,
}

impl Part {
    fn goes_on_as(&self, next: &Self) -> bool {
        self.to == next.from
            && self.scheduled == next.scheduled
            && self.status == next.status
            && self.verdict == next.verdict
    }
}

/// What the parts are made from.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// What was judged, in order of time. It stays as it was judged, whatever the schedule says now.
    pub judged: &'a [Stretch],
    /// What was done, in order of time.
    pub statuses: &'a [StatusSpan],
    /// What is scheduled.
    pub schedule: &'a [Scheduled],
}

/// The parts of a time, without gaps and overlaps. Of what lies behind `now` only the schedule is known.
#[must_use]
pub fn parts(known: Known<'_>, (from, to): (Timestamp, Timestamp), now: Timestamp) -> Vec<Part> {
    let Known { judged, statuses, schedule } = known;
    let mut cuts: Vec<Timestamp> = judged.iter().flat_map(|one| [one.from, one.to]).collect();
    cuts.extend(statuses.iter().map(|span| span.began_at));
    cuts.extend(schedule.iter().flat_map(|one| [one.from, one.to]));
    cuts.push(now);
    cuts.retain(|moment| from < *moment && *moment < to);
    cuts.extend([from, to]);
    cuts.sort_unstable();
    cuts.dedup();
    let mut parts: Vec<Part> = Vec::new();
    for (from, to) in cuts.iter().zip(cuts.iter().skip(1)) {
        let stretch = judged.iter().find(|one| one.from <= *from && *from < one.to);
        let next = match stretch {
            Some(stretch) => Part {
                from: *from,
                to: *to,
                scheduled: stretch.scheduled.clone(),
                status: Some(stretch.status.clone()),
                verdict: Some(stretch.verdict),
            },
            None => Part {
                from: *from,
                to: *to,
                scheduled: activity_at(schedule, *from).cloned(),
                status: (*from < now).then(|| status_at(statuses, *from)),
                verdict: None,
            },
        };
        match parts.last_mut() {
            Some(last) if last.goes_on_as(&next) => last.to = next.to,
            _ => parts.push(next),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adherence::Reason;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }

    fn name(text: &str) -> Option<ActivityName> {
        Some(ActivityName::parse(text).unwrap())
    }

    fn available() -> AcdStatus {
        AcdStatus::from_parts("available", None).unwrap()
    }

    #[test]
    fn what_was_judged_stays_and_the_rest_is_what_is_known_now() {
        let stretch = |from, to, scheduled, verdict| Stretch {
            from: at(from),
            to: at(to),
            verdict,
            status: available(),
            scheduled,
        };
        let out = Verdict::Out(Reason::NoSchedule);
        let judged = [stretch(10, 20, name("Open"), Verdict::In), stretch(20, 30, None, out)];
        let statuses = [StatusSpan { status: available(), began_at: at(5) }];
        // The lunch came into the schedule after that time was judged.
        let schedule = [
            Scheduled { activity: name("Open").unwrap(), from: at(0), to: at(60) },
            Scheduled { activity: name("Lunch").unwrap(), from: at(15), to: at(40) },
        ];
        let known = Known { judged: &judged, statuses: &statuses, schedule: &schedule };
        let found: Vec<_> = parts(known, (at(0), at(70)), at(30))
            .into_iter()
            .map(|part| {
                let status = part.status.map(|status| status.state());
                let scheduled = part.scheduled.map(|name| name.to_string());
                (part.to.as_second() / 60, scheduled, status, part.verdict)
            })
            .collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            found,
            [
                (5, text("Open"), Some("loggedOut"), None),
                (10, text("Open"), Some("available"), None),
                (20, text("Open"), Some("available"), Some(Verdict::In)),
                (30, None, Some("available"), Some(out)),
                (40, text("Lunch"), None, None),
                (60, text("Open"), None, None),
                (70, None, None, None),
            ]
        );
    }
}

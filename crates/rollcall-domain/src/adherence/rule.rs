//! Comparing what a person does with what is scheduled. The rules are those of NICE's help pages "Mapping ACD to
//! activities" and "Monitoring real-time adherence".

use std::collections::HashMap;

use jiff::Timestamp;

use super::scheduled::{self, Scheduled};
use super::{AcdStatus, ActivityKind, ActivityName};

/// Whether somebody is in adherence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// They do what is scheduled.
    In,
    /// They do not.
    Out(Reason),
}

/// Why somebody is out of adherence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Open time is scheduled, and they are not there for contacts.
    NotOpen,
    /// They do another thing than what is scheduled.
    Mismatch,
    /// What they do stands for no activity: somebody has to map it.
    Unmapped,
    /// They work, and nothing is scheduled.
    NoSchedule,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::In,
        Self::Out(Reason::NotOpen),
        Self::Out(Reason::Mismatch),
        Self::Out(Reason::Unmapped),
        Self::Out(Reason::NoSchedule),
    ];

    /// Its written form.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out(Reason::NotOpen) => "notOpen",
            Self::Out(Reason::Mismatch) => "mismatch",
            Self::Out(Reason::Unmapped) => "unmapped",
            Self::Out(Reason::NoSchedule) => "noSchedule",
        }
    }

    /// From its written form.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }

    /// Why out, if out.
    #[must_use]
    pub fn reason(self) -> Option<Reason> {
        match self {
            Self::In => None,
            Self::Out(reason) => Some(reason),
        }
    }
}

/// What a tenant said of statuses and activities.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    activities: HashMap<String, ActivityName>,
    kinds: HashMap<String, ActivityKind>,
}

impl Rules {
    /// Takes which status stands for which activity, and what was said of activities. An activity of which
    /// nothing was said is open when being available or a contact stands for it, and closed otherwise.
    #[must_use]
    pub fn new(
        mapping: Vec<(AcdStatus, ActivityName)>,
        said: Vec<(ActivityName, ActivityKind)>,
    ) -> Self {
        let mut kinds = HashMap::new();
        for (status, activity) in &mapping {
            let works = !matches!(status.state(), "unavailable" | "afterContactWork" | "loggedOut");
            if works {
                kinds.insert(activity.key(), ActivityKind::Open);
            }
        }
        kinds.extend(said.into_iter().map(|(activity, kind)| (activity.key(), kind)));
        let activities = mapping.into_iter();
        let activities = activities.map(|(status, activity)| (status.key(), activity)).collect();
        Self { activities, kinds }
    }

    /// The activity that a status stands for.
    #[must_use]
    pub fn activity(&self, status: &AcdStatus) -> Option<&ActivityName> {
        self.activities.get(&status.key())
    }

    /// What an activity asks of people.
    #[must_use]
    pub fn kind(&self, activity: &ActivityName) -> ActivityKind {
        self.known_kind(activity).unwrap_or(ActivityKind::Closed)
    }

    /// The same where it was said, or follows from what stands for the activity; `None` otherwise.
    #[must_use]
    pub fn known_kind(&self, activity: &ActivityName) -> Option<ActivityKind> {
        self.kinds.get(&activity.key()).copied()
    }

    /// Whether a status fits what is scheduled; `None` where nothing is.
    #[must_use]
    pub fn verdict(&self, status: &AcdStatus, scheduled: Option<&ActivityName>) -> Verdict {
        let expected = scheduled
            .map(|activity| (activity, self.kind(activity)))
            .filter(|(_, kind)| *kind != ActivityKind::Away);
        let wrong = match expected {
            None => Reason::NoSchedule,
            Some((_, ActivityKind::Open)) => Reason::NotOpen,
            Some(_) => Reason::Mismatch,
        };
        let fits = if status.is_logged_out() {
            expected.is_none()
        } else if let Some(actual) = self.activity(status) {
            let is_open = self.kind(actual) == ActivityKind::Open;
            expected.is_some_and(|(activity, kind)| {
                activity == actual || (is_open && kind == ActivityKind::Open)
            })
        } else if status.is_logging_in() {
            expected.is_none_or(|(_, kind)| kind == ActivityKind::Open)
        } else {
            return Verdict::Out(Reason::Unmapped);
        };
        if fits { Verdict::In } else { Verdict::Out(wrong) }
    }

    /// Judges a person at a moment.
    #[must_use]
    pub fn judge(
        &self,
        (status, state_since): (&AcdStatus, Timestamp),
        schedule: &[Scheduled],
        at: Timestamp,
    ) -> Judged {
        let (scheduled, boundary) = scheduled::present(schedule, at);
        Judged {
            verdict: self.verdict(status, scheduled.as_ref()),
            since: boundary.map_or(state_since, |boundary| boundary.max(state_since)),
            scheduled,
        }
    }
}

/// What was found of a person at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Whether they are in adherence.
    pub verdict: Verdict,
    /// Since when it is so: since the state began, or what is scheduled, whichever is later.
    pub since: Timestamp,
    /// What is scheduled; `None` for nothing.
    pub scheduled: Option<ActivityName>,
}

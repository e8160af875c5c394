//! What people are to do and when, as a WFM says it, and how much of it is kept.

use jiff::{SignedDuration, Timestamp};

use crate::letter::readable;

/// No single activity is longer: longer absences come as several.
pub const ACTIVITY_MAX: SignedDuration = SignedDuration::from_hours(31 * 24);
/// What is over is shown to its person for so long.
pub const SHOWN_BEHIND: SignedDuration = SignedDuration::from_hours(7 * 24);
/// What is to come is shown to its person so far ahead.
pub const SHOWN_AHEAD: SignedDuration = SignedDuration::from_hours(28 * 24);
/// So much more is kept at either end, so that the time shown is full between two whole reads.
const KEPT_MORE: SignedDuration = SignedDuration::from_hours(2 * 24);

const ID_MAX_BYTES: usize = 128;
const NAME_MAX_BYTES: usize = 200;

/// One thing that a person is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// What the WFM calls this entry of the schedule; unique among those of its link.
    pub external_id: String,
    /// What is to be done, such as `Open` or `Lunch`.
    pub name: String,
    /// The WFM's code of that activity, where it gives one.
    pub code: Option<String>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it is over; not part of it.
    pub ends_at: Timestamp,
}

/// Why something is no activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidActivity {
    /// Its id, name or code.
    #[error(
        "an activity has an id of 1 to 128 bytes, a name and a code of 1 to 200, without control characters"
    )]
    Text,
    /// Its time.
    #[error("an activity ends after it begins, and within 31 days")]
    Time,
}

impl Activity {
    /// Checks an activity that came from outside. Moments are cut to milliseconds, which is how they are kept; letters
    /// that nobody sees are left out of its name and code.
    ///
    /// # Errors
    /// [`InvalidActivity`] says what cannot be.
    pub fn parse(self) -> Result<Self, InvalidActivity> {
        let starts_at = crate::time::truncate(self.starts_at);
        let ends_at = crate::time::truncate(self.ends_at);
        let is_text = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && !text.chars().any(char::is_control)
        };
        // What ends a line was never part of a name: such an activity is refused, as one without a name is.
        let shown = |text: &str| {
            if is_text(text, NAME_MAX_BYTES) {
                readable(text).trim().to_owned()
            } else {
                String::new()
            }
        };
        let (name, code) = (shown(&self.name), self.code.as_deref().map(shown));
        if !is_text(&self.external_id, ID_MAX_BYTES)
            || name.is_empty()
            || code.as_ref().is_some_and(String::is_empty)
        {
            return Err(InvalidActivity::Text);
        }
        if ends_at <= starts_at || ends_at.duration_since(starts_at) > ACTIVITY_MAX {
            return Err(InvalidActivity::Time);
        }
        Ok(Self { name, code, starts_at, ends_at, ..self })
    }

    /// Whether it is going on at a moment.
    #[must_use]
    pub fn holds(&self, at: Timestamp) -> bool {
        self.starts_at <= at && at < self.ends_at
    }
}

/// A time from one moment to another, which is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its first moment.
    pub from: Timestamp,
    /// The moment after its last one.
    pub until: Timestamp,
}

impl Window {
    /// What people may see of their schedule.
    #[must_use]
    pub fn shown(now: Timestamp) -> Self {
        Self::around(now, SHOWN_BEHIND, SHOWN_AHEAD)
    }

    /// What is kept: somewhat more than is shown.
    #[must_use]
    pub fn kept(now: Timestamp) -> Self {
        Self::around(now, SHOWN_BEHIND + KEPT_MORE, SHOWN_AHEAD + KEPT_MORE)
    }

    fn around(now: Timestamp, behind: SignedDuration, ahead: SignedDuration) -> Self {
        Self {
            from: now.checked_sub(behind).unwrap_or(Timestamp::MIN),
            until: now.checked_add(ahead).unwrap_or(Timestamp::MAX),
        }
    }

    /// What is in both; `None` when that is nothing.
    #[must_use]
    pub fn and(self, other: Self) -> Option<Self> {
        let both = Self { from: self.from.max(other.from), until: self.until.min(other.until) };
        (both.from < both.until).then_some(both)
    }

    /// Whether a part of an activity lies in it.
    #[must_use]
    pub fn touches(self, activity: &Activity) -> bool {
        activity.starts_at < self.until && activity.ends_at > self.from
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(hours * 3600).unwrap()
    }

    fn activity(starts: i64, ends: i64) -> Activity {
        Activity {
            external_id: "1".into(),
            name: "Open".into(),
            code: None,
            starts_at: at(starts),
            ends_at: at(ends),
        }
    }

    #[test]
    fn an_activity_ends_after_it_begins() {
        for (ends, good) in
            [(0, false), (1, false), (2, true), (1 + 31 * 24, true), (2 + 31 * 24, false)]
        {
            assert_eq!(activity(1, ends).parse().is_ok(), good, "{ends}");
        }
    }

    #[test]
    fn an_activity_has_a_readable_name() {
        for (name, good) in
            [("Mittagspause", true), ("", false), ("a\nb", false), (&*"x".repeat(201), false)]
        {
            let result = Activity { name: name.into(), ..activity(1, 2) }.parse();
            assert_eq!(result.is_ok(), good, "{name:?}");
        }
        let steered = "\u{202e}Lunch\u{2028}\u{2066}".to_owned();
        let code = Some("\u{200e}L".to_owned());
        let read = Activity { name: steered, code, ..activity(1, 2) }.parse().unwrap();
        assert_eq!((read.name.as_str(), read.code.as_deref()), ("Lunch", Some("L")));
        assert!(Activity { name: "\u{202e}".into(), ..activity(1, 2) }.parse().is_err());
        assert!(Activity { external_id: String::new(), ..activity(1, 2) }.parse().is_err());
        assert!(Activity { code: Some(String::new()), ..activity(1, 2) }.parse().is_err());
    }

    #[test]
    fn its_last_moment_is_not_part_of_it() {
        let (window, lunch) = (Window { from: at(2), until: at(4) }, activity(12, 13));
        assert!(lunch.holds(at(12)) && !lunch.holds(at(13)));
        for (starts, ends, touches) in
            [(1, 2, false), (1, 3, true), (3, 5, true), (4, 5, false), (1, 9, true)]
        {
            assert_eq!(window.touches(&activity(starts, ends)), touches, "{starts} to {ends}");
        }
        assert_eq!(
            window.and(Window { from: at(3), until: at(9) }),
            Some(Window { from: at(3), until: at(4) })
        );
        assert_eq!(window.and(Window { from: at(4), until: at(9) }), None);
    }
}

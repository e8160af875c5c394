//! What the bars of days stand for, and the hours above them.

use jiff::Timestamp;
use rollcall_app::adherence::{AcdStatus, ActivityKind, ActivityName, Rules};

use crate::view::timeline::{Axis, Bar, Hour, Look};
use crate::wording::day::Day;

/// Names of activities and codes that tell what closed time is for. They choose a colour, nothing more.
const BREAKS: &[&str] = &["break", "lunch", "dinner", "meal", "rest", "pause"];
const MEETINGS: &[&str] =
    &["meeting", "training", "coaching", "course", "workshop", "learning", "briefing"];
/// And of activities of which nobody said what they ask of people.
const WORK: &[&str] = &["open", "inbound", "outbound", "calls", "phone", "phones", "chat", "email"];
const OFF: &[&str] = &["vacation", "holiday", "sick", "absent", "absence"];

/// The hours of a day's picture, which shows the minutes from one to another.
pub(crate) fn axis(day: &Day, shown_min: (i64, i64), now: Timestamp) -> Axis {
    let hours = day.hours().into_iter();
    let hours = hours.filter(|(_, minute)| (shown_min.0..=shown_min.1).contains(minute));
    let told = |(hour, minute): (i8, i64)| Hour {
        minute,
        label: format!("{hour:02}:00"),
        every: match hour {
            0 | 24 => "h24",
            _ if hour % 8 == 0 => "h8",
            _ if hour % 4 == 0 => "h4",
            _ => "h2",
        },
    };
    Axis {
        shown_min,
        hours: hours.map(told).collect(),
        now: day.holds(now).then(|| (day.minute(now), day.say(now))),
        zone: day.zone_name().to_owned(),
    }
}

/// A time of a day. What is shorter than a minute is seen all the same.
pub(crate) fn bar(
    day: &Day,
    look: Look,
    name: String,
    (from, until): (Timestamp, Timestamp),
) -> Bar {
    let times = format!("{} to {}", day.say(from), day.say(until));
    let (from, until) = (day.minute(from), day.minute(until));
    Bar { from, length: (until - from).max(1), look, name, times }
}

/// What an activity looks like, by its name.
pub(crate) fn of_name(name: &str, rules: &Rules) -> Look {
    ActivityName::parse(name).map_or(Look::Other, |name| of_activity(&name, rules))
}

/// What an activity looks like: by what it asks of people, and closed time by what its name says.
pub(crate) fn of_activity(name: &ActivityName, rules: &Rules) -> Look {
    let is_one = |words: &[&str]| has_word(name.as_str(), words);
    match rules.known_kind(name) {
        Some(ActivityKind::Open) => Look::Work,
        Some(ActivityKind::Away) => Look::Off,
        _ if is_one(BREAKS) => Look::Break,
        _ if is_one(MEETINGS) => Look::Meeting,
        None if is_one(WORK) => Look::Work,
        None if is_one(OFF) => Look::Off,
        _ => Look::Other,
    }
}

/// What an ACD status looks like; nothing is drawn for who is logged out.
pub(crate) fn of_status(status: &AcdStatus) -> Option<Look> {
    let is_one = |words| status.code().is_some_and(|code| has_word(&code.to_string(), words));
    match status.state() {
        "loggedOut" => None,
        "available" => Some(Look::Work),
        "afterContactWork" => Some(Look::After),
        "unavailable" if is_one(BREAKS) => Some(Look::Break),
        "unavailable" if is_one(MEETINGS) => Some(Look::Meeting),
        "unavailable" => Some(Look::Unavailable),
        _ => Some(Look::Contact),
    }
}

fn has_word(name: &str, words: &[&str]) -> bool {
    let own = name.split(|letter: char| !letter.is_alphanumeric());
    own.map(str::to_lowercase).any(|word| words.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> ActivityName {
        ActivityName::parse(text).unwrap()
    }

    #[test]
    fn what_is_said_of_an_activity_goes_before_its_name() {
        let said = vec![
            (name("Lunch shift"), ActivityKind::Open),
            (name("Training abroad"), ActivityKind::Away),
            (name("Open day"), ActivityKind::Closed),
        ];
        let rules = Rules::new(Vec::new(), said);
        for (text, expected) in [
            ("Lunch shift", Look::Work),
            ("Training abroad", Look::Off),
            ("Open day", Look::Other),
            ("Open", Look::Work),
            ("Short break", Look::Break),
            ("LUNCH", Look::Break),
            ("Team meeting", Look::Meeting),
            ("Sick leave", Look::Off),
            ("Breakdown drill", Look::Other),
            ("Back office", Look::Other),
        ] {
            assert_eq!(of_name(text, &rules), expected, "{text}");
        }
    }

    #[test]
    fn being_available_and_having_lunch_look_different() {
        let status = |state: &str, code: Option<&str>| {
            let code = code.map(rollcall_domain::unavailable_code::CodeName::parse);
            AcdStatus::from_parts(state, code.transpose().unwrap()).unwrap()
        };
        assert_eq!(of_status(&status("available", None)), Some(Look::Work));
        assert_eq!(of_status(&status("unavailable", Some("Lunch"))), Some(Look::Break));
        assert_eq!(of_status(&status("unavailable", Some("Training"))), Some(Look::Meeting));
        assert_eq!(of_status(&status("unavailable", None)), Some(Look::Unavailable));
        assert_eq!(of_status(&status("inboundContact", None)), Some(Look::Contact));
        assert_eq!(of_status(&AcdStatus::logged_out()), None);
    }
}

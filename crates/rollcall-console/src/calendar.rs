//! A schedule as an iCalendar (RFC 5545): the few properties that calendar programs need, and no more.

use jiff::Timestamp;
use rollcall_app::schedule::Schedule;
use rollcall_app::secret;

/// Lines are folded behind so many bytes (RFC 5545 §3.1).
const LINE_MAX_BYTES: usize = 75;

/// The calendar of a schedule. All times are in UTC, which needs no description of time zones.
pub(crate) fn write(schedule: &Schedule, now: Timestamp) -> String {
    let mut text = String::new();
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Rollcall//Schedule//EN",
        "CALSCALE:GREGORIAN",
        // RFC 7986 §5.1, §5.7; the older name is what most programs read.
        "NAME:Schedule",
        "X-WR-CALNAME:Schedule",
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
    ] {
        push(&mut text, line);
    }
    let stamp = moment(schedule.read_at.unwrap_or(now));
    for activity in &schedule.activities {
        let id = secret::hash(&format!("{} {}", schedule.link, activity.external_id));
        push(&mut text, "BEGIN:VEVENT");
        push(&mut text, &format!("UID:{id}@rollcall"));
        push(&mut text, &format!("DTSTAMP:{stamp}"));
        push(&mut text, &format!("DTSTART:{}", moment(activity.starts_at)));
        push(&mut text, &format!("DTEND:{}", moment(activity.ends_at)));
        push(&mut text, &format!("SUMMARY:{}", escaped(&activity.name)));
        push(&mut text, "END:VEVENT");
    }
    push(&mut text, "END:VCALENDAR");
    text
}

fn moment(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// RFC 5545 §3.3.11. Names of activities hold no control characters.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,")
}

/// Adds a line, folded where it is long: what goes on begins with a space, which counts.
fn push(text: &mut String, line: &str) {
    let mut length = 0;
    for character in line.chars() {
        if length + character.len_utf8() > LINE_MAX_BYTES {
            text.push_str("\r\n ");
            length = 1;
        }
        text.push(character);
        length += character.len_utf8();
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut text = String::new();
        push(&mut text, &format!("SUMMARY:{}", "ü".repeat(80)));
        assert!(text.ends_with("\r\n"));
        let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|line| line.len() <= 75), "{lines:?}");
        assert!(lines[1..].iter().all(|line| line.starts_with(' ')));
        assert_eq!(lines.concat().replace(' ', ""), format!("SUMMARY:{}", "ü".repeat(80)));
    }

    #[test]
    fn what_has_a_meaning_is_escaped() {
        assert_eq!(escaped("Training; room 2, B\\4"), "Training\\; room 2\\, B\\\\4");
    }

    #[test]
    fn a_moment_is_in_utc() {
        let at: Timestamp = "2026-11-21T09:05:00.5Z".parse().unwrap();
        assert_eq!(moment(at), "20261121T090500Z");
    }
}

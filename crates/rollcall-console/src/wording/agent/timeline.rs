//! A day of people in words and lines.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rollcall_app::adherence::{AdherenceDay, DayOf, Part, Rules, Verdict};

use super::adherence as words;
use crate::view::agent::timeline::{Days, Entry, Line};
use crate::view::badge::{Badge, Tone};
use crate::view::timeline::{Axis, Bar, Look};
use crate::wording::day::{Day, USUAL_MIN};
use crate::wording::timeline as looks;

/// What the pictures of a page share.
pub(crate) struct Picture {
    day: Day,
    rules: Rules,
    pub(crate) axis: Axis,
}

impl Picture {
    /// For the days of some people; `None` at the ends of time. The rules say what an activity asks of people.
    pub(crate) fn of(
        day: &DayOf,
        people: &[AdherenceDay],
        rules: Rules,
        now: Timestamp,
    ) -> Option<Self> {
        let own = Day::new(day.date, &day.zone)?;
        let parts = || people.iter().flat_map(|person| &person.parts);
        let mut shown_min = USUAL_MIN;
        for part in parts().filter(|part| part.scheduled.is_some() || is_there(part)) {
            let (from, until) = (own.minute(part.from), own.minute(part.to));
            shown_min = (shown_min.0.min(from / 60 * 60), shown_min.1.max((until + 59) / 60 * 60));
        }
        let axis = looks::axis(&own, shown_min, now);
        Some(Self { day: own, rules, axis })
    }

    /// A person's line. Parts that look alike are one bar.
    pub(crate) fn line(&self, parts: &[Part]) -> Line {
        let bars = |seen: &dyn Fn(&Part) -> Option<(Look, String)>| {
            let mut spans: Vec<(Look, String, Timestamp, Timestamp)> = Vec::new();
            for part in parts {
                let Some((look, name)) = seen(part) else { continue };
                match spans.last_mut() {
                    Some(last) if last.3 == part.from && last.1 == name => last.3 = part.to,
                    _ => spans.push((look, name, part.from, part.to)),
                }
            }
            let bar = |(look, name, from, until)| looks::bar(&self.day, look, name, (from, until));
            spans.into_iter().map(bar).collect::<Vec<Bar>>()
        };
        Line {
            scheduled: bars(&|part| {
                let name = part.scheduled.as_ref()?;
                Some((looks::of_activity(name, &self.rules), name.to_string()))
            }),
            actual: bars(&|part| {
                let status = part.status.as_ref()?;
                Some((looks::of_status(status)?, words::status(status)))
            }),
            out: bars(&|part| {
                let reason = part.verdict?.reason()?;
                Some((Look::Out, words::reason(reason).word))
            }),
        }
    }

    /// The day as text.
    pub(crate) fn entries(&self, parts: &[Part]) -> Vec<Entry> {
        let told = |part: &Part| Entry {
            from: self.day.say(part.from),
            until: self.day.say(part.to),
            scheduled: part
                .scheduled
                .as_ref()
                .map(|name| (looks::of_activity(name, &self.rules), name.to_string())),
            actual: part.status.as_ref().map(words::status),
            judged: part.verdict.map(judged),
        };
        parts.iter().map(told).collect()
    }
}

/// Whether they were logged in.
fn is_there(part: &Part) -> bool {
    part.status.as_ref().is_some_and(|status| !status.is_logged_out())
}

/// A verdict as icon, word and colour.
pub(crate) fn judged(verdict: Verdict) -> Badge {
    match verdict.reason() {
        None => Badge::new(Tone::Ok, "In adherence"),
        Some(reason) => words::reason(reason),
    }
}

/// A day in a sentence.
pub(crate) fn says(parts: &[Part]) -> String {
    let (mut times, mut seconds, mut was_out, mut is_judged) = (0_u64, 0, false, false);
    let mut reasons: BTreeMap<String, i64> = BTreeMap::new();
    for part in parts {
        let reason = part.verdict.and_then(Verdict::reason);
        is_judged |= part.verdict.is_some();
        if let Some(reason) = reason {
            let length = part.to.duration_since(part.from).as_secs();
            seconds += length;
            *reasons.entry(words::reason(reason).word).or_default() += length;
            times += u64::from(!was_out);
        }
        was_out = reason.is_some();
    }
    let most = reasons.into_iter().max_by_key(|(_, seconds)| *seconds).map(|(word, _)| word);
    match (most, is_judged, parts.iter().any(|part| part.scheduled.is_some())) {
        (Some(most), ..) => {
            let times = crate::view::count::noun(times, "time", "times");
            let mostly = most.to_lowercase();
            format!("Out of adherence {times}, {} in all; mostly: {mostly}.", length(seconds))
        }
        (None, true, _) => "In adherence as long as anybody looked.".to_owned(),
        (None, false, true) => "Not judged on this day.".to_owned(),
        (None, false, false) => "Nothing is scheduled on this day.".to_owned(),
    }
}

fn length(seconds: i64) -> String {
    match seconds {
        ..60 => "less than a minute".to_owned(),
        60..3_600 => format!("{} min", seconds / 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds / 60 % 60),
    }
}

/// Which day is shown. What comes after tomorrow's schedule is not asked for here.
pub(crate) fn days(day: &DayOf, now: Timestamp) -> Days {
    let today = day.zone.to_datetime(now).date();
    let next = day
        .date
        .tomorrow()
        .ok()
        .filter(|next| today.tomorrow().is_ok_and(|tomorrow| *next <= tomorrow));
    Days {
        previous: day.date.yesterday().unwrap_or(day.date).to_string(),
        next: next.map(|date| date.to_string()),
        date: day.date.to_string(),
        is_today: day.date == today,
        zone: match day.zone.iana_name() {
            Some(name) if name != "UTC" => format!("Times are those of {name}."),
            _ => "Times are in UTC.".to_owned(),
        },
    }
}

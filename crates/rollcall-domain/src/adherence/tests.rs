//! Adherence by example, and for any day.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::fold::{fold, joined};
use super::rule::Reason::{Mismatch, NoSchedule, NotOpen, Unmapped};
use super::status::STATE_CODE_MAX_CHARS;
use super::*;
use crate::agent_state::{AgentState, ContactKind, Medium};
use crate::unavailable_code::{CodeKind, CodeName, UnavailableCode};

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_795_219_200 + minutes * 60).unwrap()
}

fn activity(name: &str) -> ActivityName {
    ActivityName::parse(name).unwrap()
}

fn code(name: &str) -> CodeName {
    CodeName::parse(name).unwrap()
}

/// `unavailable Lunch`, or a state alone.
fn status(text: &str) -> AcdStatus {
    let (state, name) = match text.split_once(' ') {
        Some((state, name)) => (state, Some(code(name))),
        None => (text, None),
    };
    AcdStatus::from_parts(state, name).unwrap()
}

fn rules() -> Rules {
    let mapped = [
        ("available", "Open"),
        ("inboundContact", "open"),
        ("afterContactWork", "Open"),
        ("unavailable Lunch", "Lunch"),
        ("unavailable Training", "Training"),
    ];
    let mapped = mapped.into_iter().map(|(from, to)| (status(from), activity(to))).collect();
    let said =
        vec![(activity("Phones"), ActivityKind::Open), (activity("Vacation"), ActivityKind::Away)];
    Rules::new(mapped, said)
}

#[test]
fn each_status_fits_what_it_stands_for() {
    let check = |actual: &str, scheduled: &str, expected: Verdict| {
        let scheduled = (!scheduled.is_empty()).then(|| activity(scheduled));
        let found = rules().verdict(&status(actual), scheduled.as_ref());
        assert_eq!(found, expected, "{actual} while {scheduled:?}");
    };
    let out = Verdict::Out;
    check("available", "Open", Verdict::In);
    check("available", "OPEN", Verdict::In);
    check("inboundContact", "Open", Verdict::In);
    check("afterContactWork", "Open", Verdict::In);
    // Open time is open time, whatever it is called.
    check("available", "Phones", Verdict::In);
    check("available", "Lunch", out(Mismatch));
    check("available", "", out(NoSchedule));
    check("available", "Vacation", out(NoSchedule));
    check("unavailable Lunch", "Lunch", Verdict::In);
    check("unavailable lunch", "lunch", Verdict::In);
    check("unavailable Lunch", "Open", out(NotOpen));
    check("unavailable Lunch", "Training", out(Mismatch));
    check("unavailable Lunch", "", out(NoSchedule));
    // Nobody said what these stand for.
    for scheduled in ["Open", "Lunch", "", "Vacation"] {
        check("unavailable Golf", scheduled, out(Unmapped));
        check("dialer", scheduled, out(Unmapped));
    }
}

#[test]
fn logging_in_fits_open_and_unscheduled_time_and_logging_off_unscheduled_time_only() {
    let check = |actual: &str, expected: [Verdict; 4]| {
        let scheduled = [Some("Open"), Some("Lunch"), Some("Vacation"), None];
        let found =
            scheduled.map(|name| rules().verdict(&status(actual), name.map(activity).as_ref()));
        assert_eq!(found, expected, "{actual}");
    };
    check("unavailable", [Verdict::In, Verdict::Out(Mismatch), Verdict::In, Verdict::In]);
    let off = [Verdict::Out(NotOpen), Verdict::Out(Mismatch), Verdict::In, Verdict::In];
    check("loggedOut", off);
}

#[test]
fn every_status_of_the_acd_has_a_code_of_its_own_that_is_short() {
    let long = "A reason whose name goes on and on";
    let mut codes: Vec<UnavailableCode> = ["Lunch", "Training", long, &format!("{long}, too")]
        .map(|name| UnavailableCode::standard(code(name)))
        .to_vec();
    let work = UnavailableCode {
        kind: CodeKind::AfterContactWork,
        ..UnavailableCode::standard(code("Notes"))
    };
    codes.push(work);
    let all = AcdStatus::all(&codes);
    let mut sent: Vec<String> = all.iter().map(AcdStatus::state_code).collect();
    assert!(sent.iter().all(|code| code.chars().count() <= STATE_CODE_MAX_CHARS), "{sent:?}");
    assert!(sent.contains(&"U:Lunch".to_owned()) && sent.contains(&"W:Notes".to_owned()));
    assert_eq!(AcdStatus::logged_out().state_code(), "LOGGED-OFF");
    sent.sort();
    sent.dedup();
    assert_eq!(sent.len(), all.len());
    let digital = AgentState::Contact(ContactKind::Inbound, Medium::Digital);
    let voice = AgentState::Contact(ContactKind::Inbound, Medium::Voice);
    assert_eq!(AcdStatus::of(&digital), AcdStatus::of(&voice));
    assert_eq!(AcdStatus::from_parts("available", Some(code("Lunch"))), None);
    assert_eq!(AcdStatus::from_parts("asleep", None), None);
}

fn slot(name: &str, from: i64, to: i64) -> Scheduled {
    Scheduled { activity: activity(name), from: at(from), to: at(to) }
}

fn span(text: &str, from: i64) -> StatusSpan {
    StatusSpan { status: status(text), began_at: at(from) }
}

#[test]
fn a_day_is_cut_where_the_state_or_the_schedule_changes() {
    // A break lies upon the shift, and the shift is told in two parts that are one.
    let schedule = [slot("Open", 60, 180), slot("Lunch", 120, 150), slot("Open", 180, 240)];
    let statuses = [
        span("unavailable", 55),
        span("available", 61),
        span("unavailable Lunch", 125),
        span("available", 150),
        span("loggedOut", 230),
    ];
    let found = fold(&rules(), &statuses, &schedule, (at(0), at(300)));
    let told: Vec<String> = found
        .iter()
        .map(|one| {
            let minutes = one.from.duration_since(at(0)).as_mins();
            let scheduled = one.scheduled.as_ref().map_or("-", ActivityName::as_str);
            format!("{minutes} {} {} {scheduled}", one.verdict.name(), one.status.key())
        })
        .collect();
    assert_eq!(
        told,
        [
            "0 in loggedOut -",
            "55 in unavailable -",
            "60 in unavailable Open",
            "61 in available Open",
            "120 mismatch available Lunch",
            "125 in unavailable/lunch Lunch",
            "150 in available Open",
            "230 notOpen loggedOut Open",
            "240 in loggedOut -",
        ]
    );
    let late = rules().judge((&status("available"), at(61)), &schedule, at(130));
    assert_eq!((late.verdict, late.since), (Verdict::Out(Mismatch), at(120)));
    assert_eq!(next_boundary(&schedule, at(130)), Some(at(150)));
    assert_eq!(next_boundary(&schedule, at(150)), Some(at(240)));
    assert_eq!(next_boundary(&schedule, at(240)), None);
}

fn schedule() -> impl Strategy<Value = Vec<Scheduled>> {
    let name = prop::sample::select(vec!["Open", "Phones", "Lunch", "Training", "Vacation"]);
    let slot = (name, 0..1_440_i64, 0..300_i64)
        .prop_map(|(name, from, minutes)| slot(name, from, from + minutes));
    prop::collection::vec(slot, 0..12)
}

/// Statuses in order of time, each another than the one before.
fn statuses() -> impl Strategy<Value = Vec<StatusSpan>> {
    let names =
        vec!["available", "inboundContact", "unavailable", "unavailable Lunch", "loggedOut"];
    let step = (prop::sample::select(names), 1..200_i64);
    prop::collection::vec(step, 0..20).prop_map(|steps| {
        let (mut spans, mut now): (Vec<StatusSpan>, i64) = (Vec::new(), 0);
        for (name, minutes) in steps {
            now += minutes;
            let before = spans.last().map_or_else(AcdStatus::logged_out, |one| one.status.clone());
            if before != status(name) {
                spans.push(span(name, now));
            }
        }
        spans
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_day_is_told_without_gaps_and_overlaps(
        schedule in schedule(), statuses in statuses(), from in 0..700_i64, length in 1..1_000_i64
    ) {
        let (from, to) = (at(from), at(from + length));
        let found = fold(&rules(), &statuses, &schedule, (from, to));
        prop_assert_eq!(found.first().map(|one| one.from), Some(from));
        prop_assert_eq!(found.last().map(|one| one.to), Some(to));
        for pair in found.windows(2) {
            prop_assert_eq!(pair[0].to, pair[1].from);
            prop_assert!(pair[0].from < pair[0].to);
        }
        prop_assert_eq!(joined(found.clone()), found);
    }

    #[test]
    fn since_is_the_later_of_the_state_and_the_schedule(
        schedule in schedule(), statuses in statuses(), minute in 1..1_600_i64
    ) {
        let now = at(minute);
        let last = statuses.iter().rfind(|span| span.began_at <= now);
        let began_at = last.map_or(at(-1), |span| span.began_at);
        let status = last.map_or_else(AcdStatus::logged_out, |span| span.status.clone());
        let judged = rules().judge((&status, began_at), &schedule, now);
        // The stretch that a fold finds at that moment begins then, too.
        let to = now.checked_add(SignedDuration::from_secs(1)).unwrap();
        let found = fold(&rules(), &statuses, &schedule, (at(-1), to));
        let stretch = found.last().unwrap();
        prop_assert_eq!(judged.since, stretch.from);
        prop_assert_eq!(judged.verdict, stretch.verdict);
        prop_assert_eq!(judged.scheduled, stretch.scheduled.clone());
        let boundary = schedule.iter().flat_map(|one| [one.from, one.to]).any(|one| one == judged.since);
        prop_assert!(boundary || judged.since == began_at);
        if let Some(next) = next_boundary(&schedule, now) {
            prop_assert!(next > now);
        }
    }
}

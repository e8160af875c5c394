//! Quarters, days, sums and the public form.

use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;

use super::feed::{self, AgentRow, QueueRow};
use super::queue::{Handled, Outcome, QueueContact, Thresholds};
use super::schedule::{self, Progress};
use super::{AgentTotals, Day, Quarter, QueueTotals, Span, day};
use crate::agent_state::{AgentState, ContactKind, Medium};

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_quarter_holds_its_beginning_and_not_its_end() {
    let check = |inside: &str, start: &str| {
        assert_eq!(Quarter::of(moment(inside)).start(), moment(start), "{inside}");
    };
    check("2026-11-21T09:15:00Z", "2026-11-21T09:15:00Z");
    check("2026-11-21T09:29:59.999Z", "2026-11-21T09:15:00Z");
    check("2026-11-21T09:30:00Z", "2026-11-21T09:30:00Z");
    check("1969-12-31T23:59:59.5Z", "1969-12-31T23:45:00Z");
    assert_eq!(Quarter::beginning(moment("2026-11-21T09:15:00.001Z")), None);
    let quarter = Quarter::beginning(moment("2026-11-21T09:15:00Z")).unwrap();
    assert_eq!(quarter.end(), moment("2026-11-21T09:30:00Z"));
}

#[test]
fn a_day_has_as_many_quarters_as_its_clocks_make() {
    let check = |zone: &str, (y, m, d), quarters: usize, begins: &str| {
        let day = Day::of(date(y, m, d), &day::zone(zone).unwrap()).unwrap();
        assert_eq!(day.span.quarters().count(), quarters, "{zone} {}", day.date);
        assert_eq!(day.span.first.start(), moment(begins), "{zone} {}", day.date);
    };
    check("Europe/Prague", (2026, 3, 28), 96, "2026-03-27T23:00:00Z");
    check("Europe/Prague", (2026, 3, 29), 92, "2026-03-28T23:00:00Z");
    check("Europe/Prague", (2026, 10, 25), 100, "2026-10-24T22:00:00Z");
    check("America/New_York", (2026, 3, 8), 92, "2026-03-08T05:00:00Z");
    check("Australia/Lord_Howe", (2026, 4, 5), 98, "2026-04-04T13:00:00Z");
    check("Asia/Kathmandu", (2026, 11, 21), 96, "2026-11-20T18:15:00Z");
    // Clocks were put forward at midnight: the day began at one.
    check("America/Havana", (2026, 3, 8), 92, "2026-03-08T05:00:00Z");
    check("UTC", (2026, 11, 21), 96, "2026-11-21T00:00:00Z");
    assert!(day::zone("Mars/Olympus").is_err());
}

#[test]
fn a_quarter_is_numbered_from_local_midnight() {
    let zone = day::zone("Europe/Prague").unwrap();
    let check = |start: &str, number: i64| {
        let quarter = Quarter::beginning(moment(start)).unwrap();
        let place = day::place(quarter, &zone).unwrap();
        assert_eq!((place.date, place.number), (date(2026, 10, 25), number));
    };
    // The hour from two to three comes twice.
    check("2026-10-25T00:00:00Z", 8);
    check("2026-10-25T01:00:00Z", 12);
    check("2026-10-25T02:00:00Z", 16);
    check("2026-10-25T22:45:00Z", 99);
}

/// All states, so that each has its turn.
fn state(number: usize) -> AgentState {
    let contact = |kind| AgentState::Contact(kind, Medium::Voice);
    match number % 7 {
        0 => AgentState::LoggedOut,
        1 => AgentState::Available,
        2 => AgentState::Unavailable(None),
        3 => contact(ContactKind::Inbound),
        4 => contact(ContactKind::Outbound),
        5 => contact(ContactKind::ConsultOut),
        _ => AgentState::AfterContactWork(None),
    }
}

proptest! {
    /// However times are cut into states, a quarter's seconds add up, and the quarters' to the whole.
    #[test]
    fn seconds_add_up(lengths in prop::collection::vec((0_i64..2_000_000, 0_usize..7), 1..60)) {
        let begin = moment("2026-11-21T09:07:13.337Z");
        let (mut at, mut logged_in_s) = (begin, 0);
        let mut stays = Vec::new();
        for (length_ms, number) in lengths {
            let to = at.checked_add(jiff::SignedDuration::from_millis(length_ms)).unwrap();
            let whole = |moment: Timestamp| moment.as_millisecond() / 1_000;
            if state(number) != AgentState::LoggedOut {
                logged_in_s += whole(to) - whole(at);
            }
            stays.push((state(number), at, to));
            at = to;
        }
        let span = Span { first: Quarter::of(begin), end: Quarter::of(at).next() };
        let mut sum = AgentTotals::default();
        for quarter in span.quarters() {
            let mut totals = AgentTotals::default();
            for (state, from, to) in &stays {
                totals.add_stay(quarter, state, (*from, *to));
            }
            prop_assert_eq!(totals.available_s + totals.paused_s, totals.logged_in_s);
            prop_assert!(totals.logged_in_s <= super::QUARTER_S);
            prop_assert_eq!(
                totals.waiting_s + totals.inbound_s + totals.outbound_s + totals.work_s,
                totals.available_s
            );
            sum = sum.plus(&totals);
        }
        prop_assert_eq!(sum.logged_in_s, logged_in_s);
    }

    /// Accounts of contacts may come in any order, and more than once.
    #[test]
    fn accounts_come_in_any_order(
        accounts in prop::collection::vec((0_i64..3, 0_usize..4, 0_i64..90, any::<bool>()), 1..8),
        seed in any::<u64>(),
    ) {
        let base = moment("2026-11-21T09:15:00Z");
        let account = |(revision, outcome, waited, came_over): (i64, usize, i64, bool)| QueueContact {
            revision,
            offered_at: base,
            outcome: Outcome::ALL[outcome],
            left_at: Some(base.checked_add(jiff::SignedDuration::from_secs(waited)).unwrap()),
            came_over,
        };
        let merged = |order: &[usize]| {
            order.iter().map(|index| account(accounts[*index])).reduce(QueueContact::merge).unwrap()
        };
        let straight: Vec<usize> = (0..accounts.len()).collect();
        let mut shuffled: Vec<usize> = straight.iter().chain(&straight).copied().collect();
        let length = shuffled.len();
        for index in 0..length {
            let other = usize::try_from(seed >> (index % 48)).unwrap() % length;
            shuffled.swap(index, other);
        }
        prop_assert_eq!(merged(&straight), merged(&shuffled));
    }
}

fn contact(outcome: Outcome, waited_s: i64) -> QueueContact {
    let offered_at = moment("2026-11-21T09:15:00Z");
    let left = offered_at.checked_add(jiff::SignedDuration::from_secs(waited_s)).unwrap();
    let left_at = (outcome != Outcome::Waiting).then_some(left);
    QueueContact { revision: 0, offered_at, outcome, left_at, came_over: false }
}

#[test]
fn a_queue_counts_what_became_of_its_contacts() {
    let thresholds = Thresholds { service_level_s: 20, short_abandon_s: 5 };
    let mut totals = QueueTotals::default();
    let handled = Handled { talk_s: 100, work_s: 30 };
    totals.add(&contact(Outcome::Answered, 20), handled, thresholds);
    totals.add(&contact(Outcome::Answered, 21), handled, thresholds);
    let nothing = Handled::default();
    totals.add(&contact(Outcome::Abandoned, 4), nothing, thresholds);
    totals.add(&contact(Outcome::Abandoned, 60), nothing, thresholds);
    totals.add(&contact(Outcome::Overflowed, 60), nothing, thresholds);
    let over = QueueContact { came_over: true, ..contact(Outcome::Waiting, 0) };
    totals.add(&over, nothing, thresholds);
    assert_eq!((totals.offered, totals.overflowed_in), (5, 1));
    assert_eq!((totals.answered, totals.abandoned, totals.overflowed_out), (2, 2, 1));
    assert_eq!((totals.answered_in_time, totals.abandoned_in_time), (1, 1));
    assert_eq!((totals.answered_wait_s, totals.answered_longest_s), (41, 21));
    assert_eq!((totals.abandoned_wait_s, totals.abandoned_shortly), (64, 1));
    assert_eq!(totals.average_handling_s(), Some(130));
}

#[test]
fn rows_are_written_in_the_public_form() {
    let quarter = Quarter::beginning(moment("2026-11-21T09:15:00Z")).unwrap();
    let mut totals = AgentTotals::default();
    let end = moment("2026-11-21T09:20:00Z");
    totals.add_stay(quarter, &AgentState::Available, (quarter.start(), end));
    totals.add_stay(quarter, &AgentState::Unavailable(None), (end, quarter.end()));
    totals.add_contact(ContactKind::Inbound);
    let name = "Ana;\"B\"\n".to_owned();
    let row = AgentRow { quarter, agent_number: 1_001, name, totals };
    assert_eq!(
        feed::file([row.columns()].into_iter()),
        ";20261121;09:15;1001;Ana  B;300;900;0;600;300;0;1;0;0;0;0;0;0\n"
    );
    let row = QueueRow {
        quarter,
        queue: "12".into(),
        name: "Sales".into(),
        totals: QueueTotals { offered: 3, ..QueueTotals::default() },
    };
    assert_eq!(
        feed::file([row.columns()].into_iter()),
        "15;20261121;09:15;12;Sales;3;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0\n"
    );
    assert_eq!(row.columns().len(), feed::QUEUE_COLUMNS.len());
}

#[test]
fn an_interval_is_due_when_it_has_settled_and_a_day_again_in_the_night() {
    let zone = day::zone("Europe/Prague").unwrap();
    let progress =
        |until: &str, (y, m, d)| Progress { until: moment(until), rebuilt: date(y, m, d) };
    let check = |from: &Progress, now: &str, fresh: usize, days: &[i8], until: &str| {
        let due = schedule::due(from, 120, &zone, moment(now));
        assert_eq!(due.fresh.quarters().count(), fresh, "{now}");
        let found: Vec<i8> = due.days.iter().map(|day| day.date.day()).collect();
        assert_eq!(found, days, "{now}");
        assert_eq!(due.progress.until, moment(until), "{now}");
        assert_eq!(due.is_empty(), fresh == 0 && days.is_empty());
        let again = schedule::due(&due.progress, 120, &zone, moment(now));
        assert!(again.days.is_empty(), "{now}");
    };
    let from = progress("2026-11-21T09:15:00Z", (2026, 11, 20));
    check(&from, "2026-11-21T09:31:59Z", 0, &[], "2026-11-21T09:15:00Z");
    check(&from, "2026-11-21T09:32:00Z", 1, &[], "2026-11-21T09:30:00Z");
    check(&from, "2026-11-21T10:20:00Z", 4, &[], "2026-11-21T10:15:00Z");
    // Two o'clock in Prague is one o'clock UTC.
    check(&from, "2026-11-22T00:59:59Z", 62, &[], "2026-11-22T00:45:00Z");
    check(&from, "2026-11-22T01:00:00Z", 62, &[21], "2026-11-22T00:45:00Z");
    check(&from, "2026-11-24T01:00:00Z", 254, &[21, 22, 23], "2026-11-24T00:45:00Z");
    // A clock that was set back, and a hub that was away for long.
    check(&from, "2026-11-20T09:00:00Z", 0, &[], "2026-11-21T09:15:00Z");
    let days = [14, 15, 16, 17, 18, 19, 20];
    check(&from, "2026-12-21T09:00:00Z", 400, &days, "2026-11-25T13:15:00Z");
}

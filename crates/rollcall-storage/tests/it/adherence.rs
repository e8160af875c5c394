//! What statuses stand for, who is in adherence, and what was before.

use std::fmt::Write;

use jiff::Timestamp;
use rollcall_domain::adherence::{AcdStatus, ActivityKind, ActivityName, Reason, Stretch, Verdict};
use rollcall_domain::agent_state::{Command, Logout, Wish};
use rollcall_domain::unavailable_code::CodeName;
use rollcall_domain::{AgentSessionId, TeamId};
use rollcall_storage::agent::adherence::{self, AdherenceQuery, Present};
use rollcall_storage::agent::adherence_event::{self, EventPlace};
use rollcall_storage::{StorageError, Tx, agent::status_mapping, schedule::wfm_schedule};
use uuid::Uuid;

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, person, uuid};

fn activity(name: &str) -> ActivityName {
    ActivityName::parse(name).expect("a name")
}

fn lunch() -> AcdStatus {
    let code = CodeName::parse("Lunch").expect("a name");
    AcdStatus::from_parts("unavailable", Some(code)).expect("a status")
}

fn available() -> AcdStatus {
    AcdStatus::from_parts("available", None).expect("a status")
}

fn out(seconds: i64) -> Present {
    Present {
        began_at: at(seconds),
        verdict: Verdict::Out(Reason::NotOpen),
        status: lunch(),
        scheduled: Some(activity("Open")),
        out_since: Some(at(seconds)),
    }
}

fn stretch(from: i64, to: i64) -> Stretch {
    Stretch {
        from: at(from),
        to: at(to),
        verdict: Verdict::In,
        status: available(),
        scheduled: None,
    }
}

/// What this file is about, for the test of isolation.
pub(crate) fn fill(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    status_mapping::insert(tx, &lunch(), &activity("Lunch"))?;
    let names = [activity("Lunch"), activity("Open")];
    adherence::note_schedule(tx, &[employee_id(1)], &names)?;
    adherence::settle(tx, employee_id(1), &[stretch(0, 3)], &out(3), at(9))
}

/// All that can be read of it.
pub(crate) fn dump(tx: &mut Tx<'_>) -> Result<String, StorageError> {
    let (mut text, any) = (String::new(), AdherenceQuery::default());
    let mut add = |part: &dyn std::fmt::Debug| writeln!(text, "{part:?}").expect("text has room");
    add(&(status_mapping::list(tx)?, status_mapping::list_activities(tx)?));
    add(&(adherence::get(tx, employee_id(1))?, adherence::left_at(tx, employee_id(1))?));
    add(&(adherence::list_out(tx, any, 9)?, adherence::tally(tx, any)?));
    add(&adherence_event::list(tx, None, (at(-9), at(99)), None, 9)?);
    Ok(text)
}

/// Changes every row of it.
pub(crate) fn change(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    status_mapping::delete(tx, &lunch())?;
    status_mapping::save_kind(tx, &activity("Open"), ActivityKind::Away)?;
    adherence::mark(tx, employee_id(1))?;
    adherence::mark_everybody(tx)?;
    adherence::postpone(tx, employee_id(1), at(50))?;
    adherence::settle(tx, employee_id(1), &[], &out(7), at(8))?;
    adherence::leave(tx, employee_id(1), &[stretch(7, 8)], at(8))?;
    adherence_event::prune(tx, at(5), 9).map(drop)
}

#[test]
fn a_status_is_used_once_and_activities_come_from_schedules() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let names = [activity("Open"), activity("Lunch"), activity("LUNCH")];
        site.write(move |tx| status_mapping::note_activities(tx, &names)).await;
        site.write(|tx| {
            status_mapping::insert(tx, &lunch(), &activity("Lunch"))?;
            status_mapping::insert(tx, &available(), &activity("Open"))?;
            status_mapping::save_kind(tx, &activity("lunch"), ActivityKind::Away)
        })
        .await;
        let twice =
            site.try_write(|tx| status_mapping::insert(tx, &lunch(), &activity("Open"))).await;
        assert!(matches!(twice, Err(StorageError::Duplicate)), "{twice:?}");
        let mapping = site.read(status_mapping::list).await;
        assert_eq!(mapping, [(available(), activity("Open")), (lunch(), activity("Lunch"))]);
        let activities = site.read(status_mapping::list_activities).await;
        let told: Vec<_> = activities.iter().map(|one| (one.name.as_str(), one.kind)).collect();
        assert_eq!(told, [("Lunch", Some(ActivityKind::Away)), ("Open", None)]);
        let rules = site.read(status_mapping::rules).await;
        assert_eq!(rules.kind(&activity("Open")), ActivityKind::Open);
        assert_eq!(rules.kind(&activity("Lunch")), ActivityKind::Away);
        site.write(|tx| status_mapping::delete(tx, &lunch())).await;
        assert_eq!(site.read(status_mapping::list).await.len(), 1);
    });
}

#[test]
fn whoever_changes_is_due() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        site.insert(vec![person(1), person(2)]).await;
        let (one, two) = (employee_id(1), employee_id(2));
        let due = async |seconds| {
            let found = storage
                .read_installation(move |session| adherence::list_due(session, at(seconds), 9));
            let found: Result<_, StorageError> = found.await;
            let ids: Vec<_> = found.unwrap().into_iter().map(|(_, employee)| employee).collect();
            ids
        };
        // Of somebody for whom nothing was ever scheduled, nothing is known.
        site.write(move |tx| adherence::mark(tx, one)).await;
        assert_eq!(due(0).await, []);
        site.write(move |tx| adherence::note_schedule(tx, &[one], &[])).await;
        assert_eq!(due(0).await, [one]);
        assert_eq!(site.read(move |tx| adherence::get(tx, one)).await, None);
        site.write(move |tx| adherence::settle(tx, one, &[], &out(3), at(60))).await;
        assert_eq!((due(59).await, due(60).await), (vec![], vec![one]));
        site.write(move |tx| adherence::postpone(tx, one, at(90))).await;
        assert_eq!(due(60).await, []);
        let log_in = |number| Command::LogIn(AgentSessionId::new(uuid(number)));
        site.write(move |tx| {
            crate::agent_state::act(tx, one, &log_in(7), 4)?;
            crate::agent_state::act(tx, two, &log_in(8), 4)
        })
        .await;
        assert_eq!(due(4).await, [one], "a state changed");
        site.write(move |tx| adherence::settle(tx, one, &[], &out(4), at(90))).await;
        site.write(move |tx| crate::agent_state::act(tx, one, &Command::Set(Wish::Available), 5))
            .await;
        assert_eq!(due(5).await, [one]);
        site.write(move |tx| adherence::settle(tx, one, &[], &out(5), at(90))).await;
        let meeting = (one, crate::wfm_schedule::activity("m", "Meeting", (0, 1)));
        site.write(move |tx| wfm_schedule::put(tx, Site::LINK, 1, std::slice::from_ref(&meeting)))
            .await;
        assert_eq!(due(5).await, [one], "something was scheduled");
        let known = site.read(status_mapping::list_activities).await;
        assert_eq!(known.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Meeting"]);
        site.write(move |tx| adherence::settle(tx, one, &[], &out(5), at(90))).await;
        site.write(|tx| wfm_schedule::delete(tx, Site::LINK, ["m", "n"])).await;
        assert_eq!(due(5).await, [one], "something is scheduled no more");
        site.write(move |tx| adherence::settle(tx, one, &[], &out(5), at(90))).await;
        site.write(adherence::mark_everybody).await;
        assert_eq!(due(5).await, [one], "the mapping changed");
        site.write(move |tx| adherence::leave(tx, one, &[], at(9))).await;
        assert_eq!(due(999).await, []);
        assert_eq!(site.read(move |tx| adherence::get(tx, one)).await, None);
        site.write(move |tx| adherence::mark(tx, one)).await;
        assert_eq!(due(6).await, [one], "they are back");
    });
}

#[test]
fn who_is_out_is_listed_longest_first() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert((1..=3).map(person).collect()).await;
        site.write(|tx| {
            let people = [1, 2, 3].map(employee_id);
            adherence::note_schedule(tx, &people, &[])?;
            adherence::settle(tx, people[0], &[], &out(8), at(99))?;
            // Out for another reason for a moment, but without a break since long.
            let longer = Present { began_at: at(9), out_since: Some(at(2)), ..out(9) };
            adherence::settle(tx, people[1], &[], &longer, at(99))?;
            let fine = Present { verdict: Verdict::In, out_since: None, ..out(1) };
            adherence::settle(tx, people[2], &[], &fine, at(99))
        })
        .await;
        let list = async |query| {
            let found = site.read(move |tx| adherence::list_out(tx, query, 9)).await;
            let told = found.into_iter().map(|one| (one.employee, one.present.out_since));
            told.collect::<Vec<_>>()
        };
        let all = [(employee_id(2), Some(at(2))), (employee_id(1), Some(at(8)))];
        assert_eq!(list(AdherenceQuery::default()).await, all);
        let of = |team| AdherenceQuery { team: Some(team), business_unit: Some(Site::UNIT) };
        assert_eq!(list(of(Site::TEAM)).await, all);
        assert_eq!(list(of(TeamId::new(Uuid::from_u128(99)))).await, []);
        let tally = site.read(|tx| adherence::tally(tx, AdherenceQuery::default())).await;
        assert_eq!(tally, [(Verdict::In, 1), (Verdict::Out(Reason::NotOpen), 2)]);
        let known = site.read(|tx| adherence::get(tx, employee_id(1))).await;
        assert_eq!(known, Some(out(8)));
    });
}

#[test]
fn who_has_not_come_is_listed_behind_those_who_left() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert((1..=3).map(person).collect()).await;
        site.write(|tx| {
            let people = [1, 2, 3].map(employee_id);
            adherence::note_schedule(tx, &people, &[])?;
            let log_in = |number| Command::LogIn(AgentSessionId::new(uuid(number)));
            // The first never logged in, the second left before they should have begun, the third in the midst of it.
            for (who, session, left) in [(people[1], 8, 1), (people[2], 9, 6)] {
                crate::agent_state::act(tx, who, &log_in(session), 0)?;
                crate::agent_state::act(tx, who, &Command::LogOut(Logout::Idle), left)?;
            }
            let gone = |since| Present {
                status: AcdStatus::logged_out(),
                out_since: Some(at(since)),
                ..out(since)
            };
            adherence::settle(tx, people[0], &[], &gone(2), at(99))?;
            adherence::settle(tx, people[1], &[], &gone(3), at(99))?;
            adherence::settle(tx, people[2], &[], &gone(6), at(99))
        })
        .await;
        let found =
            site.read(|tx| adherence::list_out(tx, AdherenceQuery::default(), 9)).await.into_iter();
        let told: Vec<_> = found.map(|one| (one.employee, one.absent)).collect();
        let expected = [(3, false), (1, true), (2, true)];
        assert_eq!(told, expected.map(|(number, absent)| (employee_id(number), absent)));
    });
}

#[test]
fn where_somebody_was_judged_until_is_kept_when_they_leave() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert(vec![person(1)]).await;
        let one = employee_id(1);
        let left_at = async || site.read(move |tx| adherence::left_at(tx, one)).await;
        assert_eq!(left_at().await, None);
        site.write(move |tx| adherence::note_schedule(tx, &[one], &[])).await;
        site.write(move |tx| adherence::settle(tx, one, &[], &out(2), at(99))).await;
        assert_eq!(left_at().await, None);
        site.write(move |tx| adherence::leave(tx, one, &[], at(9))).await;
        assert_eq!(left_at().await, Some(at(9)));
    });
}

#[test]
fn events_are_read_in_pages_and_forgotten_when_old() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert(vec![person(1), person(2)]).await;
        let people = [employee_id(1), employee_id(2)];
        site.write(move |tx| {
            adherence::note_schedule(tx, &people, &[])?;
            for id in people {
                let over: Vec<Stretch> = (0..5).map(|n| stretch(n * 10, n * 10 + 10)).collect();
                adherence::settle(tx, id, &over, &out(50), at(99))?;
            }
            Ok(())
        })
        .await;
        let window = (at(5), at(40));
        let mut found = Vec::new();
        let mut place: Option<EventPlace> = None;
        loop {
            let from = place.clone();
            let page = site
                .read(move |tx| adherence_event::list(tx, None, window, from.as_ref(), 3))
                .await;
            let Some(last) = page.last() else { break };
            place = Some(EventPlace { ended_at: last.stretch.to, employee: last.employee });
            found.extend(page);
        }
        assert_eq!(found.len(), 8, "those that end behind 5 and begin before 40");
        assert!(found.is_sorted_by_key(|one| (one.stretch.to, one.employee)));
        let own =
            site.read(move |tx| adherence_event::list(tx, Some(people[1]), window, None, 9)).await;
        let own: Vec<Stretch> = own.into_iter().map(|one| one.stretch).collect();
        assert_eq!(own, [stretch(0, 10), stretch(10, 20), stretch(20, 30), stretch(30, 40)]);
        let forgotten = site.write(|tx| adherence_event::prune(tx, at(30), 3)).await;
        assert_eq!(forgotten, 3);
        let always = (Timestamp::MIN, at(999));
        let left = site.read(move |tx| adherence_event::list(tx, None, always, None, 99)).await;
        assert_eq!(left.len(), 7);
    });
}

#[test]
fn who_is_out_and_who_is_due_is_counted_over_all_tenants() {
    on_each_database(async |storage| {
        let (site, other) =
            (Site::new(storage.clone()).await, Site::numbered(storage.clone(), 2).await);
        let counted = async |most: i64| {
            let found: Result<_, StorageError> = storage
                .scan_installation(move |session| {
                    let out = adherence::tally_out(session, most)?;
                    Ok((out, adherence::count_due(session, at(9), most)?))
                })
                .await;
            found.unwrap()
        };
        for site in [&site, &other] {
            site.insert(vec![person(1), person(2)]).await;
            let people = [employee_id(1), employee_id(2)];
            site.write(move |tx| adherence::note_schedule(tx, &people, &[])).await;
        }
        assert_eq!(counted(9).await, (vec![], 4));
        assert_eq!(counted(3).await.1, 3, "no more are counted");
        let well = Present { verdict: Verdict::In, out_since: None, ..out(3) };
        site.write(move |tx| adherence::settle(tx, employee_id(1), &[], &out(3), at(60))).await;
        site.write(move |tx| adherence::settle(tx, employee_id(2), &[], &well, at(60))).await;
        other.write(move |tx| adherence::settle(tx, employee_id(2), &[], &out(4), at(60))).await;
        let not_open = Verdict::Out(Reason::NotOpen);
        assert_eq!(counted(9).await, (vec![(not_open, 2)], 1));
        assert_eq!(counted(1).await.0, [(not_open, 1)]);
    });
}

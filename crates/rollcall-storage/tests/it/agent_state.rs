//! What people do at the ACD: rows, history and news are one.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use rollcall_domain::agent_state::agent::{AfterContact, Contact};
use rollcall_domain::agent_state::{
    Agent, AgentState, Command, ContactKind, Interval, Logout, Medium, Wish,
};
use rollcall_domain::employee::{AgentNumber, Status};
use rollcall_domain::unavailable_code::{CodeKind, CodeName, UnavailableCode};
use rollcall_domain::{AgentSessionId, EmployeeId};
use rollcall_storage::agent::agent_state::{self as rows, AgentQuery};
use rollcall_storage::agent_feed::{AgentChange, AgentNews};
use rollcall_storage::{
    Storage, StorageError, Tx, directory::employee, directory::unavailable_code,
};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;

use crate::database::{on_each_address, on_each_database};
use crate::site::{Site, at, employee_id, person, uuid};

/// Lets a command happen to a person; what is refused changes nothing.
pub(crate) fn act(
    tx: &mut Tx<'_>,
    id: EmployeeId,
    command: &Command,
    seconds: i64,
) -> Result<(), StorageError> {
    let person = rows::get(tx, id)?.expect("the person is there");
    let mut agent = person.agent.clone().unwrap_or_else(|| Agent::new(at(seconds)));
    let Ok(ended) = agent.apply(command.clone(), at(seconds)) else { return Ok(()) };
    rows::settle(tx, &person, &agent, &ended)
}

fn log_in(number: u128) -> Command {
    Command::LogIn(AgentSessionId::new(uuid(number)))
}

fn lunch() -> UnavailableCode {
    UnavailableCode::standard(CodeName::parse("Lunch").unwrap())
}

async fn agent(site: &Site, id: EmployeeId) -> Agent {
    site.read(move |tx| rows::get(tx, id)).await.unwrap().agent.unwrap()
}

async fn history(site: &Site, id: EmployeeId) -> Vec<Interval> {
    let always = (at(-1_000_000), at(100_000_000));
    let mut all = site.read(move |tx| rows::list_history(tx, id, always, None, 10_000)).await;
    all.reverse();
    all
}

fn told(news: &mut Receiver<AgentNews>) -> Vec<AgentChange> {
    let mut changes = Vec::new();
    loop {
        match news.try_recv() {
            Ok(AgentNews::Changed(change)) => changes.push(AgentChange::clone(&change)),
            Ok(AgentNews::Missed) | Err(TryRecvError::Lagged(_)) => panic!("nothing was missed"),
            Err(TryRecvError::Empty | TryRecvError::Closed) => return changes,
        }
    }
}

#[test]
fn what_is_settled_is_read_back_and_told() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        site.insert(vec![person(1), person(2)]).await;
        let one = employee_id(1);
        let mut news = storage.signals().follow_agents(site.tenant);
        let fresh = site.read(move |tx| rows::get(tx, one)).await.unwrap();
        assert_eq!((fresh.agent, fresh.active), (None, true));
        assert_eq!(fresh.team_codes, ["Lunch", "Says \"no\""]);
        let call = Contact { id: "c".into(), kind: ContactKind::Inbound, medium: Medium::Voice };
        let commands = [
            log_in(7),
            Command::Set(Wish::Unavailable(Some(lunch()))),
            Command::BeginContact(call),
            Command::EndContact { id: "c".into(), then: AfterContact::Work },
        ];
        site.write(move |tx| {
            (1..).zip(&commands).try_for_each(|(second, command)| act(tx, one, command, second))
        })
        .await;
        let now = agent(&site, one).await;
        assert_eq!((now.sequence, now.state.name(), now.since), (4, "afterContactWork", at(4)));
        assert_eq!(now.due_at, Some(at(4 + 120 * 60)));
        let session = now.session.clone().unwrap();
        assert_eq!((session.id, session.contacts), (AgentSessionId::new(uuid(7)), Vec::new()));
        let found = site.read(move |tx| rows::find_session(tx, session.id)).await.unwrap();
        assert_eq!((found.employee, found.agent.as_ref()), (one, Some(&now)));
        let past = history(&site, one).await;
        let states: Vec<_> = past.iter().map(|one| (one.sequence, one.state.name())).collect();
        assert_eq!(states, [(1, "unavailable"), (2, "unavailable"), (3, "inboundContact")]);
        assert_eq!(past[1].state.code(), Some(&lunch().name));
        assert_eq!(past[2].state.medium(), Some(Medium::Voice));
        assert!(past.iter().all(|one| one.session == Some(AgentSessionId::new(uuid(7)))));
        let changes = told(&mut news);
        let sequences: Vec<_> = changes.iter().map(|change| change.sequence).collect();
        assert_eq!(sequences, [1, 2, 3, 4]);
        assert_eq!(changes[0].before, AgentState::LoggedOut);
        assert_eq!(changes[3].before, past[2].state);
        assert_eq!((&changes[3].state, changes[3].since), (&now.state, now.since));
        assert_eq!(changes[3].agent_number, AgentNumber(1_001));
        // What is undone is not told, and what changes no state neither.
        let refused = site.try_write(move |tx| {
            act(tx, one, &Command::LogOut(Logout::Idle), 9)?;
            Err::<(), _>(StorageError::NulCharacter)
        });
        refused.await.unwrap_err();
        site.write(move |tx| act(tx, one, &log_in(8), 9)).await;
        assert_eq!(told(&mut news), []);
        assert_eq!(agent(&site, one).await, now);
    });
}

#[test]
fn a_code_is_seen_while_somebody_is_in_it() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert(vec![person(1), person(2)]).await;
        let is_seen = async || site.read(|tx| rows::has_code(tx, &lunch().name)).await;
        site.write(|tx| act(tx, employee_id(2), &log_in(2), 1)).await;
        let one = async |command: Command| {
            site.write(move |tx| act(tx, employee_id(1), &command, 1)).await;
        };
        one(log_in(1)).await;
        assert!(!is_seen().await);
        one(Command::Set(Wish::Unavailable(Some(lunch())))).await;
        assert!(is_seen().await);
        one(Command::Set(Wish::Available)).await;
        assert!(!is_seen().await);
    });
}

#[test]
fn a_list_holds_whom_it_was_asked_for() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let mut people: Vec<_> = (1..=6).map(person).collect();
        people[4].team = Site::OTHER_TEAM;
        people[5].status = Status::Inactive;
        site.insert(people).await;
        site.write(|tx| {
            for number in 1..=6 {
                act(tx, employee_id(number), &log_in(u128::from(number)), 1)?;
            }
            act(tx, employee_id(2), &Command::LogOut(Logout::Idle), 2)?;
            for number in [1, 3, 5, 6] {
                act(tx, employee_id(number), &Command::Set(Wish::Available), 2)?;
            }
            Ok(())
        })
        .await;
        let check = async |query: AgentQuery, expected: &[u32]| {
            let found = site.read(move |tx| rows::list(tx, &query, 10)).await;
            let ids: Vec<_> = found.iter().map(|one| one.employee).collect();
            let expected: Vec<_> = expected.iter().map(|number| employee_id(*number)).collect();
            assert_eq!(ids, expected);
        };
        let any = AgentQuery::default;
        check(any(), &[1, 3, 4, 5]).await;
        check(AgentQuery { state: Some("available"), ..any() }, &[1, 3, 5]).await;
        check(AgentQuery { state: Some("loggedOut"), ..any() }, &[2]).await;
        check(AgentQuery { team: Some(Site::TEAM), ..any() }, &[1, 3, 4]).await;
        check(AgentQuery { business_unit: Some(Site::OTHER_UNIT), ..any() }, &[]).await;
        check(AgentQuery { after: Some(employee_id(3)), ..any() }, &[4, 5]).await;
        let tally = |team| site.read(move |tx| rows::tally(tx, team));
        let count = |state: &str, count| (state.to_owned(), count);
        let all = [count("available", 3), count("loggedOut", 1), count("unavailable", 1)];
        assert_eq!(tally(None).await, all);
        assert_eq!(tally(Some(Site::OTHER_TEAM)).await, [count("available", 1)]);
        let number =
            |unit, number| site.read(move |tx| rows::find_number(tx, unit, AgentNumber(number)));
        assert_eq!(number(Site::UNIT, 1_003).await, Some(employee_id(3)));
        assert_eq!(number(Site::OTHER_UNIT, 1_003).await, None);
    });
}

#[test]
fn who_is_due_is_found_longest_first() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert((1..=3).map(person).collect()).await;
        site.write(|tx| {
            act(tx, employee_id(1), &log_in(1), 60)?;
            act(tx, employee_id(2), &log_in(2), 0)?;
            act(tx, employee_id(3), &log_in(3), 0)?;
            act(tx, employee_id(3), &Command::Set(Wish::Available), 1)
        })
        .await;
        let due = async |seconds, limit| -> Vec<EmployeeId> {
            let now = at(seconds);
            let storage = &site.storage;
            let found: Result<_, StorageError> =
                storage.read_installation(move |c| rows::list_due(c, now, limit)).await;
            found.unwrap().into_iter().map(|(_, id)| id).collect()
        };
        assert_eq!(due(7_199, 9).await, []);
        assert_eq!(due(7_200, 9).await, [employee_id(2)]);
        assert_eq!(due(9_999, 9).await, [employee_id(2), employee_id(1)]);
        assert_eq!(due(9_999, 1).await, [employee_id(2)]);
    });
}

#[test]
fn history_is_read_by_time_and_pruned_by_age() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert(vec![person(1)]).await;
        let one = employee_id(1);
        site.write(move |tx| {
            act(tx, one, &log_in(1), 0)?;
            for turn in 1..=4 {
                act(tx, one, &Command::Set(Wish::Available), turn * 20 - 10)?;
                act(tx, one, &Command::Set(Wish::Unavailable(None)), turn * 20)?;
            }
            Ok(())
        })
        .await;
        let check = async |window: (i64, i64), before: Option<i64>, limit, expected: &[i64]| {
            let window = (at(window.0), at(window.1));
            let found =
                site.read(move |tx| rows::list_history(tx, one, window, before, limit)).await;
            assert_eq!(found.iter().map(|one| one.sequence).collect::<Vec<_>>(), expected);
        };
        check((0, 99), None, 99, &[8, 7, 6, 5, 4, 3, 2, 1]).await;
        check((0, 99), Some(7), 2, &[6, 5]).await;
        check((10, 30), None, 99, &[3, 2]).await;
        check((15, 16), None, 99, &[2]).await;
        assert_eq!(site.write(|tx| rows::prune_history(tx, at(30), 1)).await, 1);
        check((0, 40), None, 99, &[4, 3, 2]).await;
        assert_eq!(site.write(|tx| rows::prune_history(tx, at(30), 9)).await, 1);
        assert_eq!(site.write(|tx| rows::prune_history(tx, at(30), 9)).await, 0);
        check((0, 40), None, 99, &[4, 3]).await;
    });
}

#[test]
fn settings_of_a_code_are_kept_under_its_first_spelling() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let lunch = lunch();
        let name = lunch.name.clone();
        assert_eq!(site.read(move |tx| unavailable_code::get(tx, &name)).await, None);
        let shouted = UnavailableCode {
            kind: CodeKind::AfterContactWork,
            timeout_min: 9,
            retired: true,
            name: CodeName::parse("LUNCH").unwrap(),
        };
        let again = shouted.clone();
        site.write(move |tx| unavailable_code::save(tx, &lunch)).await;
        site.write(move |tx| unavailable_code::save(tx, &again)).await;
        let name = shouted.name.clone();
        let found = site.read(move |tx| unavailable_code::get(tx, &name)).await.unwrap();
        assert_eq!(found, UnavailableCode { name: CodeName::parse("Lunch").unwrap(), ..shouted });
        assert_eq!(site.read(unavailable_code::list).await, [found]);
    });
}

/// What may happen to one of three people, and how long after the event before.
fn event() -> impl Strategy<Value = (u32, Command, i64)> {
    use proptest::prelude::*;
    let id = || (0..3_u8).prop_map(|id| id.to_string());
    let command = prop_oneof![
        Just(log_in(0)),
        Just(Command::Set(Wish::Available)),
        Just(Command::Set(Wish::Unavailable(Some(lunch())))),
        (id(), prop::sample::select(ContactKind::ALL.to_vec())).prop_map(|(id, kind)| {
            Command::BeginContact(Contact { id, kind, medium: Medium::Voice })
        }),
        id().prop_map(|id| Command::EndContact { id, then: AfterContact::Work }),
        Just(Command::LogOut(Logout::Forced)),
    ];
    (1..=3_u32, command, 0..4_000_i64)
}

fn check_history(past: &[Interval], now: &Agent) {
    let mut last: Option<&Interval> = None;
    for interval in past {
        assert_eq!(interval.sequence, last.map_or(1, |last| last.sequence + 1));
        assert!(last.is_none_or(|last| last.ended_at == interval.began_at));
        last = Some(interval);
    }
    if let Some(last) = last {
        assert_eq!((last.sequence + 1, last.ended_at), (now.sequence, now.since));
    }
}

/// The file is opened anew in the middle of things; what had not been committed is gone, the rest goes on.
#[test]
fn history_has_no_gap_and_no_overlap_whatever_happens_and_ends() {
    let runner = TestRunner::deterministic();
    on_each_address(async |database| {
        let mut site = Site::new(Storage::open(&database).await.unwrap()).await;
        site.insert((1..=3).map(person).collect()).await;
        let events = proptest::collection::vec(event(), 400).new_tree(&mut runner.clone());
        let mut seconds = 0;
        let mut expected: BTreeMap<u32, Agent> = BTreeMap::new();
        for (turn, (number, command, later)) in events.unwrap().current().into_iter().enumerate() {
            seconds += later;
            // Every session has an id of its own.
            let command = match command {
                Command::LogIn(_) => log_in(u128::try_from(turn).unwrap()),
                other => other,
            };
            if turn % 100 == 50 {
                // It ends while a change is on its way: the change is there as a whole, or not at all.
                let command = command.clone();
                let cut = site.try_write(move |tx| {
                    act(tx, employee_id(number), &command, seconds)?;
                    Err::<(), _>(StorageError::Panicked)
                });
                cut.await.unwrap_err();
                let storage = Storage::open(&database).await.unwrap();
                site = Site { storage, tenant: site.tenant };
            }
            let agent = expected.entry(number).or_insert_with(|| Agent::new(at(seconds)));
            let mut next = agent.clone();
            if next.apply(command.clone(), at(seconds)).is_ok() {
                *agent = next;
            }
            site.write(move |tx| act(tx, employee_id(number), &command, seconds)).await;
        }
        for (number, agent) in expected.iter().filter(|(_, agent)| agent.sequence > 0) {
            let id = employee_id(*number);
            assert_eq!(self::agent(&site, id).await, *agent);
            let past = history(&site, id).await;
            assert!(past.len() > 20, "{past:?}");
            check_history(&past, agent);
        }
    });
}

#[test]
fn of_twenty_who_log_one_person_in_one_makes_the_session() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        site.insert(vec![person(1)]).await;
        let mut news = storage.signals().follow_agents(site.tenant);
        for round in 0..3_i64 {
            let tasks: Vec<_> = (0..20_u128)
                .map(|number| {
                    let site = site.clone();
                    tokio::spawn(async move {
                        let command = log_in(100 + number);
                        site.write(move |tx| {
                            act(tx, employee_id(1), &command, round * 10)?;
                            rows::get(tx, employee_id(1))
                        })
                        .await
                    })
                })
                .collect();
            let mut sessions = Vec::new();
            for task in tasks {
                let agent = task.await.unwrap().unwrap().agent.unwrap();
                sessions.push(agent.session.unwrap().id);
            }
            sessions.dedup();
            assert_eq!(sessions.len(), 1, "{sessions:?}");
            let out = Command::LogOut(Logout::Idle);
            site.write(move |tx| act(tx, employee_id(1), &out, round * 10 + 5)).await;
        }
        let sequences: Vec<_> = told(&mut news).iter().map(|change| change.sequence).collect();
        assert_eq!(sequences, [1, 2, 3, 4, 5, 6]);
        check_history(&history(&site, employee_id(1)).await, &agent(&site, employee_id(1)).await);
    });
}

#[test]
fn an_employee_keeps_the_state_when_something_else_changes() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert(vec![person(1)]).await;
        site.write(|tx| act(tx, employee_id(1), &log_in(1), 0)).await;
        let before = agent(&site, employee_id(1)).await;
        site.write(|tx| {
            let mut moved = person(1);
            moved.team = Site::OTHER_TEAM;
            employee::save(tx, &moved)
        })
        .await;
        assert_eq!(agent(&site, employee_id(1)).await, before);
        let later = before.since.checked_add(SignedDuration::from_hours(3)).unwrap();
        let mut ended = before.clone();
        assert_eq!(ended.expire(later).len(), 1);
    });
}

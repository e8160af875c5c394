//! Facts about contacts, delivered intervals, marks, deliveries and feeds.

use std::fmt::Write as _;

use jiff::Timestamp;
use rollcall_domain::agent_state::agent::{AfterContact, Contact};
use rollcall_domain::agent_state::{Agent, Command, ContactKind, Medium, Wish};
use rollcall_domain::interval::queue::{Handled, Outcome, QueueContact, Thresholds};
use rollcall_domain::interval::{AgentTotals, Kind, Quarter, QueueTotals, Span};
use rollcall_domain::{AgentSessionId, EmployeeId};
use rollcall_storage::interval::delivered_interval::{self, Delivered};
use rollcall_storage::interval::history_feed::{self, HistoryFeed};
use rollcall_storage::interval::interval_delivery::{self, Key, Step};
use rollcall_storage::interval::interval_source::{self as source, Whose};
use rollcall_storage::{
    StorageError, Tx, agent::agent_contact, agent::agent_state, interval::contact_queue,
    interval::interval_mark, interval::queue_contact, wfm::former_agent,
};

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, person, uuid};

fn session() -> AgentSessionId {
    AgentSessionId::new(uuid(77))
}

fn quarter(number: i64) -> Quarter {
    Quarter::of(at(0)).plus(number)
}

fn first_two() -> Span {
    Span { first: quarter(0), end: quarter(2) }
}

fn call(id: &str) -> Contact {
    Contact { id: id.into(), kind: ContactKind::Inbound, medium: Medium::Voice }
}

/// Lets a command happen to a person, and the facts follow.
fn act(
    tx: &mut Tx<'_>,
    id: EmployeeId,
    command: Command,
    seconds: i64,
) -> Result<(), StorageError> {
    let person = agent_state::get(tx, id)?.expect("the person is there");
    let mut agent = person.agent.clone().unwrap_or_else(|| Agent::new(at(seconds)));
    let ended = agent.apply(command, at(seconds)).expect("nothing is refused");
    agent_state::settle(tx, &person, &agent, &ended)?;
    agent_contact::follow(tx, &person, &agent, &ended, at(seconds))
}

fn feed() -> HistoryFeed {
    HistoryFeed {
        link: Site::LINK,
        unit: Site::UNIT,
        enabled: true,
        time_zone: "Europe/Prague".into(),
        settle_s: 120,
        thresholds: Thresholds { service_level_s: 20, short_abandon_s: 5 },
        marked_until: at(0),
        rebuilt_day: jiff::civil::date(2026, 11, 20),
        failures: 0,
        problem: None,
        problem_at: None,
        next_at: at(0),
        sent_at: None,
        created_at: at(0),
    }
}

fn key(number: i64) -> Key {
    Key { link: Site::LINK, kind: Kind::Agents, quarter: quarter(number) }
}

fn offered(seconds: i64) -> QueueContact {
    QueueContact {
        revision: 0,
        offered_at: at(seconds),
        outcome: Outcome::Answered,
        left_at: Some(at(seconds + 30)),
        came_over: false,
    }
}

fn place(contact: &str) -> queue_contact::Key<'_> {
    queue_contact::Key { unit: Site::UNIT, queue: "12", contact }
}

fn delivered(offered: i64, revision: i64) -> Delivered<QueueTotals> {
    let totals = QueueTotals { offered, ..QueueTotals::default() };
    let source = "uccx".into();
    Delivered { subject: "12".into(), quarter: quarter(0), revision, totals, source }
}

/// Rows in every table.
pub(crate) fn fill(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    history_feed::save_settings(tx, &feed())?;
    let two = employee_id(2);
    act(tx, two, Command::LogIn(session()), 1)?;
    act(tx, two, Command::BeginContact(call("a")), 2)?;
    agent_contact::set_queue(tx, (two, session()), "a", "12")?;
    act(tx, two, Command::EndContact { id: "a".into(), then: AfterContact::Work }, 12)?;
    act(tx, two, Command::Set(Wish::Available), 17)?;
    contact_queue::note(tx, Site::UNIT, "12", Some("Sales"), at(0))?;
    queue_contact::save(tx, place("a"), &offered(1))?;
    delivered_interval::save(tx, (Site::UNIT, Kind::Queues), &delivered(5, 1))?;
    interval_mark::mark_span(tx, Site::LINK, first_two(), (at(0), at(1)))?;
    interval_delivery::begin(tx, key(0), "hash").map(|_| ())
}

/// What can be read, as text.
pub(crate) fn dump(tx: &mut Tx<'_>) -> Result<String, StorageError> {
    let (window, unit, mut text) = ((at(-99), at(9_999)), Site::UNIT, String::new());
    let mut add = |part: &dyn std::fmt::Debug| writeln!(text, "{part:?}").expect("text has room");
    add(&history_feed::get(tx, Site::LINK)?);
    add(&source::people(tx, unit, Some(Site::LINK))?);
    add(&source::people(tx, Site::OTHER_UNIT, None)?);
    add(&source::stays(tx, Whose::Unit(unit), window)?);
    add(&source::stays(tx, Whose::Person(employee_id(2)), window)?);
    add(&source::present(tx, Whose::Unit(unit))?);
    add(&source::present(tx, Whose::Person(employee_id(2)))?);
    add(&agent_contact::list_begun(tx, unit, window)?);
    add(&agent_contact::list_touched(tx, employee_id(2), at(12))?);
    add(&agent_contact::list_handled(tx, unit, window)?);
    add(&contact_queue::list(tx, unit)?);
    add(&(contact_queue::is_known(tx, unit, "12")?, contact_queue::count(tx, unit)?));
    add(&(queue_contact::get(tx, place("a"))?, queue_contact::list(tx, unit, window)?));
    let all: Vec<Delivered<QueueTotals>> =
        delivered_interval::list(tx, (unit, Kind::Queues), first_two())?;
    add(&(all, delivered_interval::count(tx, (unit, Kind::Queues), window)?));
    add(&delivered_interval::stands(tx, (unit, Kind::Queues), ("12", quarter(0)))?);
    add(&(source::has_agent(tx, unit, 1)?, source::has_agent(tx, unit, 2)?));
    add(&interval_mark::list_due(tx, Site::LINK, at(99), 9)?);
    add(&interval_mark::tally(tx, Site::LINK, at(99))?);
    add(&interval_delivery::get(tx, key(0))?);
    add(&interval_delivery::list(tx, (Site::LINK, Kind::Agents), first_two())?);
    Ok(text)
}

/// Changes every row.
pub(crate) fn change(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    let lease = history_feed::take(tx, Site::LINK, "worker", (at(0), at(9)))?;
    let lease = lease.expect("nobody else has it");
    assert!(history_feed::stands(tx, &lease)?);
    history_feed::release(tx, &lease)?;
    history_feed::save_settings(tx, &HistoryFeed { settle_s: 9, ..feed() })?;
    history_feed::save_state(tx, &HistoryFeed { failures: 9, ..feed() })?;
    contact_queue::note(tx, Site::UNIT, "12", Some("Other"), at(-9))?;
    queue_contact::save(tx, place("a"), &QueueContact { revision: 9, ..offered(2) })?;
    agent_contact::prune(tx, at(99), 9)?;
    delivered_interval::save(tx, (Site::UNIT, Kind::Queues), &delivered(6, 2))?;
    interval_mark::mark_changed(tx, Site::UNIT, Kind::Agents, quarter(0), at(2))?;
    for mark in interval_mark::list_due(tx, Site::LINK, at(9_999), 9)? {
        interval_mark::put_off(tx, Site::LINK, &mark, "no", at(50))?;
        interval_mark::settle(tx, Site::LINK, &mark)?;
    }
    interval_delivery::confirm(tx, key(0), 1, 3, at(5))?;
    interval_delivery::overtake(tx, key(0), 9)?;
    interval_delivery::prune(tx, Site::LINK, at(99))?;
    queue_contact::prune(tx, Site::UNIT, at(99), 9)?;
    delivered_interval::prune(tx, Site::UNIT, at(99_999), 9).map(|_| ())
}

#[test]
fn queues_are_known_and_counted_by_unit() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let known = async |queue: &'static str| {
            site.read(move |tx| contact_queue::is_known(tx, Site::UNIT, queue)).await
        };
        assert!(!known("12").await);
        site.write(|tx| contact_queue::note(tx, Site::UNIT, "12", None, at(0))).await;
        site.write(|tx| contact_queue::note(tx, Site::UNIT, "12", Some("Sales"), at(1))).await;
        assert!(known("12").await && !known("13").await);
        assert_eq!(site.read(|tx| contact_queue::count(tx, Site::UNIT)).await, 1);
    });
}

#[test]
fn facts_follow_what_people_do() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert(vec![person(1), person(2)]).await;
        site.write(fill).await;
        let window = (at(-99), at(9_999));
        let handled =
            site.read(move |tx| agent_contact::list_handled(tx, Site::UNIT, window)).await;
        let whole = Handled { talk_s: 10, work_s: 5 };
        assert_eq!(handled, [("12".to_owned(), "a".to_owned(), whole)]);
        let begun = site.read(move |tx| agent_contact::list_begun(tx, Site::UNIT, window)).await;
        assert_eq!(begun, [(employee_id(2), ContactKind::Inbound, at(2))]);
        let touched = site.read(|tx| agent_contact::list_touched(tx, employee_id(2), at(17))).await;
        assert_eq!((&*touched[0].contact, touched[0].began_at), ("a", at(2)));
        // Given again in the same session, it is the same contact, and it goes on.
        site.write(|tx| act(tx, employee_id(2), Command::BeginContact(call("a")), 20)).await;
        let handled =
            site.read(move |tx| agent_contact::list_handled(tx, Site::UNIT, window)).await;
        assert_eq!(handled, []);
        let logout = Command::LogOut(rollcall_domain::agent_state::Logout::Forced);
        site.write(move |tx| act(tx, employee_id(2), logout.clone(), 22)).await;
        let handled =
            site.read(move |tx| agent_contact::list_handled(tx, Site::UNIT, window)).await;
        assert_eq!(handled[0].2, Handled { talk_s: 20, work_s: 0 });
    });
}

#[test]
fn people_belong_to_a_unit_from_when_they_came_until_they_left() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let mut people = vec![person(1), person(2)];
        people[1].team = Site::OTHER_TEAM;
        site.insert(people).await;
        site.write(|tx| {
            let left = (Site::OTHER_UNIT, employee_id(1));
            former_agent::insert(tx, left, person(1).agent_number, at(-9))?;
            fill(tx)
        })
        .await;
        let here = site.read(|tx| source::people(tx, Site::UNIT, Some(Site::LINK))).await;
        assert_eq!((here[0].since, here[0].until), (Some(at(-9)), None));
        assert_eq!(here[0].qualified_since, Some(person(1).activated_at));
        assert_eq!((here[1].since, here[1].qualified_since), (None, None));
        assert!(!here[0].known);
        let there = site.read(|tx| source::people(tx, Site::OTHER_UNIT, None)).await;
        assert_eq!(there.len(), 1);
        assert_eq!((there[0].since, there[0].until), (None, Some(at(-9))));
        let stays = site
            .read(|tx| source::stays(tx, Whose::Unit(Site::OTHER_UNIT), (at(-99), at(99))))
            .await;
        assert!(stays.is_empty(), "the one who was there did nothing since");
        let stays =
            site.read(|tx| source::stays(tx, Whose::Unit(Site::UNIT), (at(3), at(4)))).await;
        let found: Vec<_> = stays.iter().map(|stay| (stay.state.name(), stay.from)).collect();
        assert_eq!(found, [("inboundContact", at(2))]);
    });
}

#[test]
fn an_interval_is_its_first_sources_and_the_higher_revision_counts() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let place = (Site::UNIT, Kind::Queues);
        let save = async |source: &str, offered, revision| {
            let one = Delivered { source: source.to_owned(), ..delivered(offered, revision) };
            site.write(move |tx| delivered_interval::save(tx, place, &one)).await
        };
        assert!(save("uccx", 5, 1).await);
        assert!(!save("uccx", 5, 1).await, "the same");
        assert!(!save("uccx", 7, 1).await, "another content under the same revision");
        assert!(save("uccx", 2, 2).await);
        assert!(!save("uccx", 9, 1).await, "older");
        assert!(!save("webex", 9, 9).await, "of another source");
        let all: Vec<Delivered<QueueTotals>> =
            site.read(move |tx| delivered_interval::list(tx, place, first_two())).await;
        assert_eq!(all, [delivered(2, 2)]);
        let agents: Vec<Delivered<AgentTotals>> = site
            .read(|tx| delivered_interval::list(tx, (Site::UNIT, Kind::Agents), first_two()))
            .await;
        assert!(agents.is_empty());
        // A file stands for everything but a later file.
        assert!(save(delivered_interval::FILE, 3, 1).await);
        assert!(!save("uccx", 4, 99).await);
        assert!(!save(delivered_interval::FILE, 4, 1).await);
        assert!(save(delivered_interval::FILE, 4, 2).await);
        let stands =
            site.read(move |tx| delivered_interval::stands(tx, place, ("12", quarter(0)))).await;
        assert_eq!(stands, Some(("file".to_owned(), 2)));
    });
}

#[test]
fn old_deliveries_are_forgotten_some_at_a_time() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let place = (Site::UNIT, Kind::Queues);
        site.write(move |tx| {
            for number in 0..5 {
                let one = Delivered { quarter: quarter(number), ..delivered(1, 1) };
                delivered_interval::save(tx, place, &one)?;
                let people = (Site::UNIT, Kind::Agents);
                delivered_interval::save(tx, people, &Delivered { subject: "7".into(), ..one })?;
            }
            Ok(())
        })
        .await;
        let before = quarter(3).start();
        let prune = async || {
            site.write(move |tx| delivered_interval::prune(tx, Site::UNIT, before, 2)).await
        };
        assert_eq!([prune().await, prune().await, prune().await], [4, 2, 0]);
        let whole = (quarter(0).start(), quarter(9).start());
        let left = site.read(move |tx| delivered_interval::count(tx, place, whole)).await;
        assert_eq!(left, 2);
    });
}

#[test]
fn a_mark_that_comes_meanwhile_stays() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.write(|tx| history_feed::save_settings(tx, &feed())).await;
        let mark = |now: i64| {
            move |tx: &mut Tx<'_>| {
                interval_mark::mark_changed(tx, Site::UNIT, Kind::Agents, quarter(0), at(now))
            }
        };
        let due =
            |now: i64| move |tx: &mut Tx<'_>| interval_mark::list_due(tx, Site::LINK, at(now), 9);
        site.write(mark(10)).await;
        // It settles two minutes after its end.
        assert!(site.read(due(900 + 119)).await.is_empty());
        let read = site.read(due(900 + 120)).await[0];
        site.write(mark(2_000)).await;
        site.write(move |tx| interval_mark::settle(tx, Site::LINK, &read)).await;
        site.write(move |tx| interval_mark::put_off(tx, Site::LINK, &read, "no", at(9_999))).await;
        let again = site.read(due(2_000)).await;
        assert_eq!((again.len(), again[0].generation, again[0].attempts), (1, 2, 0));
        let latest = again[0];
        site.write(move |tx| interval_mark::put_off(tx, Site::LINK, &latest, "no", at(3_000)))
            .await;
        assert_eq!(site.read(due(2_999)).await, []);
        assert_eq!(site.read(due(3_000)).await[0].attempts, 1);
        // Without a feed nothing is marked.
        site.write(|tx| {
            interval_mark::mark_changed(tx, Site::OTHER_UNIT, Kind::Agents, quarter(1), at(0))
        })
        .await;
        assert_eq!(site.read(|tx| interval_mark::tally(tx, Site::LINK, Timestamp::MAX)).await, 1);
    });
}

#[test]
fn another_content_gets_another_revision_and_the_same_one_does_not() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let begin = async |hash: &'static str| {
            site.write(move |tx| interval_delivery::begin(tx, key(0), hash)).await
        };
        let confirm = async |revision| {
            site.write(move |tx| interval_delivery::confirm(tx, key(0), revision, 3, at(5))).await;
            let found = site.read(|tx| interval_delivery::get(tx, key(0))).await.unwrap();
            (found.sent, found.corrections)
        };
        let sent = |hash: &str| Some(hash.to_owned());
        assert_eq!(begin("a").await, Step::Send(1));
        assert_eq!(begin("a").await, Step::Send(1), "it is not known whether it arrived");
        assert_eq!(confirm(1).await, (sent("a"), 0));
        assert_eq!(begin("a").await, Step::Nothing);
        assert_eq!(begin("b").await, Step::Send(2));
        assert_eq!(begin("a").await, Step::Send(3), "the other one may have arrived");
        assert_eq!(confirm(2).await, (sent("a"), 0), "a late answer confirms nothing");
        assert_eq!(confirm(3).await, (sent("a"), 0));
        assert_eq!(begin("b").await, Step::Send(4));
        assert_eq!(confirm(4).await, (sent("b"), 1));
        site.write(|tx| interval_delivery::overtake(tx, key(0), 40)).await;
        assert_eq!(begin("b").await, Step::Send(41));
    });
}

#[test]
fn a_feed_is_served_by_one_at_a_time() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        let take = async |holder: &'static str, from, to| {
            site.write(move |tx| history_feed::take(tx, Site::LINK, holder, (at(from), at(to))))
                .await
        };
        assert_eq!(take("one", 0, 9).await, None, "there is no feed");
        site.write(|tx| history_feed::save_settings(tx, &feed())).await;
        let first = take("one", 0, 9).await.unwrap();
        assert_eq!(take("two", 8, 20).await, None);
        assert_eq!(take("one", 8, 20).await.as_ref(), Some(&first), "it is lengthened");
        let second = take("two", 21, 30).await.unwrap();
        let stands = async |lease: history_feed::FeedLease| {
            site.read(move |tx| history_feed::stands(tx, &lease)).await
        };
        assert!(!stands(first.clone()).await && stands(second.clone()).await);
        site.write(move |tx| history_feed::release(tx, &first)).await;
        assert_eq!(take("one", 22, 30).await, None, "it was not its own to release");
        site.write(move |tx| history_feed::release(tx, &second)).await;
        take("one", 22, 30).await.unwrap();
        let lapsed: Result<(), StorageError> =
            storage.write_installation(history_feed::lapse).await;
        lapsed.unwrap();
        take("two", 22, 30).await.unwrap();
        let all: Result<_, StorageError> = storage.read_installation(history_feed::list_all).await;
        assert_eq!(all.unwrap()[0].1, feed());
        site.write(|tx| {
            history_feed::save_state(tx, &HistoryFeed { failures: 3, ..feed() })?;
            // Settings that are set anew begin without failures, and go on where it was.
            let moved = HistoryFeed { marked_until: at(900), enabled: false, ..feed() };
            history_feed::save_settings(tx, &moved)
        })
        .await;
        let found = site.read(|tx| history_feed::get(tx, Site::LINK)).await.unwrap();
        assert_eq!((found.failures, found.marked_until, found.enabled), (0, at(0), false));
        let all: Result<_, StorageError> = storage.read_installation(history_feed::list_all).await;
        assert!(all.unwrap().is_empty(), "it is off");
    });
}

#[test]
fn old_contacts_are_forgotten_some_at_a_time() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert(vec![person(1)]).await;
        let one = employee_id(1);
        site.write(move |tx| {
            act(tx, one, Command::LogIn(session()), 0)?;
            for number in 1..=5 {
                act(tx, one, Command::BeginContact(call(&number.to_string())), number)?;
                queue_contact::save(tx, place(&number.to_string()), &offered(number))?;
            }
            Ok(())
        })
        .await;
        let prune = async || {
            site.write(|tx| {
                let people = agent_contact::prune(tx, at(4), 2)?;
                Ok((people, queue_contact::prune(tx, Site::UNIT, at(4), 2)?))
            })
            .await
        };
        assert_eq!(prune().await, (2, 2));
        assert_eq!(prune().await, (1, 1));
        assert_eq!(prune().await, (0, 0));
    });
}

#[test]
fn what_waits_at_each_feed_is_told_of_all_at_once() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        site.write(|tx| history_feed::save_settings(tx, &feed())).await;
        let backlogs = async |now: i64, most: i64| -> Vec<_> {
            let found: Result<_, StorageError> = storage
                .scan_installation(move |session| {
                    interval_mark::list_backlogs(session, at(now), most)
                })
                .await;
            let told = |one: interval_mark::Backlog| (one.link, one.due, one.since);
            found.unwrap().into_iter().map(told).collect()
        };
        assert_eq!(backlogs(9, 9).await, [(Site::LINK, 0, None)]);
        let first = Quarter::of(at(0));
        site.write(move |tx| {
            for (quarter, due) in [(first, 7), (first.next(), 5), (first.next().next(), 20)] {
                let span = Span { first: quarter, end: quarter.next() };
                interval_mark::mark_span(tx, Site::LINK, span, (at(1), at(due)))?;
            }
            Ok(())
        })
        .await;
        // An interval is marked twice, for people and for queues.
        assert_eq!(backlogs(9, 9).await, [(Site::LINK, 4, Some(at(5)))]);
        assert_eq!(backlogs(6, 9).await, [(Site::LINK, 2, Some(at(5)))]);
        assert_eq!(backlogs(99, 5).await, [(Site::LINK, 5, Some(at(5)))], "no more are counted");
        let off = HistoryFeed { enabled: false, ..feed() };
        site.write(move |tx| history_feed::save_settings(tx, &off)).await;
        assert_eq!(backlogs(99, 5).await, []);
    });
}

//! Receivers of security events, and what waits for them.

use rollcall_domain::{EventStreamId, SecurityEventId};
use rollcall_storage::record::security_event::{self, SecurityEvent};
use rollcall_storage::record::security_event_stream::{
    self as streams, Delivery, EventStream, Missed,
};
use rollcall_storage::{Storage, StorageError, Tx};

use crate::database::on_each_database;
use crate::site::{Site, at, uuid};

fn stream(number: u128, delivery: Delivery) -> EventStream {
    EventStream {
        id: EventStreamId::new(uuid(number)),
        name: "Audit".into(),
        delivery,
        audience: "https://audit.example.com".into(),
        issuer: "https://hub.example.com/scim/v2".into(),
        events: vec!["urn:ietf:params:scim:event:prov:delete".into()],
        created_at: at(1),
        ended_at: None,
        paused: None,
        missed: None,
        failures: 0,
        due_at: at(1),
        problem: None,
        told_at: None,
        failed: None,
    }
}

fn polled(number: u128, token_hash: &str) -> EventStream {
    stream(number, Delivery::Poll { token_hash: token_hash.into() })
}

fn event(number: u128) -> SecurityEvent {
    SecurityEvent { id: SecurityEventId::new(uuid(number)), at: at(2), claims: "{}".into() }
}

/// A row in both tables, for the test of tenants that are alike.
pub(crate) fn fill(tx: &mut Tx<'_>, name: &str) -> Result<(), StorageError> {
    let one = stream(1, Delivery::Push { endpoint: "https://a".into(), token_sealed: None });
    streams::insert(tx, &one)?;
    streams::insert(tx, &polled(2, name))?;
    security_event::insert(tx, one.id, &event(1))
}

/// All that can be read of a tenant's receivers; their tokens are unique in the installation.
pub(crate) fn dump(tx: &mut Tx<'_>) -> Result<String, StorageError> {
    let one = EventStreamId::new(uuid(1));
    let (listed, live) = (streams::list(tx)?.len(), streams::list_live(tx)?.len());
    let waiting = security_event::list(tx, one, 9)?;
    let count = security_event::count(tx, one, 9)?;
    Ok(format!("{listed} {live} {:?} {waiting:?} {count}", streams::get(tx, one)?))
}

/// Changes every row of a tenant.
pub(crate) fn change(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    let one = stream(1, Delivery::Push { endpoint: "https://a".into(), token_sealed: None });
    assert!(streams::take_turn(tx, one.id, at(3), at(4))?);
    streams::save_attempt(tx, &EventStream { failures: 7, ..one.clone() })?;
    streams::save_state(tx, &EventStream { ended_at: Some(at(5)), ..one.clone() })?;
    streams::note_poll(tx, one.id, at(6), Some("it could not use an event"))?;
    security_event::delete(tx, one.id, &[event(1).id])?;
    security_event::delete_all(tx, EventStreamId::new(uuid(2)))
}

#[test]
fn a_receiver_is_found_by_its_token_until_it_is_ended() {
    on_each_database(async |storage: Storage| {
        let site = Site::new(storage.clone()).await;
        let one = polled(1, "hash");
        let kept = one.clone();
        site.write(move |tx| streams::insert(tx, &kept)).await;
        let find = async |hash: &'static str| {
            let found: Result<_, StorageError> = storage
                .read_installation(move |session| streams::find_by_token(session, hash))
                .await;
            found.expect("the database can be read")
        };
        assert_eq!(find("hash").await, Some((site.tenant, one.clone())));
        assert_eq!(find("other").await, None);
        let paused = EventStream {
            paused: Some((at(3), "too far behind".into())),
            missed: Some(Missed { from: at(2), until: None }),
            ..one.clone()
        };
        let kept = paused.clone();
        site.write(move |tx| streams::save_state(tx, &kept)).await;
        assert_eq!(site.read(streams::list).await, [paused]);
        assert_eq!(site.read(streams::list_live).await, []);
        assert!(find("hash").await.is_some(), "what waits for it can be read");
        let resumed =
            EventStream { missed: Some(Missed { from: at(2), until: Some(at(4)) }), ..one.clone() };
        let kept = resumed.clone();
        site.write(move |tx| streams::save_state(tx, &kept)).await;
        assert_eq!(site.read(streams::list_live).await, [resumed]);
        let ended = EventStream { ended_at: Some(at(4)), ..one };
        site.write(move |tx| streams::save_state(tx, &ended)).await;
        assert_eq!(find("hash").await, None);
        let all: Result<_, StorageError> = storage.read_installation(streams::list_all).await;
        assert_eq!(all.expect("the database can be read"), []);
    });
}

#[test]
fn one_at_a_time_tells_a_receiver() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let sealed = Some("v1:00:00".to_owned());
        let one = stream(1, Delivery::Push { endpoint: "https://a".into(), token_sealed: sealed });
        let (kept, id) = (one.clone(), one.id);
        site.write(move |tx| streams::insert(tx, &kept)).await;
        assert_eq!(site.read(move |tx| streams::get(tx, id)).await, Some(one.clone()));
        for (now, until, expected) in [(0, 9, false), (1, 60, true), (2, 60, false), (60, 99, true)]
        {
            let taken = site.write(move |tx| streams::take_turn(tx, id, at(now), at(until))).await;
            assert_eq!(taken, expected, "at {now}");
        }
        let failed = EventStream {
            failures: 2,
            due_at: at(70),
            problem: Some("it answered 500".into()),
            told_at: Some(at(69)),
            failed: Some((at(70), "it answered 500".into())),
            ..one
        };
        let kept = failed.clone();
        site.write(move |tx| streams::save_attempt(tx, &kept)).await;
        assert_eq!(site.read(move |tx| streams::get(tx, id)).await, Some(failed));
    });
}

#[test]
fn what_a_receiver_that_asks_could_not_use_stays_until_the_next() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let (one, id) = (polled(1, "hash"), EventStreamId::new(uuid(1)));
        let kept = one.clone();
        site.write(move |tx| streams::insert(tx, &kept)).await;
        site.write(move |tx| streams::note_poll(tx, id, at(5), Some("jws"))).await;
        site.write(move |tx| streams::note_poll(tx, id, at(7), None)).await;
        let noted =
            EventStream { told_at: Some(at(7)), failed: Some((at(5), "jws".into())), ..one };
        assert_eq!(site.read(move |tx| streams::get(tx, id)).await, Some(noted));
    });
}

#[test]
fn events_wait_in_their_order_until_they_are_forgotten() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let (one, two) = (EventStreamId::new(uuid(1)), EventStreamId::new(uuid(2)));
        site.write(move |tx| {
            for number in [3, 1, 2] {
                security_event::insert(tx, one, &event(number))?;
            }
            security_event::insert(tx, two, &event(1))
        })
        .await;
        let listed = site.read(move |tx| security_event::list(tx, one, 2)).await;
        assert_eq!(listed, [event(1), event(2)]);
        for (most, expected) in [(2, 2), (9, 3)] {
            let count = site.read(move |tx| security_event::count(tx, one, most)).await;
            assert_eq!(count, expected);
        }
        site.write(move |tx| security_event::delete(tx, one, &[event(1).id, event(9).id])).await;
        let listed = site.read(move |tx| security_event::list(tx, one, 9)).await;
        assert_eq!(listed, [event(2), event(3)]);
        site.write(move |tx| security_event::delete_all(tx, one)).await;
        assert_eq!(site.read(move |tx| security_event::count(tx, one, 9)).await, 0);
        assert_eq!(site.read(move |tx| security_event::count(tx, two, 9)).await, 1);
    });
}

#[test]
fn what_waits_longest_for_each_receiver_is_told_of_all_at_once() {
    on_each_database(async |storage: Storage| {
        let site = Site::new(storage.clone()).await;
        let oldest = async || {
            let found: Result<_, StorageError> =
                storage.scan_installation(security_event::list_oldest).await;
            found.unwrap()
        };
        let (one, two) = (polled(1, "one"), polled(2, "two"));
        let kept = [one.clone(), two.clone()];
        site.write(move |tx| kept.iter().try_for_each(|stream| streams::insert(tx, stream))).await;
        assert_eq!(oldest().await, [(one.id, None), (two.id, None)]);
        let id = one.id;
        site.write(move |tx| {
            security_event::insert(tx, id, &event(4))?;
            security_event::insert(tx, id, &event(3))
        })
        .await;
        assert_eq!(oldest().await, [(one.id, Some(event(3).at)), (two.id, None)]);
        let ended = EventStream { ended_at: Some(at(9)), ..one };
        site.write(move |tx| streams::save_state(tx, &ended)).await;
        assert_eq!(oldest().await, [(two.id, None)]);
    });
}

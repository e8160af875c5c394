//! Feeds of real-time states: their settings, who has them, and what was sent.

use rollcall_domain::agent_state::{Command, Logout, Wish};
use rollcall_domain::wfm::{self, FieldSwitch, FieldSwitches, ManagementUnit};
use rollcall_domain::{AgentSessionId, RunId};
use rollcall_storage::agent::real_time_feed::{self, RealTimeFeed};
use rollcall_storage::agent::sent_state::{self, SentState};
use rollcall_storage::wfm::wfm_standing::{self, Standing};
use rollcall_storage::{StorageError, Tx};

use crate::agent_state::act;
use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, person, uuid};

fn feed() -> RealTimeFeed {
    RealTimeFeed {
        link: Site::LINK,
        enabled: true,
        base_url: "https://wfm.example.com/Rta".into(),
        source_id: "1".into(),
        authentication_key_sealed: "sealed".into(),
        failing: false,
        problem: None,
        health_since: at(0),
        snapshot_at: None,
        sent_at: None,
    }
}

fn sent(number: u32, sequence: i64, code: &str) -> SentState {
    SentState { employee: employee_id(number), sequence, state_code: code.into() }
}

/// What this file is about, for the test of isolation.
pub(crate) fn fill(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    real_time_feed::save_settings(tx, &feed())?;
    real_time_feed::save_state(tx, &RealTimeFeed { sent_at: Some(at(1)), ..feed() })?;
    sent_state::save(tx, Site::LINK, &[sent(1, 1, "AVAILABLE")], at(1))
}

/// All that can be read of it.
pub(crate) fn dump(tx: &mut Tx<'_>) -> Result<String, StorageError> {
    let feed = real_time_feed::get(tx, Site::LINK)?;
    let all = sent_state::list_all(tx, Site::LINK, 9)?;
    let changed = sent_state::list_changed(tx, Site::LINK, 9)?;
    Ok(format!("{feed:?} {all:?} {changed:?} {:?}", sent_state::list_gone(tx, Site::LINK, 9)?))
}

/// Changes every row of it.
pub(crate) fn change(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    let other = RealTimeFeed { source_id: "9".into(), sent_at: Some(at(9)), ..feed() };
    real_time_feed::save_settings(tx, &other)?;
    real_time_feed::save_state(tx, &other)?;
    let lease = real_time_feed::take(tx, Site::LINK, "other", (at(0), at(9)))?;
    assert!(lease.is_some(), "nobody has it");
    if let Some(lease) = lease {
        assert!(real_time_feed::stands(tx, &lease)?);
        real_time_feed::release(tx, &lease)?;
    }
    sent_state::save(tx, Site::LINK, &[sent(1, 9, "DIALER")], at(9))
}

#[test]
fn one_node_at_a_time_has_a_feed() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        let take = async |holder: &'static str, from, until| {
            let times = (at(from), at(until));
            site.write(move |tx| real_time_feed::take(tx, Site::LINK, holder, times)).await
        };
        assert_eq!(take("one", 0, 30).await, None, "there is no feed");
        site.write(|tx| real_time_feed::save_settings(tx, &feed())).await;
        let first = take("one", 0, 30).await.unwrap();
        assert_eq!(take("two", 29, 60).await, None);
        let longer = take("one", 20, 50).await.unwrap();
        assert_eq!(first.epoch, longer.epoch);
        let second = take("two", 50, 80).await.unwrap();
        assert_ne!(second.epoch, first.epoch);
        let stands = async |lease: rollcall_storage::agent::real_time_feed::FeedLease| {
            site.read(move |tx| real_time_feed::stands(tx, &lease)).await
        };
        assert!(!stands(first).await && stands(second.clone()).await);
        // Who comes back late begins anew, also when nobody was there meanwhile.
        let late = take("two", 90, 99).await.unwrap();
        assert_ne!(late.epoch, second.epoch);
        site.write(move |tx| real_time_feed::release(tx, &late)).await;
        assert!(take("one", 91, 120).await.is_some());
        assert!(take("two", 92, 120).await.is_none());
        site.write(|tx| real_time_feed::lapse(tx, Site::LINK)).await;
        assert!(take("two", 93, 120).await.is_some());
    });
}

#[test]
fn a_feed_is_kept_with_how_it_is_doing() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        let enabled = async || {
            let found = storage.read_installation(real_time_feed::list_enabled).await;
            let found: Result<_, StorageError> = found;
            found.unwrap()
        };
        assert!(enabled().await.is_empty());
        site.write(|tx| real_time_feed::save_settings(tx, &feed())).await;
        assert_eq!(enabled().await, [(site.tenant, feed())]);
        let failing = RealTimeFeed {
            failing: true,
            problem: Some("it answered 400".into()),
            health_since: at(5),
            snapshot_at: Some(at(3)),
            sent_at: Some(at(4)),
            ..feed()
        };
        let state = failing.clone();
        site.write(move |tx| real_time_feed::save_state(tx, &state)).await;
        let found = site.read(|tx| real_time_feed::get(tx, Site::LINK)).await;
        assert_eq!(found, Some(failing));
        let off = RealTimeFeed { enabled: false, ..feed() };
        site.write(move |tx| real_time_feed::save_settings(tx, &off)).await;
        assert!(enabled().await.is_empty());
    });
}

async fn in_wfm(site: &Site, number: u32, unit: ManagementUnit) {
    let switches = FieldSwitches { personal_id: FieldSwitch::On, external_id: FieldSwitch::On };
    let mut known = wfm::values(&person(number), &switches);
    known.management_unit = unit;
    let standing = Standing {
        link: Site::LINK,
        employee: employee_id(number),
        known: Some(known),
        confirmed_at: Some(at(0)),
        lag_ms: Some(1),
        problem: None,
        problem_at: None,
        run: RunId::new(uuid(1)),
    };
    site.write(move |tx| wfm_standing::save(tx, std::slice::from_ref(&standing))).await;
}

#[test]
fn a_wfm_is_told_of_the_agents_that_it_has() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert((1..=3).map(person).collect()).await;
        for number in [1, 2] {
            in_wfm(&site, number, ManagementUnit::Arrived).await;
        }
        site.write(|tx| {
            for number in 1..=3 {
                let log_in = Command::LogIn(AgentSessionId::new(uuid(u128::from(number))));
                act(tx, employee_id(number), &log_in, i64::from(number))?;
            }
            act(tx, employee_id(1), &Command::Set(Wish::Available), 9)
        })
        .await;
        let changed = async || {
            let found = site.read(|tx| sent_state::list_changed(tx, Site::LINK, 9)).await;
            let told = found
                .into_iter()
                .map(|one| (one.agent_number.0, one.sequence, one.status.state_code(), one.sent));
            told.collect::<Vec<_>>()
        };
        let expected =
            [(1_002, 1, "UNAVAILABLE".to_owned(), None), (1_001, 2, "AVAILABLE".to_owned(), None)];
        assert_eq!(changed().await, expected, "the third is not in the WFM");
        let told = [sent(1, 2, "AVAILABLE"), sent(2, 1, "UNAVAILABLE")];
        site.write(move |tx| sent_state::save(tx, Site::LINK, &told, at(10))).await;
        assert_eq!(changed().await, []);
        // What is older does not undo what is newer.
        let old = [sent(1, 1, "UNAVAILABLE")];
        site.write(move |tx| sent_state::save(tx, Site::LINK, &old, at(11))).await;
        assert_eq!(changed().await, []);
        site.write(|tx| act(tx, employee_id(1), &Command::LogOut(Logout::Idle), 12)).await;
        let last = Some((2, "AVAILABLE".to_owned()));
        assert_eq!(changed().await, [(1_001, 3, "LOGGED-OFF".to_owned(), last)]);
        let all = site.read(|tx| sent_state::list_all(tx, Site::LINK, 9)).await;
        assert_eq!(all.iter().map(|one| one.sequence).collect::<Vec<_>>(), [3, 1]);
        // Who departs is told to be gone, whatever they do.
        in_wfm(&site, 2, ManagementUnit::Departed).await;
        let gone = site.read(|tx| sent_state::list_gone(tx, Site::LINK, 9)).await;
        let gone: Vec<_> =
            gone.iter().map(|one| (one.employee, one.status.is_logged_out())).collect();
        assert_eq!(gone, [(employee_id(2), true)]);
        let off = [sent(2, 1, "LOGGED-OFF")];
        site.write(move |tx| sent_state::save(tx, Site::LINK, &off, at(13))).await;
        assert!(site.read(|tx| sent_state::list_gone(tx, Site::LINK, 9)).await.is_empty());
    });
}

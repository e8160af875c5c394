//! Several engines on one database.

use std::sync::Arc;

use jiff::SignedDuration;
use rollcall_connector::wfm::WfmTarget;
use rollcall_storage::wfm::wfm_link::Health;
use rollcall_storage::wfm::wfm_standing;
use simulator_iex::{Fault, FaultOrder, Mu, Route};
use tokio::sync::Semaphore;

use crate::database::on_each_database;
use crate::sample::employee_id;
use crate::site::Site;
use crate::target::{Stalling, Wrapped};

#[test]
fn of_two_engines_one_is_effective() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engines = [site.engine().await, site.engine().await];
        site.ran("the first run", |_| true).await;
        site.hire(1..1_201).await;
        site.settled().await;
        for name in ["Bea", "Cleo", "Dora"] {
            site.change(1..301, |person| person.profile.first_name = name.into()).await;
            site.settled().await;
        }
        let stats = site.simulator.stats();
        assert_eq!((stats.created, stats.updated, stats.unchanged), (1_200, 900, 0));
        assert_eq!(site.agent(1).unwrap().first_name, "Dora");
        for engine in engines {
            engine.stop().await;
        }
    });
}

#[test]
fn a_node_that_stops_leaves_the_link_to_the_other_at_once() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..2).await;
        let first = site.engine().await;
        site.settled().await;
        let second = site.engine().await;
        first.stop().await;
        site.hire(2..3).await;
        site.settled().await;
        assert_eq!(site.agents_in(Mu::New), 2);
        second.stop().await;
    });
}

#[test]
fn a_stalled_holder_cannot_settle_and_what_it_wrote_is_looked_at_again() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..3).await;
        let gate = Arc::new(Semaphore::new(0));
        let stall = Arc::clone(&gate);
        let stalled = site
            .engine_with(Wrapped(site.targets(), move |inner| {
                Arc::new(Stalling { inner, gate: Arc::clone(&stall) }) as Arc<dyn WfmTarget>
            }))
            .await;
        site.until("its write arrived", async || site.agent(2).is_some()).await;

        // Its lease runs out; another engine takes over and writes newer values.
        site.advance(SignedDuration::from_secs(61));
        site.change(1..2, |person| person.profile.first_name = "Bea".into()).await;
        let other = site.engine().await;
        site.until("the other wrote", async || site.agent(1).unwrap().first_name == "Bea").await;
        site.ended().await;
        let interrupted = site.runs().await.remove(0);
        assert_eq!(interrupted.state, "failed");
        assert!(interrupted.reason.unwrap().starts_with("The run was interrupted."));
        let known = site.standing(1).await.unwrap().known.unwrap();
        assert_eq!(known.first_name, "Bea");

        // It wakes up. Its settling is refused, and its people are looked at once more.
        let settled_runs = site.runs().await.len();
        gate.add_permits(1_000);
        site.until("another look", async || site.runs().await.len() > settled_runs).await;
        site.ended().await;
        assert_eq!(site.agent(1).unwrap().first_name, "Bea");
        assert_eq!(site.standing(1).await.unwrap().known.unwrap().first_name, "Bea");
        let runs = site.runs().await;
        assert!(runs[0].counts.arrived == 0, "the stalled run settled nothing: {runs:#?}");
        stalled.stop().await;
        other.stop().await;
    });
}

#[test]
fn what_is_known_of_another_link_stays_out_of_it() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..2).await;
        let engine = site.engine().await;
        site.settled().await;
        let standings = site.read(|tx| wfm_standing::list(tx, employee_id(1))).await;
        assert_eq!(standings.len(), 1);
        engine.stop().await;
    });
}

#[test]
fn no_node_calls_a_wfm_that_asked_another_to_wait() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let limit = Fault::RateLimited { retry_after_s: Some(600) };
        site.simulator.arm([FaultOrder::once(limit).on(Route::Batch)]);
        let engines = [site.engine().await, site.engine().await];
        site.ran("the first run", |_| true).await;
        site.hire(1..2).await;
        site.until("the link fails", async || site.link().await.health == Health::Failing).await;
        let requests = site.simulator.stats().requests;
        site.hire(2..3).await;
        site.looked_elsewhere().await;
        assert_eq!(site.simulator.stats().requests, requests);
        // One that stops gives the link back, and the other tries.
        let [first, second] = engines;
        first.stop().await;
        second.stop().await;
        let third = site.engine().await;
        site.settled().await;
        assert_eq!(site.agents_in(Mu::New), 2);
        third.stop().await;
    });
}

//! Each fault of the WFM while people are written: nothing is lost, nothing is doubled, and it passes.

use std::time::Duration;

use jiff::SignedDuration;
use rollcall_storage::wfm::link_removal;
use rollcall_storage::wfm::wfm_link::Health;
use simulator_iex::{Fault, FaultOrder, Mu, Route, Simulator};

use crate::database::on_each_database;
use crate::site::Site;

/// Twenty people arrive while the fault strikes `times` batches.
fn survives(fault: Fault, times: u32) {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.simulator.arm([FaultOrder::once(fault).times(times).on(Route::Batch)]);
        site.hire(1..21).await;
        let engine = site.engine().await;
        site.settled().await;
        assert_eq!(site.agents_in(Mu::New), 20);
        let stats = site.simulator.stats();
        assert_eq!((stats.created, stats.updated, stats.duplicates), (20, 0, 0));
        assert!(site.simulator.waiting_faults().is_empty());
        let link = site.link().await;
        assert_eq!((link.health, link.health_reason), (Health::Well, None));
        engine.stop().await;
    });
}

#[test]
fn a_rate_limit_without_a_time_passes() {
    survives(Fault::RateLimited { retry_after_s: None }, 1);
}

#[test]
fn a_rate_limit_with_a_time_passes() {
    survives(Fault::RateLimited { retry_after_s: Some(1) }, 1);
}

#[test]
fn a_failure_passes() {
    survives(Fault::Error500, 2);
}

#[test]
fn a_connection_that_closes_after_applying_passes() {
    survives(Fault::TimeoutAfterApplying { hold_ms: 100 }, 1);
}

#[test]
fn silence_after_applying_passes() {
    survives(Fault::TimeoutAfterApplying { hold_ms: 30_000 }, 1);
}

#[test]
fn a_token_that_ended_passes() {
    survives(Fault::ExpiredToken, 1);
}

#[test]
fn a_batch_that_was_applied_by_half_passes() {
    survives(Fault::HalfAppliedBatch, 1);
}

#[test]
fn a_slow_answer_passes() {
    survives(Fault::SlowBody { over_ms: 300 }, 1);
    survives(Fault::SlowBody { over_ms: 3_000 }, 1);
}

#[test]
fn a_repeat_has_the_same_key_and_is_answered_from_memory() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let silence = Fault::TimeoutAfterApplying { hold_ms: 100 };
        site.simulator.arm([FaultOrder::once(silence).on(Route::Batch)]);
        site.hire(1..21).await;
        let engine = site.engine().await;
        site.settled().await;
        assert_eq!(site.simulator.stats().replayed, 1);
        engine.stop().await;
    });
}

#[test]
fn nobody_is_called_before_the_time_that_was_asked_for() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let limit = Fault::RateLimited { retry_after_s: Some(600) };
        site.simulator.arm([FaultOrder::once(limit).on(Route::Batch)]);
        site.hire(1..2).await;
        let engine = site.engine().await;
        site.until("the link fails", async || site.link().await.health == Health::Failing).await;
        let reason = site.link().await.health_reason.unwrap();
        assert!(reason.contains("it answered 429"), "{reason}");
        let requests = site.simulator.stats().requests;
        // A new mark wakes the engine, and a second link's run proves that it looked.
        site.hire(2..3).await;
        site.looked_elsewhere().await;
        assert_eq!(site.simulator.stats().requests, requests);
        assert_eq!(site.runs().await.len(), 1);
        engine.stop().await;
    });
}

#[test]
fn a_wfm_that_is_gone_for_a_while_gets_everything_when_it_is_back() {
    on_each_database(async |storage| {
        let mut site = Site::new(storage).await;
        site.hire(1..11).await;
        let engine = site.engine().await;
        site.settled().await;
        let file =
            std::env::temp_dir().join(format!("rollcall-wfm-{}", crate::site::fresh(&site.ids)));
        let address = site.simulator.url().trim_start_matches("http://").to_owned();
        let stopped = std::mem::replace(&mut site.simulator, nobody().await);
        stopped.stop().await.unwrap();

        site.change(1..4, |person| person.profile.first_name = "Bea".into()).await;
        site.until("the link fails", async || site.link().await.health == Health::Failing).await;
        site.advance(SignedDuration::from_hours(1));
        site.hire(11..13).await;
        let failed = async || site.runs().await.iter().filter(|run| run.state == "failed").count();
        assert_eq!(failed().await, 1, "one run failed, and then only the door is tried");

        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        site.simulator =
            Simulator::start_on(listener, simulator_iex::Options::default()).await.unwrap();
        site.settled().await;
        // This one has forgotten all, so that the comparison brings the others back as well.
        assert_eq!(site.agents_in(Mu::New), 12);
        assert_eq!(site.agent(1).unwrap().first_name, "Bea");
        assert_eq!(site.link().await.health, Health::Well);
        drop(file);
        engine.stop().await;
    });
}

async fn nobody() -> Simulator {
    Simulator::start(simulator_iex::Options::default()).await.unwrap()
}

#[test]
fn wrong_credentials_are_told_and_right_ones_are_used_at_once() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.set_up(|link| link.client_secret_sealed = "guess".into()).await;
        site.hire(1..2).await;
        let engine = site.engine().await;
        site.until("the link fails", async || site.link().await.health == Health::Failing).await;
        let reason = site.link().await.health_reason.unwrap();
        assert_eq!(
            reason,
            "The WFM refuses the credentials: it answered 401 invalid_client. Check the client id and the client \
             secret of the link."
        );
        let has_sent = async || site.read(|tx| link_removal::has_sent(tx, Site::LINK)).await;
        assert!(!has_sent().await, "the door was shut, so that the link could be removed");
        site.set_up(|link| link.client_secret_sealed = "demo-secret".into()).await;
        site.settled().await;
        assert!(has_sent().await);
        assert_eq!((site.agents_in(Mu::New), site.link().await.health), (1, Health::Well));
        engine.stop().await;
    });
}

#[test]
fn an_address_that_may_not_be_called_is_told() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.set_up(|link| link.base_url = "https://169.254.169.254".into()).await;
        site.hire(1..2).await;
        let engine = site.engine().await;
        site.until("the link fails", async || site.link().await.health == Health::Failing).await;
        let reason = site.link().await.health_reason.unwrap();
        assert!(reason.contains("Check the address of the link."), "{reason}");
        engine.stop().await;
    });
}

#[test]
fn stopping_waits_for_what_is_in_flight() {
    on_each_database(async |storage| {
        let options = simulator_iex::Options {
            answer_delay: Duration::from_millis(300),
            ..simulator_iex::Options::default()
        };
        let site = Site::with(storage, options).await;
        site.hire(1..701).await;
        let engine = site.engine().await;
        site.until("the first batch arrived", async || site.agent(1).is_some()).await;
        engine.stop().await;
        let run = site.last_run().await;
        assert_eq!((run.state.as_str(), run.counts.arrived), ("done", 500));
        assert_eq!(site.agents_in(Mu::New), 500);
        assert!(site.mark_of(1).await.is_none() && site.mark_of(700).await.is_some());

        let engine = site.engine().await;
        site.settled().await;
        assert_eq!((site.agents_in(Mu::New), site.simulator.stats().upserts), (700, 700));
        engine.stop().await;
    });
}

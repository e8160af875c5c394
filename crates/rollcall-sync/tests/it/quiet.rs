//! What the engine does when there is nothing to do, and how much of it is kept.

use jiff::SignedDuration;
use rollcall_domain::{Clock as _, Ids as _, RunId};
use rollcall_storage::wfm::sync_run::{self, RunCounts, SyncRun};
use simulator_iex::Mu;

use crate::database::on_each_database;
use crate::site::Site;

#[test]
fn the_scheduled_run_finds_nothing_and_calls_nobody() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..51).await;
        let engine = site.engine().await;
        site.settled().await;
        // The first comparison falls into the same quarter of an hour.
        site.advance(SignedDuration::from_mins(15));
        site.ran("the comparison", |run| run.cause == "comparison").await;

        let requests = site.simulator.stats().requests;
        for quarter in 1..4 {
            site.advance(SignedDuration::from_mins(15));
            let now = site.clock.now();
            let swept = site.ran("a scheduled run", |run| run.started_at == now).await;
            assert_eq!((swept.cause.as_str(), swept.state.as_str()), ("schedule", "done"));
            assert_eq!(swept.counts, RunCounts::default(), "quarter {quarter}");
            assert_eq!(site.link().await.swept_at, Some(now));
        }
        assert_eq!(site.simulator.stats().requests, requests);
        assert_eq!(site.agents_in(Mu::New), 50);
        engine.stop().await;
    });
}

#[test]
fn people_who_did_not_change_are_settled_without_a_call() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..51).await;
        let engine = site.engine().await;
        site.ended().await;
        let requests = site.simulator.stats().requests;
        // Everyone is due again, with the same values.
        site.set_up(|_| ()).await;
        site.ended().await;
        let counts = site.last_run().await.counts;
        assert_eq!((counts.due, counts.unchanged, counts.remote_calls), (50, 50, 0));
        assert_eq!(site.simulator.stats().requests, requests);
        engine.stop().await;
    });
}

#[test]
fn a_link_that_is_off_is_left_alone_until_it_is_on() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.set_up(|link| link.enabled = false).await;
        site.hire(1..2).await;
        let engine = site.engine().await;
        site.looked_elsewhere().await;
        assert!(site.runs().await.is_empty());
        site.set_up(|link| link.enabled = true).await;
        site.settled().await;
        assert_eq!(site.agents_in(Mu::New), 1);
        engine.stop().await;
    });
}

#[test]
fn a_thousand_runs_are_kept() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let now = site.clock.now();
        let runs: Vec<SyncRun> = (0..1_100)
            .map(|_| SyncRun {
                id: RunId::new(site.ids.next()),
                link: Site::LINK,
                cause: "schedule".into(),
                state: "done".into(),
                reason: None,
                started_at: now,
                finished_at: Some(now),
                counts: RunCounts::default(),
            })
            .collect();
        site.write(move |tx| runs.iter().try_for_each(|run| sync_run::save(tx, run))).await;
        let engine = site.engine().await;
        site.until("old runs are gone", async || {
            site.read(|tx| Ok(sync_run::list(tx, Site::LINK, None, 2_000)?.len() == 1_000)).await
        })
        .await;
        engine.stop().await;
    });
}

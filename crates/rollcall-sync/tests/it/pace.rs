//! Immediate mode: on, a change goes out at once; off, it waits for the next run by the interval, and none is lost.

use jiff::{SignedDuration, Timestamp};
use rollcall_domain::Clock as _;
use rollcall_storage::wfm::{marking, outbox};
use rollcall_sync::Engine;
use simulator_iex::{Fault, FaultOrder, Mu, Route};

use crate::database::on_each_database;
use crate::site::Site;

impl Site {
    /// Ten people in the WFM, compared, and a link whose changes wait for the interval. The last scheduled run began
    /// a minute ago.
    async fn by_interval(&self) -> Engine {
        self.set_up(|link| link.immediate = false).await;
        self.hire(1..11).await;
        let engine = self.engine().await;
        self.ended().await;
        self.advance(SignedDuration::from_mins(15));
        self.ran("the comparison", |run| run.cause == "comparison").await;
        self.advance(SignedDuration::from_mins(1));
        engine
    }

    async fn due(&self) -> i64 {
        self.read(|tx| outbox::count(tx, Self::LINK)).await
    }

    /// The engine looks at all links, and its latest run is still the one before.
    async fn nothing_ran(&self, runs: usize) {
        self.looked_elsewhere().await;
        self.looked_elsewhere().await;
        assert_eq!(self.runs().await.len(), runs);
    }

    async fn swept(&self) -> Option<Timestamp> {
        self.link().await.swept_at
    }
}

#[test]
fn without_immediate_mode_a_change_goes_out_with_the_next_scheduled_run() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = site.by_interval().await;
        let runs = site.runs().await.len();
        site.hire(11..13).await;
        site.deactivate(1..2).await;
        let link = site.link().await;
        let mark = site.mark_of(11).await.unwrap();
        assert_eq!(Some(link.goes_at(mark.due_at)), link.next_sweep());
        site.nothing_ran(runs).await;
        assert_eq!((site.due().await, site.agents_in(Mu::New)), (3, 10));

        site.advance(SignedDuration::from_mins(14));
        let run =
            site.ran("the scheduled run", |run| run.cause == "schedule" && run.counts.due == 3);
        assert_eq!(run.await.started_at, site.clock.now());
        assert_eq!((site.agents_in(Mu::New), site.agents_in(Mu::Changed)), (11, 1));
        // The lag is the truth: from the change to the receipt.
        let lag = site.standing(11).await.unwrap().lag_ms.unwrap();
        assert!(lag >= 14 * 60_000, "{lag}");
        engine.stop().await;
    });
}

#[test]
fn what_waits_goes_out_once_immediate_mode_is_on() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = site.by_interval().await;
        let runs = site.runs().await.len();
        site.hire(11..12).await;
        site.nothing_ran(runs).await;
        site.write(|tx| {
            let mut link = rollcall_storage::wfm::wfm_link::get(tx, Site::LINK)?.unwrap();
            link.immediate = true;
            rollcall_storage::wfm::wfm_link::save_settings(tx, &link)
        })
        .await;
        site.ended().await;
        assert_eq!(site.last_run().await.cause, "event");
        assert_eq!(site.agents_in(Mu::New), 11);
        site.hire(12..13).await;
        site.ended().await;
        assert_eq!(site.agents_in(Mu::New), 12);
        engine.stop().await;
    });
}

#[test]
fn a_scheduled_run_that_fails_or_is_interrupted_is_gone_on_with() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = site.by_interval().await;
        site.hire(11..13).await;
        site.simulator.arm([FaultOrder::once(Fault::Error500).on(Route::Batch)]);
        site.advance(SignedDuration::from_mins(14));
        site.ran("the failed run", |run| run.state == "failed").await;
        let swept = site.swept().await;
        site.ended().await;
        assert_eq!((site.swept().await, site.agents_in(Mu::New)), (swept, 12));

        // What waits is there after a start, and waits still.
        site.advance(SignedDuration::from_mins(1));
        site.hire(13..14).await;
        engine.stop().await;
        let runs = site.runs().await.len();
        let engine = site.engine().await;
        site.nothing_ran(runs).await;
        assert_eq!(site.due().await, 1);
        site.advance(SignedDuration::from_mins(14));
        site.ended().await;
        assert_eq!(site.agents_in(Mu::New), 13);
        engine.stop().await;
    });
}

#[test]
fn whom_somebody_began_to_mark_and_did_not_are_marked_and_sent() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..11).await;
        let _engine = site.engine().await;
        site.ended().await;
        // A field is switched, and whoever did it dies before anybody is marked.
        site.write(|tx| marking::begin(tx, Site::LINK)).await;
        site.ran("everyone", |run| run.cause == "event" && run.counts.due == 10).await;
        assert_eq!(site.due().await, 0);
    });
}

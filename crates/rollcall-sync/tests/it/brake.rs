//! The stop before a mass departure. The link lets 20 % go, and 5 people always.

use jiff::SignedDuration;
use rollcall_domain::{EmployeeId, RunId};
use rollcall_storage::Tx;
use rollcall_storage::wfm::wfm_link::Health;
use rollcall_storage::wfm::{outbox, sync_run};
use rollcall_sync::Engine;
use simulator_iex::Mu;

use crate::database::on_each_database;
use crate::sample::employee_id;
use crate::site::Site;

impl Site {
    /// Forty people, all of them in the WFM, and an engine that goes on.
    async fn with_forty(&self) -> Engine {
        self.hire(1..41).await;
        let engine = self.engine().await;
        self.settled().await;
        engine
    }

    async fn held(&self) {
        self.until("the link is held", async || self.link().await.health == Health::Held).await;
    }

    /// Lets the schedule look at what is held, until so many runs were held.
    async fn look_again(&self, times: usize) {
        self.advance(SignedDuration::from_mins(15));
        let held = async || self.runs().await.iter().filter(|run| run.state == "held").count();
        self.until("another look", async || held().await == times).await;
    }

    /// The run that names whom the hold is about, and whom it names.
    async fn named(&self) -> (RunId, Vec<EmployeeId>) {
        let run = self.read(|tx| sync_run::find_naming(tx, Self::LINK, None)).await.unwrap();
        let held = move |tx: &mut Tx<'_>| sync_run::list_outcomes(tx, run, "held", None, 99);
        let people = self.read(held).await;
        (run, people.into_iter().map(|one| one.outcome.employee).collect())
    }
}

#[test]
fn a_mass_departure_waits_and_nothing_is_written_meanwhile() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = site.with_forty().await;
        let batches = site.simulator.stats().batches;
        site.deactivate(1..21).await;
        site.held().await;

        let link = site.link().await;
        assert_eq!((link.held_departures, link.approved_departures), (20, 0));
        let reason = link.health_reason.unwrap();
        assert!(reason.starts_with("20 of 40 people would move to mu 2."), "{reason}");
        assert!(
            reason.contains("Nothing was applied, and everyone else who changed waits"),
            "{reason}"
        );
        let run = site.last_run().await;
        assert_eq!((run.state.as_str(), run.reason.as_ref()), ("held", Some(&reason)));
        assert_eq!((run.counts.departed, run.counts.remote_calls), (0, 0));
        let waiting = site.outcomes(&run).await;
        assert_eq!(waiting.len(), 20);
        assert!(
            waiting.iter().all(|it| it.outcome.step == "depart" && it.outcome.result == "held")
        );

        // New marks wait as well, and the sweep (here with the first comparison) only looks.
        site.hire(41..42).await;
        site.advance(SignedDuration::from_mins(15));
        site.ran("the sweep", |run| run.cause == "schedule" && run.state == "held").await;
        assert_eq!(site.simulator.stats().batches, batches);
        assert_eq!((site.agents_in(Mu::New), site.agents_in(Mu::Changed)), (40, 0));
        assert!(site.agent(41).is_none());
        assert_eq!(site.read(|tx| outbox::count(tx, Site::LINK)).await, 21);
        engine.stop().await;
    });
}

#[test]
fn an_approval_lets_the_departures_go_and_is_used_up() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = site.with_forty().await;
        site.deactivate(1..21).await;
        site.held().await;
        site.approve().await;
        site.ended().await;

        assert_eq!((site.agents_in(Mu::New), site.agents_in(Mu::Changed)), (20, 20));
        let run = site.last_run().await;
        assert_eq!((run.cause.as_str(), run.counts.departed), ("approval", 20));
        let link = site.link().await;
        assert_eq!(
            (link.health, link.approved_departures, link.held_departures),
            (Health::Well, 0, 0)
        );
        assert_eq!(link.health_reason, None);

        // What was approved does not weigh on those who leave after it; a second wave is held again.
        site.deactivate(21..22).await;
        site.settled().await;
        assert_eq!(site.agents_in(Mu::Changed), 21);
        site.deactivate(22..41).await;
        site.held().await;
        assert_eq!(site.link().await.held_departures, 19);
        assert_eq!(site.agents_in(Mu::Changed), 21);
        engine.stop().await;
    });
}

#[test]
fn an_approval_covers_no_more_than_it_named() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = site.with_forty().await;
        site.deactivate(1..21).await;
        site.held().await;
        site.deactivate(21..24).await;
        site.approve().await;
        site.ran("the approval came too late", |run| {
            run.cause == "approval" && run.state == "held"
        })
        .await;
        assert_eq!(site.link().await.held_departures, 23);
        assert_eq!(site.agents_in(Mu::Changed), 0);
        site.approve().await;
        site.settled().await;
        assert_eq!(site.agents_in(Mu::Changed), 23);
        engine.stop().await;
    });
}

#[test]
fn each_look_names_who_would_move_by_then() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = site.with_forty().await;
        site.deactivate(1..21).await;
        site.held().await;
        let first = site.named().await;
        assert_eq!(first.1, (1..21).map(employee_id).collect::<Vec<_>>());
        site.look_again(2).await;
        assert_eq!(site.named().await, first, "the same people are told once");

        // As many, and others.
        site.activate(1..3).await;
        site.deactivate(21..23).await;
        site.look_again(3).await;
        assert_eq!(site.link().await.held_departures, 20);
        let named = site.named().await;
        assert_eq!(named.1, (3..23).map(employee_id).collect::<Vec<_>>());
        assert_eq!(named.0, site.last_run().await.id);
        engine.stop().await;
    });
}

#[test]
fn an_approval_covers_people_and_not_a_number() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = site.with_forty().await;
        site.deactivate(1..21).await;
        site.held().await;
        site.activate(1..2).await;
        site.deactivate(21..22).await;
        site.approve().await;
        site.ran("somebody else would leave", |run| run.cause == "approval" && run.state == "held")
            .await;
        assert_eq!((site.link().await.held_departures, site.agents_in(Mu::Changed)), (20, 0));
        site.approve().await;
        site.settled().await;
        assert_eq!((site.agents_in(Mu::New), site.agents_in(Mu::Changed)), (20, 20));
        assert_eq!(site.agent(1).unwrap().mu, Mu::New);
        engine.stop().await;
    });
}

#[test]
fn people_who_are_brought_back_release_the_link_and_time_does_not() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = site.with_forty().await;
        // Eight of forty may go, and one more within the hour may not.
        site.deactivate(1..9).await;
        site.settled().await;
        assert_eq!(site.agents_in(Mu::Changed), 8);
        site.deactivate(9..10).await;
        site.held().await;
        for quarter in 1..=5 {
            site.look_again(quarter + 1).await;
        }
        assert_eq!(site.agents_in(Mu::Changed), 8);

        site.hire(41..42).await;
        site.activate(9..10).await;
        site.advance(SignedDuration::from_mins(15));
        site.settled().await;
        assert_eq!(site.link().await.health, Health::Well);
        assert_eq!((site.agents_in(Mu::New), site.agents_in(Mu::Changed)), (33, 8));
        engine.stop().await;
    });
}

#[test]
fn who_came_back_within_the_hour_is_no_departure() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = site.with_forty().await;
        for numbers in [1..9, 9..17, 1..9] {
            site.deactivate(numbers.clone()).await;
            site.settled().await;
            assert_eq!(site.agents_in(Mu::Changed), 8);
            site.activate(numbers).await;
            site.settled().await;
            assert_eq!(site.agents_in(Mu::New), 40);
        }
        site.deactivate(20..24).await;
        site.settled().await;
        site.deactivate(24..28).await;
        site.held().await;
        assert_eq!(site.agents_in(Mu::Changed), 4);
        // Of 36 people seven may go. One is back at the source: then the four are not too many.
        site.activate(20..21).await;
        site.advance(SignedDuration::from_mins(15));
        site.settled().await;
        assert_eq!((site.agents_in(Mu::New), site.agents_in(Mu::Changed)), (33, 7));
        engine.stop().await;
    });
}

#[test]
fn a_few_may_always_go() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..6).await;
        let engine = site.engine().await;
        site.settled().await;
        site.deactivate(1..6).await;
        site.settled().await;
        assert_eq!(site.agents_in(Mu::Changed), 5);
        engine.stop().await;
    });
}

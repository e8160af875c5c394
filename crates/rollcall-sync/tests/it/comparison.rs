//! The full comparison, a quarter of an hour after the link was made: each drift, and what heals it.

use jiff::SignedDuration;
use rollcall_connector::wfm::WfmWrite;
use rollcall_domain::wfm::{ManagementUnit, WfmAgent};
use rollcall_storage::wfm::sync_drift::{self, DriftKind};
use rollcall_storage::wfm::sync_run::SyncRun;
use rollcall_storage::wfm::wfm_link::{self, Asked, Health};
use rollcall_storage::{wfm::outbox, wfm::wfm_standing};
use rollcall_sync::Engine;
use simulator_iex::{Fault, FaultOrder, Mu, Options, Route};

use crate::database::on_each_database;
use crate::sample::{agent_number, employee_id};
use crate::site::Site;

impl Site {
    async fn with_ten(&self) -> Engine {
        self.hire(1..11).await;
        let engine = self.engine().await;
        self.settled().await;
        engine
    }

    /// Moves the clock to the next comparison and waits for its end.
    async fn compared(&self) -> SyncRun {
        self.advance(SignedDuration::from_hours(24));
        let now = rollcall_domain::Clock::now(self.clock.as_ref());
        self.ran("a comparison", |run| run.cause == "comparison" && run.started_at == now).await
    }

    /// What an operator's or an administrator's request does.
    async fn ask(&self, asked: Asked) {
        self.write(move |tx| {
            let mut link = wfm_link::get(tx, Site::LINK)?.unwrap();
            link.asked = Some(asked);
            wfm_link::save_state(tx, &link)
        })
        .await;
    }

    /// Agents that the WFM has and nobody here knows.
    async fn strays(&self, numbers: std::ops::Range<u32>) {
        let stray = |number| WfmAgent {
            agent_number: agent_number(number),
            first_name: "Una".into(),
            last_name: "Known".into(),
            email: "una@example.com".into(),
            activation_date: "2026-01-01".into(),
            personal_id: None,
            external_id: None,
            management_unit: ManagementUnit::Arrived,
        };
        let unit = Some(ManagementUnit::Arrived);
        let writes = numbers.map(|n| WfmWrite { agent: stray(n), unit, cleared: Vec::new() });
        self.put_by_hand(writes.collect()).await;
    }
}

#[test]
fn without_drift_a_comparison_only_lists() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = site.with_ten().await;
        site.advance(SignedDuration::from_mins(15));
        let first = site.ran("the first", |run| run.cause == "comparison").await;
        assert_eq!((first.counts.due, first.counts.remote_calls), (0, 1));
        assert!(site.link().await.compared_at.is_some());
        let second = site.compared().await;
        assert_eq!((second.counts.due, second.counts.remote_calls), (0, 1));
        engine.stop().await;
    });
}

#[test]
fn values_and_units_changed_by_hand_are_put_right() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = site.with_ten().await;
        site.edit_by_hand(3, |agent| agent.first_name = "Hand".into()).await;
        site.edit_by_hand(4, |agent| agent.external_id = Some("hand".into())).await;
        site.move_by_hand(5, Mu::Changed).await;
        let run = site.compared().await;
        assert_eq!((run.counts.arrived, run.counts.updated), (1, 2));
        assert_eq!(site.agent(3).unwrap().first_name, "Ana");
        assert_eq!(site.agent(4).unwrap().external_id.as_deref(), Some("ext4"));
        assert_eq!(site.agent(5).unwrap().mu, Mu::New);
        engine.stop().await;
    });
}

#[test]
fn a_wfm_that_lost_people_gets_them_again() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = site.with_ten().await;
        site.simulator.reset();
        let run = site.compared().await;
        assert_eq!((run.counts.arrived, site.agents_in(Mu::New)), (10, 10));
        engine.stop().await;
    });
}

#[test]
fn someone_who_came_back_over_there_by_hand_departs_again() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = site.with_ten().await;
        site.deactivate(1..2).await;
        site.settled().await;
        site.move_by_hand(1, Mu::New).await;
        let run = site.compared().await;
        assert_eq!((run.counts.departed, site.agent(1).unwrap().mu), (1, Mu::Changed));
        engine.stop().await;
    });
}

#[test]
fn strays_depart_once() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = site.with_ten().await;
        site.strays(900..903).await;
        let run = site.compared().await;
        assert_eq!((run.counts.departed, run.counts.remote_calls), (3, 2));
        assert_eq!((site.agents_in(Mu::New), site.agents_in(Mu::Changed)), (10, 3));
        let next = site.compared().await;
        assert_eq!((next.counts.departed, next.counts.remote_calls), (0, 1));
        engine.stop().await;
    });
}

#[test]
fn strays_are_held_by_the_brake_until_someone_approves() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = site.with_ten().await;
        site.strays(900..920).await;
        site.edit_by_hand(3, |agent| agent.first_name = "Hand".into()).await;
        let run = site.compared().await;
        assert_eq!((run.state.as_str(), run.counts.departed, run.counts.updated), ("held", 0, 0));
        assert_eq!(site.link().await.held_departures, 20);
        assert_eq!(site.agents_in(Mu::Changed), 0);

        site.approve().await;
        site.ran("the approval", |run| run.cause == "approval").await;
        assert_eq!((site.agents_in(Mu::New), site.agents_in(Mu::Changed)), (10, 20));
        assert_eq!(site.agent(3).unwrap().first_name, "Ana");
        let link = site.link().await;
        assert_eq!((link.health, link.approved_departures), (Health::Well, 0));
        assert!(link.compared_at.is_some());
        engine.stop().await;
    });
}

#[test]
fn a_list_that_is_not_whole_proves_nothing() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = site.with_ten().await;
        site.strays(900..901).await;
        site.simulator.arm([FaultOrder::once(Fault::LostPage).on(Route::List)]);
        let run = site.compared().await;
        assert_eq!((run.state.as_str(), run.counts.departed, run.counts.due), ("failed", 0, 0));
        assert_eq!(
            run.reason.as_deref(),
            Some(
                "The WFM listed 5 of the 11 agents that it counts; nothing was concluded from that."
            )
        );
        assert_eq!((site.agents_in(Mu::New), site.link().await.compared_at), (11, None));
        // Again a quarter of an hour later.
        site.advance(SignedDuration::from_mins(15));
        site.ran("another comparison", |run| run.cause == "comparison" && run.state == "done")
            .await;
        assert_eq!((site.agents_in(Mu::New), site.agents_in(Mu::Changed)), (10, 1));
        engine.stop().await;
    });
}

#[test]
fn a_long_list_whose_cursor_breaks_is_begun_again() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..1_201).await;
        let engine = site.engine().await;
        site.settled().await;
        site.edit_by_hand(1_000, |agent| agent.first_name = "Hand".into()).await;
        site.simulator.arm([FaultOrder::once(Fault::BrokenCursor).on(Route::List)]);
        site.advance(SignedDuration::from_hours(24));
        site.ran("a comparison in vain", |run| run.cause == "comparison" && run.state == "failed")
            .await;
        assert_eq!(site.link().await.health, Health::Failing);
        // Its settings were looked at: nobody waits for the half minute.
        site.set_up(|link| link.client_secret_sealed = "demo-secret ".trim().into()).await;
        engine.stop().await;
        let engine = site.engine().await;
        site.ran("a whole one", |run| run.cause == "comparison" && run.state == "done").await;
        assert_eq!(site.agent(1_000).unwrap().first_name, "Ana");
        assert_eq!(site.link().await.health, Health::Well);
        engine.stop().await;
    });
}

#[test]
fn what_differs_is_listed_before_it_is_healed() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = site.with_ten().await;
        site.edit_by_hand(3, |agent| agent.first_name = "Hand".into()).await;
        site.strays(900..901).await;
        let run = site.compared().await;
        let found = site.read(move |tx| sync_drift::list(tx, run.id, 0, 9)).await;
        assert_eq!((found[0].kind, found[0].detail.as_str()), (DriftKind::Differs, "First Name"));
        assert_eq!((found[0].name.as_str(), found[0].agent.as_str()), ("Ana Person3", "10000003"));
        assert_eq!((found[1].kind, found[1].name.as_str()), (DriftKind::Stray, "Una Known"));
        assert_eq!(found.len(), 2);
        engine.stop().await;
    });
}

#[test]
fn a_preview_says_what_a_comparison_would_do_and_does_nothing() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = site.with_ten().await;
        site.edit_by_hand(3, |agent| agent.first_name = "Hand".into()).await;
        site.move_by_hand(5, Mu::Changed).await;
        site.strays(900..901).await;
        // One of our people stands there again, under a number that somebody else gave.
        let twin = site.read(|tx| wfm_standing::list(tx, employee_id(4))).await.remove(0).known;
        let twin = WfmAgent { agent_number: agent_number(950), ..twin.unwrap() };
        let unit = Some(ManagementUnit::Arrived);
        site.put_by_hand(vec![WfmWrite { agent: twin, unit, cleared: Vec::new() }]).await;
        let before = site.simulator.agents(Site::ACD);
        site.ask(Asked::Preview).await;
        let run = site.ran("the preview", |run| run.cause == "preview").await;

        let counts = run.counts;
        assert_eq!((counts.arrived, counts.updated, counts.departed), (1, 1, 2));
        assert_eq!(run.reason, None, "so few may go");
        let planned: Vec<_> = site
            .outcomes(&run)
            .await
            .into_iter()
            .map(|it| (it.outcome.result, it.outcome.step, it.outcome.reason.unwrap()))
            .collect();
        let plan = |step: &str, why: &str| ("planned".to_owned(), step.to_owned(), why.to_owned());
        assert_eq!(planned, [plan("update", "First Name"), plan("arrive", "back again")]);
        let found = site.read(move |tx| sync_drift::list(tx, run.id, 0, 9)).await;
        let kinds: Vec<DriftKind> = found.iter().map(|drift| drift.kind).collect();
        use DriftKind::{Differs, Duplicate, Stray};
        assert_eq!(kinds, [Differs, Differs, Stray, Duplicate]);
        assert_eq!(
            found[3].detail,
            "it has the Personal ID of Ana Person4, agent 10000004; nothing is merged"
        );
        assert_eq!(site.simulator.agents(Site::ACD), before);
        let link = site.link().await;
        assert_eq!((link.asked, link.compared_at), (None, None));
        assert_eq!(site.read(|tx| outbox::count(tx, Site::LINK)).await, 0);
        assert_eq!(site.standing(3).await.unwrap().known.unwrap().first_name, "Ana");
        engine.stop().await;
    });
}

#[test]
fn a_comparison_on_demand_heals_at_once() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = site.with_ten().await;
        site.edit_by_hand(3, |agent| agent.first_name = "Hand".into()).await;
        site.ask(Asked::Comparison).await;
        let run = site.ran("the comparison", |run| run.cause == "comparison").await;
        assert_eq!((run.counts.updated, site.agent(3).unwrap().first_name.as_str()), (1, "Ana"));
        engine.stop().await;
    });
}

#[test]
fn doubles_of_a_wfm_without_a_unique_key_are_mended() {
    on_each_database(async |storage| {
        let options = Options { unique_key: false, ..Options::default() };
        let site = Site::with(storage, options).await;
        site.simulator.arm([FaultOrder::once(Fault::HalfAppliedBatch).on(Route::Batch)]);
        let engine = site.with_ten().await;
        assert_eq!(site.simulator.agents(Site::ACD).len(), 15, "five stand there twice");
        let run = site.compared().await;
        assert_eq!(run.counts.remote_calls, 6);
        assert_eq!(site.simulator.agents(Site::ACD).len(), 10);
        // The comparison is repeated a minute later, to see which values stayed.
        site.advance(SignedDuration::from_mins(1));
        site.until("a comparison without doubles", async || {
            site.link().await.compared_at.is_some()
        })
        .await;
        assert_eq!(site.simulator.agents(Site::ACD).len(), 10);
        engine.stop().await;
    });
}

//! People whom the WFM refuses: the others go on, and they are tried again later and later.

use std::sync::Arc;

use jiff::SignedDuration;
use rollcall_connector::wfm::WfmTarget;
use rollcall_storage::wfm::wfm_link::Health;
use simulator_iex::Mu;

use crate::database::on_each_database;
use crate::sample::agent_number;
use crate::site::Site;
use crate::target::{Squeamish, Wrapped};

#[test]
fn one_refused_person_does_not_hinder_the_others() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..21).await;
        site.change(7..8, |person| person.profile.email = "nobody".into()).await;
        let engine = site.engine().await;
        let run = site.ran("the first run", |_| true).await;
        assert_eq!((run.counts.arrived, run.counts.failed), (19, 1));
        assert_eq!((site.agents_in(Mu::New), site.link().await.health), (19, Health::Well));
        let problem = site.standing(7).await.unwrap().problem;
        assert_eq!(problem.as_deref(), Some("The emailAddress has no @."));
        let refused =
            site.outcomes(&run).await.into_iter().find(|it| it.outcome.result == "failed");
        let refused = refused.unwrap();
        assert_eq!(refused.agent_number, agent_number(7));
        assert_eq!(refused.outcome.reason.as_deref(), Some("The emailAddress has no @."));

        // Again after a minute, and then not before four more.
        assert_eq!(site.mark_of(7).await.unwrap().attempts, 1);
        site.advance(SignedDuration::from_mins(1));
        site.until("it is tried again", async || site.mark_of(7).await.unwrap().attempts == 2)
            .await;
        let batches = site.simulator.stats().batches;
        site.advance(SignedDuration::from_mins(3));
        site.hire(21..22).await;
        site.until("a neighbour arrives", async || site.standing(21).await.is_some()).await;
        assert_eq!(site.simulator.stats().batches, batches + 1);
        assert_eq!(site.mark_of(7).await.unwrap().attempts, 2);

        // A change of the person is tried at once.
        site.change(7..8, |person| person.profile.email = "seven@example.com".into()).await;
        site.settled().await;
        assert_eq!(site.agent(7).unwrap().email_address, "seven@example.com");
        assert_eq!(site.standing(7).await.unwrap().problem, None);
        engine.stop().await;
    });
}

#[test]
fn a_refused_change_that_is_taken_back_is_no_problem_any_more() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..2).await;
        let engine = site.engine().await;
        site.settled().await;
        site.change(1..2, |person| person.profile.email = "nobody".into()).await;
        let has_problem = async || site.standing(1).await.unwrap().problem.is_some();
        site.until("the change is refused", has_problem).await;
        site.change(1..2, |person| person.profile.email = "person1@example.com".into()).await;
        site.settled().await;
        assert!(!has_problem().await);
        engine.stop().await;
    });
}

#[test]
fn a_person_whom_the_wfm_has_lost_arrives_anew_with_their_next_change() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..3).await;
        let engine = site.engine().await;
        site.settled().await;
        site.simulator.reset();
        site.change(1..2, |person| person.profile.first_name = "Zoé".into()).await;
        site.settled().await;
        let agent = site.agent(1).unwrap();
        assert_eq!((agent.first_name.as_str(), agent.mu), ("Zoé", Mu::New));
        assert_eq!(site.standing(1).await.unwrap().problem, None);
        engine.stop().await;
    });
}

#[test]
fn a_batch_that_is_refused_as_a_whole_is_narrowed_down_to_who_is_meant() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..101).await;
        let wrap = |inner| {
            Arc::new(Squeamish { inner, cannot_bear: agent_number(37) }) as Arc<dyn WfmTarget>
        };
        let engine = site.engine_with(Wrapped(site.targets(), wrap)).await;
        site.until("the others arrive", async || site.agents_in(Mu::New) == 99).await;
        site.ran("the run", |_| true).await;
        let problem = site.standing(37).await.unwrap().problem;
        assert_eq!(problem.as_deref(), Some("The WFM refuses this agent: it answered 400."));
        assert_eq!(site.link().await.health, Health::Well);
        assert_eq!(site.mark_of(37).await.unwrap().attempts, 1);
        engine.stop().await;
    });
}

#[test]
fn a_wfm_that_refuses_everything_is_not_blamed_on_people() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.set_up(|link| link.acd_id = "no such acd".into()).await;
        site.hire(1..21).await;
        let engine = site.engine().await;
        site.until("the link fails", async || site.link().await.health == Health::Failing).await;
        let reason = site.link().await.health_reason.unwrap();
        assert!(reason.contains("400 invalid_acd. Check the ACD ID of the link."), "{reason}");
        assert!(site.standing(1).await.is_none());
        site.set_up(|link| link.acd_id = Site::ACD.into()).await;
        site.settled().await;
        assert_eq!(site.agents_in(Mu::New), 20);
        engine.stop().await;
    });
}

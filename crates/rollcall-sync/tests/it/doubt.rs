//! Answers that were lost: the WFM applied what it was sent, and nobody confirmed it. What is sent next starts from
//! there.

use rollcall_domain::Clock as _;
use rollcall_domain::employee::{Employee, Status};
use rollcall_storage::wfm::wfm_link::Health;
use rollcall_storage::{wfm::kept_agent, wfm::outbox};
use rollcall_sync::Engine;
use simulator_iex::{Agent, Fault, FaultOrder, Mu, Route};

use crate::database::on_each_database;
use crate::site::Site;

/// Somebody is in the WFM; the answers to the next batch are lost.
async fn told(site: &Site) -> Engine {
    site.hire(1..2).await;
    let engine = site.engine().await;
    site.settled().await;
    lose(site);
    engine
}

fn lose(site: &Site) {
    let silence = Fault::TimeoutAfterApplying { hold_ms: 100 };
    site.simulator.arm([FaultOrder::once(silence).on(Route::Batch)]);
}

async fn applied(site: &Site, what: &str, is_it: impl Fn(&Agent) -> bool) {
    site.until(what, async || site.agent(1).as_ref().is_some_and(&is_it)).await;
}

/// Changes a person, and back before the hub knows that the WFM has it.
async fn there_and_back(
    site: &Site,
    there: fn(&mut Employee),
    is_there: fn(&Agent) -> bool,
    back: fn(&mut Employee),
) -> Agent {
    site.change(1..2, there).await;
    applied(site, "the change arrived", is_there).await;
    site.change(1..2, back).await;
    site.settled().await;
    site.agent(1).unwrap()
}

#[test]
fn a_change_taken_back_before_its_answer_came_is_taken_back_in_the_wfm() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = told(&site).await;
        let agent = there_and_back(
            &site,
            |person| person.profile.first_name = "Bea".into(),
            |agent| agent.first_name == "Bea",
            |person| person.profile.first_name = "Ana".into(),
        );
        assert_eq!(agent.await.first_name, "Ana");
        engine.stop().await;
    });
}

#[test]
fn somebody_who_returns_before_their_departure_was_confirmed_is_there() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let engine = told(&site).await;
        let agent = there_and_back(
            &site,
            |person| person.status = Status::Inactive,
            |agent| agent.mu == Mu::Changed,
            |person| person.status = Status::Active,
        );
        assert_eq!(agent.await.mu, Mu::New);
        engine.stop().await;
    });
}

#[test]
fn somebody_who_leaves_before_their_arrival_was_confirmed_departs() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        lose(&site);
        site.hire(1..2).await;
        let engine = site.engine().await;
        applied(&site, "they arrived", |_| true).await;
        site.deactivate(1..2).await;
        site.settled().await;
        assert_eq!(site.agent(1).unwrap().mu, Mu::Changed);
        engine.stop().await;
    });
}

#[test]
fn somebody_who_leaves_before_they_were_sent_is_never_made() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.simulator.arm([FaultOrder::once(Fault::Error500).on(Route::Batch)]);
        site.hire(1..2).await;
        let engine = site.engine().await;
        site.ran("the first run failed", |run| run.state == "failed").await;
        site.deactivate(1..2).await;
        site.settled().await;
        assert_eq!(site.agent(1), None);
        engine.stop().await;
    });
}

#[test]
fn an_external_id_that_was_sent_without_an_answer_is_cleared_with_the_next_change() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..2).await;
        site.change(1..2, |person| person.external_id = None).await;
        let engine = site.engine().await;
        site.settled().await;
        lose(&site);
        let agent = there_and_back(
            &site,
            |person| person.external_id = Some("ext-new".into()),
            |agent| agent.external_id.is_some(),
            |person| person.external_id = None,
        );
        assert_eq!(agent.await.external_id, None);
        engine.stop().await;
    });
}

#[test]
fn an_arrival_without_an_answer_is_not_repeated_with_other_values() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        lose(&site);
        site.hire(1..2).await;
        let engine = site.engine().await;
        applied(&site, "they arrived", |_| true).await;
        // The WFM's own people have put them where they belong; they change their name.
        site.post_by_hand(1, "77").await;
        site.change(1..2, |person| person.profile.first_name = "Bea".into()).await;
        site.settled().await;
        let agent = site.agent(1).unwrap();
        assert_eq!((agent.first_name.as_str(), agent.mu), ("Bea", Mu::parse("77").unwrap()));
        engine.stop().await;
    });
}

#[test]
fn nobody_stays_kept_whom_the_wfm_turns_out_to_lack() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.simulator.arm([FaultOrder::once(Fault::Error500).on(Route::Batch)]);
        site.hire(1..8).await;
        let engine = site.engine().await;
        site.ran("the first run failed", |run| run.state == "failed").await;
        site.deactivate(1..8).await;
        // They may be there, so that the brake counts them.
        site.until("they are held", async || site.link().await.health == Health::Held).await;
        let now = site.clock.now();
        site.write(move |tx| {
            let load = outbox::weigh(tx, Site::LINK, now)?;
            for group in &load.present {
                kept_agent::keep_group(
                    tx,
                    Site::LINK,
                    (group, kept_agent::Refused::DueAt(now)),
                    now,
                )?;
            }
            Ok(())
        })
        .await;
        assert_eq!(site.read(|tx| kept_agent::count(tx, Site::LINK)).await, 7);
        site.approve().await;
        site.settled().await;
        assert_eq!(site.read(|tx| kept_agent::count(tx, Site::LINK)).await, 0);
        assert_eq!(site.agent(1), None);
        engine.stop().await;
    });
}

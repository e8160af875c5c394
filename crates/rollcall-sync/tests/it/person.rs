//! What happens to one person: they come, change, go and come back.

use jiff::SignedDuration;
use rollcall_domain::structure::WFM_ADVANCED;
use rollcall_domain::wfm::FieldSwitch;
use rollcall_storage::{directory::structure, wfm::outbox};
use simulator_iex::{Mu, Options};

use crate::database::on_each_database;
use crate::sample::employee_id;
use crate::site::Site;

#[test]
fn a_person_comes_changes_goes_and_comes_back() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..2).await;
        site.advance(SignedDuration::from_millis(250));
        let engine = site.engine().await;
        site.ended().await;
        let agent = site.agent(1).unwrap();
        assert_eq!((agent.uuid.as_str(), agent.acd_login_id.as_str()), ("10000001", "10000001"));
        assert_eq!((agent.first_name.as_str(), agent.mu), ("Ana", Mu::New));
        assert_eq!(agent.agent_state_date, "2026-11-21");
        assert_eq!(agent.personal_id, Some(employee_id(1).to_string()));
        assert_eq!(agent.external_id.as_deref(), Some("ext1"));
        let standing = site.standing(1).await.unwrap();
        assert_eq!((standing.lag_ms, standing.problem), (Some(250), None));

        site.change(1..2, |person| person.profile.first_name = "Bea".into()).await;
        site.ended().await;
        assert_eq!(site.agent(1).unwrap().first_name, "Bea");
        site.deactivate(1..2).await;
        site.ended().await;
        let gone = site.agent(1).unwrap();
        assert_eq!((gone.first_name.as_str(), gone.mu), ("Bea", Mu::Changed));
        site.activate(1..2).await;
        site.ended().await;
        assert_eq!(site.agent(1).unwrap().mu, Mu::New);

        let stats = site.simulator.stats();
        assert_eq!((stats.created, stats.updated, stats.unchanged), (1, 3, 0));
        let steps: Vec<String> = site.steps().await;
        assert_eq!(steps, ["arrive", "update", "depart", "arrive"]);
        engine.stop().await;
    });
}

impl Site {
    /// What was done about everyone, run by run.
    async fn steps(&self) -> Vec<String> {
        let mut steps = Vec::new();
        for run in self.runs().await {
            let outcomes = self.outcomes(&run).await;
            steps.extend(outcomes.into_iter().map(|named| named.outcome.step));
        }
        steps
    }
}

#[test]
fn a_change_leaves_the_unit_to_the_people_of_the_wfm() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..2).await;
        let engine = site.engine().await;
        site.settled().await;
        // Somebody in the WFM moved the agent; the simulator knows two units only.
        site.move_by_hand(1, Mu::Changed).await;
        site.change(1..2, |person| person.profile.last_name = "Sol".into()).await;
        site.settled().await;
        let agent = site.agent(1).unwrap();
        assert_eq!((agent.last_name.as_str(), agent.mu), ("Sol", Mu::Changed));
        engine.stop().await;
    });
}

#[test]
fn a_team_that_loses_the_feature_departs_and_comes_back_with_it() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..4).await;
        let engine = site.engine().await;
        site.settled().await;
        for (features, mu) in [(vec![], Mu::Changed), (vec![WFM_ADVANCED.to_owned()], Mu::New)] {
            let now = rollcall_domain::Clock::now(site.clock.as_ref());
            site.write(move |tx| {
                structure::save_team_features(tx, Site::TEAM, &features)?;
                outbox::mark_team(tx, Site::LINK, Site::TEAM, now)
            })
            .await;
            site.settled().await;
            assert_eq!(site.agents_in(mu), 3);
        }
        engine.stop().await;
    });
}

#[test]
fn a_field_that_is_switched_off_is_cleared_once() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..4).await;
        let engine = site.engine().await;
        site.settled().await;
        site.set_up(|link| link.switches.personal_id = FieldSwitch::Off).await;
        site.settled().await;
        let agent = site.agent(1).unwrap();
        assert_eq!((agent.personal_id, agent.external_id), (None, Some("ext1".into())));

        // From now on the field belongs to the people of the WFM.
        site.edit_by_hand(1, |agent| agent.personal_id = Some("theirs".into())).await;
        site.change(1..2, |person| person.profile.first_name = "Bea".into()).await;
        site.settled().await;
        let agent = site.agent(1).unwrap();
        assert_eq!(
            (agent.first_name.as_str(), agent.personal_id.as_deref()),
            ("Bea", Some("theirs"))
        );

        site.set_up(|link| link.switches.personal_id = FieldSwitch::On).await;
        site.settled().await;
        assert_eq!(site.agent(1).unwrap().personal_id, Some(employee_id(1).to_string()));
        engine.stop().await;
    });
}

#[test]
fn a_change_during_the_flight_is_not_lost() {
    on_each_database(async |storage| {
        let delay = std::time::Duration::from_millis(400);
        let site = Site::with(storage, Options { answer_delay: delay, ..Options::default() }).await;
        site.hire(1..2).await;
        let engine = site.engine().await;
        // Applied over there, not yet answered.
        site.until("the first write arrived", async || site.agent(1).is_some()).await;
        site.change(1..2, |person| person.profile.first_name = "Bea".into()).await;
        site.settled().await;
        assert_eq!(site.agent(1).unwrap().first_name, "Bea");
        assert_eq!(site.standing(1).await.unwrap().known.unwrap().first_name, "Bea");
        engine.stop().await;
    });
}

#[test]
fn changing_back_is_a_change_of_its_own() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..2).await;
        let engine = site.engine().await;
        site.settled().await;
        for name in ["Bea", "Ana", "Bea"] {
            site.change(1..2, |person| person.profile.first_name = name.into()).await;
            site.settled().await;
            assert_eq!(site.agent(1).unwrap().first_name, name);
        }
        assert_eq!(site.simulator.stats().replayed, 0);
        engine.stop().await;
    });
}

#[test]
fn many_people_go_in_batches_within_one_run() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..1_201).await;
        let engine = site.engine().await;
        site.ended().await;
        assert_eq!(site.agents_in(Mu::New), 1_200);
        let runs = site.runs().await;
        assert_eq!(runs.len(), 1);
        let counts = runs[0].counts;
        assert_eq!((counts.due, counts.arrived, counts.remote_calls), (1_200, 1_200, 4));
        assert_eq!((counts.lag_p50_ms, counts.lag_max_ms), (Some(0), Some(0)));
        engine.stop().await;
    });
}

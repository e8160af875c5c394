//! What NICE's help page "Set Up Users for IEX WFM Integrated" says of user synchronization, sentence by
//! sentence: each test bears the sentence that it proves, on the whole way from SCIM to the simulated WFM.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use jiff::SignedDuration;
use rollcall_app::ChangeError;
use rollcall_app::wfm::{BRAKE_DEFAULT, LinkDetail, LinkSettings, LinkSwitch, RunNow, SeenHold};
use rollcall_domain::source::Actor;
use rollcall_domain::wfm::{FieldSwitch, FieldSwitches, ManagementUnits};
use rollcall_domain::{Clock, EmployeeId, WfmLinkId};
use rollcall_testing::{
    EngineMode, Options, ScimClient, TestHub, TestTenant, Time, on_each_database,
};
use serde_json::json;
use simulator_iex::{Agent, Mu, Simulator};

const ACD: &str = "4471";
const OTHER_ACD: &str = "4472";

/// A tenant that is linked, and its identity provider.
struct Place {
    tenant: TestTenant,
    link: WfmLinkId,
    okta: ScimClient,
}

impl Place {
    async fn new(hub: &TestHub) -> Result<Self> {
        let tenant = hub.tenant("Northwind").await?;
        let link = hub.link(tenant, ACD).await?;
        Ok(Self { tenant, link, okta: hub.scim(tenant, "okta").await? })
    }

    /// A second business unit with a link of its own.
    async fn second_unit(&self, hub: &TestHub) -> Result<(TestTenant, WfmLinkId)> {
        let made = hub.app.create_business_unit(self.tenant.id, Actor::System, "Bergen").await?;
        let tenant = TestTenant { id: self.tenant.id, business_unit: made.0.id, team: made.1.id };
        Ok((tenant, hub.link(tenant, OTHER_ACD).await?))
    }

    async fn detail(&self, hub: &TestHub) -> Result<LinkDetail> {
        Ok(hub.app.link(self.tenant.id, self.link).await?)
    }

    async fn set(&self, hub: &TestHub, switches: FieldSwitches) -> Result<()> {
        let settings = LinkSettings { switches, brake: BRAKE_DEFAULT, notice_to: Vec::new() };
        Ok(hub.app.save_link_settings(self.tenant.id, Actor::System, self.link, settings).await?)
    }

    async fn set_active(&self, id: EmployeeId, active: bool) -> Result<()> {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "value": {"active": active}}],
        });
        let answer = self.okta.patch(&format!("/Users/{id}"), &body).await?;
        ensure!(answer.status == 200, "{answer:?}");
        Ok(())
    }
}

fn only(hub: &TestHub, acd: &str) -> Agent {
    let mut agents = hub.wfm.agents(acd);
    assert_eq!(agents.len(), 1, "{agents:#?}");
    agents.remove(0)
}

async fn until(what: &str, holds: impl AsyncFn() -> Result<bool>) -> Result<()> {
    let begun = Instant::now();
    while !holds().await? {
        ensure!(begun.elapsed() < Duration::from_secs(20), "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

fn refused<T>(outcome: Result<T, ChangeError>) -> String {
    match outcome {
        Ok(_) => panic!("it was not refused"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn user_synchronization_is_an_automated_one_way_process() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        let id = place.okta.create_person("zoe").await?;
        hub.wait_quiet().await?;
        // Nobody asked for a run. What the WFM's people change comes back to nobody here.
        hub.app.compare_now(place.tenant.id, Actor::System, place.link).await?;
        let compared = async || anyhow::Ok(place.detail(hub).await?.link.compared_at.is_some());
        until("a comparison", compared).await?;
        let person = hub.app.employee(place.tenant.id, id).await?.employee;
        assert_eq!(person.version, 1);
        assert_eq!(only(hub, ACD).last_name, "zoe");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn manual_synchronization_is_not_supported_unless_the_operator_permits_it() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        let (app, tenant) = (&hub.app, place.tenant.id);
        let words = refused(app.run_now(tenant, Actor::System, place.link).await);
        assert!(words.contains("does not permit runs by hand"), "{words}");
        app.set_run_now(tenant, Actor::System, place.link, RunNow::Permitted).await?;
        app.run_now(tenant, Actor::System, place.link).await?;
        let ran = async || {
            let runs = place.detail(hub).await?.runs;
            Ok(runs.iter().any(|run| run.cause == "request" && run.state == "done"))
        };
        until("the run", ran).await?;
        app.set_run_now(tenant, Actor::System, place.link, RunNow::Refused).await?;
        refused(app.run_now(tenant, Actor::System, place.link).await);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn additions_and_changes_sync_every_15_minutes_by_default() -> Result<()> {
    let options = Options { time: Time::Stands, ..Options::default() };
    on_each_database(options, async |hub| {
        let place = Place::new(hub).await?;
        let first = hub.clock.now();
        let swept = async || anyhow::Ok(place.detail(hub).await?.link.swept_at);
        until("the first run", async || Ok(swept().await? == Some(first))).await?;
        hub.clock.advance(SignedDuration::from_secs(15 * 60 - 1));
        // A change goes out at once; the schedule does not begin for it.
        place.okta.create_person("zoe").await?;
        hub.wait_quiet().await?;
        assert_eq!(swept().await?, Some(first));
        hub.clock.advance(SignedDuration::from_secs(1));
        let now = hub.clock.now();
        until("the scheduled run", async || Ok(swept().await? == Some(now))).await
    })
    .await
}

#[tokio::test]
async fn this_interval_can_be_changed_by_the_operator_from_a_minute_to_a_day() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        let set = async |interval_s| {
            let tenant = place.tenant.id;
            hub.app.set_link_interval(tenant, Actor::System, place.link, interval_s).await
        };
        assert_eq!(place.detail(hub).await?.link.interval_s, 900);
        for outside in [0, 59, 86_401] {
            assert!(refused(set(outside).await).contains("one minute to 24 hours"));
        }
        for within in [60, 86_400] {
            set(within).await?;
            assert_eq!(place.detail(hub).await?.link.interval_s, within);
        }
        // What administrators save does not touch it.
        place.set(hub, both(FieldSwitch::On)).await?;
        assert_eq!(place.detail(hub).await?.link.interval_s, 86_400);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn user_sync_is_enabled_at_implementation_and_switched_off_only_with_a_reason() -> Result<()>
{
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        assert!(place.detail(hub).await?.link.enabled);
        let switch = async |switch| {
            hub.app.switch_link(place.tenant.id, Actor::System, place.link, switch).await
        };
        for reason in ["", "  ", "ab", "two\nlines"] {
            let off = LinkSwitch::Off { reason: reason.into() };
            assert!(refused(switch(off).await).contains("with a reason only"));
        }
        switch(LinkSwitch::Off { reason: "The WFM moves house.".into() }).await?;
        place.okta.create_person("zoe").await?;
        assert_eq!(hub.due().await?, 1, "it waits");
        assert!(hub.wfm.agents(ACD).is_empty());
        switch(LinkSwitch::On).await?;
        hub.wait_quiet().await?;
        assert_eq!(only(hub, ACD).mu, Mu::New);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_agent_number_is_assigned_at_creation_and_synced_as_uuid_and_acd_login_id() -> Result<()>
{
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        let id = place.okta.create_person("zoe").await?;
        hub.wait_quiet().await?;
        let person = hub.app.employee(place.tenant.id, id).await?.employee;
        let number = person.agent_number.0.to_string();
        let agent = only(hub, ACD);
        assert_eq!((&agent.uuid, &agent.acd_login_id, agent.acd_id.as_str()), (&number, &number, ACD));
        // No customer defines it: what the identity provider says of it is not taken.
        let extension = "urn:rollcall:params:scim:schemas:extension:agent:2.0:User";
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": format!("{extension}:agentNumber"), "value": 7}],
        });
        place.okta.patch(&format!("/Users/{id}"), &body).await?;
        let after = hub.app.employee(place.tenant.id, id).await?.employee;
        assert_eq!(after.agent_number, person.agent_number);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn first_name_last_name_and_email_address_are_synced() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        place.okta.create_person("zoe").await?;
        hub.wait_quiet().await?;
        let agent = only(hub, ACD);
        let values = (agent.first_name.as_str(), agent.last_name.as_str());
        assert_eq!((values, agent.email_address.as_str()), (("Zoë", "zoe"), "zoe@example.com"));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_agent_activation_date_is_synced_as_agent_state_date() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        let id = place.okta.create_person("zoe").await?;
        hub.wait_quiet().await?;
        assert_eq!(only(hub, ACD).agent_state_date, "2026-11-21");
        place.set_active(id, false).await?;
        hub.clock.advance(SignedDuration::from_hours(48));
        place.set_active(id, true).await?;
        hub.wait_quiet().await?;
        assert_eq!(only(hub, ACD).agent_state_date, "2026-11-23");
        Ok(())
    })
    .await
}

fn both(switch: FieldSwitch) -> FieldSwitches {
    FieldSwitches { personal_id: switch, external_id: switch }
}

#[tokio::test]
async fn the_user_guid_is_synced_as_personal_id_unless_disabled_for_the_entire_unit() -> Result<()>
{
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        let id = place.okta.create_person("zoe").await?;
        hub.wait_quiet().await?;
        assert_eq!(only(hub, ACD).personal_id, Some(id.to_string()));
        place
            .set(hub, FieldSwitches { personal_id: FieldSwitch::Off, ..both(FieldSwitch::On) })
            .await?;
        hub.wait_quiet().await?;
        assert_eq!(only(hub, ACD).personal_id, None, "it is cleared");
        assert_eq!(only(hub, ACD).external_id.as_deref(), Some("ext-zoe"));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_external_id_is_synced_unless_disabled_for_the_entire_business_unit() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        place.okta.create_person("zoe").await?;
        place.okta.create_person("ana").await?;
        hub.wait_quiet().await?;
        place
            .set(hub, FieldSwitches { external_id: FieldSwitch::Off, ..both(FieldSwitch::On) })
            .await?;
        hub.wait_quiet().await?;
        let agents = hub.wfm.agents(ACD);
        assert!(agents.iter().all(|agent| agent.external_id.is_none()), "everyone of the unit");
        assert!(agents.iter().all(|agent| agent.personal_id.is_some()));
        // It is cleared once: another look changes nothing.
        let before = hub.wfm.stats().updated;
        place.set(hub, both(FieldSwitch::Off)).await?;
        hub.wait_quiet().await?;
        hub.app.mark_everyone(place.tenant.id, place.link).await?;
        hub.wait_quiet().await?;
        assert_eq!(hub.wfm.stats().updated - before, 2, "the Personal ID of two, and nothing else");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_agent_who_does_not_appear_in_the_wfm_is_new_with_mu_1() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        place.okta.create_person("zoe").await?;
        hub.wait_quiet().await?;
        assert_eq!(only(hub, ACD).mu, Mu::New);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_agent_who_is_not_in_the_acd_but_in_the_wfm_is_changed_with_mu_2() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        let id = place.okta.create_person("zoe").await?;
        hub.wait_quiet().await?;
        place.set_active(id, false).await?;
        hub.wait_quiet().await?;
        assert_eq!(only(hub, ACD).mu, Mu::Changed);
        let receipt = hub.app.employee(place.tenant.id, id).await?.downstream.remove(0);
        assert!(receipt.standing.is_some_and(|it| it.confirmed_at.is_some()), "the WFM confirmed");
        // So does losing the team's feature, and coming back is an arrival.
        place.set_active(id, true).await?;
        hub.wait_quiet().await?;
        assert_eq!(only(hub, ACD).mu, Mu::New);
        let (tenant, team) = (place.tenant.id, place.tenant.team);
        hub.app.set_wfm_advanced(tenant, Actor::System, team, FieldSwitch::Off).await?;
        hub.wait_quiet().await?;
        assert_eq!(only(hub, ACD).mu, Mu::Changed);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn mu_values_are_not_user_configurable_and_an_operator_may_set_others() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        assert_eq!(place.detail(hub).await?.link.units, ManagementUnits::default());
        let units = ManagementUnits::parse("17", "left")?;
        let tenant = place.tenant.id;
        hub.app.set_management_units(tenant, Actor::System, place.link, units.clone()).await?;
        place.set(hub, both(FieldSwitch::On)).await?;
        assert_eq!(place.detail(hub).await?.link.units, units, "no tenant's setting touches it");
        let id = place.okta.create_person("zoe").await?;
        hub.wait_quiet().await?;
        assert_eq!(Some(only(hub, ACD).mu), Mu::parse("17"));
        place.set_active(id, false).await?;
        hub.wait_quiet().await?;
        assert_eq!(Some(only(hub, ACD).mu), Mu::parse("left"));
        for (arrived, departed) in
            [("1", "1"), ("", "2"), ("a b", "2"), ("1", "x".repeat(17).as_str())]
        {
            assert!(ManagementUnits::parse(arrived, departed).is_err());
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_wfm_tenant_integrates_with_multiple_business_units_each_its_own_acd() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        let (second, _) = place.second_unit(hub).await?;
        place.okta.create_person("zoe").await?;
        hub.scim(second, "entra").await?.create_person("ana").await?;
        hub.wait_quiet().await?;
        assert_eq!(
            (only(hub, ACD).last_name, only(hub, OTHER_ACD).last_name),
            ("zoe".into(), "ana".into())
        );
        assert_eq!(only(hub, OTHER_ACD).acd_id, OTHER_ACD);
        // Their numbers may be the same: each is unique in its unit.
        assert_eq!(only(hub, ACD).uuid, only(hub, OTHER_ACD).uuid);
        let made = hub.app.create_business_unit(place.tenant.id, Actor::System, "Oslo").await?;
        let third = TestTenant { business_unit: made.0.id, team: made.1.id, ..second };
        let words = hub.link(third, ACD).await.unwrap_err().to_string();
        assert!(words.contains("each business unit has an acd of its own"), "{words}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn multiple_wfm_tenants_cannot_be_linked_to_a_single_business_unit() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        let another = Simulator::start(simulator_iex::Options::default()).await?;
        let new = rollcall_app::wfm::NewLink {
            business_unit: place.tenant.business_unit,
            acd_id: "9".into(),
            way: rollcall_app::wfm::NewWay::Http {
                base_url: another.url().into(),
                client_id: "demo-client".into(),
                client_secret: "demo-secret".into(),
            },
        };
        let words = refused(hub.app.create_link(place.tenant.id, Actor::System, new).await);
        assert!(words.contains("a business unit links to one WFM tenant at most"), "{words}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn each_agent_works_only_in_a_single_business_unit_also_when_moved() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        let (second, other_link) = place.second_unit(hub).await?;
        // Somebody there already has the number that she had here.
        hub.scim(second, "entra").await?.create_person("ana").await?;
        let id = place.okta.create_person("zoe").await?;
        hub.wait_quiet().await?;
        let before = only(hub, ACD);
        hub.app.move_employee(place.tenant.id, Actor::System, id, second.team).await?;
        hub.wait_quiet().await?;
        let left = only(hub, ACD);
        assert_eq!((&left.uuid, left.mu), (&before.uuid, Mu::Changed));
        let there = hub.wfm.agents(OTHER_ACD);
        let zoe = there.iter().find(|agent| agent.last_name == "zoe").unwrap();
        assert_eq!((there.len(), zoe.mu), (2, Mu::New));
        assert_ne!(zoe.uuid, before.uuid, "a number of the new unit");
        assert_eq!(zoe.personal_id, Some(id.to_string()), "the user GUID is for ever");
        // A comparison finds nothing to heal in either.
        for link in [place.link, other_link] {
            hub.app.compare_now(place.tenant.id, Actor::System, link).await?;
            let compared =
                async || Ok(hub.app.link(place.tenant.id, link).await?.link.compared_at.is_some());
            until("a comparison", compared).await?;
            let runs = hub.app.link(place.tenant.id, link).await?.runs;
            let run = runs.iter().find(|run| run.cause == "comparison").unwrap();
            assert_eq!((run.counts.due, run.counts.failed), (0, 0));
        }
        // What the identity provider says later finds her where she is, and she may come back.
        place.set_active(id, false).await?;
        hub.wait_quiet().await?;
        assert_eq!(hub.wfm.agent(OTHER_ACD, &zoe.uuid).unwrap().mu, Mu::Changed);
        place.set_active(id, true).await?;
        hub.app.move_employee(place.tenant.id, Actor::System, id, place.tenant.team).await?;
        hub.wait_quiet().await?;
        let back = only(hub, ACD);
        assert_eq!((&back.uuid, back.mu), (&before.uuid, Mu::New));
        assert_eq!(hub.wfm.agent(OTHER_ACD, &zoe.uuid).unwrap().mu, Mu::Changed);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn individual_agent_data_is_not_combined_across_business_units() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        let (second, _) = place.second_unit(hub).await?;
        let entra = hub.scim(second, "entra").await?;
        // The same person by name and address, once in each unit: two people.
        let one = place.okta.create_person("zoe").await?;
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": "zoe.two@example.com", "name": {"givenName": "Zoë", "familyName": "zoe"},
            "emails": [{"value": "zoe@example.com", "primary": true}], "active": true,
        });
        let two = entra.post("/Users", &body).await?.id()?;
        hub.wait_quiet().await?;
        assert_ne!(one, two);
        assert_eq!(only(hub, ACD).personal_id, Some(one.to_string()));
        assert_eq!(only(hub, OTHER_ACD).personal_id, Some(two.to_string()));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_user_is_assigned_to_a_team_that_has_the_wfm_advanced_feature_enabled() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        let (tenant, unit) = (place.tenant.id, place.tenant.business_unit);
        let plain = hub.app.create_team(tenant, Actor::System, unit, "Back office").await?;
        let id = place.okta.create_person("zoe").await?;
        hub.app.set_team(tenant, Actor::System, id, plain.id).await?;
        hub.wait_quiet().await?;
        assert_ne!(hub.wfm.agents(ACD).first().map(|agent| agent.mu), Some(Mu::New));
        hub.app.set_team(tenant, Actor::System, id, place.tenant.team).await?;
        hub.wait_quiet().await?;
        assert_eq!(only(hub, ACD).mu, Mu::New);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_mass_departure_stops_and_a_rejection_keeps_people_until_it_is_lifted() -> Result<()> {
    let options = Options { engine: EngineMode::Runs, ..Options::default() };
    on_each_database(options, async |hub| {
        let place = Place::new(hub).await?;
        let mut people = Vec::new();
        for number in 0..20 {
            people.push(place.okta.create_person(&format!("p{number}")).await?);
        }
        hub.wait_quiet().await?;
        let (tenant, team, link) = (place.tenant.id, place.tenant.team, place.link);
        hub.app.set_wfm_advanced(tenant, Actor::System, team, FieldSwitch::Off).await?;
        let held = async || anyhow::Ok(place.detail(hub).await?.link.held_departures);
        until("it is held", async || Ok(held().await? == 20)).await?;
        let seen = async |departures| {
            let runs = place.detail(hub).await?.runs;
            let run = runs.iter().find(|run| run.state == "held").context("no run is held")?;
            anyhow::Ok(SeenHold { run: run.id, departures })
        };
        let forecast = hub.app.forecast(tenant, link).await?;
        assert!(forecast.stops && forecast.departing == 20);
        assert_eq!(forecast.people[0].why, "the team lacks WFM Advanced");
        assert!(
            refused(hub.app.reject_departures(tenant, Actor::System, link, seen(7).await?).await)
                .contains("20")
        );
        hub.app.reject_departures(tenant, Actor::System, link, seen(20).await?).await?;
        hub.wait_quiet().await?;
        let moved = || hub.wfm.agents(ACD).iter().filter(|agent| agent.mu == Mu::Changed).count();
        assert_eq!((moved(), place.detail(hub).await?.kept), (0, 20));
        // Back in a team that is sent, a person is as everyone; the others stay.
        let unit = place.tenant.business_unit;
        let sent = hub.app.create_team(tenant, Actor::System, unit, "Sales").await?;
        hub.app.set_wfm_advanced(tenant, Actor::System, sent.id, FieldSwitch::On).await?;
        hub.app.set_team(tenant, Actor::System, people[0], sent.id).await?;
        hub.wait_quiet().await?;
        assert_eq!((moved(), place.detail(hub).await?.kept), (0, 19));
        // Let go, they are too many again, and the brake asks.
        hub.app.release_kept(tenant, Actor::System, link).await?;
        until("it is held again", async || Ok(held().await? == 19)).await?;
        assert_eq!(moved(), 0);
        hub.app.approve_departures(tenant, Actor::System, link, seen(19).await?).await?;
        hub.wait_quiet().await?;
        assert_eq!(moved(), 19);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_rejection_is_of_those_whom_the_held_run_named() -> Result<()> {
    let options = Options { engine: EngineMode::Runs, ..Options::default() };
    on_each_database(options, async |hub| {
        let place = Place::new(hub).await?;
        let (tenant, team, link) = (place.tenant.id, place.tenant.team, place.link);
        let unit = place.tenant.business_unit;
        let sent = hub.app.create_team(tenant, Actor::System, unit, "Sales").await?;
        hub.app.set_wfm_advanced(tenant, Actor::System, sent.id, FieldSwitch::On).await?;
        for number in 0..20 {
            place.okta.create_person(&format!("p{number}")).await?;
        }
        let (later, other) = ("later", "other");
        let later = place.okta.create_person(later).await?;
        let other = place.okta.create_person(other).await?;
        for person in [later, other] {
            hub.app.set_team(tenant, Actor::System, person, sent.id).await?;
        }
        hub.wait_quiet().await?;
        hub.app.set_wfm_advanced(tenant, Actor::System, team, FieldSwitch::Off).await?;
        let held = async || anyhow::Ok(place.detail(hub).await?.link.held_departures);
        until("it is held", async || Ok(held().await? == 20)).await?;
        // Somebody leaves while the run is held, and nobody looked again.
        hub.app.set_team(tenant, Actor::System, later, team).await?;
        let run = place.detail(hub).await?.runs.into_iter().find(|run| run.state == "held");
        let seen = SeenHold { run: run.context("no run is held")?.id, departures: 20 };
        ensure!(hub.app.since_held(tenant, link, seen.run).await?.later == 1);
        hub.app.reject_departures(tenant, Actor::System, link, seen).await?;
        hub.wait_quiet().await?;
        let moved = || hub.wfm.agents(ACD).iter().filter(|agent| agent.mu == Mu::Changed).count();
        assert_eq!((moved(), place.detail(hub).await?.kept), (1, 20));
        let kept = async |person| {
            let detail = hub.app.employee(tenant, person).await?;
            anyhow::Ok(detail.downstream.first().is_some_and(|at| at.kept.is_some()))
        };
        assert!(!kept(later).await? && !kept(other).await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn how_long_a_change_takes_is_told_over_both_hops() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        let id = place.okta.create_person("zoe").await?;
        hub.wait_quiet().await?;
        hub.app.write_journal().await?;
        let lags = hub.app.link_lags(place.tenant.id, place.link).await?;
        let sum = |buckets: &[rollcall_app::wfm::Bucket]| -> i64 {
            buckets.iter().map(|bucket| bucket.count).sum()
        };
        assert_eq!((sum(&lags.kept), sum(&lags.confirmed)), (1, 1));
        let person = hub.app.employee(place.tenant.id, id).await?;
        assert!(person.heard.is_some_and(|(_, took_us)| took_us > 0));
        let standing = person.downstream[0].standing.as_ref();
        assert!(standing.is_some_and(|standing| standing.lag_ms.is_some()));
        Ok(())
    })
    .await
}

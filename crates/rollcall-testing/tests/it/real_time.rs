//! Real-time states on their whole way: from the ACD to the simulated WFM, also when it misbehaves.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use jiff::SignedDuration;
use rollcall_app::agent::{AgentEvent, AgentWish, Logout};
use rollcall_app::wfm::{RealTimeFeed, RealTimeSwitch};
use rollcall_connector::HttpLimits;
use rollcall_domain::source::Actor;
use rollcall_domain::unavailable_code::{CodeName, UnavailableCode};
use rollcall_domain::{EmployeeId, WfmLinkId};
use rollcall_testing::{Options, TestHub, TestTenant, on_each_database};
use serde_json::json;
use simulator_iex::{Fault, FaultOrder, Route};

/// A linked tenant with people whom the WFM has, and their agent numbers.
struct Place {
    tenant: TestTenant,
    link: WfmLinkId,
    okta: rollcall_testing::ScimClient,
    people: Vec<(EmployeeId, String)>,
}

impl Place {
    async fn new(hub: &mut TestHub, names: &[&str]) -> Result<Self> {
        let tenant = hub.tenant("Northwind").await?;
        let link = hub.link(tenant, "4471").await?;
        let okta = hub.scim(tenant, "okta").await?;
        let mut people = Vec::new();
        for name in names {
            let id = okta.create_person(name).await?;
            let number = hub.app.employee(tenant.id, id).await?.employee.agent_number.0;
            people.push((id, number.to_string()));
        }
        hub.wait_quiet().await?;
        Ok(Self { tenant, link, okta, people })
    }

    async fn switch(&self, hub: &TestHub, key: &str) -> Result<()> {
        let on = RealTimeSwitch::On {
            base_url: None,
            source_id: Some("1".to_owned()),
            authentication_key: Some(key.to_owned().into()),
        };
        Ok(hub.app.switch_real_time(self.tenant.id, Actor::System, self.link, on).await?)
    }

    async fn feed(&self, hub: &TestHub) -> Result<RealTimeFeed> {
        let feed = hub.app.link(self.tenant.id, self.link).await?.real_time;
        feed.ok_or_else(|| anyhow::anyhow!("there is no feed"))
    }

    async fn log_in(&self, hub: &TestHub, index: usize) -> Result<()> {
        hub.app.log_in_agent(self.tenant.id, self.people[index].0).await?;
        self.set(hub, index, AgentWish::Available).await
    }

    async fn set(&self, hub: &TestHub, index: usize, wish: AgentWish) -> Result<()> {
        self.act(hub, index, AgentEvent::Set(wish)).await
    }

    async fn act(&self, hub: &TestHub, index: usize, event: AgentEvent) -> Result<()> {
        hub.app.act_for_agent(self.tenant.id, self.people[index].0, event).await?;
        Ok(())
    }

    /// Waits until the WFM believes this of people.
    async fn until(&self, hub: &TestHub, expected: &[(usize, &str)]) -> Result<()> {
        let expected: BTreeMap<&str, &str> =
            expected.iter().map(|(index, code)| (&*self.people[*index].1, *code)).collect();
        let begun = Instant::now();
        loop {
            let states = hub.wfm.states();
            let found = states.iter().map(|(user, code)| (user.as_str(), code.as_str())).collect();
            if expected == found {
                return Ok(());
            }
            ensure!(begun.elapsed() < Duration::from_secs(20), "{expected:?} is not {found:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

async fn until(what: &str, holds: impl AsyncFn() -> Result<bool>) -> Result<()> {
    let begun = Instant::now();
    while !holds().await? {
        ensure!(begun.elapsed() < Duration::from_secs(20), "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

fn snapshots(hub: &TestHub) -> usize {
    hub.wfm.state_batches().iter().filter(|batch| batch.is_snapshot).count()
}

#[tokio::test]
async fn the_wfm_knows_what_people_do_as_they_do_it() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub, &["ana", "ben", "cleo"]).await?;
        place.log_in(hub, 0).await?;
        place.switch(hub, "demo-key").await?;
        hub.start_real_time().await?;
        // A whole picture opens, in which whoever is logged out is absent.
        place.until(hub, &[(0, "AVAILABLE")]).await?;
        assert!(hub.wfm.state_batches()[0].is_snapshot);
        place.log_in(hub, 1).await?;
        let lunch = AgentWish::Unavailable(Some(CodeName::parse("Lunch")?));
        place.set(hub, 0, lunch).await?;
        place.until(hub, &[(0, "U:Lunch"), (1, "AVAILABLE")]).await?;
        place.act(hub, 0, AgentEvent::LogOut(Logout::Idle)).await?;
        place.until(hub, &[(0, "LOGGED-OFF"), (1, "AVAILABLE")]).await?;
        assert_eq!(snapshots(hub), 1);
        // Who leaves is logged out there, too.
        let body = json!({"Operations": [{"op": "replace", "value": {"active": false}}]});
        let answer = place.okta.patch(&format!("/Users/{}", place.people[1].0), &body).await?;
        ensure!(answer.status == 200, "{answer:?}");
        place.until(hub, &[(0, "LOGGED-OFF"), (1, "LOGGED-OFF")]).await?;
        // A whole picture comes every 15 minutes all the same.
        hub.clock.advance(SignedDuration::from_mins(16));
        until("another snapshot", async || Ok(snapshots(hub) == 2)).await?;
        let feed = place.feed(hub).await?;
        assert!(!feed.failing && feed.snapshot_at.is_some(), "{feed:?}");
        // Switched off, nothing more is told.
        let off = RealTimeSwitch::Off;
        hub.app.switch_real_time(place.tenant.id, Actor::System, place.link, off).await?;
        let told = hub.wfm.state_batches().len();
        place.log_in(hub, 2).await?;
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert_eq!(hub.wfm.state_batches().len(), told);
        place.switch(hub, "demo-key").await?;
        let all = [(0, "LOGGED-OFF"), (1, "LOGGED-OFF"), (2, "AVAILABLE")];
        place.until(hub, &all).await
    })
    .await
}

#[tokio::test]
async fn nothing_old_is_told_after_something_newer_whatever_fails() -> Result<()> {
    let http = HttpLimits { total_timeout: Duration::from_millis(400), ..HttpLimits::default() };
    on_each_database(Options { http, ..Options::default() }, async |hub| {
        let place = Place::new(hub, &["ana"]).await?;
        let names: Vec<CodeName> =
            (0..40).map(|n| CodeName::parse(&format!("Step {n:02}"))).collect::<Result<_, _>>()?;
        for name in &names {
            let code = UnavailableCode::standard(name.clone());
            hub.app.create_unavailable_code(place.tenant.id, Actor::System, code).await?;
        }
        let team = place.tenant.team;
        hub.app.set_team_codes(place.tenant.id, Actor::System, team, names.clone()).await?;
        place.switch(hub, "demo-key").await?;
        hub.start_real_time().await?;
        place.log_in(hub, 0).await?;
        place.until(hub, &[(0, "AVAILABLE")]).await?;
        for (step, name) in names.iter().enumerate() {
            let fault = match step {
                5 => Some(Fault::Error500),
                12 => Some(Fault::TimeoutAfterApplying { hold_ms: 700 }),
                20 => Some(Fault::RateLimited { retry_after_s: Some(1) }),
                _ => None,
            };
            hub.wfm.arm(fault.map(|fault| FaultOrder::once(fault).on(Route::State)));
            if step == 30 {
                // The process dies, and another begins.
                hub.kill_real_time();
                hub.start_real_time().await?;
            }
            place.set(hub, 0, AgentWish::Unavailable(Some(name.clone()))).await?;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        place.until(hub, &[(0, "U:Step 39")]).await?;
        let told: Vec<String> = hub
            .wfm
            .state_batches()
            .into_iter()
            .flat_map(|batch| batch.states)
            .filter_map(|(_, code)| code.strip_prefix("U:Step ").map(str::to_owned))
            .collect();
        assert!(told.is_sorted(), "{told:?}");
        assert!(
            told.len() < 40,
            "changes that follow each other closely are told as one: {told:?}"
        );
        assert!(hub.wfm.waiting_faults().is_empty());
        let well = async || Ok(!place.feed(hub).await?.failing);
        until("the feed to be well", well).await
    })
    .await
}

#[tokio::test]
async fn a_wrong_key_is_said_and_mended_at_once() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub, &["ana"]).await?;
        let nameless = RealTimeSwitch::On {
            base_url: None,
            source_id: None,
            authentication_key: Some("key".to_owned().into()),
        };
        let refused =
            hub.app.switch_real_time(place.tenant.id, Actor::System, place.link, nameless).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("source id")));
        place.log_in(hub, 0).await?;
        place.switch(hub, "wrong").await?;
        hub.start_real_time().await?;
        let failing = async || Ok(place.feed(hub).await?.failing);
        until("the feed to fail", failing).await?;
        let problem = place.feed(hub).await?.problem.unwrap_or_default();
        assert!(problem.contains("refuses real-time states: it answered 400"), "{problem}");
        assert!(hub.wfm.states().is_empty());
        place.switch(hub, "demo-key").await?;
        place.until(hub, &[(0, "AVAILABLE")]).await?;
        let well = async || Ok(!place.feed(hub).await?.failing);
        until("the feed to be well", well).await
    })
    .await
}

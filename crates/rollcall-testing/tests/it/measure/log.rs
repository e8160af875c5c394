//! What the log tells of a link: a hold and what was decided of it, an outage and its end, the switch. It names no people.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use rollcall_app::wfm::{LinkSwitch, SeenHold};
use rollcall_domain::source::Actor;
use rollcall_domain::wfm::FieldSwitch;
use rollcall_domain::{TenantId, WfmLinkId};
use rollcall_storage::wfm::wfm_link::Health;
use rollcall_testing::{EngineMode, Options, TestHub, on_each_database};
use simulator_iex::{Fault, FaultOrder};

use super::recorder::Measured;
use super::watch::LOOK_EVERY;

/// So many people leave at once.
const PEOPLE: usize = 20;
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn the_log_tells_of_holds_decisions_outages_and_the_switch() -> Result<()> {
    let options = Options { engine: EngineMode::Runs, ..Options::default() };
    on_each_database(options, async |hub| {
        let (measured, made) = (Measured::install(), hub.tenant("Northwind").await?);
        let (tenant, team, app) = (made.id, made.team, &hub.app);
        let link = hub.link(made, "4471").await?;
        let ours = |words: &str| {
            let mut lines = measured.lines(words);
            lines.retain(|line| line.contains(&link.to_string()));
            lines
        };
        let okta = hub.scim(made, "okta").await?;
        for number in 0..PEOPLE {
            okta.create_person(&format!("Xenia{number}")).await?;
        }
        hub.wait_quiet().await?;
        for decided in ["a held run was rejected", "a held run was approved"] {
            app.set_wfm_advanced(tenant, Actor::System, team, FieldSwitch::Off).await?;
            let seen = held(hub, tenant, link).await?;
            let run = seen.run.to_string();
            let is_held = || {
                ours("a run is held: nothing was applied").iter().any(|line| line.contains(&run))
            };
            until("the hold is told", is_held).await?;
            if decided == "a held run was rejected" {
                app.reject_departures(tenant, Actor::System, link, seen).await?;
                hub.wait_quiet().await?;
                app.set_wfm_advanced(tenant, Actor::System, team, FieldSwitch::On).await?;
            } else {
                app.approve_departures(tenant, Actor::System, link, seen).await?;
            }
            hub.wait_quiet().await?;
            let lines = ours(decided);
            ensure!(lines.len() == 1 && lines[0].contains(&run), "{lines:?}");
            ensure!(lines[0].contains(&format!("departures={}", seen.departures)), "{lines:?}");
        }
        hub.wfm.arm([FaultOrder::once(Fault::Error500)]);
        app.set_wfm_advanced(tenant, Actor::System, team, FieldSwitch::On).await?;
        // A run by a change waits for more of them before it ends.
        until("the end of the outage is told", || ours("a WFM answers again").len() == 1).await?;
        ensure!(ours("a WFM failed").len() == 1);
        let off = LinkSwitch::Off { reason: "The WFM moves house.".into() };
        for switch in [off, LinkSwitch::On] {
            app.switch_link(tenant, Actor::System, link, switch).await?;
        }
        ensure!(ours("user synchronization is off").len() == 1);
        ensure!(ours("user synchronization is on").len() == 1);
        let all = ours("");
        ensure!(!all.iter().any(|line| line.contains("Xenia")), "{all:?}");
        ensure!(
            all.iter()
                .all(|line| !line.contains("tenant.id") || line.contains(&tenant.to_string()))
        );
        Ok(())
    })
    .await
}

async fn until(what: &str, holds: impl Fn() -> bool) -> Result<()> {
    let begun = Instant::now();
    while !holds() {
        ensure!(begun.elapsed() < PATIENCE, "not in time: {what}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(())
}

async fn held(hub: &TestHub, tenant: TenantId, link: WfmLinkId) -> Result<SeenHold> {
    let begun = Instant::now();
    loop {
        let detail = hub.app.link(tenant, link).await?;
        let run = detail.runs.iter().find(|run| run.state == "held");
        if let Some(run) = run.filter(|_| detail.link.health == Health::Held) {
            return Ok(SeenHold { run: run.id, departures: detail.link.held_departures });
        }
        ensure!(begun.elapsed() < PATIENCE, "no run is held");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

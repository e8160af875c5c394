//! What NICE's help page "Set Up Users for IEX WFM Integrated" says of schedules, sentence by sentence: each test
//! bears the sentence that it proves, on the whole way from the simulated WFM to the person's own eyes.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use jiff::{SignedDuration, Timestamp};
use rollcall_app::ChangeError;
use rollcall_app::permission::PermissionSwitch;
use rollcall_app::schedule::{Asked, ScheduleRefusal};
use rollcall_app::wfm::LinkSwitch;
use rollcall_domain::permission::Permission;
use rollcall_domain::source::Actor;
use rollcall_domain::{Clock as _, EmployeeId, WfmLinkId};
use rollcall_testing::{Options, TestHub, TestTenant, on_each_database};
use simulator_iex::{Activity, Route};

const ACD: &str = "4471";
const PATIENCE: Duration = Duration::from_secs(20);

/// A tenant that is linked, with one person in it who has a schedule in the WFM.
struct Place {
    tenant: TestTenant,
    link: WfmLinkId,
    person: EmployeeId,
    number: i64,
}

impl Place {
    async fn new(hub: &mut TestHub) -> Result<Self> {
        let tenant = hub.tenant("Northwind").await?;
        let link = hub.link(tenant, ACD).await?;
        let person = hub.scim(tenant, "okta").await?.create_person("zoe").await?;
        hub.wait_quiet().await?;
        let number = hub.app.employee(tenant.id, person).await?.employee.agent_number.0;
        let place = Self { tenant, link, person, number };
        place.plan(hub, "1", "Lunch", 1);
        hub.start_schedules().await?;
        Ok(place)
    }

    /// The WFM's people plan an hour.
    fn plan(&self, hub: &TestHub, id: &str, name: &str, hour: i64) {
        let start = hub.clock.now() + SignedDuration::from_hours(hour);
        let activity = Activity {
            activity_id: id.to_owned(),
            uuid: self.number.to_string(),
            activity_name: name.to_owned(),
            activity_code: None,
            start,
            end: start + SignedDuration::from_hours(1),
        };
        hub.wfm.put_activities(ACD, [activity]);
    }

    async fn permit(
        &self,
        hub: &TestHub,
        permission: Permission,
        switch: PermissionSwitch,
    ) -> Result<()> {
        let roles = hub.app.permitted_roles(self.tenant.id).await?;
        let role = roles.iter().find(|one| one.people > 0).context("somebody has a role")?.role.id;
        let change = (permission, switch);
        Ok(hub.app.set_permission(self.tenant.id, Actor::System, role, change).await?)
    }

    async fn switch(&self, hub: &TestHub, switch: LinkSwitch) -> Result<()> {
        Ok(hub.app.switch_link(self.tenant.id, Actor::System, self.link, switch).await?)
    }

    /// The names of what the person sees, or why they see nothing.
    async fn sees(&self, hub: &TestHub) -> Result<Result<Vec<String>, ScheduleRefusal>> {
        match hub.app.schedule(self.tenant.id, self.person, Asked::default()).await {
            // What was read so far is not all yet.
            Ok(seen) if seen.read_at.is_none() => Ok(Ok(Vec::new())),
            Ok(seen) => Ok(Ok(seen.activities.into_iter().map(|one| one.name).collect())),
            Err(ChangeError::Refused(refusal)) => Ok(Err(refusal)),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until the person sees these.
    async fn until_seen(&self, hub: &TestHub, names: &[&str]) -> Result<()> {
        let begun = Instant::now();
        loop {
            let seen = self.sees(hub).await?;
            if seen.as_ref().is_ok_and(|seen| seen == names) {
                return Ok(());
            }
            ensure!(begun.elapsed() < PATIENCE, "{seen:?} is seen, and not {names:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until a reading ended that began after a moment.
    async fn until_read(&self, hub: &TestHub, moment: Timestamp) -> Result<()> {
        let begun = Instant::now();
        loop {
            let seen = hub.app.schedule(self.tenant.id, self.person, Asked::default()).await;
            if seen.is_ok_and(|seen| seen.read_at.is_some_and(|at| at > moment)) {
                return Ok(());
            }
            ensure!(begun.elapsed() < PATIENCE, "schedules are not read");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test]
async fn to_see_their_schedule_a_user_needs_a_role_with_the_permission() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        assert_eq!(place.sees(hub).await?, Err(ScheduleRefusal::NoPermission), "at first");
        for permission in Permission::SCHEDULE {
            place.permit(hub, permission, PermissionSwitch::Permit).await?;
            place.until_seen(hub, &["Lunch"]).await?;
            place.permit(hub, permission, PermissionSwitch::Forbid).await?;
            assert_eq!(place.sees(hub).await?, Err(ScheduleRefusal::NoPermission));
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_shorter_interval_counts_for_schedules_at_once() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        place.permit(hub, Permission::AgentSchedule, PermissionSwitch::Permit).await?;
        place.until_seen(hub, &["Lunch"]).await?;
        let before = hub.app.now();
        let tenant = place.tenant.id;
        hub.app.set_link_interval(tenant, Actor::System, place.link, 600).await?;
        // Not after the 15 minutes that it was before.
        place.until_read(hub, before).await
    })
    .await
}

#[tokio::test]
async fn agents_cannot_see_their_schedules_if_user_sync_is_disabled() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        place.permit(hub, Permission::AgentSchedule, PermissionSwitch::Permit).await?;
        place.until_seen(hub, &["Lunch"]).await?;

        place.switch(hub, LinkSwitch::Off { reason: "The WFM moves house.".into() }).await?;
        let Err(ScheduleRefusal::SyncOff { reason, since }) = place.sees(hub).await? else {
            panic!("it is off")
        };
        assert_eq!((reason.as_str(), since.is_some()), ("The WFM moves house", true));
        // And nothing is asked of the WFM, however long it is off.
        let calls = || {
            let all = hub.wfm.journal(0);
            let of = [Route::Schedules, Route::ScheduleChanges];
            all.iter().filter(|entry| of.contains(&entry.route)).count()
        };
        let before = calls();
        hub.clock.advance(SignedDuration::from_mins(60));
        place.plan(hub, "2", "Training", 2);

        place.switch(hub, LinkSwitch::On).await?;
        place.until_seen(hub, &["Lunch", "Training"]).await?;
        assert_eq!(calls(), before + 1, "one call, at once, when it was switched on");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn schedules_follow_the_wfm_every_15_minutes() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        place.permit(hub, Permission::PersonalSchedule, PermissionSwitch::Permit).await?;
        place.until_seen(hub, &["Lunch"]).await?;
        place.plan(hub, "1", "Late lunch", 2);
        place.plan(hub, "2", "Training", 4);
        let before = hub.clock.now();
        hub.clock.advance(SignedDuration::from_mins(15));
        place.until_seen(hub, &["Late lunch", "Training"]).await?;
        // The next reading is 15 minutes after the end of this one.
        place.until_read(hub, before).await?;
        hub.wfm.delete_activities(ACD, ["1"]);
        hub.clock.advance(SignedDuration::from_mins(15));
        place.until_seen(hub, &["Training"]).await?;
        Ok(())
    })
    .await
}

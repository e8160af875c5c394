//! Schedules by the agent API: what is told, for which time, and what is missing where nothing is told.

use jiff::Timestamp;
use rollcall_app::permission::PermissionSwitch;
use rollcall_app::wfm::LinkSwitch;
use rollcall_domain::WfmLinkId;
use rollcall_domain::permission::Permission;
use rollcall_domain::source::Actor;
use rollcall_domain::wfm::schedule::Activity;
use rollcall_storage::{StorageError, schedule::wfm_schedule};
use serde_json::json;

use crate::agent_door::{AgentDoor, Person, check_problem};
use crate::database::on_each_database;
use crate::hub::Hub;

impl Hub {
    /// Lets the usual role see schedules.
    pub(crate) async fn schedules_for(&self, owner: &AgentDoor) -> WfmLinkId {
        self.permit(owner, PermissionSwitch::Permit, Permission::AgentSchedule).await;
        owner.scim.link
    }

    async fn permit(&self, owner: &AgentDoor, switch: PermissionSwitch, permission: Permission) {
        let tenant = owner.scim.tenant();
        let roles = self.app.permitted_roles(tenant).await.expect("roles are read");
        let role = roles.iter().find(|one| one.role.name == "Agent").expect("the usual role");
        let change = (permission, switch);
        let set = self.app.set_permission(tenant, Actor::System, role.role.id, change).await;
        set.expect("it is set");
    }

    /// Gives a person something to do, as the WFM would.
    async fn plan(&self, owner: &AgentDoor, person: &Person, plan: &[(&str, &str, &str)]) {
        let link = self.schedules_for(owner).await;
        let moment = |text: &str| text.parse::<Timestamp>().expect("a moment");
        let activities: Vec<_> = plan
            .iter()
            .map(|(name, starts_at, ends_at)| {
                let activity = Activity {
                    external_id: format!("{} {starts_at}", person.number),
                    name: (*name).to_owned(),
                    code: None,
                    starts_at: moment(starts_at),
                    ends_at: moment(ends_at),
                };
                (person.id, activity)
            })
            .collect();
        let put =
            move |tx: &mut rollcall_storage::Tx<'_>| wfm_schedule::put(tx, link, 1, &activities);
        let kept: Result<(), StorageError> = self.storage.write(owner.scim.tenant(), put).await;
        kept.expect("the activities are kept");
    }
}

/// The names of what is told.
async fn names(door: &AgentDoor, person: &Person, query: &str) -> Vec<String> {
    let path = format!("/agents/{}/wfm-schedule{query}", person.number);
    let body = door.get(&path).await.expect(200).json();
    let told = body["activities"].as_array().expect("a list").iter();
    told.map(|activity| activity["activityName"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn a_schedule_is_told_in_local_time_and_in_utc() {
    on_each_database(async |hub| {
        let owner = hub.agent_door().await;
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "zoe",
            "name": {"givenName": "Zoe", "familyName": "Berg"}, "timezone": "Europe/Berlin",
            "emails": [{"value": "zoe@example.com", "primary": true}],
        });
        let answer = owner.scim.post("/Users", &body).await.expect(201).json();
        let id = answer["id"].as_str().expect("an id").parse().expect("an id");
        let employee = hub.app.employee(owner.scim.tenant(), id).await.expect("there").employee;
        let zoe = Person { number: employee.agent_number.0, id, path: String::new() };
        hub.plan(&owner, &zoe, &[("Lunch", "2026-11-21T11:00:00Z", "2026-11-21T11:30:00Z")]).await;
        let path =
            format!("/agents/{}/wfm-schedule?startDate=2026-11-21&endDate=2026-11-21", zoe.number);
        let body = owner.get(&path).await.expect(200).json();
        assert_eq!(
            body,
            json!({
                "agentNumber": zoe.number,
                "timeZone": "Europe/Berlin",
                "from": "2026-11-20T23:00:00.000Z",
                "until": "2026-11-21T23:00:00.000Z",
                "activities": [{
                    "activityName": "Lunch",
                    "startTime": "2026-11-21T12:00:00+01:00",
                    "endTime": "2026-11-21T12:30:00+01:00",
                    "startTimeUTC": "2026-11-21T11:00:00.000Z",
                    "endTimeUTC": "2026-11-21T11:30:00.000Z",
                }],
            })
        );
    });
}

#[test]
fn the_time_that_is_told_is_bounded() {
    on_each_database(async |hub| {
        let owner = hub.agent_door().await;
        let ana = hub.person(&owner, "ana").await;
        let ben = hub.person(&owner, "ben").await;
        hub.plan(
            &owner,
            &ana,
            &[
                ("Yesterday", "2026-11-20T09:00:00Z", "2026-11-20T10:00:00Z"),
                ("Today", "2026-11-21T09:00:00Z", "2026-11-21T10:00:00Z"),
                ("In a week", "2026-11-28T09:00:00Z", "2026-11-28T10:00:00Z"),
                ("In 29 days", "2026-12-20T09:00:00Z", "2026-12-20T10:00:00Z"),
            ],
        )
        .await;
        for (query, expected) in [
            ("", vec!["Today"]),
            ("?startDate=2026-11-20", vec!["Yesterday", "Today"]),
            ("?startDate=2026-11-20&endDate=2026-11-20", vec!["Yesterday"]),
            ("?startDate=2026-11-22&endDate=2026-12-21", vec!["In a week"]),
            ("?startDate=2027-11-22&endDate=2027-11-22", vec![]),
            ("?startDate=2026-11-21T09:30:00Z&endDate=2026-11-21T09:31:00Z", vec!["Today"]),
            ("?startDate=2026-11-21T10:00:00Z&endDate=2026-11-21T11:00:00Z", vec![]),
        ] {
            assert_eq!(names(&owner, &ana, query).await, expected, "{query}");
        }
        assert_eq!(names(&owner, &ben, "").await, Vec::<String>::new(), "it is another's");
        for query in [
            "?startDate=today",
            "?startDate=2026-11-01&endDate=2026-12-31",
            "?startDate=2026-11-21&endDate=2026-11-20",
            "?endDate=2026-01-01",
            "?from=2026-11-21",
        ] {
            let path = format!("/agents/{}/wfm-schedule{query}", ana.number);
            check_problem(&owner.get(&path).await, 400, "invalid-request");
        }
    });
}

#[test]
fn what_is_missing_is_told_by_name() {
    on_each_database(async |hub| {
        let owner = hub.agent_door().await;
        let ana = hub.person(&owner, "ana").await;
        let path = format!("/agents/{}/wfm-schedule", ana.number);
        let missing = owner.get(&path).await;
        check_problem(&missing, 403, "schedule-permission-missing");
        for permission in Permission::ALL {
            assert!(missing.text.contains(permission.name()), "{}", missing.text);
            hub.permit(&owner, PermissionSwitch::Permit, permission).await;
            owner.get(&path).await.expect(200);
            hub.permit(&owner, PermissionSwitch::Forbid, permission).await;
            check_problem(&owner.get(&path).await, 403, "schedule-permission-missing");
        }
        let link = hub.schedules_for(&owner).await;
        owner.get(&path).await.expect(200);
        let tenant = owner.scim.tenant();
        let off = LinkSwitch::Off { reason: "The WFM moves house.".into() };
        let done = hub.app.switch_link(tenant, Actor::System, link, off).await;
        done.expect("it is off");
        let answer = owner.get(&path).await;
        check_problem(&answer, 409, "user-sync-off");
        assert!(answer.text.contains("is off: The WFM moves house.\""), "{}", answer.text);
        let done = hub.app.switch_link(tenant, Actor::System, link, LinkSwitch::On).await;
        done.expect("it is on");
        owner.get(&path).await.expect(200);
        owner
            .scim
            .patch(&ana.path, json!([{"op": "replace", "value": {"active": false}}]))
            .await
            .expect(200);
        check_problem(&owner.get(&path).await, 409, "not-active");
    });
}

#[test]
fn who_moves_to_a_unit_without_a_wfm_leaves_the_schedule_behind() {
    on_each_database(async |hub| {
        let owner = hub.agent_door().await;
        let (tenant, ana) = (owner.scim.tenant(), hub.person(&owner, "ana").await);
        hub.plan(&owner, &ana, &[("Open", "2026-11-21T09:00:00Z", "2026-11-21T10:00:00Z")]).await;
        assert_eq!(names(&owner, &ana, "").await, ["Open"]);
        let made = hub.app.create_business_unit(tenant, Actor::System, "Bergen").await;
        let (unit, team) = made.expect("the unit is made");
        let moved = hub.app.move_employee(tenant, Actor::System, ana.id, team.id).await;
        moved.expect("they are moved");
        let now = hub.app.employee(tenant, ana.id).await.expect("there").employee;
        let path = format!("/agents/{}/wfm-schedule?businessUnit={}", now.agent_number.0, unit.id);
        check_problem(&owner.get(&path).await, 409, "no-wfm");
    });
}

#[test]
fn an_address_of_a_calendar_opens_one_schedule_as_long_as_it_is_shown() {
    on_each_database(async |hub| {
        use secrecy::ExposeSecret as _;
        let owner = hub.agent_door().await;
        let (tenant, ana) = (owner.scim.tenant(), hub.person(&owner, "ana").await);
        assert!(hub.app.make_schedule_feed(tenant, ana.id).await.is_err(), "it is not permitted");
        hub.plan(&owner, &ana, &[("Open", "2026-11-21T09:00:00Z", "2026-11-21T10:00:00Z")]).await;
        let make = async || hub.app.make_schedule_feed(tenant, ana.id).await.expect("it is made");
        let told = async |secret: &secrecy::SecretString| {
            let told = hub.app.read_schedule_feed(secret.expose_secret()).await;
            told.expect("it is read").map(|schedule| schedule.activities.len())
        };
        let old = make().await;
        let new = make().await;
        assert_eq!((told(&old).await, told(&new).await), (None, Some(1)), "one at a time");
        let used = async || hub.app.schedule_feed(tenant, ana.id).await.expect("read");
        let first = used().await.and_then(|feed| feed.last_used_at);
        assert_eq!(first, Some(hub.app.now()));
        hub.pass(60);
        assert_eq!(told(&new).await, Some(1));
        assert_eq!(used().await.and_then(|feed| feed.last_used_at), first, "noted now and then");

        hub.permit(&owner, PermissionSwitch::Forbid, Permission::AgentSchedule).await;
        assert_eq!(told(&new).await, None, "not without the permission");
        let link = hub.schedules_for(&owner).await;
        assert_eq!(told(&new).await, Some(1));
        let off = LinkSwitch::Off { reason: "The WFM moves house.".into() };
        hub.app.switch_link(tenant, Actor::System, link, off).await.expect("it is off");
        assert_eq!(told(&new).await, None, "not while user sync is off");
        hub.app.switch_link(tenant, Actor::System, link, LinkSwitch::On).await.expect("it is on");
        let end = async || hub.app.end_schedule_feed(tenant, Actor::System, ana.id).await;
        end().await.expect("it is ended");
        end().await.expect("it is ended already");
        assert_eq!(told(&new).await, None);
        assert_eq!(used().await, None);

        let last = make().await;
        assert_eq!(told(&last).await, Some(1));
        let set = async |active: bool| {
            let change = json!([{"op": "replace", "value": {"active": active}}]);
            owner.scim.patch(&ana.path, change).await.expect(200);
        };
        set(false).await;
        assert_eq!(told(&last).await, None, "who left sees nothing");
        set(true).await;
        assert_eq!(told(&last).await, None, "who is back makes a new one");
        let back = make().await;
        assert_eq!(told(&back).await, Some(1));
    });
}

/// A permission that changes leaves a trace, one that stays does not.
#[test]
fn what_a_role_permits_is_audited() {
    on_each_database(async |hub| {
        let owner = hub.agent_door().await;
        for _ in 0..2 {
            hub.permit(&owner, PermissionSwitch::Permit, Permission::AgentSchedule).await;
        }
        hub.permit(&owner, PermissionSwitch::Forbid, Permission::AgentSchedule).await;
        let query = rollcall_app::audit::AuditQuery::default();
        let page = hub.app.audit(owner.scim.tenant(), query, 99).await.expect("it is read");
        let changes = page.entries.iter().filter(|it| it.action == "role.permissions_changed");
        assert_eq!(changes.count(), 2);
    });
}

//! Teams and roles that administrators make, rename and remove, beside those that identity providers keep.

use rollcall_app::hindrance::Hindrance;
use rollcall_app::name::NAME_MAX;
use rollcall_app::team::NewTeam;
use rollcall_app::template::TemplateDraft;
use rollcall_app::{App, ChangeError};
use rollcall_domain::policy::GroupMeaning;
use rollcall_domain::source::Actor;
use rollcall_domain::structure::WFM_ADVANCED;
use rollcall_domain::template::{TemplateField, TemplateFields};
use rollcall_domain::wfm::FieldSwitch;
use rollcall_domain::{AdministratorId, BusinessUnitId, RoleId, TeamId, TenantId};
use rollcall_storage::record::audit::{self, AuditQuery};
use rollcall_storage::{StorageError, directory::structure};
use serde_json::{Value, json};

use crate::database::on_each_database;
use crate::door::{Door, id_of, person};

const ADMIN: Actor = Actor::Administrator(AdministratorId::new(uuid::Uuid::from_u128(5)));

/// The newest entry about this: action, before and after.
async fn told(door: &Door, subject: String) -> (String, Value, Value) {
    let query = AuditQuery { subject, ..AuditQuery::default() };
    let entry = door.look(move |tx| audit::list(tx, &query, 1)).await.remove(0);
    assert_eq!(entry.actor, ADMIN);
    (entry.action, Value::Object(entry.before), Value::Object(entry.after))
}

fn new_team(business_unit: BusinessUnitId, name: &str, wfm: FieldSwitch) -> NewTeam {
    NewTeam { business_unit, name: name.to_owned(), wfm }
}

/// Removes a team, and tells what was in the way.
async fn remove(app: &App, tenant: TenantId, id: TeamId) -> Vec<Hindrance> {
    let hindrances = app.team(tenant, id).await.expect("it is there").hindrances;
    let removed = app.remove_team(tenant, ADMIN, id).await;
    if hindrances.is_empty() {
        removed.expect("nothing was in the way");
    } else {
        let error = removed.expect_err("something is in the way");
        assert!(matches!(error, ChangeError::NotNow(_)), "{error}");
    }
    hindrances
}

#[test]
fn a_team_is_made_renamed_and_removed_with_a_trace() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let (tenant, unit) = (door.tenant(), door.made.business_unit.id);
        let app = &hub.app;
        let new = new_team(unit, "  Nights ", FieldSwitch::On);
        let nights = app.make_team(tenant, ADMIN, new).await.expect("it is made");
        assert_eq!(
            (nights.name.as_str(), nights.features.as_slice()),
            ("Nights", [WFM_ADVANCED.to_owned()].as_slice())
        );
        let id = nights.id;
        let after = json!({"name": "Nights", "features": [WFM_ADVANCED]});
        let made = ("team.created".to_owned(), json!({}), after);
        assert_eq!(told(&door, id.to_string()).await, made);

        app.rename_team(tenant, ADMIN, id, " Late shift").await.expect("it is renamed");
        let (before, after) = (json!({"name": "Nights"}), json!({"name": "Late shift"}));
        let renamed = ("team.renamed".to_owned(), before, after);
        assert_eq!(told(&door, id.to_string()).await, renamed);
        let found = app.team(tenant, id).await.expect("it is there");
        assert_eq!((found.team.name.as_str(), found.owner), ("Late shift", None));
        assert_eq!(found.business_unit.id, unit);
        // An identity provider that states it by its name finds it under the new one.
        let mut ana = person("ana");
        ana["urn:rollcall:params:scim:schemas:extension:agent:2.0:User"] =
            json!({"team": "Late shift"});
        let ana = door.post("/Users", &ana).await.expect(201).json();
        assert_eq!(hub.employee(&door, &ana).await.team.name, "Late shift");

        assert_eq!(remove(app, tenant, id).await, [Hindrance::People(1)]);
        let employee = ana["id"].as_str().unwrap().parse().unwrap();
        app.set_team(tenant, ADMIN, employee, door.made.team.id).await.expect("she is moved");
        assert_eq!(remove(app, tenant, id).await, []);
        let (action, before, _) = told(&door, id.to_string()).await;
        assert_eq!((action.as_str(), &before["name"]), ("team.removed", &json!("Late shift")));
        for gone in [
            app.team(tenant, id).await.map(drop),
            app.rename_team(tenant, ADMIN, id, "Again").await,
            app.remove_team(tenant, ADMIN, id).await,
        ] {
            assert!(matches!(gone, Err(ChangeError::NotFound("team"))), "{gone:?}");
        }
    });
}

#[test]
fn what_cannot_be_a_name_is_refused_and_leaves_nothing() {
    on_each_database(async |hub| {
        let (door, foreign) = (hub.door("okta").await, hub.door("okta").await);
        let (tenant, unit) = (door.tenant(), door.made.business_unit.id);
        let (app, team) = (&hub.app, door.made.team.id);
        let nights = app.create_team(tenant, ADMIN, unit, "Nights").await.expect("it is made").id;
        let coach = app.create_role(tenant, ADMIN, "Coach").await.expect("it is made").id;
        let before = app.audit(tenant, AuditQuery::default(), 99).await.unwrap().entries.len();
        let long = "x".repeat(NAME_MAX + 1);
        for (name, taken) in
            [("Default team", true), ("", false), (" ", false), (&long, false), ("a\nb", false)]
        {
            let new = new_team(unit, name, FieldSwitch::Off);
            let outcomes = [
                app.make_team(tenant, ADMIN, new).await.map(drop),
                app.rename_team(tenant, ADMIN, nights, name).await,
            ];
            for outcome in outcomes {
                let error = outcome.expect_err("no name");
                assert_eq!(matches!(error, ChangeError::Taken { .. }), taken, "{name:?}: {error}");
            }
        }
        for (name, taken) in [("Agent", true), ("", false)] {
            let outcomes = [
                app.create_role(tenant, ADMIN, name).await.map(drop),
                app.rename_role(tenant, ADMIN, coach, name).await,
            ];
            for outcome in outcomes {
                let error = outcome.expect_err("no name");
                assert_eq!(matches!(error, ChangeError::Taken { .. }), taken, "{name:?}: {error}");
            }
        }
        // What is of another tenant is not there.
        let theirs = foreign.made.business_unit.id;
        let new = new_team(theirs, "Nights", FieldSwitch::Off);
        let outcome = app.make_team(tenant, ADMIN, new).await;
        assert!(matches!(outcome, Err(ChangeError::NotFound("business unit"))), "{outcome:?}");
        for outcome in [
            app.rename_team(foreign.tenant(), ADMIN, team, "Ours").await,
            app.remove_team(foreign.tenant(), ADMIN, nights).await,
        ] {
            assert!(matches!(outcome, Err(ChangeError::NotFound("team"))), "{outcome:?}");
        }
        for outcome in [
            app.rename_role(foreign.tenant(), ADMIN, coach, "Ours").await,
            app.remove_role(foreign.tenant(), ADMIN, coach).await,
        ] {
            assert!(matches!(outcome, Err(ChangeError::NotFound("role"))), "{outcome:?}");
        }
        // The name that it has is no change.
        app.rename_team(tenant, ADMIN, team, "Default team").await.expect("it has it");
        app.rename_role(tenant, ADMIN, coach, "Coach").await.expect("it has it");
        let after = app.audit(tenant, AuditQuery::default(), 99).await.unwrap().entries.len();
        assert_eq!(after, before);
        // Another unit may have a team of the same name.
        let made = app.create_business_unit(tenant, ADMIN, "Bergen").await.expect("it is made");
        let new = new_team(made.0.id, "Nights", FieldSwitch::Off);
        app.make_team(tenant, ADMIN, new).await.expect("the name is free there");
    });
}

#[test]
fn a_group_of_a_connection_is_renamed_and_ended_there_alone() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let (app, tenant) = (&hub.app, door.tenant());
        let path = door.group("Sales", &[]).await;
        let team: TeamId = id_of(&path).parse().unwrap();
        let owner = app.team(tenant, team).await.unwrap().owner.expect("it is a group");
        assert_eq!((owner.connection, owner.name.as_str()), (door.connection, "okta"));
        let refused = app.rename_team(tenant, ADMIN, team, "Sales 2").await.expect_err("locked");
        assert!(refused.to_string().contains("is a group of okta"), "{refused}");
        assert_eq!(remove(app, tenant, team).await, [Hindrance::Group(owner)]);
        // What it does is ours: the feature is switched as of any team.
        app.set_wfm_advanced(tenant, ADMIN, team, FieldSwitch::Off).await.expect("it is switched");
        door.delete(&path).await.expect(204);

        let roles = hub.second_door(&door, "entra").await;
        hub.set_groups(&roles, GroupMeaning::Role).await;
        let path = roles.group("Reviewer", &[]).await;
        let role: RoleId = id_of(&path).parse().unwrap();
        let refused = app.rename_role(tenant, ADMIN, role, "Judge").await.expect_err("locked");
        assert!(refused.to_string().contains("which alone renames and ends it"), "{refused}");
        let removed = app.remove_role(tenant, ADMIN, role).await;
        assert!(matches!(removed, Err(ChangeError::NotNow(_))), "{removed:?}");
        // A role of ours becomes the group of its name, and is locked from then on.
        let coach = app.create_role(tenant, ADMIN, "Coach").await.expect("it is made").id;
        let path = roles.group("Coach", &[]).await;
        assert_eq!(id_of(&path), coach.to_string());
        assert!(app.rename_role(tenant, ADMIN, coach, "Mentor").await.is_err());
        roles.delete(&path).await.expect(204);
        app.rename_role(tenant, ADMIN, coach, "Mentor").await.expect("it is ours again");
    });
}

#[test]
fn what_leads_to_a_team_or_role_keeps_it() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let (app, tenant) = (&hub.app, door.tenant());
        let landing = remove(app, tenant, door.made.team.id).await;
        assert!(matches!(landing.as_slice(), [Hindrance::Landing(owner)] if owner.name == "okta"));
        let unit = door.made.business_unit.id;
        let nights = app.create_team(tenant, ADMIN, unit, "Nights").await.expect("it is made").id;
        let coach = app.create_role(tenant, ADMIN, "Coach").await.expect("it is made").id;
        let fields = TemplateFields {
            team: TemplateField::Set(nights),
            secondary_roles: TemplateField::Set(vec![coach]),
            ..TemplateFields::default()
        };
        let draft = TemplateDraft { name: "Night shift".into(), fields };
        let template = app.create_template(tenant, ADMIN, draft).await.expect("it is made").id;
        let by_template = [Hindrance::Template { id: template, name: "Night shift".into() }];
        assert_eq!(remove(app, tenant, nights).await, by_template);
        assert_eq!(app.role(tenant, coach).await.unwrap().hindrances, by_template);
        assert!(app.remove_role(tenant, ADMIN, coach).await.is_err());
        app.remove_template(tenant, ADMIN, template).await.expect("it is removed");
        assert_eq!(remove(app, tenant, nights).await, []);

        let ana = door.create("ana").await;
        let ana = id_of(&ana).parse().unwrap();
        app.add_secondary_role(tenant, ADMIN, ana, coach).await.expect("she has it");
        assert_eq!(app.role(tenant, coach).await.unwrap().hindrances, [Hindrance::People(1)]);
        app.remove_secondary_role(tenant, ADMIN, ana, coach).await.expect("she has it not");
        app.remove_role(tenant, ADMIN, coach).await.expect("nobody has it");
        let (action, before, _) = told(&door, coach.to_string()).await;
        assert_eq!((action.as_str(), before), ("role.removed", json!({"name": "Coach"})));
        // A connection that was removed leads nowhere any more.
        app.remove_connection(tenant, ADMIN, door.connection).await.expect("it is removed");
        let here = app.team(tenant, door.made.team.id).await.unwrap().hindrances;
        assert_eq!(here, [Hindrance::People(1)]);
    });
}

#[test]
fn the_default_role_stays_so_under_its_new_name_and_comes_back_when_it_is_made() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let (app, tenant) = (&hub.app, door.tenant());
        let agent = app.account(tenant).await.unwrap().roles.remove(0).id;
        let detail = app.role(tenant, agent).await.unwrap();
        assert!(detail.is_default);
        assert_eq!(detail.hindrances, [Hindrance::DefaultRole]);
        assert!(app.remove_role(tenant, ADMIN, agent).await.is_err());
        app.rename_role(tenant, ADMIN, agent, "Advisor").await.expect("it is renamed");
        let account = app.account(tenant).await.unwrap();
        assert_eq!(
            (account.tenant.default_role.as_str(), account.has_default_role),
            ("Advisor", true)
        );
        let (action, ..) = told(&door, tenant.to_string()).await;
        assert_eq!(action, "account.changed");
        door.create("ana").await;

        // The same when a provider renames it.
        let roles = hub.second_door(&door, "entra").await;
        hub.set_groups(&roles, GroupMeaning::Role).await;
        let path = roles.group("Advisor", &[]).await;
        let rename = json!([{"op": "replace", "path": "displayName", "value": "Consultant"}]);
        roles.patch(&path, rename).await;
        assert_eq!(app.account(tenant).await.unwrap().tenant.default_role, "Consultant");
        door.create("cyd").await;

        // Where it is missing, because an older version let it go, the administrator makes it anew.
        let lost: Result<(), StorageError> = hub
            .storage
            .write(tenant, |tx| {
                let role = structure::find_role(tx, "Consultant")?.expect("it is there");
                structure::rename_role(tx, role, "Lost")
            })
            .await;
        lost.expect("it is renamed");
        door.post("/Users", &person("ben")).await.refused(400, Some("invalidValue"));
        let made = app.create_role(tenant, ADMIN, "Consultant").await.expect("it is made");
        let (action, _, after) = told(&door, made.id.to_string()).await;
        assert_eq!((action.as_str(), after), ("role.created", json!({"name": "Consultant"})));
        assert_eq!(app.account(tenant).await.unwrap().refused, None);
        door.create("ben").await;
    });
}

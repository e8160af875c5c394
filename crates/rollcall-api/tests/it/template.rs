//! Employee templates: named by an identity provider when it makes somebody, applied by an administrator to
//! people who are there.

use rollcall_app::journal::Ring;
use rollcall_app::roster::RosterQuery;
use rollcall_app::template::{
    Application, ApplicationState, Kept, TemplateDetail, TemplateDraft, TemplateFields,
};
use rollcall_domain::TemplateId;
use rollcall_domain::authority::Attribute;
use rollcall_domain::optional::OptionalAttributes;
use rollcall_domain::source::{Actor, Source};
use rollcall_domain::structure::Role;
use rollcall_domain::template::TemplateField;
use rollcall_storage::record::audit::{self, AuditQuery};
use rollcall_storage::{StorageError, directory::employee_role, directory::structure};
use serde_json::{Value, json};

use crate::database::on_each_database;
use crate::door::{AGENT, Door, id_of, person};
use crate::hub::Hub;

fn set(text: &str) -> TemplateField<String> {
    TemplateField::Set(text.into())
}

/// A tenant with a team `Nights` and a role `Coach`, and the template `Night shift` of both.
async fn night_shift(hub: &Hub, door: &Door) -> (TemplateId, TemplateFields) {
    let unit = door.made.business_unit.id;
    let team = hub.app.create_team(door.tenant(), Actor::System, unit, "Nights").await;
    let role =
        Role { id: rollcall_domain::RoleId::new(uuid::Uuid::from_u128(77)), name: "Coach".into() };
    let coach = role.id;
    let added: Result<(), StorageError> =
        hub.storage.write(door.tenant(), move |tx| structure::insert_role(tx, &role)).await;
    added.expect("the role is added");
    let fields = TemplateFields {
        team: TemplateField::Set(team.expect("the team is made").id),
        secondary_roles: TemplateField::Set(vec![coach]),
        time_zone: set("Europe/Athens"),
        employee_type: set("Contractor"),
        display_name: TemplateField::Clear,
        ..TemplateFields::default()
    };
    (template(hub, door, "Night shift", fields.clone()).await, fields)
}

async fn template(hub: &Hub, door: &Door, name: &str, fields: TemplateFields) -> TemplateId {
    let draft = TemplateDraft { name: name.into(), fields };
    let made = hub.app.create_template(door.tenant(), Actor::System, draft).await;
    made.expect("the template is made").id
}

fn named(name: &str, template: &str) -> Value {
    let mut body = person(name);
    body[AGENT] = json!({"template": template});
    body
}

/// Waits until the application of a template has ended.
async fn ended(hub: &Hub, door: &Door, id: TemplateId) -> Application {
    let mut changes = hub.app.watch();
    loop {
        let found: TemplateDetail =
            hub.app.template(door.tenant(), Some(id)).await.expect("it is there");
        match found.application {
            Some(application) if application.state != ApplicationState::Running => {
                return application;
            }
            _ => {
                let heard =
                    tokio::time::timeout(std::time::Duration::from_secs(20), changes.recv());
                let _ = heard.await.expect("the application goes on");
            }
        }
    }
}

#[test]
fn it_counts_more_than_what_people_begin_with_and_less_than_what_is_sent() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        night_shift(hub, &door).await;
        let mut ana = named("ana", "NIGHT shift");
        ana["timezone"] = json!("Europe/Berlin");
        let created = door.post("/Users", &ana).await.expect(201).json();
        assert_eq!(created.get(AGENT), None, "it is no value of a person");
        assert_eq!(created["schemas"], json!([crate::door::USER]));
        let detail = hub.employee(&door, &created).await;
        assert_eq!(detail.team.name, "Nights");
        let employee = detail.employee;
        assert_eq!(employee.details.time_zone.as_deref(), Some("Europe/Berlin"));
        assert_eq!(employee.details.employee_type.as_deref(), Some("Contractor"));
        let origin = |attribute| employee.origins.of(attribute).map(|(source, _)| source);
        assert_eq!(origin(Attribute::TimeZone), Some(employee.managed_by));
        assert_eq!(origin(Attribute::Type), Some(Source::Local));
        let id = employee.id;
        let roles = door.look(move |tx| employee_role::list(tx, id)).await;
        assert_eq!(roles.len(), 1);
        assert_eq!(roles[0].1, Source::Local);
        // What the client does not state later was not its own, and stays.
        let path = format!("/Users/{id}");
        door.put(&path, &person("ana")).await.expect(200);
        let after = hub.employee(&door, &created).await.employee;
        assert_eq!(after.details.employee_type.as_deref(), Some("Contractor"));
        assert_eq!(after.details.time_zone, None, "that one was stated and withdrawn");
    });
}

#[test]
fn one_that_is_none_is_refused_by_name_and_nothing_is_stored() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let before = door.trace().await;
        let detail = door
            .post("/Users", &named("ana", "Day shift"))
            .await
            .refused(400, Some("invalidValue"));
        assert!(detail.contains("template \"Day shift\""), "{detail}");
        assert_eq!(door.trace().await, before);
        let operation = json!({"method": "POST", "path": "/Users", "bulkId": "a", "data": named("ana", "Day shift")});
        let answer = door.post("/Bulk", &json!({"Operations": [operation]})).await.expect(200);
        assert_eq!(answer.json()["Operations"][0]["status"], "400");
        night_shift(hub, &door).await;
        let operation = json!({"method": "POST", "path": "/Users", "bulkId": "a", "data": named("ana", "Night shift")});
        let answer = door.post("/Bulk", &json!({"Operations": [operation]})).await.expect(200);
        assert_eq!(answer.json()["Operations"][0]["status"], "201");
        let found =
            door.filter("userName eq \"ana@example.com\"").await.json()["Resources"][0].clone();
        let number = hub.employee(&door, &found).await.employee.agent_number;
        assert_eq!(number.0, 100_001, "no number was used up");
        assert_eq!(hub.employee(&door, &found).await.team.name, "Nights");
    });
}

#[test]
fn the_names_are_published_and_there_is_nothing_to_name_without_one() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let attribute = async || {
            let schema = door.get(&format!("/Schemas/{AGENT}")).await.expect(200).json();
            let all = schema["attributes"].as_array().expect("attributes").clone();
            all.into_iter().find(|attribute| attribute["name"] == "template")
        };
        assert_eq!(attribute().await, None);
        night_shift(hub, &door).await;
        let published = attribute().await.expect("it is published");
        assert_eq!(published["canonicalValues"], json!(["Night shift"]));
        assert_eq!(published["mutability"], "immutable");
        assert_eq!(published["returned"], "never");
    });
}

#[test]
fn named_later_it_is_passed_over_and_told() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        night_shift(hub, &door).await;
        let path = door.create("ana").await;
        door.put(&path, &named("ana", "Night shift")).await.expect(200);
        let set =
            json!([{"op": "add", "path": format!("{AGENT}:template"), "value": "Night shift"}]);
        door.patch(&path, set).await.expect(200);
        let detail = hub.employee(&door, &json!({"id": id_of(&path)})).await;
        assert_eq!(detail.team.name, "Default team");
        let journal = hub.journal(&door, Ring::All).await;
        let told = format!("{AGENT}:template");
        assert!(journal.ignored.iter().any(|(name, _)| *name == told), "{:?}", journal.ignored);
        // Whoever comes back comes back as they were.
        door.delete(&path).await.expect(204);
        door.post("/Users", &named("ana", "Night shift")).await.expect(201);
        let detail = hub.employee(&door, &json!({"id": id_of(&path)})).await;
        assert_eq!(detail.team.name, "Default team");
    });
}

#[test]
fn applied_to_people_it_keeps_what_the_identity_provider_wrote() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        for name in ["ana", "ben", "eve"] {
            let mut body = person(name);
            if name == "ana" {
                body["timezone"] = json!("Europe/Berlin");
            }
            door.post("/Users", &body).await.expect(201);
        }
        let (id, _) = night_shift(hub, &door).await;
        let everyone = RosterQuery::default();
        let before = door.trace().await;
        let tenant = door.tenant();
        let preview = hub.app.preview_template(tenant, id, everyone.clone()).await.expect("told");
        assert_eq!(door.trace().await, before, "a preview does nothing");
        assert_eq!((preview.people, preview.changing, preview.keeping), (3, 3, 1));
        assert_eq!(preview.fields["Team"], 3);
        assert_eq!(preview.fields["Time zone"], 2);
        assert_eq!(preview.fields["Secondary roles"], 3);
        let ana = &preview.named[0];
        assert!(matches!(ana.kept[..], [(Attribute::TimeZone, Kept::WrittenBy(Source::Scim(_)))]));
        assert_eq!(ana.after["type"], "Contractor");

        let applied =
            hub.app.apply_template(tenant, Actor::System, (id, 9), everyone.clone()).await;
        assert!(applied.is_err(), "another version was looked at");
        let applied =
            hub.app.apply_template(tenant, Actor::System, (id, 1), everyone.clone()).await;
        applied.expect("it begins");
        let end = ended(hub, &door, id).await;
        assert_eq!(end.state, ApplicationState::Done, "{end:?}");
        assert_eq!((end.total, end.looked, end.changed, end.kept), (3, 3, 3, 1));
        for (name, zone) in [("ana", "Europe/Berlin"), ("ben", "Europe/Athens")] {
            let found = door.filter(&format!("userName eq \"{name}@example.com\"")).await.json();
            let detail = hub.employee(&door, &found["Resources"][0]).await;
            assert_eq!(detail.team.name, "Nights");
            assert_eq!(detail.employee.details.time_zone.as_deref(), Some(zone));
            assert_eq!(detail.history[0].action, "employee.changed");
            assert_eq!(detail.history[0].after["template"], "Night shift");
            assert!(detail.downstream[0].mark.is_some(), "the WFM hears of it");
        }
        let again = hub.app.preview_template(tenant, id, everyone).await.expect("told");
        assert_eq!((again.changing, again.keeping), (0, 1));
    });
}

#[test]
fn what_is_switched_off_belongs_to_the_template_and_a_query_narrows() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        for name in ["ana", "ben"] {
            let mut body = person(name);
            body["timezone"] = json!("Europe/Berlin");
            door.post("/Users", &body).await.expect(201);
        }
        let (id, _) = night_shift(hub, &door).await;
        hub.switch(&door, OptionalAttributes::NONE).await;
        let ben = RosterQuery { text: "ben@".into(), ..RosterQuery::default() };
        let preview = hub.app.preview_template(door.tenant(), id, ben).await.expect("told");
        assert_eq!((preview.people, preview.keeping), (1, 0));
        assert_eq!(preview.fields["Time zone"], 1);
        assert_eq!(preview.named[0].name, "Ana ben");
    });
}

#[test]
fn a_template_is_checked_and_changes_are_recorded() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let (id, fields) = night_shift(hub, &door).await;
        let tenant = door.tenant();
        let refused = async |name: &str, fields: TemplateFields| {
            let draft = TemplateDraft { name: name.into(), fields };
            let made = hub.app.create_template(tenant, Actor::System, draft).await;
            made.expect_err("it is refused").to_string()
        };
        assert!(refused("night SHIFT", fields.clone()).await.contains("taken"));
        assert!(refused(" ", fields.clone()).await.contains("a name has"));
        let none =
            TemplateFields { time_zone: set("Atlantis/Capital"), ..TemplateFields::default() };
        assert!(refused("A", none).await.contains("no time zone"));
        let none = TemplateFields { team: TemplateField::Clear, ..TemplateFields::default() };
        assert!(refused("A", none).await.contains("without a team"));
        let draft = TemplateDraft { name: "Late shift".into(), fields: TemplateFields::default() };
        let change = |version| {
            let draft = draft.clone();
            hub.app.change_template(tenant, Actor::System, (id, version), draft)
        };
        change(1).await.expect("it is changed");
        assert!(change(1).await.is_err(), "somebody else changed it meanwhile");
        hub.app.remove_template(tenant, Actor::System, id).await.expect("it is removed");
        assert!(hub.app.template(tenant, Some(id)).await.is_err());
        let kind = AuditQuery { action: "template.".into(), ..AuditQuery::default() };
        let trail = door.look(move |tx| audit::list(tx, &kind, 9)).await;
        let actions: Vec<_> = trail.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["template.removed", "template.changed", "template.created"]);
    });
}

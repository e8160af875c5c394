//! Templates: each name once, what they lead to stays, and how far an application has come.

use rollcall_domain::TemplateId;
use rollcall_domain::source::Actor;
use rollcall_domain::structure::Role;
use rollcall_domain::template::{Template, TemplateField, TemplateFields};
use rollcall_storage::directory::roster::{self, RosterQuery};
use rollcall_storage::directory::template_application::{self, Application, ApplicationState};
use rollcall_storage::{StorageError, Tx, directory::structure, directory::template};

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, person, uuid};

/// A row in each table, for the isolation of tenants.
pub(crate) fn fill(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    template::insert(tx, &preset(1, "Night shift"))?;
    template_application::save(tx, &application(1))
}

/// All that can be read of them.
pub(crate) fn dump(tx: &mut Tx<'_>) -> Result<String, StorageError> {
    let id = preset(1, "").id;
    let one = (template::find(tx, "Night shift")?, template::get(tx, id)?);
    let (all, last) = (template::list(tx)?, template_application::get(tx, id)?);
    let people = roster::list_after(tx, &RosterQuery::default(), None, 9)?;
    Ok(format!("{one:?} {all:?} {last:?} {people:?}"))
}

/// Changes all of them.
pub(crate) fn change(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    template::save(tx, &preset(1, "Changed"))?;
    template_application::save(tx, &Application { looked: 3, ..application(1) })?;
    template::delete(tx, preset(1, "").id)
}

/// A template with a number.
fn preset(number: u128, name: &str) -> Template {
    Template {
        id: TemplateId::new(uuid(number)),
        name: name.into(),
        fields: TemplateFields {
            time_zone: TemplateField::Set("Europe/Berlin".into()),
            display_name: TemplateField::Clear,
            ..TemplateFields::default()
        },
        version: 1,
        created_at: at(0),
        updated_at: at(0),
    }
}

/// An application of the template with that number.
fn application(number: u128) -> Application {
    Application {
        template: TemplateId::new(uuid(number)),
        actor: Actor::System,
        state: ApplicationState::Running,
        total: 3,
        looked: 2,
        changed: 1,
        kept: 1,
        problem: None,
        started_at: at(0),
        touched_at: at(1),
    }
}

#[test]
fn a_template_is_found_by_its_name_and_stands_once() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let (night, day) = (preset(1, "Night shift"), preset(2, "Day shift"));
        let (mut renamed, kept) = (night.clone(), day.clone());
        site.write(move |tx| template::insert(tx, &night)).await;
        site.write(move |tx| template::insert(tx, &day)).await;
        let found = site.read(|tx| template::find(tx, "NIGHT shift")).await;
        assert_eq!(found.as_ref(), Some(&renamed));
        let twin = preset(3, "day SHIFT");
        let twice = site.try_write(move |tx| template::insert(tx, &twin)).await;
        assert!(matches!(twice, Err(StorageError::Duplicate)), "{twice:?}");

        renamed.name = "Late shift".into();
        renamed.fields.team = TemplateField::Set(Site::TEAM);
        renamed.version = 2;
        renamed.updated_at = at(5);
        let saved = renamed.clone();
        site.write(move |tx| template::save(tx, &saved)).await;
        let id = renamed.id;
        assert_eq!(site.read(move |tx| template::get(tx, id)).await.as_ref(), Some(&renamed));
        assert_eq!(site.read(template::list).await, [kept.clone(), renamed]);
        assert_eq!(site.read(|tx| template::find(tx, "Night shift")).await, None);
        site.write(move |tx| template::delete(tx, id)).await;
        assert_eq!(site.read(template::list).await, [kept]);
    });
}

#[test]
fn a_team_or_role_that_a_template_gives_is_not_removed() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let role = rollcall_domain::RoleId::new(uuid(77));
        let mut gives = preset(1, "Night shift");
        gives.fields.team = TemplateField::Set(Site::OTHER_TEAM);
        gives.fields.secondary_roles = TemplateField::Set(vec![role]);
        let id = gives.id;
        site.write(move |tx| {
            structure::insert_role(tx, &Role { id: role, name: "Coach".into() })?;
            template::insert(tx, &gives)
        })
        .await;
        assert!(!site.write(|tx| structure::delete_empty_team(tx, Site::OTHER_TEAM)).await);
        assert!(!site.write(move |tx| structure::delete_unused_role(tx, role)).await);
        site.write(move |tx| template::delete(tx, id)).await;
        assert!(site.write(|tx| structure::delete_empty_team(tx, Site::OTHER_TEAM)).await);
        assert!(site.write(move |tx| structure::delete_unused_role(tx, role)).await);
    });
}

#[test]
fn the_last_application_of_a_template_is_told_until_it_is_removed() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let id = preset(1, "Night shift").id;
        site.write(|tx| template::insert(tx, &preset(1, "Night shift"))).await;
        assert_eq!(site.read(move |tx| template_application::get(tx, id)).await, None);
        site.write(|tx| template_application::save(tx, &application(1))).await;
        let found = site.read(move |tx| template_application::get(tx, id)).await;
        assert_eq!(found, Some(application(1)));
        let failed = Application {
            state: ApplicationState::Failed,
            looked: 3,
            problem: Some("the disk is full".into()),
            touched_at: at(9),
            ..application(1)
        };
        let saved = failed.clone();
        site.write(move |tx| template_application::save(tx, &saved)).await;
        assert_eq!(site.read(move |tx| template_application::get(tx, id)).await, Some(failed));
        site.write(move |tx| template::delete(tx, id)).await;
        assert_eq!(site.read(move |tx| template_application::get(tx, id)).await, None);
    });
}

#[test]
fn people_are_walked_through_in_the_order_of_their_ids() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let mut people: Vec<_> = (1..=4).map(person).collect();
        people[2].team = Site::OTHER_TEAM;
        site.insert_linked(people).await;
        let walk = |query: RosterQuery, after: Option<u32>| {
            let site = site.clone();
            async move {
                let after = after.map(employee_id);
                let found = site.read(move |tx| roster::list_after(tx, &query, after, 2)).await;
                found.into_iter().map(|person| person.id).collect::<Vec<_>>()
            }
        };
        let all = RosterQuery::default();
        assert_eq!(walk(all.clone(), None).await, [employee_id(1), employee_id(2)]);
        assert_eq!(walk(all.clone(), Some(2)).await, [employee_id(3), employee_id(4)]);
        assert_eq!(walk(all, Some(4)).await, []);
        let team = RosterQuery { team: Site::TEAM.to_string(), ..RosterQuery::default() };
        assert_eq!(walk(team, Some(1)).await, [employee_id(2), employee_id(4)]);
    });
}

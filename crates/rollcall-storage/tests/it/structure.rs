//! Business units, teams, roles, tenants, and agent numbers.

use std::collections::BTreeSet;

use rollcall_domain::employee::Status;
use rollcall_domain::structure::Role;
use rollcall_domain::{BusinessUnitId, RoleId, TeamId};
use rollcall_storage::{StorageError, directory::structure, directory::tenant};

use crate::database::on_each_database;
use crate::site::{Site, person, team, unit, uuid};

#[test]
fn what_people_stand_in_is_listed_by_name() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let mut people: Vec<_> = (1..=4).map(person).collect();
        people[0].team = Site::OTHER_TEAM;
        people[1].status = Status::Inactive;
        site.insert(people).await;

        let units = site.read(structure::list_business_units).await;
        assert_eq!(units, vec![unit(Site::OTHER_UNIT, "Athens"), unit(Site::UNIT, "Berlin")]);
        let teams = site.read(structure::list_teams).await;
        let named: Vec<_> = teams.iter().map(|team| (&*team.team.name, team.active)).collect();
        assert_eq!(named, vec![("Back office", 1), ("Support", 2)]);

        let features = vec!["WFM Advanced".to_owned(), "Ünï \"quoted\"".to_owned()];
        let saved = features.clone();
        site.write(move |tx| structure::save_team_features(tx, Site::OTHER_TEAM, &saved)).await;
        let codes = vec!["Lunch".to_owned(), "Notes".to_owned()];
        let saved = codes.clone();
        site.write(move |tx| structure::save_team_codes(tx, Site::OTHER_TEAM, &saved)).await;
        let mut changed = team(Site::OTHER_TEAM, "Back office", &[]);
        changed.features = features;
        changed.unavailable_codes = codes;
        let found = site.read(|tx| structure::get_team(tx, Site::OTHER_TEAM)).await;
        assert_eq!(found, Some(changed));

        let lead = Role { id: RoleId::new(uuid(1)), name: "A lead".into() };
        let added = lead.clone();
        site.write(move |tx| structure::insert_role(tx, &added)).await;
        let agent = Role { id: Site::ROLE, name: "Agent".into() };
        assert_eq!(site.read(structure::list_roles).await, vec![lead, agent]);
        assert_eq!(site.read(|tx| structure::find_role(tx, "Agent")).await, Some(Site::ROLE));
        assert_eq!(site.read(|tx| structure::find_role(tx, "agent")).await, None);
    });
}

#[test]
fn a_name_is_taken_once() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let unit_twin = site
            .try_write(|tx| {
                let twin = unit(BusinessUnitId::new(uuid(9)), "Berlin");
                structure::insert_business_unit(tx, &twin, 1)
            })
            .await;
        let team_twin = site
            .try_write(|tx| structure::insert_team(tx, &team(TeamId::new(uuid(9)), "Support", &[])))
            .await;
        let role_twin = site
            .try_write(|tx| {
                let twin = Role { id: RoleId::new(uuid(9)), name: "Agent".into() };
                structure::insert_role(tx, &twin)
            })
            .await;
        for twin in [unit_twin, team_twin, role_twin] {
            assert!(matches!(twin, Err(StorageError::Duplicate)), "{twin:?}");
        }
    });
}

#[test]
fn sixty_at_once_get_sixty_agent_numbers() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let takers: Vec<_> = (0..60)
            .map(|_| {
                let site = site.clone();
                tokio::spawn(async move {
                    site.write(|tx| structure::take_agent_number(tx, Site::UNIT)).await.0
                })
            })
            .collect();
        let mut numbers = BTreeSet::new();
        for taker in takers {
            numbers.insert(taker.await.unwrap());
        }
        assert_eq!(numbers, (1_000..1_060).collect(), "none twice, none left out");
        let nowhere = BusinessUnitId::new(uuid(99));
        let refusal = site.try_write(move |tx| structure::take_agent_number(tx, nowhere)).await;
        assert!(matches!(refusal, Err(StorageError::Inconsistent { .. })), "{refusal:?}");
    });
}

#[test]
fn tenants_are_listed_oldest_first_and_know_themselves() {
    on_each_database(async |storage| {
        let two = Site::numbered(storage.clone(), 2).await;
        let one = Site::new(storage.clone()).await;
        let all: Result<_, StorageError> = storage.read_installation(tenant::list).await;
        let ids: Vec<_> = all.unwrap().into_iter().map(|tenant| tenant.id).collect();
        assert_eq!(ids, vec![one.tenant, two.tenant]);
        let own = two.read(tenant::get).await.unwrap();
        assert_eq!((own.id, &*own.name, &*own.default_role), (two.tenant, "Acme", "Agent"));
    });
}

#[test]
fn what_nobody_stands_in_can_be_renamed_and_removed() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert(vec![person(1)]).await;
        site.write(|tx| {
            structure::rename_team(tx, Site::OTHER_TEAM, "Nights")?;
            structure::rename_role(tx, Site::ROLE, "Operator")
        })
        .await;
        let nights = site.read(|tx| structure::find_team(tx, Site::UNIT, "Nights")).await;
        assert_eq!(nights, Some(Site::OTHER_TEAM));
        assert_eq!(site.read(|tx| structure::find_role(tx, "Operator")).await, Some(Site::ROLE));
        let counted = site.read(|tx| {
            Ok((
                structure::count_in_team(tx, Site::TEAM)?,
                structure::count_in_team(tx, Site::OTHER_TEAM)?,
                structure::count_with_role(tx, Site::ROLE)?,
                structure::count_with_role(tx, RoleId::new(uuid(9)))?,
            ))
        });
        assert_eq!(counted.await, (1, 0, 1, 0));
        assert!(!site.write(|tx| structure::delete_empty_team(tx, Site::TEAM)).await);
        assert!(site.write(|tx| structure::delete_empty_team(tx, Site::OTHER_TEAM)).await);
        assert!(!site.write(|tx| structure::delete_unused_role(tx, Site::ROLE)).await);
        assert_eq!(site.read(|tx| structure::get_team(tx, Site::OTHER_TEAM)).await, None);
    });
}

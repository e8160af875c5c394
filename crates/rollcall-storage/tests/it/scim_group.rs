//! Groups and who is in them.

use rollcall_domain::{GroupId, RoleId};
use rollcall_storage::scim::scim_group::{self as groups, ScimGroup};
use rollcall_storage::scim::scim_person::{self, ScimPerson};
use rollcall_storage::{
    StorageError, Tx, directory::employee, directory::employee_role, directory::identity_link,
    scim::scim_group_member as members,
};

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, identity, person, uuid};

fn group(number: u128, external_id: Option<&str>) -> ScimGroup {
    ScimGroup {
        id: GroupId::new(uuid(number)),
        external_id: external_id.map(str::to_owned),
        resource: "{}".into(),
        made_here: true,
        version: 1,
        created_at: at(0),
        updated_at: at(0),
    }
}

/// A member who waits, in a group of every tenant.
pub(crate) fn fill(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    members::add(tx, (Site::SOURCE, GroupId::new(uuid(1))), &[("nobody", true)], at(0))
}

pub(crate) fn dump(tx: &mut Tx<'_>) -> Result<String, StorageError> {
    let place = (Site::SOURCE, GroupId::new(uuid(1)));
    let found = members::find(tx, place, &["nobody", "somebody"])?;
    Ok(format!("{found:?} {:?}", members::list(tx, place)?))
}

#[test]
fn a_group_is_found_by_each_of_its_names_and_stands_once() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let (one, two) = (group(1, Some("g-1")), group(2, None));
        let (first, second) = (one.clone(), two.clone());
        site.write(move |tx| {
            groups::insert(tx, Site::SOURCE, "Sales", &first)?;
            groups::insert(tx, Site::SOURCE, "Care", &second)
        })
        .await;
        let found = site.read(|tx| groups::find_by_name(tx, Site::SOURCE, "SALES")).await;
        assert_eq!(found.as_ref(), Some(&one));
        let found = site.read(|tx| groups::find_by_external_id(tx, Site::SOURCE, "g-1")).await;
        assert_eq!(found.as_ref(), Some(&one));
        assert_eq!(
            site.read(|tx| groups::find_by_external_id(tx, Site::SOURCE, "G-1")).await,
            None
        );
        let (id, other) = (one.id, two.id);
        assert_eq!(
            site.read(move |tx| groups::get(tx, Site::SOURCE, id)).await.as_ref(),
            Some(&one)
        );
        assert_eq!(site.read(move |tx| groups::owner(tx, id)).await, Some(Site::SOURCE));
        assert_eq!(site.read(|tx| groups::count(tx, Site::SOURCE)).await, 2);
        let page = site.read(move |tx| groups::list(tx, Site::SOURCE, Some(id), 9)).await;
        assert_eq!(page, [two]);

        let twin = group(3, None);
        let twice =
            site.try_write(move |tx| groups::insert(tx, Site::SOURCE, "sales", &twin)).await;
        assert!(matches!(twice, Err(StorageError::Duplicate)), "{twice:?}");
        let renamed = ScimGroup { version: 2, external_id: None, ..one };
        let kept = renamed.clone();
        site.write(move |tx| groups::save(tx, Site::SOURCE, "Sales 2", &renamed)).await;
        assert_eq!(
            site.read(|tx| groups::find_by_name(tx, Site::SOURCE, "sales 2")).await,
            Some(kept)
        );
        site.write(move |tx| groups::delete(tx, Site::SOURCE, other)).await;
        assert_eq!(site.read(|tx| groups::count(tx, Site::SOURCE)).await, 1);
        assert_eq!(site.read(move |tx| groups::owner(tx, other)).await, None);
    });
}

#[test]
fn members_come_wait_and_go() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let (one, two) = (GroupId::new(uuid(1)), GroupId::new(uuid(2)));
        let (ana, place) = (employee_id(1), (Site::SOURCE, one));
        site.write(move |tx| {
            members::add(tx, place, &[(&ana.to_string(), false)], at(0))?;
            members::add(tx, place, &[(&ana.to_string(), true)], at(5))?;
            members::add(tx, place, &[("nobody", true)], at(1))?;
            members::add(tx, (Site::SOURCE, two), &[(&ana.to_string(), false)], at(9))
        })
        .await;
        let all = site.read(move |tx| members::list(tx, place)).await;
        assert_eq!(
            all,
            [(ana.to_string(), false), ("nobody".to_owned(), true)],
            "the first counts"
        );
        assert_eq!(site.read(move |tx| members::first(tx, place, 5)).await, [ana.to_string()]);
        let found = site.read(move |tx| members::find(tx, place, &["else", "nobody"])).await;
        assert_eq!(found, [("nobody".to_owned(), true)]);
        assert_eq!(site.read(move |tx| members::count_pending(tx, place)).await, 1);
        let of_ana = site.read(move |tx| members::groups_of(tx, Site::SOURCE, ana)).await;
        assert_eq!(of_ana, [two, one], "the newest first");
        let naming = site.read(|tx| members::groups_naming(tx, Site::SOURCE, "nobody")).await;
        assert_eq!(naming, [one]);

        let left = site.write(move |tx| members::set_pending(tx, Site::SOURCE, ana, true)).await;
        assert_eq!(left, 2);
        assert_eq!(site.read(move |tx| members::groups_of(tx, Site::SOURCE, ana)).await, []);
        let back = site.write(move |tx| members::set_pending(tx, Site::SOURCE, ana, false)).await;
        let again = site.write(move |tx| members::set_pending(tx, Site::SOURCE, ana, false)).await;
        assert_eq!((back, again), (2, 0));
        site.write(move |tx| members::remove(tx, place, &["nobody", "else"])).await;
        site.write(move |tx| members::clear(tx, (Site::SOURCE, two))).await;
        assert_eq!(site.read(move |tx| members::groups_of(tx, Site::SOURCE, ana)).await, [one]);
    });
}

#[test]
fn many_members_come_and_go_at_once() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert_linked(vec![person(1), person(2)]).await;
        let hidden = at(9);
        site.write(move |tx| {
            let link = identity(&person(2));
            identity_link::save(
                tx,
                &identity_link::IdentityLink { hidden_at: Some(hidden), ..link },
            )
        })
        .await;
        let people: Vec<_> = (1..=130).map(employee_id).collect();
        let seen = people.clone();
        let seen = site.read(move |tx| identity_link::seen(tx, Site::SOURCE, &seen)).await;
        assert_eq!(seen, [employee_id(1)], "who was deleted and who is not there are not seen");

        let place = (Site::SOURCE, GroupId::new(uuid(1)));
        let ids: Vec<String> = people.iter().map(ToString::to_string).collect();
        let (come, named, go) = (ids.clone(), ids.clone(), ids[10..].to_vec());
        site.write(move |tx| {
            let rows: Vec<_> = come.iter().map(|id| (id.as_str(), true)).collect();
            members::add(tx, place, &rows, at(0))
        })
        .await;
        assert_eq!(site.read(move |tx| members::count_pending(tx, place)).await, 130);
        let found = site.read(move |tx| {
            let named: Vec<_> = named.iter().map(String::as_str).collect();
            members::find(tx, place, &named)
        });
        assert_eq!(found.await.len(), 130);
        site.write(move |tx| {
            let go: Vec<_> = go.iter().map(String::as_str).collect();
            members::remove(tx, place, &go)
        })
        .await;
        assert_eq!(site.read(move |tx| members::list(tx, place)).await.len(), 10);
    });
}

#[test]
fn a_person_is_read_with_the_names_of_their_groups_however_many() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert_linked(vec![person(1), person(2)]).await;
        let groups: Vec<ScimGroup> = (1..=70)
            .map(|number| {
                let resource = format!("{{\"displayName\":\"Group {number}\"}}");
                ScimGroup { resource, ..group(100 + number, None) }
            })
            .collect();
        let ids: Vec<GroupId> = groups.iter().map(|group| group.id).collect();
        let first = ids[0];
        site.write(move |tx| {
            for (number, group) in groups.iter().enumerate() {
                groups::insert(tx, Site::SOURCE, &number.to_string(), group)?;
            }
            identity_link::save_groups(tx, (Site::SOURCE, employee_id(1)), &ids)?;
            identity_link::save_groups(tx, (Site::SOURCE, employee_id(2)), &[first])
        })
        .await;
        let names = |person: &ScimPerson| -> Vec<String> {
            person.groups.iter().map(|group| group.display.to_string()).collect()
        };
        let ana = site
            .read(|tx| scim_person::get(tx, Site::CONNECTION, employee_id(1)))
            .await
            .expect("she is there");
        let expected: Vec<String> = (1..=70).map(|number| format!("Group {number}")).collect();
        assert_eq!(names(&ana), expected);
        let both = [employee_id(2), employee_id(1)];
        let each = site.read(move |tx| scim_person::get_each(tx, Site::CONNECTION, &both)).await;
        assert_eq!(each.iter().map(|one| one.id).collect::<Vec<_>>(), both);
        assert_eq!((names(&each[0]), names(&each[1])), (vec!["Group 1".to_owned()], expected));
    });
}

#[test]
fn another_name_of_a_group_is_another_version_of_its_people() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        site.insert_linked(vec![person(1), person(2), person(3)]).await;
        let place = (Site::SOURCE, GroupId::new(uuid(7)));
        site.write(move |tx| {
            members::add(tx, place, &[(&employee_id(1).to_string(), false)], at(0))?;
            members::add(tx, place, &[(&employee_id(2).to_string(), true)], at(0))
        })
        .await;
        let version = async |number: u32| {
            let found = site.read(move |tx| employee::get(tx, employee_id(number))).await.unwrap();
            (found.version, found.updated_at)
        };
        let before = (version(1).await, version(2).await, version(3).await);
        let stamp = storage.signals().stamps().of(employee_id(1));
        site.write(move |tx| members::renew_members(tx, place, at(9))).await;
        assert_eq!(version(1).await, (before.0.0 + 1, at(9)));
        assert_eq!(
            (version(2).await, version(3).await),
            (before.1, before.2),
            "who waits is not in"
        );
        assert_ne!(storage.signals().stamps().of(employee_id(1)), stamp, "no cache keeps them");
        site.write(move |tx| members::renew_members(tx, place, at(8))).await;
        assert_eq!(version(1).await.1, at(9), "the clock was set back");
    });
}

#[test]
fn groups_stand_at_the_person_and_roles_beside_the_primary_one() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let ana = person(1);
        let (id, link) = (ana.id, identity(&ana));
        site.insert(vec![ana]).await;
        site.write(move |tx| identity_link::insert(tx, &link)).await;
        let group = GroupId::new(uuid(7));
        site.write(move |tx| identity_link::save_groups(tx, (Site::SOURCE, id), &[group])).await;
        let link = site.read(move |tx| identity_link::get(tx, Site::SOURCE, id)).await.unwrap();
        assert_eq!(link.groups, format!("[\"{group}\"]"));

        let (first, second) = (RoleId::new(uuid(8)), RoleId::new(uuid(9)));
        site.write(move |tx| {
            employee_role::add(tx, (id, first), Site::SOURCE, at(0))?;
            employee_role::add(tx, (id, first), Site::SOURCE, at(5))?;
            employee_role::add(tx, (id, second), Site::SOURCE, at(1))
        })
        .await;
        let roles = site.read(move |tx| employee_role::list(tx, id)).await;
        assert_eq!(roles, [(first, Site::SOURCE), (second, Site::SOURCE)]);
        site.write(move |tx| employee_role::remove(tx, (id, first))).await;
        assert!(site.read(move |tx| employee_role::is_given(tx, second)).await);
        assert!(!site.read(move |tx| employee_role::is_given(tx, first)).await);
    });
}

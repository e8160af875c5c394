//! What roles permit.

use rollcall_domain::RoleId;
use rollcall_domain::employee::{Employee, Status};
use rollcall_domain::permission::Permission;
use rollcall_domain::source::Source;
use rollcall_domain::structure::Role;
use rollcall_storage::{
    StorageError, Tx, directory::employee_role, directory::role_permission, directory::structure,
};
use uuid::Uuid;

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, person};

const OTHER: RoleId = RoleId::new(Uuid::from_u128(31));

pub(crate) fn fill(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    role_permission::add(tx, Site::ROLE, Permission::AgentSchedule)
}

pub(crate) fn dump(tx: &mut Tx<'_>) -> Result<String, StorageError> {
    let one = role_permission::list_of(tx, employee_id(1))?;
    let people = role_permission::count_people(tx)?;
    Ok(format!("{:?} {one:?} {people:?}", role_permission::list(tx)?))
}

pub(crate) fn change(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    role_permission::add(tx, Site::ROLE, Permission::PersonalSchedule)?;
    role_permission::remove(tx, Site::ROLE, Permission::AgentSchedule)
}

#[test]
fn a_person_may_what_any_of_their_roles_permits() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert(vec![person(1), person(2)]).await;
        site.write(|tx| {
            structure::insert_role(tx, &Role { id: OTHER, name: "Planner".into() })?;
            employee_role::add(tx, (employee_id(2), OTHER), Source::Local, at(0))?;
            role_permission::add(tx, OTHER, Permission::PersonalSchedule)?;
            role_permission::add(tx, OTHER, Permission::PersonalSchedule)
        })
        .await;
        let of = async |number| {
            site.read(move |tx| role_permission::list_of(tx, employee_id(number))).await
        };
        assert_eq!(of(1).await, []);
        assert_eq!(of(2).await, [Permission::PersonalSchedule]);
        site.write(fill).await;
        assert_eq!(of(1).await, [Permission::AgentSchedule]);
        assert_eq!(of(2).await, Permission::ALL);
        let all = [(Site::ROLE, Permission::AgentSchedule), (OTHER, Permission::PersonalSchedule)];
        assert_eq!(site.read(role_permission::list).await, all);
        site.write(change).await;
        assert_eq!(of(1).await, [Permission::PersonalSchedule]);
    });
}

#[test]
fn a_roles_active_people_are_counted_once() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let gone = Employee { status: Status::Inactive, ..person(3) };
        site.insert(vec![person(1), person(2), gone]).await;
        site.write(|tx| {
            structure::insert_role(tx, &Role { id: OTHER, name: "Planner".into() })?;
            for (number, role) in [(2, OTHER), (3, OTHER), (2, Site::ROLE)] {
                employee_role::add(tx, (employee_id(number), role), Source::Local, at(0))?;
            }
            Ok(())
        })
        .await;
        let counts = site.read(role_permission::count_people).await;
        assert_eq!(counts, [(Site::ROLE, 2), (OTHER, 1)]);
    });
}

#[test]
fn what_a_removed_role_permitted_is_forgotten() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.write(|tx| {
            structure::insert_role(tx, &Role { id: OTHER, name: "Planner".into() })?;
            role_permission::add(tx, OTHER, Permission::PersonalSchedule)?;
            assert!(structure::delete_unused_role(tx, OTHER)?);
            Ok(())
        })
        .await;
        assert_eq!(site.read(role_permission::list).await, []);
    });
}

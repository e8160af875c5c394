//! Claims on people of others, one row each, and what an administrator is to mend.

use rollcall_domain::AdministratorId;
use rollcall_domain::source::Actor;
use rollcall_domain::take_over::Decision;
use rollcall_storage::record::alert::{self, AlertKind};
use rollcall_storage::scim::take_over_request::{self, ClaimKind, TakeOverRequest};
use rollcall_storage::{StorageError, Tx, directory::employee, directory::identity_link};

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, identity, person, uuid};

const ROLE: AlertKind = AlertKind::NoDefaultRole;

/// The claim of the other connection on a person.
fn request(number: u32) -> TakeOverRequest {
    TakeOverRequest {
        connection: Site::OTHER_CONNECTION,
        employee: employee_id(number),
        kind: ClaimKind::Creation,
        profile: person(number).profile,
        external_id: Some("Ext".into()),
        resource: "{}".into(),
        decision: Decision::Waiting,
        reason: None,
        count: 1,
        asked_at: at(i64::from(number)),
        last_asked_at: at(i64::from(number)),
        decided: None,
    }
}

/// A row in each table, for the isolation of tenants.
pub(crate) fn fill(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    alert::raise(tx, ROLE, "Trainee", at(0))?;
    take_over_request::save(tx, &request(1))
}

/// All that can be read of them.
pub(crate) fn dump(tx: &mut Tx<'_>) -> Result<String, StorageError> {
    let alert = alert::get(tx, ROLE, "Trainee")?;
    let one = take_over_request::get(tx, (Site::OTHER_CONNECTION, employee_id(1)))?;
    let all = take_over_request::list(tx, 9)?;
    let waiting = take_over_request::waiting(tx)?;
    let name = employee::ask_user_name(tx, &person(1).profile.user_name)?;
    let gone = employee::find_released(tx, Site::SOURCE, &person(1).profile.user_name)?;
    Ok(format!("{alert:?} {one:?} {all:?} {waiting:?} {name:?} {gone:?}"))
}

/// Changes all of them.
pub(crate) fn change(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    crate::template::change(tx)?;
    alert::raise(tx, ROLE, "Trainee", at(5))?;
    alert::clear(tx, ROLE, "Trainee")?;
    take_over_request::save(tx, &TakeOverRequest { count: 2, ..request(1) })?;
    take_over_request::delete(tx, (Site::OTHER_CONNECTION, employee_id(1)))?;
    take_over_request::delete_all(tx, Site::OTHER_CONNECTION)?;
    employee::release_user_name(tx, &person(2))?;
    employee::hold_user_name(tx, &person(2))?;
    identity_link::delete(tx, &identity(&person(2)))
}

#[test]
fn a_cause_is_one_row_however_often_it_is_met() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let get = async || site.read(|tx| alert::get(tx, ROLE, "Trainee")).await;
        assert_eq!(get().await, None);
        for second in [1, 5, 9] {
            site.write(move |tx| alert::raise(tx, ROLE, "Trainee", at(second))).await;
        }
        let found = get().await.expect("it is there");
        assert_eq!((found.count, found.since, found.last_at), (3, at(1), at(9)));
        site.write(|tx| alert::clear(tx, ROLE, "Agent")).await;
        assert!(get().await.is_some(), "another role");
        site.write(|tx| alert::clear(tx, ROLE, "Trainee")).await;
        assert_eq!(get().await, None);
    });
}

#[test]
fn a_claim_is_one_row_however_often_it_is_made_and_keeps_what_was_decided() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let key = (Site::OTHER_CONNECTION, employee_id(1));
        let get = async || site.read(move |tx| take_over_request::get(tx, key)).await;
        site.write(|tx| take_over_request::save(tx, &request(1))).await;
        assert_eq!(get().await, Some(request(1)));
        let decided = TakeOverRequest {
            kind: ClaimKind::Renaming,
            external_id: None,
            decision: Decision::Rejected,
            reason: Some("another Ana".into()),
            count: 2,
            last_asked_at: at(60),
            decided: Some((Actor::Administrator(AdministratorId::new(uuid(3))), at(50))),
            ..request(1)
        };
        let saved = decided.clone();
        site.write(move |tx| take_over_request::save(tx, &saved)).await;
        assert_eq!(get().await, Some(decided));
        site.write(move |tx| take_over_request::delete(tx, key)).await;
        assert_eq!(get().await, None);
    });
}

#[test]
fn those_that_wait_come_first_and_the_oldest_of_them_is_told() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        assert_eq!(site.read(take_over_request::waiting).await, None);
        site.write(|tx| {
            let rejected = TakeOverRequest { decision: Decision::Rejected, ..request(4) };
            let approved = TakeOverRequest { decision: Decision::Approved, ..request(1) };
            for request in [rejected, request(2), approved, request(3)] {
                take_over_request::save(tx, &request)?;
            }
            Ok(())
        })
        .await;
        let listed = async |limit| {
            let all = site.read(move |tx| take_over_request::list(tx, limit)).await;
            all.into_iter().map(|request| request.employee).collect::<Vec<_>>()
        };
        assert_eq!(listed(9).await, [3, 2, 1, 4].map(employee_id));
        assert_eq!(listed(3).await, [3, 2, 1].map(employee_id));
        assert_eq!(site.read(take_over_request::waiting).await, Some((2, at(2))));
        site.write(|tx| take_over_request::delete_all(tx, Site::OTHER_CONNECTION)).await;
        assert!(listed(9).await.is_empty());
    });
}

//! Login authenticators: each name once.

use rollcall_domain::LoginAuthenticatorId;
use rollcall_domain::structure::LoginAuthenticator;
use rollcall_storage::{StorageError, directory::login_authenticator};

use crate::database::on_each_database;
use crate::site::{Site, uuid};

#[test]
fn an_authenticator_is_found_by_its_name_and_stands_once() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let one = |number, name: &str| LoginAuthenticator {
            id: LoginAuthenticatorId::new(uuid(number)),
            name: name.into(),
            kind: "oidc".into(),
        };
        let (azure, twin) = (one(1, "Azure"), one(2, "Azure"));
        let kept = azure.clone();
        site.write(move |tx| login_authenticator::insert(tx, &azure)).await;
        let twice = site.try_write(move |tx| login_authenticator::insert(tx, &twin)).await;
        assert!(matches!(twice, Err(StorageError::Duplicate)), "{twice:?}");
        let found = site.read(|tx| login_authenticator::find(tx, "Azure")).await;
        assert_eq!(found, Some(kept.id));
        assert_eq!(site.read(login_authenticator::list).await, [kept]);
    });
}

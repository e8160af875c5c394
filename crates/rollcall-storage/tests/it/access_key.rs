//! Access keys, and the tokens that they were exchanged for.

use rollcall_domain::employee::Status;
use rollcall_domain::{AccessKeyId, ScimTokenId};
use rollcall_storage::access::access_key::{self, AccessKey, OwnedKey};
use rollcall_storage::access::credential::{self, TokenEnd};
use rollcall_storage::access::scim_token::{ScimToken, TokenOrigin};
use rollcall_storage::{Storage, access::scim_token, directory::employee, scim::scim_connection};

use crate::database::on_each_database;
use crate::site::{Site, at, connection, employee_id, person, uuid};

pub(crate) fn key(number: u128, key_id: &str) -> AccessKey {
    AccessKey {
        id: AccessKeyId::new(uuid(number)),
        connection: Site::CONNECTION,
        employee: employee_id(1),
        key_id: key_id.into(),
        secret_hash: "secret hash".into(),
        created_at: at(0),
        revoked_at: None,
        last_used_at: None,
    }
}

fn token(number: u128, hash: &str) -> ScimToken {
    ScimToken {
        id: ScimTokenId::new(uuid(number)),
        connection: Site::CONNECTION,
        origin: TokenOrigin::AccessKey(AccessKeyId::new(uuid(1))),
        hash: hash.into(),
        hint: "rct_ab".into(),
        created_at: at(0),
        expires_at: Some(at(i64::try_from(number).expect("a small number") * 100)),
        revoked_at: None,
        last_used_at: None,
    }
}

/// A site with a person who owns a key.
async fn site(storage: Storage) -> Site {
    let site = Site::new(storage).await;
    site.insert(vec![person(1)]).await;
    site.write(|tx| access_key::insert(tx, &key(1, "rck_1"))).await;
    site
}

async fn end(site: &Site) -> Option<TokenEnd> {
    let found = site.storage.read_installation(|session| credential::find_token(session, "hash"));
    found.await.expect("the database can be read").expect("the token is there").end
}

async fn set_status(site: &Site, status: Status) {
    site.write(move |tx| {
        let before = employee::get(tx, employee_id(1))?.expect("they are there");
        let mut after = before.clone();
        after.status = status;
        employee::save_change(tx, &before, &after)
    })
    .await;
}

#[test]
fn a_key_is_found_with_its_owner_until_its_connection_ends() {
    on_each_database(async |storage| {
        let site = site(storage.clone()).await;
        let owned = OwnedKey {
            key: key(1, "rck_1"),
            owner_name: "Ana Person00001".into(),
            owner_is_active: true,
        };
        assert!(owned.works());
        let listed = site.read(|tx| access_key::list(tx, Site::CONNECTION)).await;
        assert_eq!(listed, vec![owned.clone()]);
        let got = site.read(|tx| access_key::get(tx, AccessKeyId::new(uuid(1)))).await;
        assert_eq!(got, Some(owned.clone()));
        let find = async |key_id: &'static str| {
            let found = storage.read_installation(|s| credential::find_access_key(s, key_id)).await;
            found.expect("the database can be read")
        };
        assert_eq!(find("rck_1").await, Some((site.tenant, owned)));
        assert_eq!(find("rck_2").await, None);
        site.write(|tx| {
            let mut removed = connection(Site::CONNECTION, "Okta");
            removed.removed_at = Some(at(9));
            scim_connection::save(tx, &removed)
        })
        .await;
        assert_eq!(find("rck_1").await, None);
    });
}

#[test]
fn a_token_tells_why_its_key_stopped() {
    on_each_database(async |storage| {
        let site = site(storage).await;
        site.write(|tx| scim_token::insert(tx, &token(1, "hash"))).await;
        assert_eq!(end(&site).await, None);
        set_status(&site, Status::Inactive).await;
        assert_eq!(end(&site).await, Some(TokenEnd::OwnerInactive("Ana Person00001".into())));
        set_status(&site, Status::Active).await;
        assert_eq!(end(&site).await, None, "it works again");
        let revoke = |tx: &mut rollcall_storage::Tx<'_>| {
            access_key::revoke(tx, AccessKeyId::new(uuid(1)), at(5))
        };
        assert!(site.write(revoke).await);
        assert!(!site.write(revoke).await, "only once");
        assert_eq!(end(&site).await, Some(TokenEnd::KeyRevoked("rck_1".into(), at(5))));
    });
}

#[test]
fn the_status_of_an_owner_decides_access_and_that_of_others_does_not() {
    on_each_database(async |storage| {
        let site = site(storage.clone()).await;
        let stamp = || storage.signals().stamps().access();
        let before = stamp();
        set_status(&site, Status::Inactive).await;
        let inactive = stamp();
        assert_ne!(before, inactive);
        site.insert(vec![person(2)]).await;
        site.write(|tx| {
            let before = employee::get(tx, employee_id(2))?.expect("they are there");
            let mut after = before.clone();
            after.status = Status::Inactive;
            employee::save_change(tx, &before, &after)
        })
        .await;
        assert_eq!(inactive, stamp(), "they own no key");
        site.write(|tx| scim_token::insert(tx, &token(1, "hash"))).await;
        assert_eq!(inactive, stamp(), "a token by a key takes nothing from anybody");
        site.write(|tx| access_key::note_use(tx, AccessKeyId::new(uuid(1)), at(7))).await;
        assert_eq!(inactive, stamp());
        let owned = site.read(|tx| access_key::get(tx, AccessKeyId::new(uuid(1)))).await;
        assert_eq!(owned.expect("it is there").key.last_used_at, Some(at(7)));
    });
}

#[test]
fn tokens_by_a_key_are_not_listed_and_are_forgotten_after_their_end() {
    on_each_database(async |storage| {
        let site = site(storage.clone()).await;
        site.write(|tx| {
            scim_token::insert(tx, &token(1, "a"))?;
            scim_token::insert(tx, &token(2, "b"))?;
            scim_token::insert(tx, &ScimToken { origin: TokenOrigin::Hand, ..token(3, "c") })?;
            scim_token::delete_ended(tx, token(1, "a").origin, at(150))?;
            scim_token::delete_ended(tx, TokenOrigin::Hand, at(999))
        })
        .await;
        let listed = site.read(|tx| scim_token::list(tx, Site::CONNECTION)).await;
        assert_eq!(listed.iter().map(|token| &*token.hash).collect::<Vec<_>>(), ["c"]);
        for (hash, there) in [("a", false), ("b", true), ("c", true)] {
            let found = storage.read_installation(move |s| credential::find_token(s, hash)).await;
            assert_eq!(found.expect("the database can be read").is_some(), there, "{hash}");
        }
    });
}

//! Tokens of a tenant for systems other than identity providers.

use rollcall_domain::{ApiTokenId, TenantId};
use rollcall_storage::StorageError;
use rollcall_storage::access::api_token::{self, ApiToken};

use crate::database::on_each_database;
use crate::site::{Site, at, uuid};

pub(crate) fn token(number: u128, hash: &str) -> ApiToken {
    ApiToken {
        id: ApiTokenId::new(uuid(number)),
        name: "Switch".into(),
        hash: hash.into(),
        hint: "rcp_".into(),
        scopes: vec!["agent-sessions".into(), "contact-events".into()],
        created_at: at(0),
        expires_at: Some(at(60)),
        revoked_at: None,
        last_used_at: None,
    }
}

async fn find(site: &Site, hash: &'static str) -> Option<(TenantId, ApiToken)> {
    let found: Result<_, StorageError> =
        site.storage.read_installation(move |session| api_token::find(session, hash)).await;
    found.expect("the database can be read")
}

#[test]
fn a_token_is_found_by_its_hash_with_its_tenant() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.write(|tx| api_token::insert(tx, &token(1, "one"))).await;
        site.write(|tx| api_token::insert(tx, &token(2, "two"))).await;
        assert_eq!(find(&site, "one").await, Some((site.tenant, token(1, "one"))));
        assert_eq!(find(&site, "three").await, None);
        assert_eq!(site.read(api_token::list).await, [token(1, "one"), token(2, "two")]);
    });
}

#[test]
fn a_revoked_token_is_there_and_opens_nothing() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.write(|tx| api_token::insert(tx, &token(1, "one"))).await;
        let before = site.storage.signals().stamps().access();
        let id = ApiTokenId::new(uuid(1));
        site.write(move |tx| api_token::note_use(tx, id, at(7))).await;
        assert_eq!(site.storage.signals().stamps().access(), before);
        assert!(site.write(move |tx| api_token::revoke(tx, id, at(9))).await);
        assert!(!site.write(move |tx| api_token::revoke(tx, id, at(10))).await);
        assert_ne!(site.storage.signals().stamps().access(), before);
        let (_, found) = find(&site, "one").await.unwrap();
        assert_eq!((found.revoked_at, found.last_used_at), (Some(at(9)), Some(at(7))));
        assert!(!found.is_live(at(9)) && token(1, "one").is_live(at(59)));
        assert!(!token(1, "one").is_live(at(60)));
    });
}

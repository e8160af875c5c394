//! Registered applications, what they were allowed, and the tokens that they got.

use rollcall_domain::pkce::Pkce;
use rollcall_domain::{AdministratorId, OauthApplicationId, OauthGrantId, ScimTokenId};
use rollcall_storage::access::credential::{self, TokenEnd};
use rollcall_storage::access::oauth_application::{self, OauthApplication};
use rollcall_storage::access::oauth_grant::{self, OauthGrant, Refresh};
use rollcall_storage::access::scim_token::{ScimToken, TokenOrigin};
use rollcall_storage::{StorageError, Tx, access::scim_token, scim::scim_connection};

use crate::database::on_each_database;
use crate::site::{Site, at, connection, uuid};

pub(crate) fn application(client_id: &str) -> OauthApplication {
    OauthApplication {
        id: OauthApplicationId::new(uuid(1)),
        connection: Site::CONNECTION,
        name: "Okta".into(),
        client_id: client_id.into(),
        secret_hash: "secret hash".into(),
        redirect_uris: vec!["https://a.example/callback".into()],
        keys: None,
        pkce: Pkce::Optional,
        created_at: at(0),
        revoked_at: None,
        last_used_at: None,
        key_used: None,
    }
}

pub(crate) fn grant(number: u128, code_hash: &str) -> OauthGrant {
    OauthGrant {
        id: OauthGrantId::new(uuid(number)),
        application: OauthApplicationId::new(uuid(1)),
        administrator: AdministratorId::new(uuid(1)),
        redirect_uri: "https://a.example/callback".into(),
        code_hash: code_hash.into(),
        code_challenge: Some("challenge".into()),
        code_expires_at: at(60),
        code_used_at: None,
        refresh: None,
        created_at: at(0),
        revoked_at: None,
        revoked_because: None,
    }
}

/// A token of the application, by what it was allowed.
pub(crate) fn token(number: u128, hash: &str) -> ScimToken {
    let (application, grant) = (application("").id, grant(1, "").id);
    ScimToken {
        id: ScimTokenId::new(uuid(number)),
        connection: Site::CONNECTION,
        origin: TokenOrigin::Application(application, Some(grant)),
        hash: hash.into(),
        hint: "rct_ab".into(),
        created_at: at(0),
        expires_at: Some(at(100)),
        revoked_at: None,
        last_used_at: None,
    }
}

/// Changes the keys of an application, for the test of tenants that are alike.
pub(crate) fn change(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    let id = application("").id;
    oauth_application::note_key_use(tx, id, "key", at(5))?;
    oauth_application::save_keys(tx, id, None)
}

#[test]
fn an_application_is_found_until_its_connection_ends() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        let kept = OauthApplication { keys: Some("{}".into()), ..application("rca_1") };
        let added = kept.clone();
        site.write(move |tx| oauth_application::insert(tx, &added)).await;
        let listed = site.read(|tx| oauth_application::list(tx, Site::CONNECTION)).await;
        assert_eq!(listed, vec![kept.clone()]);
        let find = async || {
            let found = storage.read_installation(|s| credential::find_application(s, "rca_1"));
            found.await.expect("the database can be read")
        };
        assert_eq!(find().await, Some((site.tenant, kept.clone())));
        let id = kept.id;
        site.write(move |tx| oauth_application::note_use(tx, id, at(7))).await;
        site.write(move |tx| oauth_application::note_key_use(tx, id, "k1", at(6))).await;
        site.write(move |tx| oauth_application::save_keys(tx, id, Some("{\"keys\":[]}"))).await;
        let got = site.read(move |tx| oauth_application::get(tx, id)).await.expect("it is there");
        assert_eq!(got.key_used, Some(("k1".to_owned(), at(6))));
        assert_eq!(got.keys.as_deref(), Some("{\"keys\":[]}"));
        let revoke = move |tx: &mut Tx<'_>| oauth_application::revoke(tx, id, at(8));
        assert!(site.write(revoke).await);
        assert!(!site.write(revoke).await, "only once");
        let got = site.read(move |tx| oauth_application::get(tx, id)).await.expect("it is there");
        assert_eq!((got.last_used_at, got.revoked_at), (Some(at(7)), Some(at(8))));
        site.write(|tx| {
            let mut removed = connection(Site::CONNECTION, "Okta");
            removed.removed_at = Some(at(9));
            scim_connection::save(tx, &removed)
        })
        .await;
        assert_eq!(find().await, None);
    });
}

#[test]
fn a_grant_is_found_by_its_code_and_by_its_refresh_token() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.write(|tx| {
            oauth_grant::insert(tx, &grant(1, "code 1"))?;
            oauth_grant::insert(tx, &grant(2, "code 2"))
        })
        .await;
        assert_eq!(site.read(|tx| oauth_grant::find_by_code(tx, "code 3")).await, None);
        let found = site.read(|tx| oauth_grant::find_by_code(tx, "code 1")).await;
        assert_eq!(found, Some(grant(1, "code 1")));
        let used = OauthGrant {
            code_used_at: Some(at(5)),
            refresh: Some(Refresh {
                selector: "selector".into(),
                hash: "hash".into(),
                expires_at: at(90),
            }),
            ..grant(1, "code 1")
        };
        let saved = used.clone();
        site.write(move |tx| oauth_grant::save(tx, &saved)).await;
        let found = site.read(|tx| oauth_grant::find_by_refresh(tx, "selector")).await;
        assert_eq!(found, Some(used));
        site.write(|tx| oauth_grant::delete_unused(tx, application("").id, at(60))).await;
        assert!(site.read(|tx| oauth_grant::find_by_code(tx, "code 2")).await.is_some());
        site.write(|tx| oauth_grant::delete_unused(tx, application("").id, at(61))).await;
        assert_eq!(site.read(|tx| oauth_grant::find_by_code(tx, "code 2")).await, None);
        assert!(site.read(|tx| oauth_grant::find_by_code(tx, "code 1")).await.is_some());
    });
}

#[test]
fn a_token_tells_what_ended_it() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        site.write(|tx| {
            oauth_application::insert(tx, &application("rca_1"))?;
            oauth_grant::insert(tx, &grant(1, "code 1"))?;
            scim_token::insert(tx, &token(1, "hash"))
        })
        .await;
        let found = site.read(|tx| scim_token::find_by_hash(tx, "hash")).await;
        assert_eq!(found, Some(token(1, "hash")));
        let end = async || {
            let found = storage.read_installation(|s| credential::find_token(s, "hash"));
            found.await.expect("the database can be read").expect("the token is there").end
        };
        assert_eq!(end().await, None);
        let stamp = storage.signals().stamps().access();
        let ended = OauthGrant {
            revoked_at: Some(at(3)),
            revoked_because: Some("It was stolen.".into()),
            ..grant(1, "code 1")
        };
        site.write(move |tx| oauth_grant::save(tx, &ended)).await;
        assert_eq!(end().await, Some(TokenEnd::GrantRevoked("It was stolen.".into(), at(3))));
        assert_ne!(stamp, storage.signals().stamps().access());
        site.write(|tx| oauth_application::revoke(tx, application("").id, at(4))).await;
        assert_eq!(end().await, Some(TokenEnd::ApplicationRevoked("Okta".into(), at(4))));
        site.write(|tx| scim_token::delete_ended(tx, token(1, "").origin, at(101))).await;
        assert_eq!(site.read(|tx| scim_token::find_by_hash(tx, "hash")).await, None);
    });
}

#[test]
fn an_assertion_counts_once_until_it_ended() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let take = async |jti: &'static str, now: i64, end: i64| {
            let id = application("").id;
            site.write(move |tx| oauth_application::take_assertion(tx, id, jti, (at(now), at(end))))
                .await
        };
        assert!(take("a", 0, 60).await);
        assert!(!take("a", 1, 60).await);
        assert!(take("b", 1, 60).await);
        assert!(take("a", 61, 99).await, "nothing of that age is taken for valid any more");
    });
}

//! SCIM tokens, and what finds out a tenant.

use rollcall_domain::policy::{AccountSettings, ConnectionPolicy};
use rollcall_domain::{ScimTokenId, TenantId};
use rollcall_storage::access::credential::{self, TokenGrant};
use rollcall_storage::access::scim_token::{ScimToken, TokenOrigin};
use rollcall_storage::session::Session;
use rollcall_storage::{Storage, StorageError, access::scim_token};

use crate::database::on_each_database;
use crate::site::{Site, at, uuid};

fn token(number: u128, hash: &str) -> ScimToken {
    ScimToken {
        id: ScimTokenId::new(uuid(number)),
        connection: Site::CONNECTION,
        origin: TokenOrigin::Hand,
        hash: hash.into(),
        hint: "rc_ab".into(),
        created_at: at(0),
        expires_at: Some(at(100)),
        revoked_at: None,
        last_used_at: None,
    }
}

async fn find<T: Send + 'static>(
    storage: &Storage,
    work: impl FnOnce(&mut Session<'_>) -> Result<T, StorageError> + Send + 'static,
) -> T {
    storage.read_installation(work).await.expect("the database can be read")
}

#[test]
fn a_token_leads_to_its_tenant_and_connection() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        let added = token(1, "hash 1");
        site.write(move |tx| scim_token::insert(tx, &added)).await;
        let grant = find(&storage, |session| credential::find_token(session, "hash 1")).await;
        assert_eq!(
            grant,
            Some(TokenGrant {
                tenant: site.tenant,
                token: token(1, "hash 1"),
                end: None,
                dialect: "okta".into(),
                policy: ConnectionPolicy::default(),
                has_event_streams: false,
                settings: AccountSettings::default(),
            })
        );
        assert_eq!(find(&storage, |s| credential::find_token(s, "hash 2")).await, None);
    });
}

#[test]
fn a_token_is_live_until_it_is_revoked_or_ends() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.write(|tx| {
            scim_token::insert(tx, &token(2, "b"))?;
            scim_token::insert(tx, &token(1, "a"))
        })
        .await;
        let first = ScimTokenId::new(uuid(1));
        assert!(site.write(move |tx| scim_token::revoke(tx, first, at(5))).await);
        assert!(!site.write(move |tx| scim_token::revoke(tx, first, at(6))).await, "only once");
        site.write(move |tx| scim_token::note_use(tx, ScimTokenId::new(uuid(2)), at(7))).await;

        let tokens = site.read(|tx| scim_token::list(tx, Site::CONNECTION)).await;
        assert_eq!(tokens.len(), 2);
        assert_eq!((tokens[0].revoked_at, tokens[0].last_used_at), (Some(at(5)), None));
        assert_eq!((tokens[1].revoked_at, tokens[1].last_used_at), (None, Some(at(7))));
        assert!(!tokens[0].is_live(at(10)));
        assert!(tokens[1].is_live(at(10)));
        assert!(!tokens[1].is_live(at(100)), "its end is not part of its life");
    });
}

#[test]
fn a_hash_stands_for_one_token_of_the_installation() {
    on_each_database(async |storage| {
        let (one, two) =
            (Site::new(storage.clone()).await, Site::numbered(storage.clone(), 2).await);
        one.write(|tx| scim_token::insert(tx, &token(1, "same"))).await;
        let refusal = two.try_write(|tx| scim_token::insert(tx, &token(1, "same"))).await;
        assert!(matches!(refusal, Err(StorageError::Duplicate)), "{refusal:?}");
        two.write(|tx| scim_token::insert(tx, &token(1, "another"))).await;
        for (hash, tenant) in [("same", one.tenant), ("another", two.tenant)] {
            let grant = find(&storage, move |session| credential::find_token(session, hash)).await;
            assert_eq!(grant.map(|grant| grant.tenant), Some::<TenantId>(tenant));
        }
    });
}

#[test]
fn what_decides_access_counts_its_stamp_up() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        let before = storage.signals().stamps().access();
        site.write(|tx| scim_token::insert(tx, &token(1, "a"))).await;
        let added = storage.signals().stamps().access();
        assert_ne!(before, added);
        site.write(|tx| scim_token::revoke(tx, ScimTokenId::new(uuid(1)), at(5))).await;
        assert_ne!(added, storage.signals().stamps().access());
        let revoked = storage.signals().stamps().access();
        site.write(|tx| scim_token::note_use(tx, ScimTokenId::new(uuid(1)), at(5))).await;
        assert_eq!(revoked, storage.signals().stamps().access(), "use decides nothing");
    });
}

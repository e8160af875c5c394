//! Administrators, sessions and set-up links.

use rollcall_domain::AdministratorId;
use rollcall_storage::access::administrator::{self, Administrator, ConsoleSession};
use rollcall_storage::{StorageError, access::credential};

use crate::database::on_each_database;
use crate::site::{Site, at, uuid};

fn administrator(number: u128, user_name: &str) -> Administrator {
    Administrator {
        id: AdministratorId::new(uuid(number)),
        user_name: user_name.into(),
        password_hash: "$argon2id$…".into(),
        created_at: at(0),
    }
}

fn session(hash: &str, end: i64) -> ConsoleSession {
    ConsoleSession {
        hash: hash.into(),
        administrator: AdministratorId::new(uuid(1)),
        csrf: "csrf".into(),
        created_at: at(0),
        seen_at: at(0),
        expires_at: at(end),
    }
}

#[test]
fn an_administrator_is_found_by_name_in_the_whole_installation() {
    on_each_database(async |storage| {
        let (one, two) =
            (Site::new(storage.clone()).await, Site::numbered(storage.clone(), 2).await);
        one.write(|tx| {
            administrator::insert(tx, &administrator(1, "Zoe"))?;
            administrator::insert(tx, &administrator(2, "Ana"))
        })
        .await;
        let twin = two.try_write(|tx| administrator::insert(tx, &administrator(1, "zOE"))).await;
        assert!(matches!(twin, Err(StorageError::Duplicate)), "{twin:?}");

        let id = AdministratorId::new(uuid(1));
        one.write(move |tx| administrator::save_password(tx, id, "new hash")).await;
        let mut zoe = administrator(1, "Zoe");
        zoe.password_hash = "new hash".into();
        assert_eq!(one.read(administrator::list).await, vec![administrator(2, "Ana"), zoe.clone()]);
        assert_eq!(one.read(move |tx| administrator::get(tx, id)).await, Some(zoe.clone()));
        assert_eq!(two.read(move |tx| administrator::get(tx, id)).await, None);
        let found: Result<_, StorageError> = storage
            .read_installation(|session| credential::find_administrator(session, "zoe"))
            .await;
        assert_eq!(found.unwrap(), Some((one.tenant, zoe)));
    });
}

#[test]
fn sessions_are_seen_and_end() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        site.write(|tx| {
            ["a", "b", "c"]
                .iter()
                .zip([10, 20, 30])
                .try_for_each(|(hash, end)| administrator::insert_session(tx, &session(hash, end)))
        })
        .await;
        site.write(|tx| administrator::note_seen(tx, "b", at(7))).await;
        site.write(|tx| administrator::delete_session(tx, "c")).await;
        assert_eq!(site.write(|tx| administrator::delete_ended_sessions(tx, at(15))).await, 1);
        for (hash, seen) in [("a", None), ("b", Some(at(7))), ("c", None)] {
            let found: Result<_, StorageError> = storage
                .read_installation(move |session| credential::find_session(session, hash))
                .await;
            let found = found.unwrap().map(|(tenant, session)| (tenant, session.seen_at));
            assert_eq!(found, seen.map(|seen| (site.tenant, seen)), "{hash}");
        }
    });
}

#[test]
fn a_setup_link_is_used_up() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        site.write(|tx| {
            administrator::insert_setup_link(tx, "a", at(60))?;
            administrator::insert_setup_link(tx, "b", at(70))
        })
        .await;
        let find = |hash: &'static str| {
            storage.read_installation::<_, StorageError>(move |session| {
                credential::find_setup_link(session, hash)
            })
        };
        assert_eq!(find("b").await.unwrap(), Some((site.tenant, at(70))));
        assert!(site.write(|tx| administrator::take_setup_link(tx, "a")).await);
        assert!(!site.write(|tx| administrator::take_setup_link(tx, "a")).await);
        assert_eq!(site.write(administrator::delete_setup_links).await, 1);
        assert_eq!(find("b").await.unwrap(), None);
    });
}

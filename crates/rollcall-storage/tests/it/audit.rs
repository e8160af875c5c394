//! The audit trail.

use rollcall_domain::audit::{AuditEntry, Subject};
use rollcall_domain::source::Actor;
use rollcall_domain::{AdministratorId, AuditEntryId, ScimConnectionId};
use rollcall_storage::record::audit::{self, AuditQuery};
use serde_json::{Map, Value, json};

use crate::database::on_each_database;
use crate::site::{Site, at, uuid};

fn entry_id(number: u128) -> AuditEntryId {
    AuditEntryId::new(uuid(number))
}

fn entry(number: u128, actor: Actor, action: &str, subject: &str) -> AuditEntry {
    let values = |text: &str| -> Map<String, Value> {
        [("firstName".to_owned(), json!(text)), ("active".to_owned(), json!(null))]
            .into_iter()
            .collect()
    };
    AuditEntry {
        id: entry_id(number),
        at: at(0),
        actor,
        action: action.into(),
        subject: Subject {
            kind: if action.starts_with("employee") { "employee" } else { "scim_token" },
            id: subject.into(),
            name: "Ana \"A\" Smith".into(),
        },
        before: Map::new(),
        after: values("Änne\n"),
    }
}

const SCIM: Actor = Actor::Scim(ScimConnectionId::new(uuid::Uuid::from_u128(40)));
const PERSON: Actor = Actor::Administrator(AdministratorId::new(uuid::Uuid::from_u128(7)));

async fn filled(storage: rollcall_storage::Storage) -> Site {
    let site = Site::new(storage).await;
    site.write(|tx| {
        [
            entry(1, SCIM, "employee.created", "a"),
            entry(2, SCIM, "employee.created", "b"),
            entry(3, PERSON, "employee.changed", "a"),
            entry(4, PERSON, "scim_token.revoked", "t"),
            entry(5, Actor::System, "employee.changed", "b"),
        ]
        .iter()
        .try_for_each(|entry| audit::insert(tx, entry))
    })
    .await;
    site
}

#[test]
fn an_entry_comes_out_as_it_went_in() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        let found = site.read(|tx| audit::list(tx, &AuditQuery::default(), 1)).await.remove(0);
        let put = entry(5, Actor::System, "employee.changed", "b");
        assert_eq!(
            (found.id, found.at, found.actor, found.action),
            (put.id, put.at, put.actor, put.action)
        );
        assert_eq!(
            (&*found.subject_kind, found.subject_id, found.subject_name),
            (put.subject.kind, put.subject.id, put.subject.name)
        );
        assert_eq!((found.before, found.after), (put.before, put.after));
    });
}

#[test]
fn the_trail_is_read_newest_first_and_narrowed() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        let any = AuditQuery::default;
        for (query, numbers) in [
            (any(), vec![5, 4, 3, 2, 1]),
            (AuditQuery { before: Some(entry_id(4)), ..any() }, vec![3, 2, 1]),
            (AuditQuery { subject: "a".into(), ..any() }, vec![3, 1]),
            (AuditQuery { subject: "b".into(), before: Some(entry_id(5)), ..any() }, vec![2]),
            (AuditQuery { actor: SCIM.to_string(), ..any() }, vec![2, 1]),
            (AuditQuery { action: "employee.".into(), ..any() }, vec![5, 3, 2, 1]),
            (AuditQuery { action: "employee.changed".into(), ..any() }, vec![5, 3]),
            (
                AuditQuery {
                    action: "employee.".into(),
                    actor: PERSON.to_string(),
                    subject: "a".into(),
                    ..any()
                },
                vec![3],
            ),
            (AuditQuery { subject: "nobody".into(), ..any() }, vec![]),
        ] {
            let asked = query.clone();
            let found = site.read(move |tx| audit::list(tx, &asked, 10)).await;
            let ids: Vec<_> = found.into_iter().map(|entry| entry.id).collect();
            let expected: Vec<_> = numbers.into_iter().map(entry_id).collect();
            assert_eq!(ids, expected, "{query:?}");
        }
        let page = site.read(|tx| audit::list(tx, &AuditQuery::default(), 2)).await;
        assert_eq!(page.len(), 2);
    });
}

#[test]
fn entries_about_people_are_counted_between_two_ids() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        for (from, to, count) in [(0, 9, 4), (2, 5, 2), (4, 5, 0), (5, 6, 1)] {
            let counted =
                site.read(move |tx| audit::count_people(tx, entry_id(from), entry_id(to))).await;
            assert_eq!(counted, count, "{from} to {to}");
        }
    });
}

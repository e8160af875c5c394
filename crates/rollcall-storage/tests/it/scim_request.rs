//! The journals of SCIM connections.

use rollcall_storage::scim::scim_request::{self, NAMES_MAX, RequestEntry, Ring, SLOTS};

use crate::database::on_each_database;
use crate::site::{Site, at};

fn entry(target: String) -> RequestEntry {
    RequestEntry {
        at: at(1),
        method: "POST".into(),
        target,
        status: 409,
        took_us: 812,
        effect: "refused".into(),
        resource: Some("b7a6".into()),
        refusal: Some("uniqueness".into()),
        detail: Some("Another user has the userName \"ana\".".into()),
        sent: Some("{\"userName\":\"ana\"}".into()),
        client: "Okta SCIM Client 1.0.0".into(),
        ignored: vec!["nickName".into(), "title".into()],
    }
}

#[test]
fn a_ring_holds_the_last_requests_newest_first() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let entries: Vec<_> =
            (0..SLOTS + 7).map(|number| entry(format!("/Users?{number}"))).collect();
        let (first, second) = (entries[..150].to_vec(), entries[150..].to_vec());
        for part in [first, second] {
            site.write(move |tx| scim_request::insert(tx, Site::CONNECTION, Ring::All, &part))
                .await;
        }
        let kept = site.read(|tx| scim_request::list(tx, Site::CONNECTION, Ring::All, 1_000)).await;
        let newest: Vec<_> = entries.into_iter().skip(7).rev().collect();
        assert_eq!(kept, newest);
        let refused =
            site.read(|tx| scim_request::list(tx, Site::CONNECTION, Ring::Refused, 9)).await;
        assert_eq!(refused, [], "each ring is for itself");
        let many: Vec<_> = (0..50).map(|number| entry(format!("/{number}"))).collect();
        let last: Vec<_> = many.iter().rev().take(20).cloned().collect();
        site.write(move |tx| scim_request::insert(tx, Site::CONNECTION, Ring::Unproven, &many))
            .await;
        let unproven =
            site.read(|tx| scim_request::list(tx, Site::CONNECTION, Ring::Unproven, 99)).await;
        assert_eq!(unproven, last);
        site.write(|tx| scim_request::delete_all(tx, Site::CONNECTION)).await;
        let kept = site.read(|tx| scim_request::list(tx, Site::CONNECTION, Ring::All, 9)).await;
        assert_eq!(kept, []);
    });
}

#[test]
fn what_is_sent_in_vain_is_counted_by_name_and_the_rest_together() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let names: Vec<(String, u64)> =
            (0..NAMES_MAX + 2).map(|number| (format!("name{number:03}"), 2)).collect();
        for _ in 0..2 {
            let names = names.clone();
            site.write(move |tx| {
                let counts = names.iter().map(|(name, count)| (name, count));
                scim_request::count_ignored(tx, Site::CONNECTION, counts, at(1))
            })
            .await;
        }
        let counted = site.read(|tx| scim_request::list_ignored(tx, Site::CONNECTION)).await;
        assert_eq!(counted.len(), NAMES_MAX + 1);
        assert_eq!(counted.first(), Some(&("(others)".to_owned(), 8)));
        assert_eq!(counted.last(), Some(&(format!("name{:03}", NAMES_MAX - 1), 4)));
    });
}

#[test]
fn the_time_of_what_wrote_is_told_and_of_nothing_else() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let of = |method: &str, status, seconds, took_us| RequestEntry {
            method: method.into(),
            status,
            at: at(seconds),
            took_us,
            ..entry("/Users".into())
        };
        let entries = [
            of("POST", 201, 1, 900),
            of("PATCH", 200, 2, 700),
            of("PATCH", 400, 3, 50),
            of("GET", 200, 4, 60),
        ];
        site.write(move |tx| scim_request::insert(tx, Site::CONNECTION, Ring::All, &entries)).await;
        let last = site.read(|tx| scim_request::last_write(tx, "b7a6")).await;
        assert_eq!(last, Some((at(2), 700)));
        assert_eq!(site.read(|tx| scim_request::last_write(tx, "other")).await, None);
        assert_eq!(site.read(scim_request::list_write_times).await, [700, 900]);
    });
}

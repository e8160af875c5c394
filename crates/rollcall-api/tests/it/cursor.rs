//! Lists by cursor (RFC 9865) and in an order of the client's.

use std::collections::BTreeMap;

use rollcall_domain::policy::GroupMeaning;
use serde_json::{Value, json};

use crate::database::on_each_database;
use crate::door::{Door, person};

/// Follows a list to its end, page by page; `between` runs after each page.
async fn walk(door: &Door, query: &str, between: impl AsyncFn(usize)) -> Vec<String> {
    let (mut cursor, mut read) = (String::new(), Vec::new());
    for page in 0.. {
        let answer = door.get(&format!("{query}&cursor={cursor}")).await.expect(200);
        let list = answer.json();
        assert_eq!(list.get("startIndex"), None);
        let resources = list["Resources"].as_array().expect("a list");
        assert_eq!(list["itemsPerPage"], resources.len());
        read.extend(resources.iter().map(name));
        match list.get("nextCursor").and_then(Value::as_str) {
            None => return read,
            Some(next) => {
                let unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
                assert!(next.chars().all(unreserved), "{next}");
                next.clone_into(&mut cursor);
            }
        }
        between(page).await;
    }
    unreachable!("a list has an end")
}

fn name(resource: &Value) -> String {
    let name = resource.get("userName").or_else(|| resource.get("displayName"));
    name.and_then(Value::as_str).expect("a name").to_owned()
}

async fn fill(door: &Door, count: usize) -> Vec<String> {
    let mut names = Vec::new();
    for number in 0..count {
        let name = format!("p{:02}", (number * 7) % 97);
        door.create(&name).await;
        names.push(format!("{name}@example.com"));
    }
    names
}

#[test]
fn a_walk_sees_everyone_once_in_any_order() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let names = fill(&door, 23).await;
        let mut sorted = names.clone();
        sorted.sort();
        let mut backwards = sorted.clone();
        backwards.reverse();
        for (query, expected) in [
            ("", &names),
            ("&sortBy=meta.created", &names),
            ("&sortBy=userName", &sorted),
            ("&sortBy=userName&sortOrder=descending", &backwards),
            ("&filter=active+eq+true&sortBy=emails", &sorted),
            ("&filter=userName+co+%22p%22", &names),
        ] {
            for count in [1, 4, 22, 23, 24] {
                let all = walk(&door, &format!("/Users?count={count}{query}"), async |_| ()).await;
                assert_eq!(all, *expected, "{query} by {count}");
            }
            let indexed = door.get(&format!("/Users?count=100{query}")).await.expect(200);
            assert_eq!(indexed.names(), *expected, "{query} by index");
        }
    });
}

#[test]
fn whoever_stays_is_seen_once_while_others_come_and_go() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let stable = fill(&door, 12).await;
        let mut passing = Vec::new();
        for number in 0..6 {
            passing.push(door.create(&format!("a-passing{number}")).await);
        }
        for query in ["/Users?count=3", "/Users?count=3&sortBy=userName"] {
            let seen = walk(&door, query, async |page| {
                if let Some(path) = passing.get(page) {
                    door.delete(path).await;
                }
                let kind = if query.contains("sortBy") { "sorted" } else { "plain" };
                let new =
                    person(&format!("{}-{kind}{page}", if page % 2 == 0 { "0" } else { "z" }));
                door.post("/Users", &new).await.expect(201);
            });
            let mut times: BTreeMap<String, usize> = BTreeMap::new();
            for name in seen.await {
                *times.entry(name).or_default() += 1;
            }
            for name in &stable {
                assert_eq!(times.get(name), Some(&1), "{name} in {query}");
            }
            assert!(times.values().all(|times| *times == 1), "{times:?}");
        }
    });
}

#[test]
fn a_cursor_is_good_for_its_query_its_connection_and_an_hour() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        fill(&door, 5).await;
        let first = door.get("/Users?count=2&cursor").await.expect(200).json();
        assert_eq!((&first["totalResults"], &first["itemsPerPage"]), (&json!(5), &json!(2)));
        let cursor = first["nextCursor"].as_str().expect("there is more").to_owned();
        let next = format!("/Users?count=2&cursor={cursor}");
        door.get(&next).await.expect(200);
        door.get(&format!("/Users?count=3&cursor={cursor}")).await.expect(200);
        let colleague = hub.second_door(&door, "rfc").await;
        for (door, path) in [
            (&colleague, next.clone()),
            (&door, format!("/Users?count=2&cursor={cursor}&sortBy=userName")),
            (&door, format!("/Users?count=2&cursor={cursor}&filter=active+eq+true")),
            (&door, format!("/Groups?count=2&cursor={cursor}")),
            (&door, format!("/Users?cursor={}", altered(&cursor))),
            (&door, "/Users?cursor=x".to_owned()),
            (&door, "/Users?cursor=v1.00.00".to_owned()),
            (&door, "/Users?cursor=%F0%9F%98%80".to_owned()),
        ] {
            let answer = door.get(&path).await;
            answer.refused(400, Some("invalidCursor"));
        }
        for count in ["0", "-1", "x", "1.5"] {
            let path = format!("/Users?count={count}&cursor=");
            door.get(&path).await.refused(400, Some("invalidCount"));
        }
        hub.pass(3_600);
        door.get(&next).await.refused(400, Some("expiredCursor"));
    });
}

#[test]
fn groups_are_walked_and_sorted_too() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        hub.set_groups(&door, GroupMeaning::Role).await;
        for name in ["delta", "Alpha", "charlie", "Bravo"] {
            door.group(name, &[]).await;
        }
        let all = walk(&door, "/Groups?count=1&sortBy=displayName", async |_| ()).await;
        assert_eq!(all, ["Alpha", "Bravo", "charlie", "delta"]);
        let plain = walk(&door, "/Groups?count=3", async |_| ()).await;
        assert_eq!(plain, ["delta", "Alpha", "charlie", "Bravo"]);
    });
}

#[test]
fn what_has_no_order_is_refused() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        for query in ["sortBy=shoeSize", "sortBy=name", "sortBy=userName&sortOrder=up"] {
            door.get(&format!("/Users?{query}")).await.refused(400, Some("invalidValue"));
        }
        door.get("/Users?sortOrder=descending").await.expect(200);
    });
}

#[test]
fn a_search_over_everything_finds_users_and_groups() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let ana = door.create("ana").await;
        door.create("ben").await;
        door.group("Sales", &[&ana]).await;
        door.group("Care", &[]).await;
        let search = async |body: Value| {
            let list = door.post("/.search", &body).await.expect(200).json();
            let found: Vec<String> =
                list["Resources"].as_array().expect("a list").iter().map(name).collect();
            (list["totalResults"].as_u64(), found)
        };
        let all = ["ana@example.com", "ben@example.com", "Sales", "Care"].map(str::to_owned);
        assert_eq!(search(json!({})).await, (Some(4), all.to_vec()));
        for start in 1..=4 {
            let (total, page) = search(json!({"startIndex": start, "count": 2})).await;
            let expected: Vec<String> = all.iter().skip(start - 1).take(2).cloned().collect();
            assert_eq!((total, page), (Some(4), expected), "from {start}");
        }
        let sales = json!({"filter": "displayName eq \"sales\""});
        assert_eq!(search(sales).await, (Some(1), vec!["Sales".to_owned()]));
        let ben = json!({"filter": "userName sw \"ben\"", "sortBy": "userName"});
        assert_eq!(search(ben).await, (Some(1), vec!["ben@example.com".to_owned()]));
        let either =
            json!({"filter": "userName eq \"ben@example.com\" or displayName eq \"care\""});
        let both = vec!["ben@example.com".to_owned(), "Care".to_owned()];
        assert_eq!(search(either).await, (Some(2), both.clone()), "each type by what it has");
        let others = json!({"filter": "not (userName sw \"ana\") and displayName ne \"Sales\""});
        assert_eq!(search(others).await, (Some(2), both.clone()));
        let at_base =
            door.get("/?filter=not+(userName+sw+%22ana%22)+and+displayName+ne+%22Sales%22");
        assert_eq!(at_base.await.expect(200).json()["totalResults"], 2);
        let nonsense = json!({"filter": "shoeSize eq \"38\""});
        door.post("/.search", &nonsense).await.refused(400, Some("invalidFilter"));
        door.post("/.search", &json!({"cursor": ""})).await.refused(400, Some("invalidCursor"));
    });
}

/// The same cursor with another last character.
fn altered(cursor: &str) -> String {
    let mut altered = cursor.to_owned();
    let last = altered.pop().expect("a cursor has characters");
    altered.push(if last == '0' { '1' } else { '0' });
    altered
}

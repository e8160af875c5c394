//! Lists by index (RFC 7644 §3.4.2.4): a stable order, exact totals, and every edge.

use serde_json::{Value, json};

use crate::database::on_each_database;
use crate::door::{Door, person};

async fn fill(door: &Door, count: usize) -> Vec<String> {
    let mut names = Vec::with_capacity(count);
    for number in 0..count {
        // Names that sort otherwise than the creations follow each other.
        let name = format!("p{:02}", (number * 7) % 97);
        door.create(&name).await;
        names.push(format!("{name}@example.com"));
    }
    names
}

#[test]
fn every_edge_of_a_page_is_answered() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let names = fill(&door, 12).await;
        let page = |from: usize, to: usize| names[from..to].to_vec();
        for (query, start, expected) in [
            ("", 1, page(0, 12)),
            ("startIndex=1", 1, page(0, 12)),
            ("startIndex=0&count=3", 1, page(0, 3)),
            ("startIndex=-5&count=3", 1, page(0, 3)),
            ("startIndex=4&count=5", 4, page(3, 8)),
            ("startindex=4&COUNT=5", 4, page(3, 8)),
            ("startIndex=12&count=5", 12, page(11, 12)),
            ("startIndex=13&count=5", 13, page(0, 0)),
            ("startIndex=99999999999999999999&count=5", u64::MAX, page(0, 0)),
            ("count=0", 1, page(0, 0)),
            ("count=-1", 1, page(0, 0)),
            ("count=99999999999999999999", 1, page(0, 12)),
            ("startIndex=&count=", 1, page(0, 12)),
            ("unknown=parameter&count=2", 1, page(0, 2)),
        ] {
            let answer = door.get(&format!("/Users?{query}")).await.expect(200);
            let list = answer.json();
            assert_eq!(answer.names(), expected, "{query}");
            assert_eq!(list["totalResults"], 12, "{query}");
            assert_eq!(list["itemsPerPage"], expected.len(), "{query}");
            assert_eq!(list["startIndex"], start, "{query}");
            assert!(list["Resources"].is_array(), "{query}");
        }
        for query in [
            "startIndex=one",
            "count=1.5",
            "count=0x10",
            "count=1&count=2",
            "startIndex=1&STARTINDEX=2",
        ] {
            door.get(&format!("/Users?{query}")).await.refused(400, Some("invalidValue"));
        }
    });
}

#[test]
fn pages_fit_together_whatever_their_size() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let names = fill(&door, 23).await;
        for filter in ["", "&filter=active+eq+true", "&filter=externalId+pr"] {
            for size in [1, 2, 5, 7, 22, 23, 24] {
                let mut read = Vec::new();
                while read.len() < names.len() {
                    let start = read.len() + 1;
                    let page =
                        door.get(&format!("/Users?startIndex={start}&count={size}{filter}")).await;
                    assert!(!page.names().is_empty(), "no page at {start} of {size}");
                    read.extend(page.names());
                }
                assert_eq!(read, names, "pages of {size}{filter}");
            }
        }
    });
}

#[test]
fn a_page_is_cut_where_the_configuration_says() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let mut work = tokio::task::JoinSet::new();
        for number in 0..1_001 {
            let door = door.clone();
            work.spawn(async move { door.create(&format!("p{number:04}")).await });
            if work.len() == 16 {
                work.join_next().await.expect("one is at work").expect("it is created");
            }
        }
        work.join_all().await;
        let config = door.get("/ServiceProviderConfig").await.json();
        let (default, most) =
            (&config["pagination"]["defaultPageSize"], &config["pagination"]["maxPageSize"]);
        assert_eq!((default, most), (&json!(100), &json!(1_000)));
        assert_eq!(config["filter"]["maxResults"], *most);
        for (query, size) in [("", default), ("count=1001", most), ("count=5000", most)] {
            let list = door.get(&format!("/Users?{query}")).await.expect(200).json();
            assert_eq!(
                (&list["itemsPerPage"], &list["totalResults"]),
                (size, &json!(1_001)),
                "{query}"
            );
        }
        let last = door.get("/Users?startIndex=1001&count=1000").await.expect(200);
        assert_eq!(last.names().len(), 1);
        let page = door.get("/Users?startIndex=996&filter=active+eq+true").await.expect(200).json();
        assert_eq!((&page["itemsPerPage"], &page["totalResults"]), (&json!(6), &json!(1_001)));
    });
}

#[test]
fn order_and_totals_follow_who_joins_leaves_and_comes_back() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let mut paths = Vec::new();
        for name in ["d", "a", "c", "b"] {
            paths.push(door.create(name).await);
        }
        let names = async || {
            let whole = door.get("/Users").await;
            let total = whole.json()["totalResults"].clone();
            let letters =
                whole.names().iter().filter_map(|name| name.chars().next()).collect::<String>();
            assert_eq!(total, letters.len());
            assert_eq!(door.get("/Users?count=0").await.json()["totalResults"], total);
            letters
        };
        assert_eq!(names().await, "dacb");
        door.delete(&paths[1]).await.expect(204);
        assert_eq!(names().await, "dcb");
        door.create("e").await;
        assert_eq!(names().await, "dcbe");
        door.post("/Users", &person("a")).await.expect(201);
        assert_eq!(names().await, "dacbe", "who comes back has the old place");
        let off = json!([{"op": "replace", "path": "active", "value": false}]);
        door.patch(&paths[0], off).await.expect(200);
        assert_eq!(names().await, "dacbe");
        let active = door.filter("active eq true").await;
        assert_eq!((active.names().len(), &active.json()["totalResults"]), (4, &json!(4)));
    });
}

#[test]
fn a_search_answers_as_a_list_does() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        fill(&door, 5).await;
        let schema = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
        for (body, query) in [
            (json!({}), ""),
            (json!({"startIndex": 2, "count": 2}), "startIndex=2&count=2"),
            (
                json!({"filter": "userName eq \"p07@example.com\""}),
                "filter=userName+eq+%22p07@example.com%22",
            ),
            (
                json!({"attributes": ["userName", "name.givenName"]}),
                "attributes=userName,name.givenName",
            ),
            (json!({"excludedAttributes": ["emails"]}), "excludedAttributes=emails"),
        ] {
            let mut body: Value = body;
            body["schemas"] = json!([schema]);
            let list = door.get(&format!("/Users?{query}")).await.expect(200);
            for path in ["/.search", "/Users/.search", "/Users/.search/"] {
                assert_eq!(door.post(path, &body).await.expect(200).text, list.text, "{body}");
            }
        }
        let unserved = json!({"schemas": [schema], "filter": "shoeSize eq \"x\""});
        door.post("/.search", &unserved).await.refused(400, Some("invalidFilter"));
        let wrong = json!({"schemas": [schema], "filter": ["userName pr"]});
        door.post("/.search", &wrong).await.refused(400, Some("invalidValue"));
    });
}

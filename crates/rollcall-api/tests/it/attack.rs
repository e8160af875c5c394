//! Requests that are meant to hurt: each is refused clearly, nothing of it is stored, and whoever asks at the
//! same time is answered.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use reqwest::Method;
use rollcall_storage::Database;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::answer::Answer;
use rollcall_test_database::Folder;

use crate::database::on_each_database;
use crate::door::{Door, id_of, person};
use crate::hub::Hub;
use crate::raw;

/// What nobody may have to wait, on a machine that is busy with other tests. The times themselves are printed.
const NEIGHBOUR_WAITS_MAX: Duration = Duration::from_secs(5);

/// Sends the attack, asks as a bystander all the while, and checks that nothing was stored.
async fn withstand(hub: &Hub, attack: impl AsyncFn(&Door) -> Answer) -> Answer {
    let (attacker, bystander) = (hub.door("rfc").await, hub.door("rfc").await);
    attacker.create("ana").await;
    let path = bystander.create("ben").await;
    let before = attacker.trace().await;
    let begun = Instant::now();
    let (mut answer, mut took) = (None, Duration::ZERO);
    let mut longest = Duration::ZERO;
    let neighbour = async {
        // At least once, and as long as the attack lasts.
        loop {
            let asked = Instant::now();
            bystander.get(&path).await.expect(200);
            longest = longest.max(asked.elapsed());
            tokio::task::yield_now().await;
            if begun.elapsed() > NEIGHBOUR_WAITS_MAX {
                break;
            }
        }
    };
    let attack = async {
        answer = Some(attack(&attacker).await);
        took = begun.elapsed();
    };
    tokio::select! {
        () = attack => {}
        () = neighbour => {}
    }
    let asked = Instant::now();
    bystander.get(&path).await.expect(200);
    longest = longest.max(asked.elapsed());
    let answer = answer.expect("the attack is answered in time");
    println!("{}: refused after {took:?}, a neighbour waited {longest:?}", answer.status);
    assert!(longest < NEIGHBOUR_WAITS_MAX, "a neighbour waited {longest:?}");
    assert_eq!(attacker.trace().await, before);
    assert_eq!(attacker.get("/Users").await.names(), ["ana@example.com"]);
    answer
}

async fn post(door: &Door, body: String) -> Answer {
    door.write(Method::POST, "/Users", body).await
}

#[test]
fn json_may_nest_and_grow_within_bounds_only() {
    on_each_database(async |hub| {
        let deep = 100_000;
        let lists = format!("{{\"x\":{}{}}}", "[".repeat(deep), "]".repeat(deep));
        let objects = format!("{}1{}", "{\"a\":".repeat(deep), "}".repeat(deep));
        let open = "[".repeat(deep);
        let mut many = person("x");
        many["emails"] =
            (0..20_000).map(|n| json!({"value": format!("e{n}@example.com")})).collect();
        let wide: serde_json::Map<String, Value> =
            (0..20_000).map(|n| (format!("a{n}"), Value::Null)).collect();
        for (body, scim_type) in [
            (lists, "invalidSyntax"),
            (objects, "invalidSyntax"),
            (open, "invalidSyntax"),
            (many.to_string(), "invalidValue"),
            (Value::Object(wide).to_string(), "invalidSyntax"),
        ] {
            let answer = withstand(hub, async |door| post(door, body.clone()).await).await;
            answer.refused(400, Some(scim_type));
        }
    });
}

#[test]
fn a_name_may_stand_once_and_hold_what_can_be_kept() {
    on_each_database(async |hub| {
        let plain = person("x").to_string();
        let doubled =
            |name: &str| plain.replacen('{', &format!("{{\"{name}\":\"a@example.com\","), 1);
        for (body, scim_type) in [
            (doubled("userName"), "invalidSyntax"),
            (doubled("USERNAME"), "invalidSyntax"),
            (plain.replace("\"givenName\"", "\"givenName\":\"x\",\"givenName\""), "invalidSyntax"),
            (plain.replace("\"givenName\"", "\"GIVENNAME\":\"x\",\"givenName\""), "invalidSyntax"),
            (plain.replace("x@example.com", "x\\u0000@example.com"), "invalidValue"),
            (plain.replace("00u-x", "\\u0000"), "invalidValue"),
            (plain.replace("\"active\"", "\"a\\u0000b\":1,\"active\""), "invalidValue"),
            (plain.replace("00u-x", "\\ud800"), "invalidSyntax"),
            (plain.replace("00u-x", "\u{0}"), "invalidSyntax"),
        ] {
            let answer = withstand(hub, async |door| post(door, body.clone()).await).await;
            answer.refused(400, Some(scim_type));
        }
    });
}

#[test]
fn a_value_is_of_its_type() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        let before = door.trace().await;
        let schemas = door.get("/Schemas").await.json();
        let attributes = schemas["Resources"][0]["attributes"].as_array().expect("a list").clone();
        let external_id = json!({"name": "externalId", "type": "string", "multiValued": false});
        let wrong_for = |attribute: &Value| match attribute["type"].as_str().expect("a type") {
            "boolean" => vec![json!(1), json!("maybe"), json!({}), json!([true, false])],
            "complex" if attribute["multiValued"] == true => {
                vec![json!(1), json!([1]), json!([[]]), json!(true)]
            }
            "complex" => vec![json!(1), json!(["x", "y"]), json!(true)],
            _ => vec![json!(1), json!(true), json!({"a": 1}), json!(["x", "y"]), json!(1e99)],
        };
        let writable = attributes.iter().filter(|it| it["mutability"] != "readOnly");
        for attribute in writable.chain([&external_id]) {
            let name = attribute["name"].as_str().expect("a name");
            for wrong in wrong_for(attribute) {
                let mut body = person("x");
                body[name] = wrong.clone();
                let operations = json!([{"op": "replace", "path": name, "value": wrong}]);
                for answer in [
                    door.post("/Users", &body).await,
                    door.put(&path, &body).await,
                    door.patch(&path, operations).await,
                ] {
                    let detail = answer.refused(400, Some("invalidValue"));
                    assert!(detail.contains(name), "{name} = {wrong}: {detail}");
                }
            }
        }
        assert_eq!(door.trace().await, before);
    });
}

#[test]
fn a_body_of_thirty_megabytes_is_refused_by_its_length_and_by_its_bytes() {
    on_each_database(async |hub| {
        let mut body = person("x");
        body["displayName"] = json!("x".repeat(30 << 20));
        let body = body.to_string();
        let announced = withstand(hub, async |door| post(door, body.clone()).await).await;
        let detail = announced.refused(413, None);
        assert!(detail.contains("1048576"), "the limit is named: {detail}");
        let chunked = withstand(hub, async |door| {
            // A body whose length is not known beforehand is sent in chunks.
            let unmeasured = Full::new(Bytes::from(body.clone())).map_frame(|frame| frame);
            let request = door.ask(Method::POST, "/Users").body(reqwest::Body::wrap(unmeasured));
            Door::send(request).await
        })
        .await;
        chunked.refused(413, None);
    });
}

#[test]
fn a_body_of_a_megabyte_is_read() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let mut body = person("x");
        // An attribute that nobody knows is ignored, so that nothing of it counts but the bytes.
        let rest = (1 << 20) - body.to_string().len() - "\"unheardOf\":\"\",".len();
        body["unheardOf"] = json!("x".repeat(rest));
        assert_eq!(body.to_string().len(), 1 << 20);
        door.post("/Users", &body).await.expect(201);
        body["unheardOf"] = json!("x".repeat(rest + 1));
        door.post("/Users", &body).await.refused(413, None);
    });
}

#[test]
fn operations_and_filters_are_bounded() {
    on_each_database(async |hub| {
        let operations: Value = (0..501)
            .map(|n| json!({"op": "add", "path": "title", "value": n.to_string()}))
            .collect();
        let answer = withstand(hub, async |door| {
            let found = door.filter("userName pr").await.json();
            let id = found["Resources"][0]["id"].as_str().expect("an id").to_owned();
            door.patch(&format!("/Users/{id}"), operations.clone()).await
        })
        .await;
        answer.refused(413, None);
        for filter in [
            format!("{}userName pr{}", "(".repeat(33), ")".repeat(33)),
            format!("{}userName pr{}", "(".repeat(2_000), ")".repeat(2_000)),
            format!("{}userName pr{}", "not (".repeat(500), ")".repeat(500)),
            format!("userName eq \"{}\"", "a".repeat(4_096)),
            "emails[".repeat(500),
            vec!["userName pr"; 300].join(" and "),
        ] {
            let answer = withstand(hub, async |door| door.filter(&filter).await).await;
            answer.refused(400, Some("invalidFilter"));
            let schema = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
            let body = json!({"schemas": [schema], "filter": filter});
            let answer = withstand(hub, async |door| door.post("/.search", &body).await).await;
            answer.refused(400, Some("invalidFilter"));
        }
    });
}

#[test]
fn heads_that_are_too_large_or_malformed_are_refused() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let head = |path: &str, headers: &str| {
            format!(
                "GET /scim/v2{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {}\r\n{headers}\r\n",
                door.token
            )
        };
        assert_eq!(
            raw::status(&raw::exchange(&hub.address, head("/Users", "").as_bytes()).await),
            200
        );
        let many: String = (0..200).map(|n| format!("X-{n}: 1\r\n")).collect();
        for (what, request) in [
            ("a large header", head("/Users", &format!("X-Large: {}\r\n", "x".repeat(600_000)))),
            ("many headers", head("/Users", &many)),
            ("a long URL", head(&format!("/Users?filter={}", "x".repeat(100_000)), "")),
            ("a null in a header", head("/Users", "X-Null: a\0b\r\n")),
            ("a null in the URL", head("/Users\0", "")),
            ("no HTTP", "nonsense\r\n\r\n".to_owned()),
        ] {
            let answer = raw::exchange(&hub.address, request.as_bytes()).await;
            let status = raw::status(&answer);
            assert!((400..500).contains(&status), "{what}: {status}");
        }
        let nulls = format!("/Users?filter=userName+eq+%22{}%22", "%00".repeat(10));
        door.get(&nulls).await.refused(400, Some("invalidFilter"));
        door.get("/Users?attributes=%00").await.expect(200);
        door.get("/Users?startIndex=%00").await.refused(400, Some("invalidValue"));
        assert_eq!(door.get("/Users").await.json()["totalResults"], 0);
    });
}

/// A creation whose body stops half-way.
async fn half_a_request(address: &str, token: &str) -> TcpStream {
    let body = person("x").to_string();
    let (half, _) = body.split_at(body.len() / 2);
    let mut stream = TcpStream::connect(address).await.expect("the door is open");
    let head = format!(
        "POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: {}\r\n\r\n{half}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("it is sent");
    stream
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    // One thread, whose clock can be stopped: it goes on by itself when nobody has anything to do but wait.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let folder = Folder::new();
    runtime.expect("a runtime starts").block_on(async {
        let hub = Hub::start(Database::Sqlite(folder.path().join("rollcall.db"))).await;
        let door = hub.door("rfc").await;
        let ana = door.create("ana").await;
        let mut stream = half_a_request(&hub.address, &door.token).await;
        // Others are served while it waits.
        door.get(&ana).await.expect(200);
        tokio::time::pause();
        let answer = raw::rest(&mut stream).await;
        tokio::time::resume();
        assert_eq!(raw::status(&answer), 408, "{answer}");
        assert!(answer.to_lowercase().contains("connection: close"), "{answer}");
        assert!(answer.contains("application/scim+json"), "{answer}");
        assert_eq!(door.get("/Users").await.names(), ["ana@example.com"]);
    });
}

#[test]
fn who_hangs_up_half_way_leaves_nothing() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        for _ in 0..50 {
            drop(half_a_request(&hub.address, &door.token).await);
        }
        assert_eq!(door.get("/Users").await.json()["totalResults"], 0);
        door.create("x").await;
    });
}

#[test]
fn no_name_steers_how_the_page_around_it_reads() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let mut body = person("ana");
        body["name"] = json!({"givenName": "\u{202e}Ana", "familyName": "Berg\u{2028}\u{2066}"});
        let made = door.post("/Users", &body).await.expect(201).json();
        let profile = hub.employee(&door, &made).await.employee.profile;
        assert_eq!((profile.first_name.as_str(), profile.last_name.as_str()), ("Ana", "Berg "));
        assert_eq!(made["name"], body["name"], "the client reads its own as it was sent");
        body["userName"] = json!("ben@example.com");
        body["name"]["givenName"] = json!("\u{202e}\u{feff}");
        door.post("/Users", &body).await.refused(400, Some("invalidValue"));
        let group = door
            .group("Sales\u{200b}", &[&format!("/Users/{}", made["id"].as_str().unwrap())])
            .await;
        assert_eq!(hub.employee(&door, &made).await.team.name, "Sales");
        door.get(&group).await.expect(200);
        door.post("/Groups", &json!({"displayName": "\u{200b}"}))
            .await
            .refused(400, Some("invalidValue"));
    });
}

#[test]
fn no_row_of_changes_makes_a_user_larger_than_a_user_may_be() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let ims = |text: String| json!([{"op": "add", "path": "ims", "value": [{"value": text}]}]);
        let path = door.create("ana").await;
        let before = door.get(&path).await.expect(200);
        let answer = door.patch(&path, ims("x".repeat(70_000))).await;
        let detail = answer.refused(400, Some("invalidValue"));
        assert!(detail.contains("65536 are allowed"), "{detail}");
        assert_eq!(door.get(&path).await.expect(200).text, before.text);
        let mut body = person("cleo");
        body["displayName"] = json!("x".repeat(70_000));
        door.post("/Users", &body).await.refused(400, Some("invalidValue"));
        // A little at a time is no other way.
        let path = door.create("ben").await;
        let mut statuses = Vec::new();
        for number in 0..8 {
            let some = ims(format!("{number}{}", "x".repeat(10_000)));
            statuses.push(door.patch(&path, some).await.status);
        }
        assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 400, 400]);
    });
}

#[test]
fn one_request_moves_so_many_members_and_a_group_waits_for_so_many_users() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.group("Flood", &[]).await;
        let mut number = 0;
        let mut thousand = || {
            let members: Vec<Value> =
                (0..1_000).map(|n| json!({"value": format!("u{}", number + n)})).collect();
            number += 1_000;
            json!({"op": "add", "path": "members", "value": members})
        };
        let mut statuses = async |count: usize| -> Vec<String> {
            let data = |members: Value| json!({"Operations": [members]});
            let operations: Vec<Value> = (0..count)
                .map(|_| json!({"method": "PATCH", "path": path, "data": data(thousand())}))
                .collect();
            let schema = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
            let request = json!({"schemas": [schema], "Operations": operations});
            let told = door.post("/Bulk", &request).await.expect(200).json();
            let told = told["Operations"].as_array().expect("a list");
            told.iter().map(|one| one["status"].as_str().unwrap_or_default().to_owned()).collect()
        };
        assert_eq!(statuses(7).await, ["200", "200", "200", "200", "200", "413", "413"]);
        assert_eq!(statuses(5).await, ["200"; 5]);
        assert_eq!(statuses(1).await, ["400"], "so many wait already");
        let one_more = json!([{"op": "add", "path": "members", "value": [{"value": "one"}]}]);
        let detail = door.patch(&path, one_more).await.refused(400, Some("invalidValue"));
        assert!(detail.contains("10000 may be"), "{detail}");
        // Who is there is put into it all the same, and all of it can be ended at once.
        let ana = door.create("ana").await;
        let known = json!([{"op": "add", "path": "members", "value": [{"value": id_of(&ana)}]}]);
        door.patch(&path, known).await.expect(200);
        assert_eq!(door.members(&path).await, [id_of(&ana)]);
        door.delete(&path).await.expect(204);
    });
}

#[test]
fn a_page_of_large_users_is_short_and_the_next_one_goes_on_behind_it() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let title = "z".repeat(60_000);
        let mut made = Vec::new();
        for part in 0..2 {
            let operations: Vec<Value> = (0..75)
                .map(|number| {
                    let name = format!("u{part}-{number:02}");
                    let mut data = person(&name);
                    data["title"] = json!(title);
                    made.push(format!("{name}@example.com"));
                    json!({"method": "POST", "path": "/Users", "bulkId": name, "data": data})
                })
                .collect();
            let schema = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
            let request = json!({"schemas": [schema], "Operations": operations});
            door.post("/Bulk", &request).await.expect(200);
        }
        let sorted = [("sortBy", "userName")];
        for (path, more) in [("/Users", &[][..]), ("/Users", &sorted), ("", &[])] {
            let mut seen = Vec::new();
            while seen.len() < 150 {
                let start = (seen.len() + 1).to_string();
                let mut query = vec![("count", "1000"), ("startIndex", start.as_str())];
                query.extend(more);
                let mut text = form_urlencoded::Serializer::new(String::new());
                let asked = format!("{path}?{}", text.extend_pairs(query).finish());
                let answer = door.get(&asked).await.expect(200);
                assert!(answer.text.len() < 9 << 20, "{} bytes", answer.text.len());
                let page = answer.json();
                assert_eq!(page["totalResults"], 150);
                let names = answer.names();
                assert_eq!(page["itemsPerPage"], names.len());
                assert!(!names.is_empty());
                seen.extend(names);
            }
            assert_eq!(seen, made, "{path} {more:?}");
        }
        for asked in [&[][..], &sorted] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let mut query = vec![("count", "1000"), ("cursor", cursor.as_str())];
                query.extend(asked);
                let answer = door.list(&query).await.expect(200);
                seen.extend(answer.names());
                let page = answer.json();
                match page["nextCursor"].as_str() {
                    Some(next) => next.clone_into(&mut cursor),
                    None => break,
                }
                assert!(seen.len() < 150, "a cursor leads on only where there is more");
            }
            assert_eq!(seen, made, "{asked:?}");
        }
    });
}

#[test]
fn the_way_in_which_an_accent_was_typed_makes_no_second_person() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let mut body = person("x");
        body["userName"] = json!("J\u{fc}rgen@example.com");
        door.post("/Users", &body).await.expect(201);
        let apart = "JU\u{308}rgen@example.com";
        let found = door.filter(&format!("userName eq \"{apart}\"")).await.expect(200);
        assert_eq!(found.names(), ["J\u{fc}rgen@example.com"]);
        body["userName"] = json!(apart);
        body["externalId"] = json!("another");
        door.post("/Users", &body).await.refused(409, Some("uniqueness"));
    });
}

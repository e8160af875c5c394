//! What Okta really sends, row by row (the table is in the crate's README).

use rollcall_scim::{Dialect, Filter, Limits, PageSize, Paging, Schemas, normalise};
use serde_json::json;

use crate::support::{CORE, ENTERPRISE, after, apply, apply_to, object, read, user};

const OKTA: Dialect = Dialect::OKTA;

fn group() -> serde_json::Map<String, serde_json::Value> {
    let body = json!({"displayName": "Test", "members": [{"value": "u1"}, {"value": "u2"}]});
    normalise(object(body), &Schemas::GROUP, &OKTA).unwrap().attributes
}

#[test]
fn okta_o1_and_o10_read_page_after_page() {
    let size = PageSize { default: 100, most: 200 };
    let pages = [("1", "2", 0, 2), ("1", "100", 0, 100), ("101", "100", 100, 100)];
    for (start, count, offset, expected) in pages {
        let paging = Paging::parse(Some(start), Some(count), size).unwrap();
        assert_eq!((paging.offset(), paging.count), (offset, expected));
    }
}

#[test]
fn okta_o2_looks_up_by_user_name() {
    let filter =
        Filter::parse(r#"userName eq "test.user@okta.local""#, &Limits::default()).unwrap();
    let bound = filter.bind(&Schemas::USER).unwrap();
    assert!(bound.matches(&user(&json!({"userName": "Test.User@okta.local"}))));
    assert!(!bound.matches(&user(&json!({"userName": "other"}))));
}

#[test]
fn okta_o3_creates_with_groups_and_a_password() {
    let body = json!({
        "schemas": [CORE],
        "userName": "test.user@okta.local",
        "name": {"givenName": "Test", "familyName": "User"},
        "emails": [{"primary": true, "value": "test.user@okta.local", "type": "work"}],
        "displayName": "Test User",
        "locale": "en-US",
        "externalId": "00ujl29u0le5T6Aj10h7",
        "groups": [],
        "password": "1mz050nq",
        "active": true,
    });
    let read = read(&OKTA, &body).unwrap();
    assert_eq!(read.withheld, ["password"]);
    let mut expected = object(body);
    expected.remove("groups");
    expected.remove("password");
    assert_eq!(read.attributes, expected);
}

#[test]
fn okta_o5_puts_back_the_whole_resource() {
    let mut echoed = json!({
        "schemas": [CORE, ENTERPRISE],
        "id": "23a35c27",
        "userName": "ada",
        "emails": [{"primary": true, "value": "a@b", "type": "work", "display": "a@b"}],
        "active": false,
        "groups": [{"value": "g", "display": "G"}],
        "meta": {"resourceType": "User", "version": "W/\"3\""},
        ENTERPRISE: {"department": "Sales", "manager": {"value": "7", "displayName": "Boss"}},
    });
    let read = read(&OKTA, &echoed).unwrap();
    assert_eq!(read.sent_id.as_deref(), Some("23a35c27"));
    assert_eq!(read.ignored, Vec::<String>::new());
    let expected = echoed.as_object_mut().unwrap();
    for server_owned in ["id", "groups", "meta"] {
        expected.remove(server_owned);
    }
    expected[ENTERPRISE]["manager"] = json!({"value": "7"});
    assert_eq!(&read.attributes, expected);
}

#[test]
fn okta_o7_deactivates_without_a_path() {
    let operations = json!([{"op": "replace", "value": {"active": false}}]);
    let before = json!({"active": true, "title": "T"});
    assert_eq!(after(&OKTA, before, operations), json!({"active": false, "title": "T"}));
}

#[test]
fn okta_o8_accepts_a_password_and_keeps_none() {
    let mut resource = user(&json!({"userName": "ada"}));
    let operations = json!([{"op": "replace", "value": {"password": "t1meMa$heen"}}]);
    let outcome = apply(&OKTA, &mut resource, operations).unwrap();
    assert_eq!(outcome.withheld, ["password"]);
    assert!(!outcome.changed);
    assert!(!resource.contains_key("password"));
}

#[test]
fn okta_o11_creates_a_group_without_members() {
    let body = json!({"displayName": "Test", "members": []});
    let read = normalise(object(body), &Schemas::GROUP, &OKTA).unwrap();
    assert!(!read.attributes.contains_key("members"));
}

#[test]
fn okta_o12_finds_a_group_by_a_name_with_quotes() {
    let body = json!({"displayName": r#"The "A" \ Team"#});
    let group = normalise(object(body), &Schemas::GROUP, &OKTA).unwrap().attributes;
    let filter =
        Filter::parse(r#"displayName eq "the \"a\" \\ team""#, &Limits::default()).unwrap();
    assert!(filter.bind(&Schemas::GROUP).unwrap().matches(&group));
}

#[test]
fn okta_o13_renames_a_group_and_leaves_its_members() {
    let mut group = group();
    let operations = json!([{"op": "replace", "value": {"id": "g1", "displayName": "New"}}]);
    let outcome = apply_to(&Schemas::GROUP, &OKTA, &mut group, operations).unwrap();
    assert!(outcome.changed);
    assert_eq!(group["displayName"], json!("New"));
    assert_eq!(group["members"], json!([{"value": "u1"}, {"value": "u2"}]));
    assert!(!group.contains_key("id"));
}

#[test]
fn okta_o14_removes_and_adds_members_in_one_patch() {
    let mut group = group();
    let operations = json!([
        {"op": "remove", "path": "members[value eq \"u1\"]"},
        {"op": "remove", "path": "members[value eq \"gone\"]"},
        {"op": "add", "path": "members", "value": [{"value": "u3", "display": "a@b"}]},
    ]);
    apply_to(&Schemas::GROUP, &OKTA, &mut group, operations).unwrap();
    assert_eq!(group["members"], json!([{"value": "u2"}, {"value": "u3"}]));
}

#[test]
fn okta_o15_replaces_all_members_even_by_none() {
    let mut group = group();
    let operations = json!([{"op": "replace", "path": "members", "value": [{"value": "u9"}]}]);
    apply_to(&Schemas::GROUP, &OKTA, &mut group, operations).unwrap();
    assert_eq!(group["members"], json!([{"value": "u9"}]));
    let operations = json!([{"op": "replace", "path": "members", "value": []}]);
    apply_to(&Schemas::GROUP, &OKTA, &mut group, operations).unwrap();
    assert!(!group.contains_key("members"));
}

#[test]
fn okta_o16_puts_a_group_with_all_members() {
    let body =
        json!({"id": "g1", "displayName": "Test", "members": [{"value": "u1", "display": "A"}]});
    let read = normalise(object(body), &Schemas::GROUP, &OKTA).unwrap();
    assert_eq!(read.attributes["members"], json!([{"value": "u1"}]));
}

#[test]
fn okta_o19_keeps_roles_and_entitlements() {
    let body = json!({
        "userName": "ada",
        "roles": [{"value": "agent"}],
        "entitlements": [{"value": "e1", "type": "License"}, "e2"],
    });
    let kept = read(&OKTA, &body).unwrap().attributes;
    assert_eq!(kept["roles"], json!([{"value": "agent"}]));
    assert_eq!(kept["entitlements"], json!([{"value": "e1", "type": "License"}, {"value": "e2"}]));
}

#[test]
fn okta_o21_ignores_the_extension_that_an_administrator_chose() {
    let custom = "urn:ietf:params:scim:schemas:extension:okta_app:2.0:User";
    let body = json!({"schemas": [CORE, custom], "userName": "ada", custom: {"badge": "1"}});
    let read = read(&OKTA, &body).unwrap();
    assert_eq!(read.ignored, [custom]);
    assert_eq!(read.attributes["schemas"], json!([CORE]));
    let mut resource = read.attributes;
    let path = format!("{custom}:badge");
    let operations = json!([{"op": "replace", "path": path, "value": "2"}]);
    let outcome = apply(&OKTA, &mut resource, operations).unwrap();
    assert_eq!(outcome.ignored, [path]);
    assert!(!outcome.changed);
}

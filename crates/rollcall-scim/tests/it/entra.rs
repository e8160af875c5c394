//! What Microsoft Entra ID really sends, row by row (the table is in the crate's README).

use rollcall_scim::{
    Dialect, DialectName, Filter, Limits, ListWriter, Projection, Schemas, normalise,
};
use serde_json::json;

use crate::support::{CORE, ENTERPRISE, after, apply, apply_to, object, read, refused, user};

const ENTRA: Dialect = Dialect::ENTRA;

fn group(members: &[&str]) -> serde_json::Map<String, serde_json::Value> {
    let members: Vec<_> = members.iter().map(|id| json!({"value": id})).collect();
    let body = json!({"displayName": "Agents", "members": members});
    normalise(object(body), &Schemas::GROUP, &ENTRA).unwrap().attributes
}

fn members_after(before: &[&str], operation: impl Into<serde_json::Value>) -> Vec<String> {
    let mut group = group(before);
    apply_to(&Schemas::GROUP, &ENTRA, &mut group, vec![operation.into()].into()).unwrap();
    let members = group.get("members").and_then(|members| members.as_array().cloned());
    members
        .unwrap_or_default()
        .iter()
        .map(|member| member["value"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn entra_e1_asks_for_somebody_who_cannot_exist() {
    for attribute in ["userName", "externalId"] {
        let text = format!(r#"{attribute} eq "AzureAD_Test-2b1f""#);
        let filter =
            Filter::parse(&text, &Limits::default()).unwrap().bind(&Schemas::USER).unwrap();
        assert!(!filter.matches(&user(&json!({"userName": "ada"}))));
    }
    let mut answer = Vec::new();
    ListWriter::start(&mut answer, 0, 1).finish();
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&answer).unwrap(),
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": 0,
            "startIndex": 1,
            "itemsPerPage": 0,
            "Resources": [],
        })
    );
}

#[test]
fn entra_e2_matches_by_user_name_and_by_a_work_address() {
    let resource = user(&json!({
        "userName": "Ada@Example.org",
        "externalId": "7f3e",
        "emails": [{"type": "home", "value": "x@y"}, {"type": "work", "value": "a@b"}],
    }));
    let matches = |text: &str| {
        let filter = Filter::parse(text, &Limits::default()).unwrap();
        filter.bind(&Schemas::USER).unwrap().matches(&resource)
    };
    assert!(matches(r#"userName eq "ada@example.org""#));
    assert!(matches("externalId eq 7f3e"));
    assert!(!matches("externalId eq 7F3E"));
    assert!(matches(r#"emails[type eq "work"].value eq "a@b""#));
    assert!(!matches(r#"emails[type eq "home"].value eq "a@b""#));
    assert!(matches(r#"userName eq "ada@example.org" and externalId eq "7f3e""#));
}

#[test]
fn entra_e3_creates_with_meta_and_empty_roles() {
    let read = read(
        &ENTRA,
        &json!({
            "schemas": [CORE, ENTERPRISE],
            "externalId": "e1",
            "userName": "ada",
            "active": true,
            "emails": [{"primary": true, "type": "work", "value": "a@b"}],
            "meta": {"resourceType": "User"},
            "name": {"formatted": "Ada L", "familyName": "L", "givenName": "Ada"},
            "roles": [],
        }),
    )
    .unwrap();
    assert_eq!(read.ignored, Vec::<String>::new());
    assert_eq!(
        json!(read.attributes),
        json!({
            "schemas": [CORE],
            "externalId": "e1",
            "userName": "ada",
            "active": true,
            "emails": [{"primary": true, "type": "work", "value": "a@b"}],
            "name": {"formatted": "Ada L", "familyName": "L", "givenName": "Ada"},
        })
    );
}

#[test]
fn entra_e4_understands_capitals_and_text_booleans() {
    for (text, expected) in [("False", false), ("True", true), ("false", false), ("TRUE", true)] {
        let operations = json!([{"op": "Replace", "path": "active", "value": text}]);
        assert_eq!(
            after(&ENTRA, json!({"active": !expected}), operations),
            json!({"active": expected})
        );
    }
    let operations = json!([{"op": "Add", "path": "nickName", "value": "Babs"}]);
    assert_eq!(after(&ENTRA, json!({}), operations), json!({"nickName": "Babs"}));
    let operations = json!([{"op": "Replace", "path": "active", "value": "no"}]);
    assert_eq!(refused(&ENTRA, json!({}), operations), "invalidValue");
}

#[test]
fn entra_e5_creates_the_element_that_the_filter_names() {
    for op in ["Add", "Replace"] {
        let operations = json!([
            {"op": op, "path": "emails[type eq \"work\"].value", "value": "x"},
            {"op": op, "path": "phoneNumbers[type eq \"mobile\"].value", "value": "1"},
            {"op": op, "path": "addresses[type eq \"work\"].streetAddress", "value": "High St"},
            {"op": op, "path": "roles[primary eq \"True\"].value", "value": "agent"},
        ]);
        let before = json!({"emails": [{"type": "home", "value": "h"}]});
        assert_eq!(
            after(&ENTRA, before, operations),
            json!({
                "emails": [{"type": "home", "value": "h"}, {"type": "work", "value": "x"}],
                "phoneNumbers": [{"type": "mobile", "value": "1"}],
                "addresses": [{"type": "work", "streetAddress": "High St"}],
                "roles": [{"primary": true, "value": "agent"}],
            })
        );
    }
}

#[test]
fn entra_e5_changes_the_element_that_is_there() {
    let operations =
        json!([{"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "new"}]);
    let before = json!({"emails": [{"type": "Work", "value": "old", "primary": true}]});
    let expected = json!({"emails": [{"type": "Work", "value": "new", "primary": true}]});
    assert_eq!(after(&ENTRA, before, operations), expected);
}

#[test]
fn entra_e5_cannot_create_what_no_equality_describes() {
    let operations = json!([{"op": "Add", "path": "emails[type ne \"work\"].value", "value": "x"}]);
    assert_eq!(refused(&ENTRA, json!({}), operations), "noTarget");
}

#[test]
fn entra_e6_resolves_urns_with_dots() {
    let mut resource = user(&json!({"userName": "ada"}));
    let path = format!("{ENTERPRISE}:employeeNumber");
    apply(&ENTRA, &mut resource, json!([{"op": "Replace", "path": path, "value": "1"}])).unwrap();
    assert_eq!(resource["schemas"], json!([CORE, ENTERPRISE]));
    assert_eq!(resource[ENTERPRISE], json!({"employeeNumber": "1"}));

    let whole = json!([{"op": "Add", "path": ENTERPRISE, "value": {"department": "Sales"}}]);
    apply(&ENTRA, &mut resource, whole).unwrap();
    assert_eq!(resource[ENTERPRISE], json!({"employeeNumber": "1", "department": "Sales"}));

    let remove = json!([
        {"op": "Remove", "path": path},
        {"op": "Remove", "path": format!("{ENTERPRISE}:department")},
    ]);
    apply(&ENTRA, &mut resource, remove).unwrap();
    assert_eq!(resource["schemas"], json!([CORE]));
    assert!(!resource.contains_key(ENTERPRISE));
}

#[test]
fn entra_e7_treats_the_keys_of_a_value_as_paths() {
    let mut value = json!({
        "displayName": "B",
        "name.givenName": "K",
        "name.familyName": "U",
        "emails[type eq \"work\"].value": "k@u",
    });
    value[format!("{ENTERPRISE}:employeeNumber")] = json!("A");
    let operations = json!([{"op": "replace", "value": value}]);
    let before = json!({"name": {"middleName": "M"}});
    let mut expected = json!({
        "displayName": "B",
        "name": {"givenName": "K", "middleName": "M", "familyName": "U"},
        "emails": [{"type": "work", "value": "k@u"}],
    });
    expected[ENTERPRISE] = json!({"employeeNumber": "A"});
    assert_eq!(after(&ENTRA, before, operations), expected);
}

#[test]
fn entra_e8_takes_the_manager_in_three_forms() {
    let path = format!("{ENTERPRISE}:manager");
    let reference = "https://example.org/Users/42";
    let forms = [
        (json!("42"), json!({"value": "42"})),
        (json!({"value": "42"}), json!({"value": "42"})),
        (json!([{"$ref": reference, "value": "42"}]), json!({"$ref": reference, "value": "42"})),
    ];
    for (sent, kept) in forms {
        let operations = json!([{"op": "Add", "path": path, "value": sent}]);
        let expected = json!({ENTERPRISE: {"manager": kept}});
        let before = json!({ENTERPRISE: {"manager": {"value": "7", "$ref": "https://old"}}});
        assert_eq!(after(&ENTRA, before, operations), expected);

        let posted = json!({"userName": "ada", ENTERPRISE: {"manager": sent}});
        let posted = read(&ENTRA, &posted).unwrap().attributes;
        assert_eq!(json!(posted[ENTERPRISE]), expected[ENTERPRISE]);
    }
    for operation in
        [json!({"op": "Remove", "path": path}), json!({"op": "Replace", "path": path, "value": ""})]
    {
        let before = json!({ENTERPRISE: {"manager": {"value": "7"}}});
        assert_eq!(after(&ENTRA, before, json!([operation])), json!({}));
    }
}

#[test]
fn entra_e9_switches_a_person_off_and_on() {
    let off = json!([{"op": "Replace", "path": "active", "value": "False"}]);
    let on = json!([{"op": "Replace", "path": "active", "value": "True"}]);
    let mut resource = user(&json!({"userName": "ada", "active": true}));
    assert!(apply(&ENTRA, &mut resource, off.clone()).unwrap().changed);
    assert!(!apply(&ENTRA, &mut resource, off).unwrap().changed);
    assert!(apply(&ENTRA, &mut resource, on).unwrap().changed);
    assert_eq!(resource["active"], json!(true));
}

#[test]
fn entra_e10_creates_a_group_under_an_odd_schema() {
    let odd = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
    let core = "urn:ietf:params:scim:schemas:core:2.0:Group";
    let body = json!({"schemas": [core, odd], "externalId": "g1", "displayName": "Agents"});
    let read = normalise(object(body), &Schemas::GROUP, &ENTRA).unwrap();
    assert_eq!(read.ignored, [odd]);
    assert_eq!(
        json!(read.attributes),
        json!({"schemas": [core], "externalId": "g1", "displayName": "Agents"})
    );
}

#[test]
fn entra_e11_reads_groups_without_their_members() {
    let projection = Projection::parse(None, Some("members")).unwrap();
    assert!(!projection.shows("members", &Schemas::GROUP));
    let mut group = group(&["u1"]);
    projection.apply(&mut group, &Schemas::GROUP);
    assert!(!group.contains_key("members"));
    assert!(group.contains_key("displayName"));
}

#[test]
fn entra_e12_adds_members_once_and_ignores_a_null_reference() {
    let add = json!({"op": "Add", "path": "members", "value": [
        {"$ref": null, "value": "b"}, {"$ref": null, "value": "a"}, {"$ref": null, "value": "b"},
    ]});
    assert_eq!(members_after(&["a"], add), ["a", "b"]);
}

#[test]
fn entra_e13_removes_only_the_listed_members() {
    let remove =
        json!({"op": "Remove", "path": "members", "value": [{"$ref": null, "value": "b"}]});
    assert_eq!(members_after(&["a", "b", "c"], remove), ["a", "c"]);
    let one = json!({"op": "Remove", "path": "members", "value": {"value": "a"}});
    assert_eq!(members_after(&["a", "b", "c"], one), ["b", "c"]);
    let none = json!({"op": "Remove", "path": "members", "value": []});
    assert_eq!(members_after(&["a", "b"], none), ["a", "b"]);
    let absent = json!({"op": "Remove", "path": "members", "value": [{"value": "z"}]});
    assert_eq!(members_after(&["a", "b"], absent), ["a", "b"]);
    let filtered = json!({"op": "Remove", "path": "members[value eq \"b\"]"});
    assert_eq!(members_after(&["a", "b", "c"], filtered), ["a", "c"]);
    let all = json!({"op": "Remove", "path": "members"});
    assert_eq!(members_after(&["a", "b"], all), [""; 0]);
}

#[test]
fn entra_e14_means_the_value_where_a_part_is_not_named() {
    let bound = |text: &str, schemas: &Schemas| {
        Filter::parse(text, &Limits::default()).unwrap().bind(schemas).unwrap()
    };
    let group = group(&["u"]);
    for text in
        [r#"members eq "u""#, r#"members.value eq "u""#, r#"members[value eq "u"]"#, "members eq u"]
    {
        assert!(bound(text, &Schemas::GROUP).matches(&group), "{text}");
    }
    let boss = user(&json!({"userName": "ada", ENTERPRISE: {"manager": "y"}}));
    for text in [r#"manager eq "y""#, "manager.value eq y", r#"manager[value eq "y"]"#] {
        assert!(bound(text, &Schemas::USER).matches(&boss), "{text}");
    }
    for sub in ["", ".value"] {
        let text = format!(r#"{ENTERPRISE}:manager{sub} eq "y""#);
        assert!(bound(&text, &Schemas::USER).matches(&boss), "{text}");
    }
}

#[test]
fn entra_e15_resets_by_null_empty_text_and_removal() {
    let before = json!({"title": "T", "nickName": "N", "locale": "L", "roles": [{"value": "r"}]});
    let operations = json!([
        {"op": "Replace", "path": "title", "value": null},
        {"op": "Replace", "path": "nickName", "value": ""},
        {"op": "Remove", "path": "locale"},
        {"op": "Replace", "path": "roles", "value": []},
        {"op": "Replace", "path": "meta.resourceType", "value": "User"},
        {"op": "Add", "path": "shoeSize", "value": "42"},
    ]);
    assert_eq!(after(&ENTRA, before, operations), json!({}));
}

#[test]
fn entra_e16_speaks_both_manners_on_one_connection() {
    let operations = json!([
        {"op": "Replace", "path": "name.givenName", "value": "A"},
        {"op": "replace", "value": {"name.familyName": "B"}},
    ]);
    let expected = json!({"name": {"givenName": "A", "familyName": "B"}});
    assert_eq!(after(&ENTRA, json!({}), operations), expected);
}

#[test]
fn entra_e17_reads_schemas_without_nulls() {
    for schema in [Schemas::USER.core, Schemas::USER.extensions[0], Schemas::GROUP.core] {
        let text = schema.to_json("https://example.org/scim/v2").to_string();
        assert!(!text.contains("null"), "{text}");
    }
}

#[test]
fn entra_e20_keeps_values_as_they_were_sent() {
    let body = json!({
        "userName": " Ada@Example.ORG ",
        "phoneNumbers": [{"type": "work", "value": "+49 (0) 30-1234 ext. 5"}],
        "displayName": "Ada Ö \u{1F600} O'Neil",
    });
    let mut expected = body.clone();
    expected["schemas"] = json!([CORE]);
    assert_eq!(json!(read(&ENTRA, &body).unwrap().attributes), expected);
}

#[test]
fn entra_e21_takes_empty_operations_as_nothing_to_do() {
    let mut resource = user(&json!({"userName": "ada"}));
    let outcome = apply(&ENTRA, &mut resource, json!([])).unwrap();
    assert!(!outcome.changed);
    assert_eq!(refused(&Dialect::RFC, json!({}), json!([])), "invalidSyntax");
}

#[test]
fn entra_is_answered_without_a_body() {
    let answers = |name: DialectName| name.dialect().patch_answers_no_content;
    assert!(answers(DialectName::Entra));
    assert!(!answers(DialectName::Okta));
}

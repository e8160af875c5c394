//! What a server answers: errors, lists, versions and projections.

use std::borrow::Cow;

use rollcall_scim::{
    EntityTags, ErrorKind, ListQuery, ListWriter, PageSize, Paging, Projection, Schemas, ScimError,
    etag,
};
use serde_json::{Value, json};

use crate::support::{CORE, ENTERPRISE, object};

#[test]
fn every_error_has_its_status_and_keyword() {
    let cases = [
        (ErrorKind::InvalidFilter, 400, Some("invalidFilter")),
        (ErrorKind::TooMany, 400, Some("tooMany")),
        (ErrorKind::Uniqueness, 409, Some("uniqueness")),
        (ErrorKind::Mutability, 400, Some("mutability")),
        (ErrorKind::InvalidSyntax, 400, Some("invalidSyntax")),
        (ErrorKind::InvalidPath, 400, Some("invalidPath")),
        (ErrorKind::NoTarget, 400, Some("noTarget")),
        (ErrorKind::InvalidValue, 400, Some("invalidValue")),
        (ErrorKind::InvalidVersion, 400, Some("invalidVers")),
        (ErrorKind::Sensitive, 403, Some("sensitive")),
        (ErrorKind::InvalidCursor, 400, Some("invalidCursor")),
        (ErrorKind::ExpiredCursor, 400, Some("expiredCursor")),
        (ErrorKind::InvalidCount, 400, Some("invalidCount")),
        (ErrorKind::Unauthorized, 401, None),
        (ErrorKind::Forbidden, 403, None),
        (ErrorKind::NotFound, 404, None),
        (ErrorKind::MethodNotAllowed, 405, None),
        (ErrorKind::Conflict, 409, None),
        (ErrorKind::PreconditionFailed, 412, None),
        (ErrorKind::PayloadTooLarge, 413, None),
        (ErrorKind::UnsupportedMediaType, 415, None),
        (ErrorKind::TooManyRequests, 429, None),
        (ErrorKind::Internal, 500, None),
        (ErrorKind::NotImplemented, 501, None),
        (ErrorKind::Unavailable, 503, None),
    ];
    for (kind, status, scim_type) in cases {
        let error = ScimError::new(kind, "No.");
        let mut expected = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": status.to_string(),
            "detail": "No.",
        });
        if let Some(scim_type) = scim_type {
            expected["scimType"] = json!(scim_type);
        }
        assert_eq!((error.status(), error.body()), (status, expected));
    }
}

#[test]
fn a_list_is_written_from_bytes() {
    let mut buffer = Vec::new();
    let mut list = ListWriter::start(&mut buffer, 12, 3);
    list.push(br#"{"id":"a"}"#);
    list.push(br#"{"id":"b"}"#);
    list.finish();
    assert_eq!(
        serde_json::from_slice::<Value>(&buffer).unwrap(),
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": 12,
            "startIndex": 3,
            "itemsPerPage": 2,
            "Resources": [{"id": "a"}, {"id": "b"}],
        })
    );
    let mut empty = Vec::new();
    ListWriter::start(&mut empty, 0, 1).finish();
    let empty = serde_json::from_slice::<Value>(&empty).unwrap();
    assert_eq!((&empty["Resources"], &empty["itemsPerPage"]), (&json!([]), &json!(0)));
}

#[test]
fn pages_are_cut_to_what_is_possible() {
    let size = PageSize { default: 100, most: 200 };
    let page = |start: Option<&str>, count: Option<&str>| {
        Paging::parse(start, count, size).map(|paging| (paging.start_index, paging.count))
    };
    assert_eq!(page(None, None), Ok((1, 100)));
    assert_eq!(page(Some("0"), Some("0")), Ok((1, 0)));
    assert_eq!(page(Some("-5"), Some("-1")), Ok((1, 0)));
    assert_eq!(page(Some("101"), Some("500")), Ok((101, 200)));
    assert_eq!(page(Some(""), Some("")), Ok((1, 100)));
    assert_eq!(page(Some("99999999999999999999"), Some("99999999999")), Ok((u64::MAX, 200)));
    for bad in ["x", "1.5", "-", "1 "] {
        assert_eq!(page(Some(bad), None).expect_err(bad).kind, ErrorKind::InvalidValue);
        assert_eq!(page(None, Some(bad)).expect_err(bad).kind, ErrorKind::InvalidValue);
    }
    assert_eq!(Paging { start_index: 101, count: 1 }.offset(), 100);
}

#[test]
fn parameters_are_found_in_any_case_and_once() {
    let pairs = |pairs: &[(&'static str, &'static str)]| {
        ListQuery::from_pairs(pairs.iter().map(|(name, value)| (*name, Cow::Borrowed(*value))))
    };
    let query =
        pairs(&[("aadOptscim062020", ""), ("startindex", "3"), ("FILTER", "a pr")]).unwrap();
    assert_eq!(query.start_index.as_deref(), Some("3"));
    assert_eq!(query.filter.as_deref(), Some("a pr"));
    let twice = pairs(&[("filter", "a pr"), ("Filter", "b pr")]).expect_err("twice");
    assert_eq!(twice.detail, "The parameter Filter comes twice; send it once.");
}

#[test]
fn versions_are_compared_as_tags() {
    assert_eq!(etag(7), "W/\"7\"");
    for header in ["W/\"7\"", "\"7\"", "7", "*", "\"x\", W/\"7\"", "w/\"7\"", "W/\"6\",W/\"7\""] {
        assert!(EntityTags::parse(header).matches(7), "{header}");
    }
    for header in ["", "W/\"70\"", "\"07\"", "W/", "\"7", "W/\"6\", W/\"8\"", "**"] {
        assert!(!EntityTags::parse(header).matches(7), "{header}");
    }
}

fn shown(attributes: Option<&str>, excluded: Option<&str>) -> Value {
    let mut resource = object(json!({
        "schemas": [CORE, ENTERPRISE],
        "id": "1",
        "userName": "ada",
        "name": {"givenName": "A", "familyName": "L"},
        "emails": [{"value": "a", "type": "work"}, {"type": "home"}],
        "meta": {"version": "W/\"1\"", "resourceType": "User"},
        ENTERPRISE: {"division": "D", "manager": {"value": "m"}},
    }));
    Projection::parse(attributes, excluded).unwrap().apply(&mut resource, &Schemas::USER);
    resource.remove("schemas");
    Value::Object(resource)
}

#[test]
fn attributes_can_be_chosen() {
    let all = shown(None, None);
    assert_eq!(all["emails"], json!([{"value": "a", "type": "work"}, {"type": "home"}]));
    assert_eq!(shown(Some("userName"), None), json!({"id": "1", "userName": "ada"}));
    assert_eq!(
        shown(Some("USERNAME , nonsense,, a b"), None),
        json!({"id": "1", "userName": "ada"})
    );
    assert_eq!(
        shown(Some("name.givenName,emails.value,meta.version"), None),
        json!({"id": "1", "name": {"givenName": "A"}, "emails": [{"value": "a"}], "meta": {"version": "W/\"1\""}})
    );
    assert_eq!(
        shown(Some(&format!("{ENTERPRISE}:division,{CORE}:userName")), None),
        json!({"id": "1", "userName": "ada", ENTERPRISE: {"division": "D"}})
    );
    assert_eq!(
        shown(Some(ENTERPRISE), None),
        json!({"id": "1", ENTERPRISE: {"division": "D", "manager": {"value": "m"}}})
    );
}

#[test]
fn attributes_can_be_left_out() {
    let excluded = format!("id,schemas,emails,name.givenName,meta,{ENTERPRISE}:manager");
    assert_eq!(
        shown(None, Some(&excluded)),
        json!({"id": "1", "userName": "ada", "name": {"familyName": "L"}, ENTERPRISE: {"division": "D"}})
    );
    assert!(shown(None, Some(ENTERPRISE)).get(ENTERPRISE).is_none());
    let error = Projection::parse(Some("a"), Some("b")).expect_err("both");
    assert_eq!(error.kind, ErrorKind::InvalidValue);
    assert!(Projection::parse(Some(""), None).unwrap().is_default());
    let without_members = Projection::parse(None, Some("members")).unwrap();
    assert!(!without_members.shows("members", &Schemas::GROUP));
    assert!(without_members.shows("displayName", &Schemas::GROUP));
}

#[test]
fn secrets_never_leave_whatever_is_asked() {
    for projection in [Projection::default(), Projection::parse(Some("password"), None).unwrap()] {
        let mut resource = object(json!({"userName": "ada", "password": "x"}));
        projection.apply(&mut resource, &Schemas::USER);
        assert!(!resource.contains_key("password"));
    }
}

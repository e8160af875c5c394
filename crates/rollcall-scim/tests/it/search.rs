//! What a `POST …/.search` asks for.

use rollcall_scim::{Dialect, ErrorKind, ListQuery};
use serde_json::{Value, json};

const SEARCH: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

fn query(dialect: &Dialect, body: Value) -> Result<ListQuery<'static>, ErrorKind> {
    let Value::Object(body) = body else { panic!("a search request is an object") };
    ListQuery::from_search(body, dialect).map_err(|error| error.kind)
}

#[test]
fn a_search_says_what_a_url_would_say() {
    let body = json!({
        "schemas": [SEARCH],
        "attributes": ["userName", "name.givenName"],
        "Filter": "userName eq \"a\"",
        "startIndex": 3,
        "count": -1,
        "sortBy": null,
        "somethingOfTheirs": {"deep": [1]},
    });
    let query = query(&Dialect::RFC, body).expect("the request is sound");
    assert_eq!(query.attributes.as_deref(), Some("userName,name.givenName"));
    assert_eq!(query.filter.as_deref(), Some("userName eq \"a\""));
    assert_eq!((query.start_index.as_deref(), query.count.as_deref()), (Some("3"), Some("-1")));
    assert_eq!((query.sort_by, query.excluded_attributes), (None, None));
}

#[test]
fn an_empty_list_of_attributes_asks_for_all() {
    let query = query(&Dialect::RFC, json!({"attributes": []})).expect("the request is sound");
    assert_eq!(query.attributes, None);
}

#[test]
fn what_is_known_must_be_of_its_type() {
    for body in [
        json!({"filter": ["userName eq \"a\""]}),
        json!({"filter": 1}),
        json!({"count": "10"}),
        json!({"startIndex": true}),
        json!({"attributes": [1]}),
        json!({"attributes": {"userName": true}}),
    ] {
        assert_eq!(query(&Dialect::RFC, body.clone()), Err(ErrorKind::InvalidValue), "{body}");
    }
    let twice = json!({"filter": "a pr", "Filter": "b pr"});
    assert_eq!(query(&Dialect::RFC, twice), Err(ErrorKind::InvalidSyntax));
}

#[test]
fn another_message_is_no_search() {
    let wrong = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]});
    assert_eq!(query(&Dialect::RFC, wrong), Err(ErrorKind::InvalidSyntax));
    let strict = Dialect { schemas_optional: false, ..Dialect::RFC };
    assert_eq!(query(&strict, json!({})), Err(ErrorKind::InvalidSyntax));
    assert!(query(&strict, json!({"schemas": SEARCH.to_uppercase()})).is_ok());
}

//! What is fuzzed, as functions from bytes: each calls the crate as a server would and asserts what must hold
//! for any input. The fuzz targets and the stable test in `tests/it/fuzz.rs` share this file.

use rollcall_scim::{
    AttributePath, BulkBounds, BulkIds, BulkRequest, Cursor, Dialect, EntityTags, Filter, Limits,
    PatchRequest, Path, Projection, RequestedOperation, Schemas, normalise, parse_object,
};
use serde_json::{Map, Value, json};

/// A filter that is read prints to one that reads the same, and evaluates without panic.
pub(crate) fn filter(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Ok(filter) = Filter::parse(&text, &Limits::default()) else {
        return;
    };
    let printed = filter.to_string();
    // Printing can add escapes and parentheses, so the printed text has no limit of length.
    let limits = Limits { filter_bytes: usize::MAX, filter_depth: 64, ..Limits::default() };
    let again = Filter::parse(&printed, &limits);
    assert_eq!(again.as_ref(), Ok(&filter), "{text:?} prints as {printed:?}");
    if let Ok(bound) = filter.bind(&Schemas::USER) {
        bound.matches(&ada());
        bound.matches(&Map::new());
    }
}

/// A path that is read prints to one that reads the same; headers and projections take anything.
pub(crate) fn path(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(path) = Path::parse(&text, &Limits::default()) {
        let printed = path.to_string();
        let limits = Limits { filter_bytes: usize::MAX, filter_depth: 64, ..Limits::default() };
        assert_eq!(
            Path::parse(&printed, &limits).as_ref(),
            Ok(&path),
            "{text:?} prints as {printed:?}"
        );
    }
    if let Ok(path) = AttributePath::parse(&text) {
        assert_eq!(AttributePath::parse(&path.to_string()), Ok(path));
    }
    EntityTags::parse(&text).matches(1);
    for projection in [Projection::parse(Some(&text), None), Projection::parse(None, Some(&text))] {
        let mut resource = ada();
        if let Ok(projection) = projection {
            projection.apply(&mut resource, &Schemas::USER);
        }
    }
}

/// A body that is accepted is in canonical form: reading it again changes nothing.
pub(crate) fn body(data: &[u8]) {
    let Ok(body) = parse_object(data, &Limits::default()) else {
        return;
    };
    for dialect in [Dialect::RFC, Dialect::ENTRA] {
        if let Ok(read) = normalise(body.clone(), &Schemas::USER, &dialect) {
            assert_canonical(&read.attributes);
        }
    }
}

/// A PATCH is applied wholly or not at all, says truly whether it changed anything, and leaves a resource in
/// canonical form.
pub(crate) fn patch_apply(data: &[u8]) {
    let Ok(body) = parse_object(data, &Limits::default()) else {
        return;
    };
    for dialect in [Dialect::RFC, Dialect::OKTA, Dialect::ENTRA] {
        let Ok(patch) = PatchRequest::parse(body.clone(), &dialect, &Limits::default()) else {
            continue;
        };
        let before = ada();
        let mut after = before.clone();
        match patch.apply(&mut after, &Schemas::USER, &dialect) {
            Err(_) => assert_eq!(after, before, "a refused PATCH changes nothing"),
            Ok(outcome) => {
                assert_eq!(outcome.changed, after != before);
                assert_canonical(&after);
            }
        }
    }
}

/// A bulk request that is read tells of each operation what it is or why not, and once all names are known no
/// reference is left in it.
pub(crate) fn bulk(data: &[u8]) {
    let Ok(body) = parse_object(data, &Limits::default()) else {
        return;
    };
    let bounds = BulkBounds { max_operations: 50, max_payload_bytes: 1 << 20 };
    let Ok(request) = BulkRequest::parse(body, &Dialect::RFC, bounds) else {
        return;
    };
    assert!(request.operations.len() <= 50 && request.errors_max > 0);
    let read: Vec<_> =
        request.operations.into_iter().map(|one| RequestedOperation::read(one).0).collect();
    let named = read.iter().filter_map(|one| one.bulk_id.clone());
    let ids: BulkIds = named.map(|name| (name, "made".to_owned())).collect();
    for mut operation in read {
        let refers = operation.refers();
        let Ok((data, path)) = operation.resolve(&ids) else {
            assert!(refers, "only a reference can lead nowhere");
            continue;
        };
        let resolved = RequestedOperation {
            data: Some(data),
            path: path.join("/"),
            ..RequestedOperation::default()
        };
        assert!(!resolved.refers(), "{resolved:?}");
    }
}

/// A cursor that is read prints to one that reads the same.
pub(crate) fn cursor(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some(cursor) = Cursor::parse(&text) {
        assert_eq!(Cursor::parse(&cursor.to_text()).as_ref(), Some(&cursor), "{text:?}");
    }
}

fn assert_canonical(resource: &Map<String, Value>) {
    let again = normalise(resource.clone(), &Schemas::USER, &Dialect::RFC);
    match again {
        Ok(again) => {
            assert_eq!(&again.attributes, resource, "canonical form is stable");
            assert!(again.ignored.is_empty(), "canonical form holds nothing unknown");
        }
        Err(error) => panic!("{error} in {resource:?}"),
    }
}

/// A person with something of everything.
fn ada() -> Map<String, Value> {
    let body = json!({
        "userName": "Ada@Example.org",
        "externalId": "x1",
        "active": true,
        "title": "Countess",
        "name": {"familyName": "Lovelace", "givenName": "Ada"},
        "emails": [
            {"type": "work", "value": "ada@work", "primary": true},
            {"type": "home", "value": "ada@home"},
        ],
        "roles": [{"value": "agent"}],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "employeeNumber": "1",
            "manager": {"value": "m1", "$ref": "https://example.org/Users/m1"},
        },
    });
    match body {
        Value::Object(body) => match normalise(body, &Schemas::USER, &Dialect::RFC) {
            Ok(read) => read.attributes,
            Err(error) => panic!("{error}"),
        },
        _ => Map::new(),
    }
}

//! Looks into what a server answered. Pointers are those of RFC 6901.

use serde_json::Value;

use crate::outcome::{Outcome, Stop, require};
use crate::text::shorten;

/// As much of a value as a reason shows.
const SHOWN: usize = 120;

/// A value in a few words.
pub(crate) fn show(value: &Value) -> String {
    shorten(&value.to_string(), SHOWN)
}

/// What stands at a place.
pub(crate) fn at<'a>(value: &'a Value, pointer: &str) -> Result<&'a Value, Stop> {
    value.pointer(pointer).ok_or_else(|| Stop::Failed(format!("{} is missing", name(pointer))))
}

/// The text that stands at a place; an empty one is none.
pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> Result<&'a str, Stop> {
    let found = at(value, pointer)?;
    let text = found.as_str().filter(|text| !text.is_empty());
    text.ok_or_else(|| Stop::Failed(format!("{} is {} and not a text", name(pointer), show(found))))
}

/// The array that stands at a place; none there is an empty one.
pub(crate) fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Requires a value at a place.
pub(crate) fn same(value: &Value, pointer: &str, expected: impl Into<Value>) -> Outcome {
    let (found, expected) = (at(value, pointer)?, expected.into());
    require!(
        *found == expected,
        "{} is {} instead of {}",
        name(pointer),
        show(found),
        show(&expected)
    );
    Ok(())
}

/// Requires that nothing stands at a place. An empty list is nothing (RFC 7643 §2.5).
pub(crate) fn absent(value: &Value, pointer: &str) -> Outcome {
    let found = value.pointer(pointer).unwrap_or(&Value::Null);
    let nothing = found.is_null() || found.as_array().is_some_and(Vec::is_empty);
    require!(nothing, "{} is {} and should not be there", name(pointer), show(found));
    Ok(())
}

/// The element of a list whose member has a value.
pub(crate) fn element<'a>(
    value: &'a Value,
    pointer: &str,
    member: &str,
    wanted: &str,
) -> Result<&'a Value, Stop> {
    let mut all = list(value, pointer).iter();
    let found = all.find(|one| one.get(member).and_then(Value::as_str) == Some(wanted));
    found.ok_or_else(|| {
        let list = value.pointer(pointer).unwrap_or(&Value::Null);
        Stop::Failed(format!("no {} with {member} {wanted:?}: {}", name(pointer), show(list)))
    })
}

/// The `value`s of a list such as `emails` or `members`, sorted.
pub(crate) fn values(value: &Value, pointer: &str) -> Vec<String> {
    let all = list(value, pointer).iter();
    let mut all: Vec<String> =
        all.filter_map(|one| one.get("value")?.as_str().map(str::to_owned)).collect();
    all.sort();
    all
}

/// The place of a null, if there is one anywhere.
pub(crate) fn null_place(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Array(all) => all
            .iter()
            .enumerate()
            .find_map(|(index, one)| null_place(one).map(|rest| format!("/{index}{rest}"))),
        Value::Object(all) => all
            .iter()
            .find_map(|(member, one)| null_place(one).map(|rest| format!("/{member}{rest}"))),
        _ => None,
    }
}

fn name(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reasons_name_the_place() {
        let user =
            json!({"name": {"givenName": "Ana"}, "emails": [{"value": "b"}, {"value": "a"}]});
        assert_eq!(same(&user, "/name/givenName", "Ana"), Ok(()));
        let wrong = same(&user, "/name/givenName", "Bea").unwrap_err();
        assert_eq!(wrong, Stop::Failed("name.givenName is \"Ana\" instead of \"Bea\"".into()));
        assert_eq!(text(&user, "/id"), Err(Stop::Failed("id is missing".into())));
        assert_eq!(values(&user, "/emails"), ["a", "b"]);
        assert_eq!(absent(&user, "/title"), Ok(()));
        assert!(
            absent(&user, "/name").is_err() && element(&user, "/emails", "value", "c").is_err()
        );
    }

    #[test]
    fn nulls_are_found_at_any_depth() {
        assert_eq!(null_place(&json!({"a": [1, {"b": null}]})), Some("/a/1/b".into()));
        assert_eq!(null_place(&json!({"a": []})), None);
    }
}

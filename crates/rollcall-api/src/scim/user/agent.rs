//! The agent number of a person, put among what their client sent, for filters and for who asks for it.
//!
//! It can be done by looking for two places, because the text was written by `serde_json` from a resource in
//! canonical form: no spaces, members in the order of their names (`schemas` before the extensions), and a
//! quote inside of a value stands behind a backslash, so that neither place can be met inside of a value.

use serde_json::{Map, Value};

use crate::scim::schema::{AGENT_NUMBER, AGENT_URN};

/// Writes the members of a resource and the brace that ends it.
pub(super) fn write_members(buffer: &mut Vec<u8>, resource: &str, agent_number: i64) {
    let members = resource.strip_prefix('{').unwrap_or("}");
    let number = format!("\"{AGENT_NUMBER}\":{agent_number}");
    let begin = format!("\"{AGENT_URN}\":{{");
    if let Some((before, inside)) = members.split_once(begin.as_str()) {
        let comma = if inside.starts_with('}') { "" } else { "," };
        for part in [before, &begin, &number, comma, inside] {
            buffer.extend_from_slice(part.as_bytes());
        }
        return;
    }
    for part in [&begin, &number, "}"] {
        buffer.extend_from_slice(part.as_bytes());
    }
    if members != "}" {
        buffer.push(b',');
    }
    match members.split_once("\"schemas\":[") {
        Some((before, named)) => {
            let (named, behind) = named.split_at(named.find(']').unwrap_or(0));
            for part in [before, "\"schemas\":[", named, ",\"", AGENT_URN, "\"", behind] {
                buffer.extend_from_slice(part.as_bytes());
            }
        }
        None => buffer.extend_from_slice(members.as_bytes()),
    }
}

/// Takes the extension out of `schemas` where nothing of it is shown.
pub(super) fn forget_unshown(resource: &mut Map<String, Value>) {
    if !resource.contains_key(AGENT_URN)
        && let Some(Value::Array(schemas)) = resource.get_mut("schemas")
    {
        schemas.retain(|urn| urn != AGENT_URN);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(resource: &Value, expected: &Value) {
        let mut written = b"{".to_vec();
        write_members(&mut written, &resource.to_string(), 1_042);
        let read: Value = serde_json::from_slice(&written).unwrap();
        assert_eq!(read, *expected, "{}", String::from_utf8_lossy(&written));
    }

    #[test]
    fn the_number_stands_among_what_was_sent() {
        const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
        const OTHER: &str = "urn:other";
        let alone = json!({AGENT_NUMBER: 1_042});
        check(&json!({}), &json!({AGENT_URN: alone}));
        check(
            &json!({"schemas": [USER], "userName": "ana"}),
            &json!({"schemas": [USER, AGENT_URN], "userName": "ana", AGENT_URN: alone}),
        );
        check(
            &json!({"schemas": [USER, OTHER], OTHER: {"a": 1}}),
            &json!({"schemas": [USER, OTHER, AGENT_URN], OTHER: {"a": 1}, AGENT_URN: alone}),
        );
        let named = json!([USER, AGENT_URN]);
        check(
            &json!({"schemas": named, AGENT_URN: {"team": "Sales"}}),
            &json!({"schemas": named, AGENT_URN: {AGENT_NUMBER: 1_042, "team": "Sales"}}),
        );
        check(
            &json!({"schemas": named, AGENT_URN: {}}),
            &json!({"schemas": named, AGENT_URN: alone}),
        );
    }

    #[test]
    fn a_value_that_looks_like_a_place_is_a_value() {
        let title = format!("\"schemas\":[],\"{AGENT_URN}\":{{");
        let nick = format!("{AGENT_URN}\\");
        check(
            &json!({"title": title, "nickName": nick}),
            &json!({"title": title, "nickName": nick, AGENT_URN: {AGENT_NUMBER: 1_042}}),
        );
    }
}

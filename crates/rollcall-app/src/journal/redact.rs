//! What a client sent, without secrets: pages, mails and screenshots show it to people.

use serde_json::Value;

/// Of a body, as many bytes are kept for the journal. Larger ones are not read again, so that nothing secret
/// is kept of them either.
pub const SENT_MAX_BYTES: usize = 8 * 1024;
/// As much of a body is shown.
const SHOWN_MAX_BYTES: usize = 4 * 1024;
/// What stands in place of a secret.
const REDACTED: &str = "(not shown)";
/// Names that say that their value is one, in small letters.
const SECRET_NAMES: [&str; 6] =
    ["password", "secret", "token", "credential", "apikey", "privatekey"];

/// The body as JSON on one line. `None` for what is no JSON: nothing says where its secrets are.
pub(super) fn redact(sent: &str) -> Option<String> {
    let mut body: Value = serde_json::from_str(sent).ok()?;
    hide(&mut body);
    let mut text = body.to_string();
    if text.len() > SHOWN_MAX_BYTES {
        let mut end = SHOWN_MAX_BYTES;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    Some(text)
}

/// Bodies were bounded in depth before they came here.
fn hide(value: &mut Value) {
    match value {
        Value::Object(members) => {
            // An operation of a PATCH names what it changes beside the value.
            let names_secret = members.iter().any(|(name, value)| {
                name.eq_ignore_ascii_case("path") && value.as_str().is_some_and(is_secret)
            });
            for (name, value) in members {
                let is_value = names_secret && name.eq_ignore_ascii_case("value");
                if is_secret(name) || is_value {
                    *value = Value::from(REDACTED);
                } else {
                    hide(value);
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(hide),
        _ => {}
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_NAMES.iter().any(|secret| name.contains(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        let sent = r#"{"userName": "ana", "Password": "one", "x": [{"apiKey": {"deep": "two"}}],
            "Operations": [{"op": "replace", "path": "password", "value": "three"},
            {"op": "replace", "value": {"password": "four", "active": true}}]}"#;
        let shown = redact(sent).unwrap();
        for secret in ["one", "two", "three", "four"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(shown.contains("\"userName\":\"ana\"") && shown.contains("\"active\":true"));
    }

    #[test]
    fn what_is_no_json_is_not_shown_and_what_is_long_is_cut() {
        assert_eq!(redact("password=one"), None);
        let long = format!("{{\"a\":\"{}\"}}", "é".repeat(SHOWN_MAX_BYTES));
        let shown = redact(&long).unwrap();
        assert!(shown.len() < SHOWN_MAX_BYTES + 8 && shown.ends_with('…'));
    }
}

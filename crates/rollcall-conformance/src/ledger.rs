//! What the run made on the server, so that it can be taken away.

use reqwest::Method;
use serde_json::Value;

use crate::answer::Answer;
use crate::json;
use crate::request::Request;

/// The endpoints below which things are made, and what they are looked up by.
const KINDS: &[(&str, &str)] = &[("/Users", "userName"), ("/Groups", "displayName")];

/// Something whose creation was never answered: it may be there or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unanswered {
    pub(crate) endpoint: &'static str,
    pub(crate) attribute: &'static str,
    pub(crate) name: String,
}

#[derive(Debug, Default)]
pub(crate) struct Ledger {
    made: Vec<String>,
    unanswered: Vec<Unanswered>,
}

impl Ledger {
    /// Keeps the books of one request.
    pub(crate) fn note(&mut self, request: &Request, answer: Option<&Answer>) {
        let path = request.path.split('?').next().unwrap_or_default().trim_end_matches('/');
        if request.method == Method::DELETE {
            if answer.is_some_and(|answer| answer.is_success() || answer.status == 404) {
                self.made.retain(|made| made != path);
            }
            return;
        }
        if request.method != Method::POST {
            return;
        }
        if path == "/Bulk" {
            self.note_bulk(answer);
        } else if let Some((endpoint, attribute)) = KINDS.iter().find(|(kind, _)| *kind == path) {
            match answer {
                Some(answer) if answer.is_success() => self.keep(made_by(endpoint, answer)),
                Some(_) => {}
                None => {
                    let body = request.body.as_deref().unwrap_or_default();
                    let body: Value = serde_json::from_slice(body).unwrap_or_default();
                    if let Some(name) = body.get(*attribute).and_then(Value::as_str) {
                        let name = name.to_owned();
                        self.unanswered.push(Unanswered { endpoint, attribute, name });
                    }
                }
            }
        }
    }

    fn note_bulk(&mut self, answer: Option<&Answer>) {
        let body = answer.and_then(|answer| answer.json().ok()).unwrap_or_default();
        for operation in json::list(&body, "/Operations") {
            let text = |name: &str| operation.get(name).and_then(Value::as_str);
            let post = text("method").is_some_and(|method| method.eq_ignore_ascii_case("POST"));
            if post && text("status").is_some_and(|status| status.starts_with('2')) {
                self.keep(text("location").and_then(end_of));
            }
        }
    }

    pub(crate) fn keep(&mut self, path: Option<String>) {
        if let Some(path) = path.filter(|path| !self.made.contains(path)) {
            self.made.push(path);
        }
    }

    /// What is there still, the last that was made first, groups before their members.
    pub(crate) fn left(&self) -> Vec<String> {
        let groups = self.made.iter().rev().filter(|path| path.starts_with("/Groups"));
        let others = self.made.iter().rev().filter(|path| !path.starts_with("/Groups"));
        groups.chain(others).cloned().collect()
    }

    pub(crate) fn take_unanswered(&mut self) -> Vec<Unanswered> {
        std::mem::take(&mut self.unanswered)
    }
}

/// `/Users/ID` of what was made: by the id of the body, else by the address of the answer.
fn made_by(endpoint: &str, answer: &Answer) -> Option<String> {
    let body = answer.json().unwrap_or_default();
    match body.get("id").and_then(Value::as_str) {
        Some(id) => Some(format!("{endpoint}/{}", segment(id))),
        None => answer.header("location").and_then(end_of),
    }
}

/// The last two segments of an address.
fn end_of(address: &str) -> Option<String> {
    let address = address.split('?').next()?;
    let (rest, id) = address.trim_end_matches('/').rsplit_once('/')?;
    let endpoint = rest.rsplit('/').next()?;
    Some(format!("/{endpoint}/{id}"))
}

/// An id as a segment of a path.
pub(crate) fn segment(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;
    use serde_json::json;

    use super::*;

    fn answer(status: u16, body: &Value) -> Answer {
        let body = body.to_string().into_bytes();
        Answer { to: String::new(), status, headers: HeaderMap::new(), body }
    }

    #[test]
    fn what_was_made_is_kept_until_it_is_deleted() {
        let mut ledger = Ledger::default();
        let post = Request::post("/Users", &json!({"userName": "a"}));
        ledger.note(&post, Some(&answer(201, &json!({"id": "1"}))));
        ledger.note(&post, Some(&answer(409, &json!({"id": "2"}))));
        let group = Request::post("/Groups?attributes=id", &json!({"displayName": "g"}));
        ledger.note(&group, Some(&answer(201, &json!({"id": "g/1"}))));
        let bulk = json!({"Operations": [
            {"method": "POST", "status": "201", "location": "https://h/scim/v2/Users/3"},
            {"method": "PUT", "status": "200", "location": "https://h/scim/v2/Users/4"},
        ]});
        ledger.note(&Request::post("/Bulk", &json!({})), Some(&answer(200, &bulk)));
        assert_eq!(ledger.left(), ["/Groups/g%2F1", "/Users/3", "/Users/1"]);
        ledger.note(&Request::delete("/Users/3"), Some(&answer(204, &Value::Null)));
        ledger.note(&Request::delete("/Users/1"), Some(&answer(500, &Value::Null)));
        assert_eq!(ledger.left(), ["/Groups/g%2F1", "/Users/1"]);
    }

    #[test]
    fn a_creation_without_an_answer_is_looked_up_later() {
        let mut ledger = Ledger::default();
        ledger.note(&Request::post("/Users", &json!({"userName": "a"})), None);
        let expected =
            Unanswered { endpoint: "/Users", attribute: "userName", name: "a".to_owned() };
        assert_eq!(ledger.take_unanswered(), [expected]);
        assert!(ledger.left().is_empty());
    }
}

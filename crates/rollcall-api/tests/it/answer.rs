//! What came back.

use reqwest::header::HeaderMap;
use serde_json::{Map, Value};

/// An answer, whole.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn read(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("the answer arrives whole");
        Self { status, headers, text }
    }

    /// The same, if it has this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The body.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The members of the body; `None` where there is no body.
    #[track_caller]
    pub(crate) fn body(&self) -> Option<Map<String, Value>> {
        (!self.text.is_empty()).then(|| self.json().as_object().cloned().expect("it is an object"))
    }

    /// A header; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("the header is text"))
    }

    /// The id of the one user that it shows.
    #[track_caller]
    pub(crate) fn id(&self) -> String {
        self.json()["id"].as_str().unwrap_or_else(|| panic!("no id: {}", self.text)).to_owned()
    }

    /// The user names of the users that it lists.
    #[track_caller]
    pub(crate) fn names(&self) -> Vec<String> {
        let list = self.json();
        let users = list["Resources"].as_array().unwrap_or_else(|| panic!("no list: {list}"));
        users.iter().map(|user| user["userName"].as_str().expect("a name").to_owned()).collect()
    }

    /// That it is a SCIM error of this status and type (RFC 7644 §3.12); answers the detail.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, scim_type: Option<&str>) -> String {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/scim+json", "{}", self.text);
        let body = self.json();
        let schema = "urn:ietf:params:scim:api:messages:2.0:Error";
        assert_eq!(body["schemas"], serde_json::json!([schema]), "{body}");
        assert_eq!(body["status"], status.to_string(), "{body}");
        assert_eq!(body.get("scimType").and_then(Value::as_str), scim_type, "{body}");
        let detail = body["detail"].as_str().expect("an error says what is wrong");
        assert!(detail.ends_with('.'), "the detail is a sentence: {detail}");
        detail.to_owned()
    }
}

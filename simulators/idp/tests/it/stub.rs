//! A SCIM server just large enough to be provisioned: strict about what the provider sends, and
//! failing when told to. Not an example of how to write one.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use http::{Method, StatusCode, Uri};
use serde_json::{Value, json};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// How the next request goes wrong.
#[derive(Clone, Copy)]
pub(crate) enum Mishap {
    /// This status, with or without `Retry-After`, and nothing done.
    Status(u16, Option<u64>),
    /// Done, and then this status.
    DoneBut(u16),
}

#[derive(Default)]
pub(crate) struct Scim {
    pub(crate) users: BTreeMap<String, Value>,
    /// `METHOD path?query body`, oldest first.
    pub(crate) log: Vec<String>,
    /// What the next requests with this method meet.
    pub(crate) mishaps: VecDeque<(Method, Mishap)>,
    /// User names that are refused with 400.
    pub(crate) refused: Vec<String>,
    /// User names whose next lookup finds nothing although they are there, as with an index that is
    /// written late.
    pub(crate) blind: Vec<String>,
    last_id: u64,
}

/// A running stub.
#[derive(Clone)]
pub(crate) struct Stub {
    pub(crate) scim: Arc<Mutex<Scim>>,
    pub(crate) base_url: String,
}

impl Stub {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/scim/v2", listener.local_addr().unwrap());
        let scim = Arc::<Mutex<Scim>>::default();
        let router = Router::new().fallback(answer).with_state(scim.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { scim, base_url }
    }

    pub(crate) fn log(&self) -> Vec<String> {
        self.scim.lock().unwrap().log.clone()
    }

    /// How many requests began so.
    pub(crate) fn count(&self, start: &str) -> usize {
        self.log().iter().filter(|line| line.starts_with(start)).count()
    }

    pub(crate) fn mishap(&self, method: Method, mishap: Mishap) {
        self.scim.lock().unwrap().mishaps.push_back((method, mishap));
    }
}

async fn answer(
    State(scim): State<Arc<Mutex<Scim>>>,
    method: Method,
    uri: Uri,
    headers: http::HeaderMap,
    body: Bytes,
) -> Response {
    let mut scim = scim.lock().unwrap();
    let text = String::from_utf8(body.to_vec()).unwrap();
    scim.log.push(format!("{method} {uri} {text}").trim().to_owned());
    if headers.get("authorization").is_none_or(|it| it != "Bearer good") {
        return refuse(401, "", "no good token");
    }
    let at = scim.mishaps.iter().position(|(of, _)| *of == method);
    let mishap = at.and_then(|at| scim.mishaps.remove(at)).map(|(_, mishap)| mishap);
    if let Some(Mishap::Status(status, after)) = mishap {
        let mut response = refuse(status, "", "by order");
        if let Some(after) = after {
            response.headers_mut().insert("retry-after", after.into());
        }
        return response;
    }
    let body = serde_json::from_str(&text).unwrap_or_default();
    let done = serve(&mut scim, &method, &uri, body);
    match mishap {
        Some(Mishap::DoneBut(status)) => refuse(status, "", "by order"),
        _ => done,
    }
}

fn serve(scim: &mut Scim, method: &Method, uri: &Uri, body: Value) -> Response {
    let path = uri.path().strip_prefix("/scim/v2/Users").unwrap();
    let id = path.trim_start_matches('/').to_owned();
    match (method.as_str(), id.is_empty()) {
        ("GET", true) => list(scim, uri.query().unwrap_or_default()),
        ("POST", true) => create(scim, body),
        (_, false) if !scim.users.contains_key(&id) => refuse(404, "", "unknown"),
        ("GET", false) => Json(scim.users[&id].clone()).into_response(),
        ("PUT", false) => {
            assert_eq!(body["id"], json!(id), "a put carries what was read");
            scim.users.insert(id, body.clone());
            Json(body).into_response()
        }
        ("PATCH", false) => {
            let user = scim.users.get_mut(&id).unwrap();
            patch(user, &body);
            Json(user.clone()).into_response()
        }
        _ => refuse(405, "", "no such method"),
    }
}

fn list(scim: &mut Scim, query: &str) -> Response {
    let filter = query.split('&').find_map(|pair| pair.strip_prefix("filter="));
    let found: Vec<Value> = match filter {
        None => scim.users.values().take(2).cloned().collect(),
        Some(filter) => {
            let filter = decode(filter);
            let quoted = filter.strip_prefix("userName eq ").expect("only this filter is sent");
            let name = serde_json::from_str::<String>(quoted).unwrap().to_lowercase();
            match scim.blind.iter().position(|it| *it == name) {
                Some(at) => {
                    scim.blind.remove(at);
                    Vec::new()
                }
                None => {
                    scim.users.values().filter(|user| user_name(user) == name).cloned().collect()
                }
            }
        }
    };
    Json(json!({"totalResults": found.len(), "Resources": found})).into_response()
}

fn create(scim: &mut Scim, mut body: Value) -> Response {
    let name = user_name(&body);
    if scim.refused.contains(&name) {
        return refuse(400, "invalidValue", "this name is refused");
    }
    if scim.users.values().any(|user| user_name(user) == name) {
        return refuse(409, "uniqueness", "the userName is taken");
    }
    scim.last_id += 1;
    let id = format!("id-{}", scim.last_id);
    body["id"] = json!(id);
    body.as_object_mut().unwrap().remove("password");
    scim.users.insert(id, body.clone());
    (StatusCode::CREATED, Json(body)).into_response()
}

fn patch(user: &mut Value, body: &Value) {
    assert_eq!(body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:PatchOp"]));
    for operation in body["Operations"].as_array().unwrap() {
        let op = operation["op"].as_str().unwrap().to_lowercase();
        assert!(op == "add" || op == "replace", "{op}");
        match operation.get("path").and_then(Value::as_str) {
            Some(path) => set(user, path, &operation["value"]),
            None => {
                for (path, value) in operation["value"].as_object().unwrap() {
                    set(user, path, value);
                }
            }
        }
    }
}

/// Sets what the provider is known to set; anything else is a mistake of the provider.
fn set(user: &mut Value, path: &str, value: &Value) {
    if let Some(attribute) = path.strip_prefix(&format!("{ENTERPRISE}:")) {
        user[ENTERPRISE][attribute] = value.clone();
    } else if path == ENTERPRISE {
        for (attribute, value) in value.as_object().unwrap() {
            user[ENTERPRISE][attribute] = value.clone();
        }
    } else if path == "emails[type eq \"work\"].value" {
        user["emails"] = json!([{"primary": true, "type": "work", "value": value}]);
    } else if let Some(attribute) = path.strip_prefix("name.") {
        user["name"][attribute] = value.clone();
    } else if path == "active" {
        let text = value.as_str().map(str::to_lowercase);
        user["active"] = json!(text.map_or(value == &json!(true), |text| text == "true"));
    } else {
        let known = ["userName", "displayName", "title", "name", "emails"];
        assert!(known.contains(&path), "unknown path {path}");
        user[path] = value.clone();
    }
}

pub(crate) fn user_name(user: &Value) -> String {
    user["userName"].as_str().unwrap_or_default().to_lowercase()
}

fn refuse(status: u16, scim_type: &str, detail: &str) -> Response {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": status.to_string(), "scimType": scim_type, "detail": detail,
    });
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}

pub(crate) fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let pair = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&pair).unwrap(), 16).unwrap()
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).unwrap()
}

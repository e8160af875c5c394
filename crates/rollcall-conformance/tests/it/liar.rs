//! A server that is wrong in one way: it asks a right one, and changes the request or the answer. It listens
//! on loopback until it is dropped.

use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A request on its way to the right server.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    /// Path and query, as they were sent.
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// An answer on its way back.
#[derive(Clone, Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// One way to be wrong.
#[derive(Clone, Copy)]
pub(crate) struct Lie {
    pub(crate) ask: fn(&mut Asked),
    pub(crate) answer: fn(&Asked, &mut Answered),
}

/// The liar. Dropped, it is gone.
pub(crate) struct Liar {
    pub(crate) base_url: String,
    server: JoinHandle<()>,
}

struct Shared {
    right: String,
    http: reqwest::Client,
    lie: Lie,
}

impl Liar {
    /// Starts one in front of a right server.
    #[expect(
        clippy::disallowed_methods,
        reason = "a stranger's client, which the test speaks through"
    )]
    pub(crate) async fn start(right: &str, lie: Lie) -> Result<Self> {
        let http = reqwest::Client::builder().no_proxy().build()?;
        let shared = Arc::new(Shared { right: right.replace("/scim/v2", ""), http, lie });
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let base_url = format!("http://{}/scim/v2", listener.local_addr()?);
        let router = Router::new().fallback(pass).with_state(shared);
        let server = tokio::spawn(async move {
            // It ends with the test; an error of the listener shows in the requests that follow.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { base_url, server })
    }
}

impl Drop for Liar {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn pass(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let asked = read(request).await;
    let asked = asked.map(|mut asked| {
        (shared.lie.ask)(&mut asked);
        asked
    });
    let Some(asked) = asked else { return StatusCode::BAD_REQUEST.into_response() };
    match forward(&shared, &asked).await {
        Ok(mut answered) => {
            (shared.lie.answer)(&asked, &mut answered);
            write(answered)
        }
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

async fn read(request: Request) -> Option<Asked> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 64 * 1024 * 1024).await.ok()?;
    let path = parts.uri.path_and_query()?.to_string();
    Some(Asked { method: parts.method, path, headers: parts.headers, body: body.to_vec() })
}

async fn forward(shared: &Shared, asked: &Asked) -> reqwest::Result<Answered> {
    let url = format!("{}{}", shared.right, asked.path);
    let mut headers = asked.headers.clone();
    headers.remove("host");
    headers.remove("content-length");
    let call = shared.http.request(asked.method.clone(), url).headers(headers);
    let response = call.body(asked.body.clone()).send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Ok(Answered { status, headers, body: response.bytes().await?.to_vec() })
}

fn write(answered: Answered) -> Response {
    let mut response = Body::from(Bytes::from(answered.body)).into_response();
    *response.status_mut() = StatusCode::from_u16(answered.status).unwrap_or_default();
    for (name, value) in answered.headers {
        if let Some(name) = name
            && !["content-length", "transfer-encoding"].contains(&name.as_str())
        {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

impl Asked {
    /// Whether it goes to an endpoint, such as `/Users`, or to one of its resources.
    pub(crate) fn is(&self, method: &Method, endpoint: &str) -> bool {
        let path = self.path.split('?').next().unwrap_or_default();
        let rest = path.strip_prefix("/scim/v2").and_then(|path| path.strip_prefix(endpoint));
        self.method == *method && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Changes the body where it is JSON.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut Value)) {
        changed(&mut self.body, change);
    }
}

impl Answered {
    /// Changes the body where it is JSON.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut Value)) {
        changed(&mut self.body, change);
    }
}

fn changed(body: &mut Vec<u8>, change: impl FnOnce(&mut Value)) {
    if let Ok(mut value) = serde_json::from_slice::<Value>(body) {
        change(&mut value);
        *body = value.to_string().into_bytes();
    }
}

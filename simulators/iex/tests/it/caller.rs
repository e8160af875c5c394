//! A caller with a token: what the tests speak HTTP through.

use std::time::Duration;

use serde_json::{Value, json};
use simulator_iex::{Options, Simulator};

pub(crate) const ACD: &str = "4471";

pub(crate) struct Caller {
    pub(crate) simulator: Simulator,
    pub(crate) http: reqwest::Client,
    pub(crate) token: String,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn error(&self) -> (u16, &str) {
        (self.status, self.body["error"].as_str().unwrap_or_default())
    }

    /// The statuses of a batch, in order.
    pub(crate) fn statuses(&self) -> Vec<&str> {
        let results = self.body["results"].as_array().unwrap();
        results.iter().map(|result| result["status"].as_str().unwrap()).collect()
    }
}

#[expect(clippy::disallowed_methods, reason = "a test is a caller outside the product")]
fn http() -> reqwest::Client {
    reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap()
}

impl Caller {
    pub(crate) async fn start(options: Options) -> Self {
        Self::of(Simulator::start(options).await.unwrap()).await
    }

    pub(crate) async fn of(simulator: Simulator) -> Self {
        let mut caller = Self { simulator, http: http(), token: String::new() };
        caller.log_in().await;
        caller
    }

    pub(crate) async fn log_in(&mut self) {
        let answer = self.grant("client_credentials", "demo-client", "demo-secret").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        self.token = answer.body["access_token"].as_str().unwrap().to_owned();
    }

    pub(crate) async fn grant(&self, grant_type: &str, id: &str, secret: &str) -> Answer {
        let form = format!("grant_type={grant_type}&client_id={id}&client_secret={secret}");
        let request = self
            .http
            .post(self.url("/oauth/token"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        Self::answer(request.send().await.unwrap()).await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.simulator.url())
    }

    pub(crate) fn agents_path(rest: &str) -> String {
        format!("/wfm/v1/acds/{ACD}/agents{rest}")
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.http.get(self.url(path))).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(self.http.delete(self.url(path))).await
    }

    pub(crate) async fn control(&self, orders: &Value) -> Answer {
        let request = self.http.post(self.url("/_control/faults")).json(orders);
        Self::answer(request.send().await.unwrap()).await
    }

    pub(crate) async fn batch(&self, key: &str, agents: &[Value]) -> Answer {
        self.send(self.batch_request(key, agents)).await
    }

    pub(crate) fn batch_request(&self, key: &str, agents: &[Value]) -> reqwest::RequestBuilder {
        self.http
            .post(self.url(&Self::agents_path("/batch")))
            .bearer_auth(&self.token)
            .header("idempotency-key", key)
            .json(&json!({"agents": agents}))
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        Self::answer(request.bearer_auth(&self.token).send().await.unwrap()).await
    }

    pub(crate) async fn answer(response: reqwest::Response) -> Answer {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Answer { status, headers, body }
    }
}

/// A good agent with this uuid.
pub(crate) fn agent(uuid: &str) -> Value {
    json!({
        "uuid": uuid, "acdLoginId": uuid, "firstName": "Zoë", "lastName": "O'Brien",
        "emailAddress": format!("agent.{uuid}@example.com"), "agentStateDate": "2026-11-20",
        "acdID": ACD, "mu": "1",
    })
}

/// The same agent with other values.
pub(crate) fn with(mut agent: Value, change: &Value) -> Value {
    for (name, value) in change.as_object().unwrap() {
        agent[name] = value.clone();
    }
    agent
}

pub(crate) fn agents(numbers: std::ops::Range<u32>) -> Vec<Value> {
    numbers.map(|number| agent(&format!("{:08}", 10_000_000 + number))).collect()
}

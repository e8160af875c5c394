//! The hub's public API, as an ACD uses it.

use std::time::Duration;

use http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::Value;

/// A hub that takes longer is asked again later.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Pages of people at the most.
const PAGES_MAX: usize = 40;

/// Why something did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The hub cannot be reached.
    #[error("the hub cannot be reached: {0}")]
    Unreachable(#[from] reqwest::Error),
    /// It refuses.
    #[error("the hub answers {status}: {detail}")]
    Refused {
        /// How.
        status: StatusCode,
        /// Why.
        detail: String,
    },
}

/// An activity that is scheduled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Activity {
    pub(crate) name: String,
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
}

/// The hub.
#[derive(Clone, Debug)]
pub(crate) struct Hub {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Hub {
    /// Reaches nobody yet.
    ///
    /// # Errors
    /// When there is no HTTP client to be had.
    #[expect(
        clippy::disallowed_methods,
        reason = "an outside system has an HTTP client of its own"
    )]
    pub(crate) fn new(base_url: &str, token: &str) -> Result<Self, Failure> {
        // No proxy: what it talks to runs beside it.
        let http = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build()?;
        let base = format!("{}/api/v1", base_url.trim_end_matches('/'));
        Ok(Self { http, base, token: token.to_owned() })
    }

    /// Sends a request; `Null` for an answer without a body.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Failure> {
        let mut request =
            self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await?;
        let status = response.status();
        let bytes = response.bytes().await?;
        let body: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        if status.is_success() {
            return Ok(body);
        }
        let detail = body.get("detail").and_then(Value::as_str).unwrap_or_default().to_owned();
        Err(Failure::Refused { status, detail })
    }

    /// The agent numbers of people, so many at the most.
    pub(crate) async fn people(&self, most: usize) -> Result<Vec<i64>, Failure> {
        let mut numbers: Vec<i64> = Vec::new();
        let mut after = String::new();
        for _ in 0..PAGES_MAX {
            let path = format!("/history/agents{after}");
            let page = self.send(Method::GET, &path, None).await?;
            let people = page.get("agents").and_then(Value::as_array).into_iter().flatten();
            numbers.extend(people.filter_map(|one| one.get("agentNumber")?.as_i64()));
            match page.get("next").and_then(Value::as_i64).filter(|_| numbers.len() < most) {
                Some(next) => after = format!("?after={next}"),
                None => break,
            }
        }
        numbers.truncate(most);
        Ok(numbers)
    }

    /// What a person is to do between two moments; nothing where that is not shown.
    pub(crate) async fn schedule(
        &self,
        number: i64,
        (from, to): (Timestamp, Timestamp),
    ) -> Result<Vec<Activity>, Failure> {
        let path = format!("/agents/{number}/wfm-schedule?startDate={from}&endDate={to}");
        let told = match self.send(Method::GET, &path, None).await {
            Err(Failure::Refused { .. }) => return Ok(Vec::new()),
            told => told?,
        };
        let activity = |one: &Value| {
            let moment = |name: &str| one.get(name)?.as_str()?.parse().ok();
            Some(Activity {
                name: one.get("activityName")?.as_str()?.to_owned(),
                from: moment("startTimeUTC")?,
                to: moment("endTimeUTC")?,
            })
        };
        let all = told.get("activities").and_then(Value::as_array).into_iter().flatten();
        Ok(all.filter_map(activity).collect())
    }
}

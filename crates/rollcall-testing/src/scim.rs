//! An identity provider in a test: speaks HTTP to the hub, with one connection's token.

use anyhow::{Context as _, Result, ensure};
use reqwest::{Client, Method};
use rollcall_domain::{EmployeeId, ScimConnectionId};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

/// The base schema of a person (RFC 7643 §4.1).
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// A client with a token.
#[derive(Clone, Debug)]
pub struct ScimClient {
    /// The connection whose token it is.
    pub connection: ScimConnectionId,
    /// The token.
    pub token: SecretString,
    base_url: String,
    http: Client,
}

/// What the hub answered.
#[derive(Clone, Debug, PartialEq)]
pub struct ScimAnswer {
    /// The status code.
    pub status: u16,
    /// The version of the resource.
    pub etag: Option<String>,
    /// Where the resource is.
    pub location: Option<String>,
    /// The body; null where there was none.
    pub body: Value,
}

impl ScimAnswer {
    /// The person that the answer shows.
    ///
    /// # Errors
    /// When it shows none.
    pub fn id(&self) -> Result<EmployeeId> {
        let id = self.body.get("id").and_then(Value::as_str);
        id.with_context(|| format!("no id in {self:?}"))?.parse().context("not an id of ours")
    }
}

impl ScimClient {
    #[expect(clippy::disallowed_methods, reason = "a stranger's client, which tests speak through")]
    pub(crate) fn new(
        connection: ScimConnectionId,
        token: SecretString,
        base_url: String,
    ) -> Result<Self> {
        let http = Client::builder().no_proxy().build()?;
        Ok(Self { connection, token, base_url, http })
    }

    /// Sends a request; `path` begins with a slash, below `/scim/v2`.
    ///
    /// # Errors
    /// When no answer comes, or one whose body is not JSON.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<ScimAnswer> {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base_url))
            .bearer_auth(self.token.expose_secret());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request =
                request.header("content-type", "application/scim+json").body(body.to_string());
        }
        let answer = request.send().await?;
        let header = |name: &str| {
            answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let (etag, location) = (header("etag"), header("location"));
        let status = answer.status().as_u16();
        let text = answer.text().await?;
        let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? };
        Ok(ScimAnswer { status, etag, location, body })
    }

    /// Reads.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn get(&self, path: &str) -> Result<ScimAnswer> {
        self.send(Method::GET, path, &[], None).await
    }

    /// Creates.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn post(&self, path: &str, body: &Value) -> Result<ScimAnswer> {
        self.send(Method::POST, path, &[], Some(body)).await
    }

    /// Replaces.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn put(&self, path: &str, body: &Value) -> Result<ScimAnswer> {
        self.send(Method::PUT, path, &[], Some(body)).await
    }

    /// Changes.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn patch(&self, path: &str, body: &Value) -> Result<ScimAnswer> {
        self.send(Method::PATCH, path, &[], Some(body)).await
    }

    /// Deletes.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn delete(&self, path: &str) -> Result<ScimAnswer> {
        self.send(Method::DELETE, path, &[], None).await
    }

    /// Creates a person of this name with all that a WFM asks for; the user name is the e-mail address.
    ///
    /// # Errors
    /// When the hub does not.
    pub async fn create_person(&self, name: &str) -> Result<EmployeeId> {
        let email = format!("{name}@example.com");
        let body = json!({
            "schemas": [USER],
            "userName": email,
            "externalId": format!("ext-{name}"),
            "name": {"givenName": "Zoë", "familyName": name},
            "emails": [{"value": email, "primary": true}],
            "active": true,
        });
        let answer = self.post("/Users", &body).await?;
        ensure!(answer.status == 201, "{name} was not created: {answer:?}");
        answer.id()
    }
}

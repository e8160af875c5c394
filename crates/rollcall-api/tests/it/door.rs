//! One connection of one tenant, as its client sees it, and a look behind it.

use reqwest::Method;
use rollcall_app::administration::NewTenant;
use rollcall_domain::{ScimConnectionId, TenantId, WfmLinkId};
use rollcall_storage::{Storage, StorageError, Tx};
use serde_json::{Value, json};

use crate::answer::Answer;

pub(crate) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub(crate) const AGENT: &str = "urn:rollcall:params:scim:schemas:extension:agent:2.0:User";
pub(crate) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub(crate) const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// A client with a token.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) made: NewTenant,
    pub(crate) connection: ScimConnectionId,
    pub(crate) link: WfmLinkId,
    pub(crate) token: String,
    pub(crate) base_url: String,
    pub(crate) http: reqwest::Client,
    pub(crate) storage: Storage,
}

/// A person with all that is required, and an external id: `person("ana")` is ana@example.com.
pub(crate) fn person(name: &str) -> Value {
    json!({
        "schemas": [USER],
        "userName": format!("{name}@example.com"),
        "externalId": format!("00u-{name}"),
        "name": {"givenName": "Ana", "familyName": name},
        "emails": [{"value": format!("{name}@example.com"), "type": "work", "primary": true}],
        "active": true,
    })
}

/// The body of a PATCH.
pub(crate) fn patch(operations: &Value) -> Value {
    json!({"schemas": [PATCH], "Operations": operations})
}

impl Door {
    pub(crate) fn tenant(&self) -> TenantId {
        self.made.tenant.id
    }

    /// A request that is not sent yet. `path` stands below `/scim/v2`.
    pub(crate) fn ask(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base_url)).bearer_auth(&self.token)
    }

    pub(crate) async fn send(request: reqwest::RequestBuilder) -> Answer {
        Answer::read(request.send().await.expect("an answer comes")).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Self::send(self.ask(Method::GET, path)).await
    }

    /// The users that fulfil a filter.
    pub(crate) async fn filter(&self, filter: &str) -> Answer {
        self.list(&[("filter", filter)]).await
    }

    /// The list that these parameters ask for.
    pub(crate) async fn list(&self, parameters: &[(&str, &str)]) -> Answer {
        let mut query = form_urlencoded::Serializer::new(String::new());
        self.get(&format!("/Users?{}", query.extend_pairs(parameters).finish())).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.write(Method::POST, path, body.to_string()).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.write(Method::PUT, path, body.to_string()).await
    }

    /// A PATCH with these operations.
    pub(crate) async fn patch(&self, path: &str, operations: Value) -> Answer {
        self.write(Method::PATCH, path, patch(&operations).to_string()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        Self::send(self.ask(Method::DELETE, path)).await
    }

    pub(crate) async fn write(&self, method: Method, path: &str, body: String) -> Answer {
        let request = self.ask(method, path).header("content-type", "application/scim+json");
        Self::send(request.body(body)).await
    }

    /// Creates a person; answers where they are: `/Users/{id}`.
    pub(crate) async fn create(&self, name: &str) -> String {
        format!("/Users/{}", self.post("/Users", &person(name)).await.expect(201).id())
    }

    /// Creates a group of these people; answers where it is: `/Groups/{id}`.
    pub(crate) async fn group(&self, name: &str, people: &[&str]) -> String {
        let members: Vec<Value> = people.iter().map(|path| member(path)).collect();
        let body = json!({"schemas": [GROUP], "displayName": name, "members": members});
        format!("/Groups/{}", self.post("/Groups", &body).await.expect(201).id())
    }

    /// The ids of a group's members.
    pub(crate) async fn members(&self, path: &str) -> Vec<String> {
        let group = self.get(path).await.expect(200).json();
        let members = group.get("members").and_then(Value::as_array).into_iter().flatten();
        let ids = members.filter_map(|member| member.get("value")?.as_str());
        ids.map(str::to_owned).collect()
    }

    /// Looks behind the door.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StorageError> + Send + 'static,
    ) -> T {
        self.storage.read(self.tenant(), work).await.expect("the database can be read")
    }
}

/// The member of a group that the person of a path is.
pub(crate) fn member(path: &str) -> Value {
    json!({"value": id_of(path)})
}

/// The id at the end of a path.
pub(crate) fn id_of(path: &str) -> &str {
    path.rsplit('/').next().expect("a path has an end")
}

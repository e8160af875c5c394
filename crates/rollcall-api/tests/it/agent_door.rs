//! The agent API as a system with a token sees it, and people who can log in.

use reqwest::Method;
use rollcall_app::api_token::{NewApiToken, Scope};
use rollcall_app::unavailable_code::CODES_MAX;
use rollcall_domain::source::Actor;
use rollcall_domain::unavailable_code::{CodeKind, CodeName, UnavailableCode};
use rollcall_domain::{ApiTokenId, EmployeeId};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::door::Door;
use crate::hub::Hub;

/// A system with a token.
#[derive(Clone)]
pub(crate) struct AgentDoor {
    /// The SCIM door of the same tenant, through which people come.
    pub(crate) scim: Door,
    pub(crate) token: String,
    pub(crate) token_id: ApiTokenId,
    pub(crate) base_url: String,
}

/// A person who can log in.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) number: i64,
    pub(crate) id: EmployeeId,
    /// Where SCIM has them.
    pub(crate) path: String,
}

impl Hub {
    /// A tenant of its own with a token that opens everything.
    pub(crate) async fn agent_door(&self) -> AgentDoor {
        let scim = self.door("rfc").await;
        self.agent_token(&scim, &Scope::ALL).await
    }

    /// Another token of the same tenant.
    pub(crate) async fn agent_token(&self, scim: &Door, scopes: &[Scope]) -> AgentDoor {
        let new = NewApiToken { name: "Switch".into(), scopes: scopes.to_vec(), lifetime: None };
        let issued = self.app.create_api_token(scim.tenant(), Actor::System, new).await;
        let issued = issued.expect("the token is issued");
        AgentDoor {
            scim: scim.clone(),
            token: issued.secret.expose_secret().to_owned(),
            token_id: issued.token.id,
            base_url: format!("http://{}/api/v1", self.address),
        }
    }

    /// A person of the door's tenant.
    pub(crate) async fn person(&self, door: &AgentDoor, name: &str) -> Person {
        let path = door.scim.create(name).await;
        let id = path.rsplit('/').next().expect("a path has parts").parse().expect("an id");
        let detail = self.app.employee(door.scim.tenant(), id).await.expect("they are there");
        Person { number: detail.employee.agent_number.0, id, path }
    }

    /// Gives the team of the door a code for work after contacts, besides those that it has.
    pub(crate) async fn work_code(&self, door: &AgentDoor, name: &str, timeout_min: i64) {
        let code = UnavailableCode {
            kind: CodeKind::AfterContactWork,
            timeout_min,
            ..UnavailableCode::standard(CodeName::parse(name).expect("a name"))
        };
        let (tenant, team) = (door.scim.tenant(), door.scim.made.team.id);
        let saved = self.app.create_unavailable_code(tenant, Actor::System, code).await;
        saved.expect("the code is saved");
        let all = self.app.unavailable_codes(tenant).await.expect("the codes are there");
        assert!(all.len() < CODES_MAX);
        let names: Vec<_> = all.into_iter().map(|code| code.name).collect();
        let set = self.app.set_team_codes(tenant, Actor::System, team, names).await;
        set.expect("the team has the codes");
    }
}

impl AgentDoor {
    /// A request that is not sent yet. `path` stands below `/api/v1`.
    pub(crate) fn ask(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.base_url);
        self.scim.http.request(method, url).bearer_auth(&self.token)
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let request = self.ask(method, path);
        Door::send(match body {
            Some(body) => request.body(body.to_string()),
            None => request,
        })
        .await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// Logs a person in; answers where the session is: `/agent-sessions/{id}`.
    pub(crate) async fn log_in(&self, person: &Person) -> String {
        let body = json!({"agentNumber": person.number});
        let answer = self.send(Method::POST, "/agent-sessions", Some(&body)).await.expect(201);
        let session = answer.json()["sessionId"].as_str().expect("an id").to_owned();
        assert_eq!(answer.header("location"), format!("/api/v1/agent-sessions/{session}"));
        format!("/agent-sessions/{session}")
    }

    /// Sets a state.
    pub(crate) async fn set(&self, session: &str, wanted: Value) -> Answer {
        self.send(Method::PUT, &format!("{session}/state"), Some(&wanted)).await
    }

    pub(crate) async fn begin(&self, session: &str, contact: &str, body: Value) -> Answer {
        self.send(Method::PUT, &format!("{session}/contacts/{contact}"), Some(&body)).await
    }

    pub(crate) async fn end(&self, session: &str, contact: &str) -> Answer {
        self.send(Method::DELETE, &format!("{session}/contacts/{contact}"), None).await
    }

    pub(crate) async fn state(&self, person: &Person) -> Value {
        self.get(&format!("/agents/{}/state", person.number)).await.expect(200).json()
    }

    /// State and code of a person's past and present, oldest first: `unavailable Lunch`.
    pub(crate) async fn story(&self, person: &Person) -> Vec<String> {
        let path = format!("/agents/{}/state-history?from=2020-01-01T00:00:00Z", person.number);
        let history = self.get(&path).await.expect(200).json();
        let past = history["intervals"].as_array().expect("intervals").iter().rev();
        past.chain([&history["present"]]).map(said).collect()
    }
}

/// State and code, as one text.
pub(crate) fn said(value: &Value) -> String {
    let state = value["state"].as_str().expect("a state");
    match value["code"].as_str() {
        Some(code) => format!("{state} {code}"),
        None => state.to_owned(),
    }
}

/// Checks that an answer is a problem of a kind.
pub(crate) fn check_problem(answer: &Answer, status: u16, name: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = answer.json();
    assert_eq!(problem["type"], format!("urn:rollcall:problem:{name}"), "{problem}");
    assert_eq!(problem["status"], status);
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.ends_with('.')), "{problem}");
}

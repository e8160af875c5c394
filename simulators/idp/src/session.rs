//! One person, told to one server: look up, create, adopt, change. The only place that knows what
//! a server's answers mean; what is sent stands in `okta.rs` and `entra.rs`.

use http::{Method, StatusCode};
use serde_json::Value;

use crate::client::{Answer, Client, ClientError};
use crate::entra::{self, Dialect};
use crate::okta::{self, App};
use crate::option::Target;
use crate::person::{Held, Manner, Person};
use crate::resource::{detail, first, read};

/// Why a person could not be told to the server.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    /// No answer.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A refusal.
    #[error("the server answers {status} to {request}: {detail}")]
    Refused {
        /// What was asked.
        request: &'static str,
        /// The status.
        status: StatusCode,
        /// What the server says.
        detail: String,
    },
    /// A 2xx that holds no user.
    #[error("the server answers {request} without a user that has an id")]
    Empty {
        /// What was asked.
        request: &'static str,
    },
    /// 409 on create, and nobody of that name on lookup.
    #[error("the server says that the user name is taken, and finds nobody who has it")]
    Contradiction,
    /// Created or found, and gone at once.
    #[error("the person is gone again as soon as found")]
    Gone,
}

impl SessionError {
    /// Whether the server could not be reached, so that waiting may help.
    pub(crate) fn is_outage(&self) -> bool {
        matches!(self, Self::Client(_))
    }
}

/// A connection to one server in one manner.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    client: Client,
    manner: Manner,
}

impl Session {
    pub(crate) fn new(target: &Target, manner: Manner) -> Result<Self, reqwest::Error> {
        Ok(Self { client: Client::new(target, manner)?, manner })
    }

    /// The connection test. The GUID is for Entra's, which asks for someone who cannot exist.
    pub(crate) async fn test(&self, guid: &str) -> Result<(), SessionError> {
        let path = match self.manner {
            Manner::Okta => okta::TEST.to_owned(),
            Manner::Entra => entra::test(guid),
        };
        let answer = self.client.send(Method::GET, &path, None).await?;
        // Entra quarantines a connection whose test is answered 404.
        good("the connection test", answer).map(drop)
    }

    /// Whether the server still has this id. Anything but a clear "no" counts as yes.
    pub(crate) async fn has(&self, id: &str) -> Result<bool, SessionError> {
        let answer = self.client.send(Method::GET, &user(id), None).await?;
        Ok(answer.status != StatusCode::NOT_FOUND)
    }

    /// Makes the server hold what the directory says, and tells what it holds then.
    pub(crate) async fn push(&self, person: &Person) -> Result<Held, SessionError> {
        let mut known = person.held.clone();
        // Twice: an id that the server no longer knows is looked up anew, once.
        for _ in 0..2 {
            let held = match known {
                Some(held) => held,
                None => self.find_or_create(person).await?,
            };
            if held.profile == person.profile || self.change(&held, person).await? == Changed::Done
            {
                return Ok(Held { id: held.id, profile: person.profile.clone() });
            }
            known = None;
        }
        Err(SessionError::Gone)
    }

    async fn find_or_create(&self, person: &Person) -> Result<Held, SessionError> {
        if let Some(held) = self.find(&person.profile.user_name).await? {
            return Ok(held);
        }
        let body = match self.manner {
            Manner::Okta => okta::create(person),
            Manner::Entra => entra::create(person),
        };
        let answer = self.client.send(Method::POST, "/Users", Some(&body)).await?;
        if answer.status == StatusCode::CONFLICT {
            // Someone was quicker, which may have been an earlier attempt of this very request.
            let found = self.find(&person.profile.user_name).await?;
            return found.ok_or(SessionError::Contradiction);
        }
        let created = read(&good("the creation", answer)?);
        let held = created.ok_or(SessionError::Empty { request: "the creation" })?;
        // What was sent counts as held: providers do not compare the answer.
        Ok(Held { id: held.id, profile: person.profile.clone() })
    }

    async fn find(&self, user_name: &str) -> Result<Option<Held>, SessionError> {
        let path = match self.manner {
            Manner::Okta => okta::find(user_name),
            Manner::Entra => entra::find(user_name),
        };
        let answer = self.client.send(Method::GET, &path, None).await?;
        Ok(first(&good("the lookup", answer)?))
    }

    async fn change(&self, held: &Held, person: &Person) -> Result<Changed, SessionError> {
        match (self.manner, App::of(person)) {
            (Manner::Okta, App::Network) => {
                let body = okta::patch(&held.profile, &person.profile);
                self.write(Method::PATCH, &held.id, &body).await
            }
            (Manner::Okta, App::Wizard) => {
                let Some(resource) = self.read(&held.id).await? else { return Ok(Changed::Gone) };
                self.write(Method::PUT, &held.id, &okta::merge(resource, person)).await
            }
            (Manner::Entra, _) => {
                if self.read(&held.id).await?.is_none() {
                    return Ok(Changed::Gone);
                }
                let dialect = Dialect::of(&self.client.flags);
                let body = entra::patch(&held.profile, &person.profile, dialect);
                self.write(Method::PATCH, &held.id, &body).await
            }
        }
    }

    /// The resource of this id; `None` if the server has none.
    async fn read(&self, id: &str) -> Result<Option<Value>, SessionError> {
        let answer = self.client.send(Method::GET, &user(id), None).await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        good("the read", answer).map(Some)
    }

    async fn write(&self, method: Method, id: &str, body: &Value) -> Result<Changed, SessionError> {
        let answer = self.client.send(method, &user(id), Some(body)).await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(Changed::Gone);
        }
        good("the change", answer).map(|_| Changed::Done)
    }
}

#[derive(PartialEq, Eq)]
enum Changed {
    Done,
    Gone,
}

fn user(id: &str) -> String {
    format!("/Users/{}", crate::client::encode(id))
}

fn good(request: &'static str, answer: Answer) -> Result<Value, SessionError> {
    if answer.status.is_success() {
        return Ok(answer.body);
    }
    Err(SessionError::Refused { request, status: answer.status, detail: detail(&answer.body) })
}

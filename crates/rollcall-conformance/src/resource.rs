//! Something that the run made on the server.

use serde_json::Value;

use crate::answer::Answer;
use crate::json;
use crate::ledger::segment;
use crate::outcome::Stop;

/// Something that was made: a user or a group.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    /// `/Users/ID`
    pub(crate) path: String,
    pub(crate) id: String,
    /// The name that the run gave it.
    pub(crate) name: String,
    /// As the server answered its creation.
    pub(crate) body: Value,
}

impl Resource {
    /// Reads the answer to a creation.
    pub(crate) fn made(endpoint: &str, name: String, answer: &Answer) -> Result<Self, Stop> {
        let body = answer.ok(201)?;
        let id = json::text(&body, "/id")?.to_owned();
        Ok(Self { path: format!("{endpoint}/{}", segment(&id)), id, name, body })
    }
}

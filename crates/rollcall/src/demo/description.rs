//! How a demo presents itself: `demo.json` for scripts, a few lines for people.

use std::path::Path;

use serde_json::json;

use super::memory::{AgentMemory, Memory};

/// A demo that runs.
pub(crate) struct Description {
    /// The hub's address, without a trailing slash.
    pub(crate) hub_url: String,
    /// The simulated WFM's.
    pub(crate) wfm_url: String,
    /// The hub's process id.
    pub(crate) hub_pid: u32,
    /// How long the hub's process took from its start until it listened.
    pub(crate) ready_ms: u64,
    /// The names and secrets.
    pub(crate) memory: Memory,
}

impl Description {
    /// Where SCIM is served.
    pub(crate) fn scim_url(&self) -> String {
        format!("{}/scim/v2", self.hub_url)
    }

    /// The text of `demo.json`.
    pub(crate) fn json(&self) -> String {
        let memory = &self.memory;
        let agent = memory
            .agent
            .as_ref()
            .map(|agent| json!({"username": agent.username, "password": agent.password}));
        let description = json!({
            "console_url": format!("{}/", self.hub_url),
            "admin": {"username": memory.username, "password": memory.password},
            "agent": agent,
            "scim": {"base_url": self.scim_url(), "token": memory.scim_token},
            "scim_entra": {"base_url": self.scim_url(), "token": memory.scim_entra_token},
            "simulators": {"iex": {"url": self.wfm_url}},
            "hub": {"pid": self.hub_pid, "ready_ms": self.ready_ms},
        });
        format!("{description:#}")
    }

    /// What a person is told.
    pub(crate) fn greeting(&self, people: usize, file: &Path) -> String {
        let Self { hub_url, wfm_url, memory, .. } = self;
        let Memory { username, password, scim_token, scim_entra_token, .. } = memory;
        let scim_url = self.scim_url();
        let file = file.display();
        let mine = memory.agent.as_ref().map(|agent| {
            let AgentMemory { username, password } = agent;
            format!(
                "  My day       {hub_url}/my-day\n               sign in as {username}, password {password}\n"
            )
        });
        let mine = mine.unwrap_or_default();
        format!(
            "
Rollcall runs, with {people} people in it.

  Console      {hub_url}/
               sign in as {username}, password {password}
{mine}  SCIM         {scim_url}
    as Okta    Authorization: Bearer {scim_token}
    as Entra   Authorization: Bearer {scim_entra_token}
  WFM          {wfm_url}/  (a simulated IEX)

The same for scripts: {file}
Ctrl-C ends all of it; started again, it goes on where it was.
"
        )
    }
}

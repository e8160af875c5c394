//! Real-time states, in the manner of the public RTA contract (Teleopti WFM, `State/Batch`): a key and a source id
//! stand in each batch, and a snapshot logs absent agents out. IEX's own format is not public.

use rollcall_connector::real_time::{AgentCode, RealTimeTarget, STATES_MAX, Scope};
use rollcall_connector::wfm::Answer;
use rollcall_connector::{ConnectorError, Endpoint, Http};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

/// Where real-time states go, and as whose.
#[derive(Clone, Debug)]
pub struct RealTimeSettings {
    /// The address below which `State/Batch` lies.
    pub base_url: String,
    /// By which name the WFM knows this source.
    pub source_id: String,
    /// The key that it expects.
    pub authentication_key: SecretString,
}

/// The real-time states of one source.
pub struct IexRealTime {
    endpoint: Endpoint,
    settings: RealTimeSettings,
}

impl IexRealTime {
    /// Makes the connector; calls nobody yet.
    ///
    /// # Errors
    /// [`ConnectorError::Unsupported`] when the address may not be called.
    pub fn new(http: &Http, settings: RealTimeSettings) -> Result<Self, ConnectorError> {
        Ok(Self { endpoint: http.endpoint(&settings.base_url)?, settings })
    }
}

/// The body of a batch. Not to be printed: it has no `Debug`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Batch<'a> {
    authentication_key: &'a str,
    source_id: &'a str,
    is_snapshot: bool,
    states: Vec<State<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct State<'a> {
    user_code: &'a str,
    state_code: &'a str,
}

impl RealTimeTarget for IexRealTime {
    fn tell<'a>(&'a self, scope: Scope, states: &'a [AgentCode]) -> Answer<'a, ()> {
        Box::pin(async move {
            if states.len() > STATES_MAX {
                let reason = format!("a batch holds at most {STATES_MAX} states");
                return Err(ConnectorError::Unsupported { reason });
            }
            let state = |one: &'a AgentCode| State {
                user_code: &one.user_code,
                state_code: &one.state_code,
            };
            let batch = Batch {
                authentication_key: self.settings.authentication_key.expose_secret(),
                source_id: &self.settings.source_id,
                is_snapshot: scope == Scope::Snapshot,
                states: states.iter().map(state).collect(),
            };
            match self.endpoint.post(&["State", "Batch"]).json(&batch).done().await {
                // The contract says 400 where key or source is wrong.
                Err(ConnectorError::Rejected { reason }) => {
                    Err(ConnectorError::Unauthorized { reason })
                }
                answer => answer,
            }
        })
    }
}

//! Looks at the WFM of a link that need not be kept: does it answer, do the credentials hold, whom does the acd have?
//! Writes nothing, here or there.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rollcall_app::wfm::{Look, Met, Unreached, WfmProbe};
use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::{WfmPage, WfmTarget};
use rollcall_domain::TenantId;
use rollcall_domain::wfm::{FilePlace, MetAgent, Transport};
use rollcall_storage::wfm::wfm_link::WfmLink;
use tokio::time::Instant;

use crate::target::WfmTargets;

/// As many pages of the WFM's list are read.
const PAGES_MAX: usize = 200;
/// No page is begun after so long: somebody waits in front of it.
const READING_MAX: Duration = Duration::from_secs(10);
/// The whole look ends by then.
const LOOK_MAX: Duration = Duration::from_secs(30);

/// Looks by the same connectors as the engine.
#[derive(Clone)]
pub struct Probe {
    targets: Arc<dyn WfmTargets>,
}

impl Probe {
    /// Makes one.
    #[must_use]
    pub fn new(targets: Arc<dyn WfmTargets>) -> Self {
        Self { targets }
    }

    async fn reach(&self, tenant: TenantId, link: &WfmLink) -> Result<Met, Unreached> {
        if let Transport::File(file) = &link.transport
            && let FilePlace::Sftp { host, port, host_key, .. } = &file.place
        {
            let found =
                self.targets.host_key(host, *port).await.map_err(|error| unreached(&error))?;
            if found != *host_key {
                return Err(Unreached::HostKey { found });
            }
        }
        let target = self.targets.open(tenant, link).map_err(|error| unreached(&error))?;
        target.probe().await.map_err(|error| unreached(&error))?;
        list(target.as_ref()).await.map_err(|error| unreached(&error))
    }
}

impl WfmProbe for Probe {
    fn look<'a>(&'a self, tenant: TenantId, link: &'a WfmLink) -> Look<'a> {
        Box::pin(async move {
            match tokio::time::timeout(LOOK_MAX, self.reach(tenant, link)).await {
                Ok(met) => met,
                Err(_) => {
                    let words = format!("no answer came within {} s", LOOK_MAX.as_secs());
                    Err(Unreached::Silent(words))
                }
            }
        })
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Probe")
    }
}

async fn list(target: &dyn WfmTarget) -> Result<Met, ConnectorError> {
    let (begun, mut met, mut cursor) = (Instant::now(), Met::default(), None::<String>);
    for _ in 0..PAGES_MAX {
        let Some(page) = target.list(cursor.as_deref()).await? else { return Ok(met) };
        let WfmPage { agents: there, foreign, next_cursor, total } = page;
        met.agents.extend(there.into_iter().map(|agent| MetAgent {
            agent_number: agent.agent_number,
            name: format!("{} {}", agent.first_name, agent.last_name),
            unit: agent.management_unit,
        }));
        met.strangers =
            met.strangers.saturating_add(i64::try_from(foreign.len()).unwrap_or(i64::MAX));
        met.total = i64::try_from(total).unwrap_or(i64::MAX);
        met.read = i64::try_from(met.agents.len()).ok();
        if next_cursor.is_none() || begun.elapsed() > READING_MAX {
            break;
        }
        cursor = next_cursor;
    }
    Ok(met)
}

/// What a failed call means to whoever tries a link.
fn unreached(error: &ConnectorError) -> Unreached {
    use ConnectorError as E;
    let reason = error.to_string();
    match error {
        E::Unsupported { .. } => Unreached::Refused(reason),
        E::Transient { .. } | E::RateLimited { .. } | E::Conflict { .. } | E::Pending { .. } => {
            Unreached::Silent(reason)
        }
        E::Unauthorized { .. } => Unreached::Credentials(reason),
        E::NotFound { .. } | E::Rejected { .. } => Unreached::Unknown(reason),
        E::Malformed { .. } => Unreached::Strange(reason),
    }
}

//! What one person does at the ACD, for their page.

use jiff::{SignedDuration, Timestamp};
use rollcall_app::agent::{AgentState, present};
use rollcall_domain::{EmployeeId, TenantId};

use crate::console::Console;
use crate::error::ConsoleError;
use crate::view::people::at_acd::AtAcd;
use crate::wording::agent_state as words;

/// As far back the page looks.
const HISTORY: SignedDuration = SignedDuration::from_hours(24);

/// What a person does, for their page.
pub(super) async fn shown(
    console: &Console,
    tenant: TenantId,
    id: EmployeeId,
) -> Result<AtAcd, ConsoleError> {
    let (row, now) =
        (console.app.agent(tenant, id).await.map_err(ConsoleError::of_agent)?, console.app.now());
    let agent = present(&row, now);
    let window = (now.checked_sub(HISTORY).unwrap_or(now), Timestamp::MAX);
    let past = if agent.sequence > 1 {
        console.app.agent_history(tenant, id, window, None).await.map_err(ConsoleError::of_agent)?
    } else {
        Vec::new()
    };
    let logged_out = agent.state == AgentState::LoggedOut;
    Ok(AtAcd {
        state: words::badge(&agent.state),
        since: (agent.sequence > 0).then_some(agent.since),
        due: agent.due_at.map(|at| (at, words::at_timeout(&agent).to_owned())),
        next: agent.next().map(|state| words::word(&state)),
        log_out_href: (!logged_out).then(|| format!("/employees/{id}/log-out")),
        past: past.iter().map(words::past).collect(),
    })
}

//! People at the ACD: who does what now, since when, and what they did before.
//!
//! What changes it stands in `session` and `timeout`; each change is one transaction with its history, and is
//! told to followers after it is on disk. It has no audit entries: its history is the trail.

mod follower;
mod session;
mod timeout;

use jiff::Timestamp;

use rollcall_domain::agent_state::{Agent, Refusal};
use rollcall_domain::employee::AgentNumber;
use rollcall_domain::unavailable_code::{CodeName, UnavailableCode};
use rollcall_domain::{AgentSessionId, BusinessUnitId, EmployeeId, TeamId, TenantId};
use rollcall_storage::{
    Tx, agent::agent_state as rows, directory::structure, directory::unavailable_code,
};

use crate::app::App;
use crate::error::ChangeError;

pub use follower::AgentFollower;
pub use rollcall_domain::agent_state::agent::{AfterContact, Contact};
pub use rollcall_domain::agent_state::{
    AgentState, ContactKind, Interval, Logout, Medium, Refusal as AgentRefusal,
};
pub use rollcall_storage::agent::agent_state::{AgentQuery, AgentRow, ListedAgent};
pub use rollcall_storage::agent_feed::{AgentChange, AgentNews};
pub use session::{AgentEvent, AgentWish, LoggedIn};
pub use timeout::{HISTORY_KEPT_DAYS, TIMEOUT_INTERVAL};

pub(crate) use session::log_out_leaver;

/// Why something was not done at the ACD; [`ChangeError::Refused`] says which rule is in the way.
pub type AgentError = ChangeError<Refusal>;

type Result<T> = std::result::Result<T, AgentError>;

/// As many intervals are on a page of history.
pub const HISTORY_PAGE: usize = 200;

impl App {
    /// A person at the ACD by their number. Numbers are unique in a business unit; where several units have
    /// it, the unit has to be named.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::Invalid`] where the unit has to be named.
    pub async fn agent_of_number(
        &self,
        tenant: TenantId,
        number: AgentNumber,
        unit: Option<BusinessUnitId>,
    ) -> Result<AgentRow> {
        self.storage
            .read(tenant, move |tx| {
                let employee = find(tx, number, unit)?;
                row(tx, employee)
            })
            .await
    }

    /// A person at the ACD.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn agent(&self, tenant: TenantId, employee: EmployeeId) -> Result<AgentRow> {
        self.storage.read(tenant, move |tx| row(tx, employee)).await
    }

    /// The person of a session that goes on.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn agent_session(
        &self,
        tenant: TenantId,
        session: AgentSessionId,
    ) -> Result<AgentRow> {
        self.storage
            .read(tenant, move |tx| {
                rows::find_session(tx, session)?.ok_or(ChangeError::NotFound("agent session"))
            })
            .await
    }

    /// Who is in which state, in the order of ids, `most` at the most: who is free right now, when the query
    /// says `available`.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn agents(
        &self,
        tenant: TenantId,
        query: AgentQuery,
        most: usize,
    ) -> Result<Vec<ListedAgent>> {
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        self.storage.scan(tenant, move |tx| Ok(rows::list(tx, &query, limit)?)).await
    }

    /// The codes that a person may use: those of their team that are not retired.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn agent_codes(
        &self,
        tenant: TenantId,
        employee: EmployeeId,
    ) -> Result<Vec<UnavailableCode>> {
        self.storage
            .read(tenant, move |tx| {
                let names = row(tx, employee)?.team_codes;
                let mut codes = Vec::new();
                for name in names.iter().filter_map(|name| CodeName::parse(name).ok()) {
                    let known = unavailable_code::get(tx, &name)?;
                    codes.push(known.unwrap_or_else(|| UnavailableCode::standard(name)));
                }
                codes.retain(|code| !code.retired);
                Ok(codes)
            })
            .await
    }

    /// How many people are in each state, by its written form; of a team, or of all.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn agent_tally(
        &self,
        tenant: TenantId,
        team: Option<TeamId>,
    ) -> Result<Vec<(String, i64)>> {
        self.storage.scan(tenant, move |tx| Ok(rows::tally(tx, team)?)).await
    }

    /// What a person did between two moments, newest first, [`HISTORY_PAGE`] intervals at the most. The present
    /// one, which has no end yet, is not among them.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn agent_history(
        &self,
        tenant: TenantId,
        employee: EmployeeId,
        window: (Timestamp, Timestamp),
        before: Option<i64>,
    ) -> Result<Vec<Interval>> {
        let limit = i64::try_from(HISTORY_PAGE).unwrap_or(i64::MAX);
        self.storage
            .scan(tenant, move |tx| Ok(rows::list_history(tx, employee, window, before, limit)?))
            .await
    }

    /// How often agent states of a tenant changed since the start: who made a page before it follows sees
    /// whether something happened in between.
    #[must_use]
    pub fn agent_changes(&self, tenant: TenantId) -> u64 {
        self.storage.signals().agent_changes(tenant)
    }

    /// Follows the agent states of a tenant from now on. Who first follows and then reads the states misses
    /// nothing; what was read and is told again is known by its sequence.
    #[must_use]
    pub fn follow_agents(&self, tenant: TenantId) -> AgentFollower {
        AgentFollower::new(self.storage.signals().follow_agents(tenant))
    }
}

/// What a person does now, timeouts that are due included.
#[must_use]
pub fn present(row: &AgentRow, now: Timestamp) -> Agent {
    let mut agent = row.agent.clone().unwrap_or_else(|| Agent::new(now));
    agent.expire(now);
    agent
}

fn row(tx: &mut Tx<'_>, employee: EmployeeId) -> Result<AgentRow> {
    rows::get(tx, employee)?.ok_or(ChangeError::NotFound("employee"))
}

fn find(tx: &mut Tx<'_>, number: AgentNumber, unit: Option<BusinessUnitId>) -> Result<EmployeeId> {
    let units = match unit {
        Some(unit) => vec![unit],
        None => structure::list_business_units(tx)?.into_iter().map(|unit| unit.id).collect(),
    };
    let mut found = None;
    for unit in units {
        let person = rows::find_number(tx, unit, number)?;
        if found.is_some() && person.is_some() {
            return Err(ChangeError::Invalid(format!(
                "several business units have an agent number {}; name the business unit",
                number.0
            )));
        }
        found = found.or(person);
    }
    found.ok_or(ChangeError::NotFound("employee"))
}

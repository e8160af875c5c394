//! Names in addresses, parameters and bodies: sessions, agent numbers, business units, teams, contacts, queues.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;

use rollcall_app::agent::{AgentQuery, AgentRow};
use rollcall_domain::employee::AgentNumber;
use rollcall_domain::letter::is_unreadable;
use rollcall_domain::structure::BusinessUnit;
use rollcall_domain::{BusinessUnitId, TeamId, TenantId};

use crate::agent::parameter::Parameters;
use crate::agent::problem::Problem;
use crate::agent::service::Agents;

const CONTACT_MAX_CHARS: usize = 200;
const QUEUE_MAX_CHARS: usize = 100;

/// The parts of an address. What is no text, such as `%FF`, names nothing.
pub(crate) struct Named(Vec<String>);

impl FromRequestParts<Agents> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, agents: &Agents) -> Result<Self, Problem> {
        let path = Path::<Vec<(String, String)>>::from_request_parts(parts, agents).await;
        let named = path.map(|Path(parts)| parts).unwrap_or_default();
        Ok(Self(named.into_iter().map(|(_, value)| value).collect()))
    }
}

impl Named {
    /// One of the parts, counted from 0, as an id or a number.
    pub(crate) fn parsed<T: std::str::FromStr>(
        &self,
        part: usize,
        what: &str,
    ) -> Result<T, Problem> {
        let text = self.0.get(part);
        text.and_then(|text| text.parse().ok()).ok_or_else(|| Problem::not_found(what))
    }

    /// One of the parts as it is.
    pub(crate) fn text(&self, part: usize) -> &str {
        self.0.get(part).map(String::as_str).unwrap_or_default()
    }
}

/// The person of an agent number in the address, in the business unit that a parameter names.
pub(crate) async fn person(
    agents: &Agents,
    tenant: TenantId,
    named: &Named,
    parameters: &Parameters,
) -> Result<AgentRow, Problem> {
    let number = AgentNumber(named.parsed(0, "employee")?);
    let unit = business_unit(agents, tenant, parameters.text("businessUnit")).await?;
    Ok(agents.app.agent_of_number(tenant, number, unit).await?)
}

/// A business unit by its id or its name.
pub(crate) async fn business_unit(
    agents: &Agents,
    tenant: TenantId,
    wanted: Option<&str>,
) -> Result<Option<BusinessUnitId>, Problem> {
    let Some(wanted) = wanted else { return Ok(None) };
    let all = agents.app.business_units(tenant).await?;
    let found = all.iter().find(|unit| unit.name == wanted || unit.id.to_string() == wanted);
    found.map(|unit| Some(unit.id)).ok_or_else(|| Problem::not_found("business unit"))
}

/// The business unit that is named, or the only one.
pub(crate) async fn one_business_unit(
    agents: &Agents,
    tenant: TenantId,
    wanted: Option<&str>,
) -> Result<BusinessUnit, Problem> {
    let all = agents.app.business_units(tenant).await?;
    let fits = |unit: &BusinessUnit| {
        wanted.is_none_or(|wanted| unit.name == wanted || unit.id.to_string() == wanted)
    };
    let mut fitting = all.into_iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(unit), None) => Ok(unit),
        (None, _) => Err(Problem::not_found("business unit")),
        _ => Err(Problem::invalid("There are several business units; name one as businessUnit.")),
    }
}

/// Whom the parameters `team` and `businessUnit` ask for.
pub(crate) async fn query(
    agents: &Agents,
    tenant: TenantId,
    parameters: &Parameters,
) -> Result<AgentQuery, Problem> {
    let business_unit = business_unit(agents, tenant, parameters.text("businessUnit")).await?;
    let team = team(agents, tenant, business_unit, parameters.text("team")).await?;
    Ok(AgentQuery { team, business_unit, ..AgentQuery::default() })
}

/// A team by its id, or by its name where only one is called so.
async fn team(
    agents: &Agents,
    tenant: TenantId,
    unit: Option<BusinessUnitId>,
    wanted: Option<&str>,
) -> Result<Option<TeamId>, Problem> {
    let Some(wanted) = wanted else { return Ok(None) };
    let all = agents.app.teams(tenant).await?;
    let mut fitting = all
        .into_iter()
        .map(|staffed| staffed.team)
        .filter(|team| unit.is_none_or(|unit| team.business_unit == unit))
        .filter(|team| team.name == wanted || team.id.to_string() == wanted);
    match (fitting.next(), fitting.next()) {
        (Some(team), None) => Ok(Some(team.id)),
        (None, _) => Err(Problem::not_found("team")),
        _ => Err(Problem::invalid(format!(
            "Several teams are called {wanted:?}; name the business unit, or the team's id."
        ))),
    }
}

/// A part of the address as the id of a contact.
pub(crate) fn contact_id(named: &Named, part: usize) -> Result<String, Problem> {
    let id = named.text(part);
    let sound =
        !id.is_empty() && id.chars().count() <= CONTACT_MAX_CHARS && !id.chars().any(is_unreadable);
    if sound {
        return Ok(id.to_owned());
    }
    Err(Problem::invalid(format!(
        "A contact's id has 1 to {CONTACT_MAX_CHARS} readable characters."
    )))
}

/// A queue's key, or what it is called.
pub(crate) fn queue_name(text: &str) -> Result<String, Problem> {
    let sound = !text.trim().is_empty()
        && text.chars().count() <= QUEUE_MAX_CHARS
        && !text.chars().any(|c| is_unreadable(c) || c == ';');
    if sound {
        return Ok(text.trim().to_owned());
    }
    Err(Problem::invalid(format!(
        "A queue, and its name, has 1 to {QUEUE_MAX_CHARS} readable characters without a semicolon."
    )))
}

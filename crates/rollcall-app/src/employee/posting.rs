//! Moving a person to another business unit.
//!
//! An agent number is unique in one business unit, given by us when the person begins there, and never changed
//! (NICE help, "Set Up Users for IEX WFM Integrated"). So whoever moves begins in the new unit under a number of
//! that unit, and is gone from the old one under the old number, which stays theirs: it is nobody else's ever,
//! and theirs again if they come back. The user GUID, and with it the person's history here, stays.

use serde_json::json;

use rollcall_domain::audit::Subject;
use rollcall_domain::authority::Attribute;
use rollcall_domain::employee::{AgentNumber, Employee};
use rollcall_domain::source::{Actor, Source};
use rollcall_domain::structure::{BusinessUnit, Team};
use rollcall_domain::wfm::belongs;
use rollcall_domain::{EmployeeId, TeamId, TenantId};
use rollcall_storage::wfm::wfm_link::WfmLink;
use rollcall_storage::{
    Tx, directory::employee, directory::structure, wfm::former_agent, wfm::wfm_link,
};

use super::Result;
use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};

/// A team of another business unit, and what moving there would do.
#[derive(Clone, Debug)]
pub struct Place {
    /// The team.
    pub team: Team,
    /// Its business unit.
    pub unit: BusinessUnit,
    /// The number that the person would have again; `None`: a fresh one.
    pub number: Option<AgentNumber>,
    /// The WFM that would get them as somebody new; `None` where the unit has no link or the team is not sent.
    pub arrives: Option<WfmLink>,
}

/// Where a person works, and where they could.
#[derive(Clone, Debug)]
pub struct Posting {
    /// The person.
    pub employee: Employee,
    /// Their business unit.
    pub unit: BusinessUnit,
    /// The WFM that would move them out; `None` where they are in none.
    pub departs: Option<WfmLink>,
    /// The teams of other business units.
    pub places: Vec<Place>,
}

impl App {
    /// Where a person could move, and what that would do.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn posting(&self, tenant: TenantId, id: EmployeeId) -> Result<Posting> {
        self.storage.scan(tenant, move |tx| posting(tx, id)).await
    }

    /// Moves a person into a team of another business unit: they depart from the WFM of the old one and arrive
    /// at that of the new one. Nobody is merged across units.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::Invalid`] for a team of their own unit.
    pub async fn move_employee(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: EmployeeId,
        team: TeamId,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let before = employee::get(tx, id)?.ok_or(ChangeError::NotFound("employee"))?;
                let team = structure::get_team(tx, team)?.ok_or(ChangeError::NotFound("team"))?;
                if team.business_unit == before.business_unit {
                    return Err(ChangeError::Invalid(
                        "the team is in the business unit that the person works in; change the team instead"
                            .to_owned(),
                    ));
                }
                let left = (before.business_unit, id);
                former_agent::insert(tx, left, before.agent_number, now)?;
                let number = match former_agent::take(tx, team.business_unit, id)? {
                    Some(number) => number,
                    None => structure::take_agent_number(tx, team.business_unit)?,
                };
                let mut after = before.clone();
                after.business_unit = team.business_unit;
                after.team = team.id;
                after.agent_number = number;
                after.note(&[Attribute::Team], Source::Local, now);
                employee::save_posting(tx, &after)?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let described = |employee: &Employee| {
                    [
                        ("businessUnit".to_owned(), json!(employee.business_unit)),
                        ("agentNumber".to_owned(), json!(employee.agent_number.0)),
                        ("team".to_owned(), json!(employee.team)),
                    ]
                    .into_iter()
                    .collect()
                };
                let values = Values { before: described(&before), after: described(&after) };
                act.audit(tx, "employee.moved", Subject::employee(&after), values)?;
                act.mark(tx, &before)?;
                Ok(act.mark(tx, &after)?)
            })
            .await
    }
}

fn posting(tx: &mut Tx<'_>, id: EmployeeId) -> Result<Posting> {
    let employee = employee::get(tx, id)?.ok_or(ChangeError::NotFound("employee"))?;
    let own = structure::get_team(tx, employee.team)?.ok_or(ChangeError::NotFound("team"))?;
    let units = structure::list_business_units(tx)?;
    let unit_of = |team: &Team| units.iter().find(|unit| unit.id == team.business_unit).cloned();
    let unit = unit_of(&own).ok_or(ChangeError::NotFound("business unit"))?;
    let former = former_agent::list(tx, id)?;
    let links = wfm_link::list(tx)?;
    let link_of = |team: &Team| {
        let link = links.iter().find(|link| link.business_unit == team.business_unit);
        link.filter(|_| belongs(employee.status, &team.features)).cloned()
    };
    let places = structure::list_teams(tx)?
        .into_iter()
        .map(|staffed| staffed.team)
        .filter(|team| team.business_unit != employee.business_unit)
        .filter_map(|team| {
            Some(Place {
                unit: unit_of(&team)?,
                number: former.iter().find(|(unit, _)| *unit == team.business_unit).map(|it| it.1),
                arrives: link_of(&team),
                team,
            })
        })
        .collect();
    Ok(Posting { departs: link_of(&own), unit, places, employee })
}

//! One team as its page has it: renaming it, and removing it when nothing stands on it any more.

use serde_json::json;

use rollcall_domain::source::Actor;
use rollcall_domain::structure::{BusinessUnit, Team};
use rollcall_domain::template::TemplateField;
use rollcall_domain::{GroupId, TeamId, TenantId};
use rollcall_storage::Tx;
use rollcall_storage::directory::structure as rows;
use rollcall_storage::scim::scim_connection;

use crate::app::App;
use crate::error::ChangeError;
use crate::group_owner::{self, GroupOwner};
use crate::hindrance::{self, Hindrance};
use crate::name;
use crate::record::{Act, Values};
use crate::team::{Result, check_free, load, subject};

/// A team with what its page says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamDetail {
    /// The team.
    pub team: Team,
    /// The unit that it belongs to.
    pub business_unit: BusinessUnit,
    /// How many active people stand in it.
    pub active: i64,
    /// The connection whose group it is, which alone names it.
    pub owner: Option<GroupOwner>,
    /// Why it cannot be removed; empty where it can.
    pub hindrances: Vec<Hindrance>,
}

impl App {
    /// One team.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn team(&self, tenant: TenantId, id: TeamId) -> Result<TeamDetail> {
        self.storage
            .scan(tenant, move |tx| {
                let mut teams = rows::list_teams(tx)?.into_iter();
                let staffed =
                    teams.find(|one| one.team.id == id).ok_or(ChangeError::NotFound("team"))?;
                let mut units = rows::list_business_units(tx)?.into_iter();
                let unit = units.find(|unit| unit.id == staffed.team.business_unit);
                Ok(TeamDetail {
                    business_unit: unit.ok_or(ChangeError::NotFound("business unit"))?,
                    active: staffed.active,
                    owner: group_owner::of(tx, group(id))?,
                    hindrances: hindrances(tx, id)?,
                    team: staffed.team,
                })
            })
            .await
    }

    /// Gives a team another name. No WFM is told: none holds the names of teams.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::Invalid`]; [`ChangeError::Taken`] when the unit has another team
    /// of that name; [`ChangeError::NotNow`] when it is a connection's group.
    pub async fn rename_team(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: TeamId,
        name: &str,
    ) -> Result<()> {
        let name = name::checked("a team", name)?;
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let before = load(tx, id)?;
                if before.name == name {
                    return Ok(());
                }
                group_owner::check_nobodys(tx, group(id), &called(&before))?;
                check_free(tx, before.business_unit, &name)?;
                name::written(rows::rename_team(tx, id, &name), &name)?;
                let values = Values {
                    before: Values::made(json!({"name": before.name})).after,
                    after: Values::made(json!({"name": name})).after,
                };
                let after = Team { name: name.clone(), ..before };
                let act = Act { actor, now, ids: app.ids.as_ref() };
                Ok(act.audit(tx, "team.renamed", subject(&after), values)?)
            })
            .await
    }

    /// Removes a team that nothing stands on. Nobody is in it, so nobody is due anywhere.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::NotNow`] where something hinders it.
    pub async fn remove_team(&self, tenant: TenantId, actor: Actor, id: TeamId) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let team = load(tx, id)?;
                hindrance::check_none(&hindrances(tx, id)?, &called(&team))?;
                if !rows::delete_empty_team(tx, id)? {
                    return Err(ChangeError::NotNow(format!("{} is needed", called(&team))));
                }
                let values = json!({"name": team.name, "features": team.features});
                let values = Values { before: Values::made(values).after, ..Values::default() };
                let act = Act { actor, now, ids: app.ids.as_ref() };
                Ok(act.audit(tx, "team.removed", subject(&team), values)?)
            })
            .await
    }
}

/// What keeps a team where it is.
fn hindrances(tx: &mut Tx<'_>, id: TeamId) -> Result<Vec<Hindrance>> {
    let mut found = Vec::new();
    let people = rows::count_in_team(tx, id)?;
    found.extend((people > 0).then_some(Hindrance::People(people)));
    found.extend(group_owner::of(tx, group(id))?.map(Hindrance::Group));
    let landing = scim_connection::list(tx)?.into_iter().filter(|one| one.team == id);
    let landing = landing.map(|one| GroupOwner { connection: one.id, name: one.name });
    found.extend(landing.map(Hindrance::Landing));
    let set = TemplateField::Set(id);
    found.extend(hindrance::templates(tx, |template| template.fields.team == set)?);
    Ok(found)
}

/// The id under which a team is a group, if it is one.
fn group(id: TeamId) -> GroupId {
    GroupId::new(id.uuid())
}

fn called(team: &Team) -> String {
    format!("the team {}", team.name)
}

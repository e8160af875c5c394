//! Teams and their features.

mod upkeep;

use serde_json::json;

use rollcall_domain::audit::Subject;
use rollcall_domain::source::Actor;
use rollcall_domain::structure::{BusinessUnit, Team, WFM_ADVANCED};
use rollcall_domain::wfm::FieldSwitch;
use rollcall_domain::{BusinessUnitId, TeamId, TenantId};
use rollcall_storage::directory::structure as rows;
use rollcall_storage::{StorageError, Tx, wfm::outbox, wfm::wfm_link};

use crate::administration::FIRST_AGENT_NUMBER;
use crate::app::App;
use crate::error::ChangeError;
use crate::name;
use crate::record::{Act, Values};

pub use rollcall_storage::directory::structure::StaffedTeam;
pub use upkeep::TeamDetail;

/// What a new team is made of.
#[derive(Clone, Debug)]
pub struct NewTeam {
    /// The unit that it belongs to, for good.
    pub business_unit: BusinessUnitId,
    /// Its name, unique in the unit.
    pub name: String,
    /// Whether it has `WFM Advanced`.
    pub wfm: FieldSwitch,
}

type Result<T> = std::result::Result<T, ChangeError>;

impl App {
    /// All teams, by name, with their strength.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn teams(&self, tenant: TenantId) -> Result<Vec<StaffedTeam>> {
        self.storage.scan(tenant, |tx| Ok(rows::list_teams(tx)?)).await
    }

    /// All business units, by name.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn business_units(&self, tenant: TenantId) -> Result<Vec<BusinessUnit>> {
        self.storage.read(tenant, |tx| Ok(rows::list_business_units(tx)?)).await
    }

    /// Makes a business unit with a team in which its people begin; the team is sent to the WFM once the unit
    /// is linked to one. The operator's to do.
    ///
    /// # Errors
    /// [`ChangeError::Taken`] when the tenant has a unit of that name; [`ChangeError::Invalid`].
    pub async fn create_business_unit(
        &self,
        tenant: TenantId,
        actor: Actor,
        name: &str,
    ) -> Result<(BusinessUnit, Team)> {
        let name = name.trim().to_owned();
        if name.is_empty() || name.len() > 200 {
            return Err(ChangeError::Invalid(
                "a business unit needs a name of 1 to 200 characters".to_owned(),
            ));
        }
        let (app, now) = (self.clone(), self.now());
        let unit = BusinessUnit { id: BusinessUnitId::new(self.ids.next()), name };
        let team = Team {
            id: TeamId::new(self.ids.next()),
            business_unit: unit.id,
            name: "Default team".to_owned(),
            features: vec![WFM_ADVANCED.to_owned()],
            unavailable_codes: Vec::new(),
        };
        let kept = (unit.clone(), team.clone());
        self.storage
            .write(tenant, move |tx| {
                let (unit, team) = &kept;
                match rows::insert_business_unit(tx, unit, FIRST_AGENT_NUMBER) {
                    Err(StorageError::Duplicate) => {
                        let value = unit.name.clone();
                        return Err(ChangeError::Taken { attribute: "name", value });
                    }
                    other => other?,
                }
                rows::insert_team(tx, team)?;
                let (id, name) = (unit.id.to_string(), unit.name.clone());
                let subject = Subject { kind: "business_unit", id, name };
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let values = Values::made(json!({"name": unit.name, "team": team.name}));
                Ok(act.audit(tx, "business_unit.created", subject, values)?)
            })
            .await?;
        Ok((unit, team))
    }

    /// Makes a team without features.
    ///
    /// # Errors
    /// As [`App::make_team`].
    pub async fn create_team(
        &self,
        tenant: TenantId,
        actor: Actor,
        business_unit: BusinessUnitId,
        name: &str,
    ) -> Result<Team> {
        let new = NewTeam { business_unit, name: name.to_owned(), wfm: FieldSwitch::Off };
        self.make_team(tenant, actor, new).await
    }

    /// Makes a team. Nobody stands in it yet, so nobody is due anywhere.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] for the unit; [`ChangeError::Taken`] when it has a team of that name;
    /// [`ChangeError::Invalid`].
    pub async fn make_team(&self, tenant: TenantId, actor: Actor, new: NewTeam) -> Result<Team> {
        let (app, now) = (self.clone(), self.now());
        let team = Team {
            id: TeamId::new(self.ids.next()),
            business_unit: new.business_unit,
            name: name::checked("a team", &new.name)?,
            features: match new.wfm {
                FieldSwitch::On => vec![WFM_ADVANCED.to_owned()],
                FieldSwitch::Off => Vec::new(),
            },
            unavailable_codes: Vec::new(),
        };
        self.storage
            .write(tenant, move |tx| {
                let mut units = rows::list_business_units(tx)?.into_iter();
                units
                    .find(|unit| unit.id == team.business_unit)
                    .ok_or(ChangeError::NotFound("business unit"))?;
                check_free(tx, team.business_unit, &team.name)?;
                name::written(rows::insert_team(tx, &team), &team.name)?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let mut values = Values::made(json!({"name": team.name}));
                if !team.features.is_empty() {
                    values.after.insert("features".to_owned(), json!(team.features));
                }
                act.audit(tx, "team.created", subject(&team), values)?;
                Ok(team.clone())
            })
            .await
    }

    /// Switches `WFM Advanced` of a team; everyone in it becomes due at the WFM.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn set_wfm_advanced(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: TeamId,
        switch: FieldSwitch,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let team = load(tx, id)?;
                let mut features: Vec<String> = team
                    .features
                    .iter()
                    .filter(|feature| *feature != WFM_ADVANCED)
                    .cloned()
                    .collect();
                if switch == FieldSwitch::On {
                    features.push(WFM_ADVANCED.to_owned());
                }
                if features.len() == team.features.len() {
                    return Ok(());
                }
                rows::save_team_features(tx, id, &features)?;
                let values = Values {
                    before: [("features".to_owned(), json!(team.features))].into_iter().collect(),
                    after: [("features".to_owned(), json!(features))].into_iter().collect(),
                };
                let act = Act { actor, now, ids: app.ids.as_ref() };
                act.audit(tx, "team.features_changed", subject(&team), values)?;
                if let Some(link) = wfm_link::find(tx, team.business_unit)? {
                    outbox::mark_team(tx, link, id, now)?;
                }
                Ok(())
            })
            .await
    }
}

fn load(tx: &mut Tx<'_>, id: TeamId) -> Result<Team> {
    rows::get_team(tx, id)?.ok_or(ChangeError::NotFound("team"))
}

/// Refuses a name that another team of the unit has.
fn check_free(tx: &mut Tx<'_>, unit: BusinessUnitId, name: &str) -> Result<()> {
    match rows::find_team(tx, unit, name)? {
        Some(_) => Err(ChangeError::Taken { attribute: "name", value: name.to_owned() }),
        None => Ok(()),
    }
}

fn subject(team: &Team) -> Subject {
    Subject { kind: "team", id: team.id.to_string(), name: team.name.clone() }
}

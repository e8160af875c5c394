//! Unavailable codes and the teams that have them, as administrators set them.

use serde_json::json;

use rollcall_domain::audit::Subject;
use rollcall_domain::source::Actor;
use rollcall_domain::unavailable_code::{CodeName, InvalidCode, UnavailableCode};
use rollcall_domain::user_name::fold;
use rollcall_domain::{TeamId, TenantId};
use rollcall_storage::{
    Tx, agent::agent_state, directory::structure, directory::unavailable_code as rows,
};

use crate::app::App;
use crate::edit::Edit;
use crate::error::ChangeError;
use crate::record::{Act, Values};

/// As many codes a tenant may have: people choose from them.
pub const CODES_MAX: usize = 200;

type Result<T> = std::result::Result<T, ChangeError>;

impl App {
    /// All codes by name: those of which something was set, and those that only stand with a team.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn unavailable_codes(&self, tenant: TenantId) -> Result<Vec<UnavailableCode>> {
        self.storage.read(tenant, list).await
    }

    /// Makes a code.
    ///
    /// # Errors
    /// [`ChangeError::Invalid`] for a timeout out of bounds; [`ChangeError::NotNow`] when there is a code of the
    /// name, letter case aside, or there are [`CODES_MAX`] already.
    pub async fn create_unavailable_code(
        &self,
        tenant: TenantId,
        actor: Actor,
        code: UnavailableCode,
    ) -> Result<()> {
        code.check()?;
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let all = list(tx)?;
                if let Some(there) = find(&all, &code.name) {
                    let words = format!("there is a code {} already; change it there", there.name);
                    return Err(ChangeError::NotNow(words));
                }
                if all.len() >= CODES_MAX {
                    return Err(ChangeError::NotNow(format!(
                        "there are {CODES_MAX} codes already; change one that is no longer used"
                    )));
                }
                save(tx, Act { actor, now, ids: app.ids.as_ref() }, None, &code)
            })
            .await
    }

    /// Changes what is set of a code. What it is for stays while a team has it or somebody is in it: people would
    /// be refused it, or stay in it, for a reason that they did not choose.
    ///
    /// # Errors
    /// [`ChangeError::Invalid`] for a timeout out of bounds; [`ChangeError::NotFound`];
    /// [`ChangeError::NotNow`] for another kind of a code that is in use.
    pub async fn change_unavailable_code(
        &self,
        tenant: TenantId,
        actor: Actor,
        code: UnavailableCode,
    ) -> Result<()> {
        code.check()?;
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let all = list(tx)?;
                let before =
                    find(&all, &code.name).ok_or(ChangeError::NotFound("unavailable code"))?;
                let code = UnavailableCode { name: before.name.clone(), ..code.clone() };
                if *before == code {
                    return Ok(());
                }
                if before.kind != code.kind && is_in_use(tx, &code.name)? {
                    return Err(ChangeError::NotNow(format!(
                        "{} is in use, so what it is for stays; take it away from its teams first, or make \
                         another code",
                        code.name
                    )));
                }
                save(tx, Act { actor, now, ids: app.ids.as_ref() }, Some(before), &code)
            })
            .await
    }

    /// Sets which codes the people of a team may use. Who is in one that goes stays in it until they choose
    /// another.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] when there is no such team or code; [`ChangeError::Overtaken`].
    pub async fn set_team_codes(
        &self,
        tenant: TenantId,
        actor: Actor,
        team: TeamId,
        names: impl Into<Edit<Vec<CodeName>>>,
    ) -> Result<()> {
        let edit = names.into();
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let team = structure::get_team(tx, team)?.ok_or(ChangeError::NotFound("team"))?;
                let all = list(tx)?;
                let known = |name: &CodeName| {
                    let found = all.iter().find(|code| code.name.key() == name.key());
                    found.map(|code| code.name.to_string())
                };
                let mut codes = edit
                    .wanted
                    .iter()
                    .map(|name| known(name).ok_or(ChangeError::NotFound("unavailable code")))
                    .collect::<Result<Vec<String>>>()?;
                codes.sort_unstable();
                codes.dedup();
                if codes == team.unavailable_codes {
                    return Ok(());
                }
                edit.check(&team.unavailable_codes)?;
                structure::save_team_codes(tx, team.id, &codes)?;
                let value =
                    |codes: &[String]| Values::made(json!({"unavailableCodes": codes})).after;
                let values =
                    Values { before: value(&team.unavailable_codes), after: value(&codes) };
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let subject =
                    Subject { kind: "team", id: team.id.to_string(), name: team.name.clone() };
                Ok(act.audit(tx, "team.codes_changed", subject, values)?)
            })
            .await
    }
}

impl<R> From<InvalidCode> for ChangeError<R> {
    fn from(error: InvalidCode) -> Self {
        Self::Invalid(error.to_string())
    }
}

pub(crate) fn list(tx: &mut Tx<'_>) -> Result<Vec<UnavailableCode>> {
    let mut codes = rows::list(tx)?;
    for staffed in structure::list_teams(tx)? {
        for name in staffed.team.unavailable_codes {
            let Ok(name) = CodeName::parse(&name) else { continue };
            if !codes.iter().any(|code| code.name.key() == name.key()) {
                codes.push(UnavailableCode::standard(name));
            }
        }
    }
    codes.sort_by_key(|code| code.name.key());
    Ok(codes)
}

fn find<'a>(all: &'a [UnavailableCode], name: &CodeName) -> Option<&'a UnavailableCode> {
    all.iter().find(|code| code.name.key() == name.key())
}

/// Whether a team has a code, or somebody is in it, whose team may have lost it.
fn is_in_use(tx: &mut Tx<'_>, name: &CodeName) -> Result<bool> {
    let teams = structure::list_teams(tx)?;
    let mut given = teams.iter().flat_map(|staffed| &staffed.team.unavailable_codes);
    Ok(given.any(|given| fold(given) == name.key()) || agent_state::has_code(tx, name)?)
}

fn save(
    tx: &mut Tx<'_>,
    act: Act<'_>,
    before: Option<&UnavailableCode>,
    code: &UnavailableCode,
) -> Result<()> {
    rows::save(tx, code)?;
    let values = Values {
        before: before.map(|code| Values::made(values(code)).after).unwrap_or_default(),
        after: Values::made(values(code)).after,
    };
    Ok(act.audit(tx, "unavailable_code.saved", subject(&code.name), values)?)
}

fn values(code: &UnavailableCode) -> serde_json::Value {
    json!({"kind": code.kind.name(), "timeoutMinutes": code.timeout_min, "retired": code.retired})
}

/// A code has no id: it is its name.
fn subject(name: &CodeName) -> Subject {
    Subject { kind: "unavailable_code", id: name.key(), name: name.to_string() }
}

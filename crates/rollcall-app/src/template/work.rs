//! What a template does to one person: worked out first, and then either told or written.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use rollcall_domain::audit::{self as audit_values, Subject};
use rollcall_domain::authority::Attribute;
use rollcall_domain::employee::Employee;
use rollcall_domain::optional::OptionalAttributes;
use rollcall_domain::policy::GroupMeaning;
use rollcall_domain::source::Source;
use rollcall_domain::template::{Applied, Kept, Surroundings, Template, TemplateField};
use rollcall_domain::{BusinessUnitId, RoleId};
use rollcall_storage::{
    StorageError, Tx, directory::employee_role, directory::structure, directory::template,
    directory::tenant, scim::scim_connection,
};

use crate::error::ChangeError;
use crate::record::{Act, Values};

/// A template, and what has to be known to apply it to whomever.
pub(super) struct Preset {
    pub(super) template: Template,
    team_unit: Option<BusinessUnitId>,
    /// What each source of the tenant writes beside what it always writes.
    written: HashMap<Source, OptionalAttributes>,
}

/// What a template would do to a person.
pub(super) struct Planned {
    pub(super) after: Employee,
    pub(super) applied: Applied,
    /// The secondary roles before and after, where they change.
    pub(super) roles: Option<(Vec<RoleId>, Vec<RoleId>)>,
    new: Vec<RoleId>,
    gone: Vec<RoleId>,
}

impl Preset {
    /// Gathers what has to be known.
    pub(super) fn gather(tx: &mut Tx<'_>, template: Template) -> Result<Self, ChangeError> {
        let on = tenant::get(tx)?.ok_or(ChangeError::NotFound("tenant"))?;
        let on = on.settings.optional_attributes;
        let written = scim_connection::list(tx)?.into_iter().map(|connection| {
            let moves = connection.policy.groups == GroupMeaning::Team;
            let writes = if moves { on.with(Attribute::Team) } else { on };
            (Source::Scim(connection.id), writes)
        });
        let written = written.collect();
        Ok(Self { team_unit: team_unit(tx, &template)?, template, written })
    }

    /// Works out what the template would do to a person who is there.
    pub(super) fn plan(&self, tx: &mut Tx<'_>, before: &Employee) -> Result<Planned, StorageError> {
        let written = self.written.get(&before.managed_by).copied();
        let around = Surroundings {
            written_by_manager: written.unwrap_or(OptionalAttributes::NONE),
            team_unit: self.team_unit,
        };
        let mut after = before.clone();
        let applied = self.template.fields.apply(&mut after, around);
        let mut planned =
            Planned { after, applied, roles: None, new: Vec::new(), gone: Vec::new() };
        if !self.template.fields.secondary_roles.is_ignored() {
            let present = employee_role::list(tx, before.id)?;
            let primary = planned.after.primary_role;
            (planned.new, planned.gone) = self.template.fields.roles(&present, primary);
            if !planned.new.is_empty() || !planned.gone.is_empty() {
                let had: Vec<RoleId> = present.into_iter().map(|(role, _)| role).collect();
                let mut has = had.clone();
                has.retain(|role| !planned.gone.contains(role));
                has.extend(&planned.new);
                planned.roles = Some((had, has));
            }
        }
        Ok(planned)
    }
}

impl Planned {
    /// Whether anything would change.
    pub(super) fn changes(&self) -> bool {
        !self.applied.changed.is_empty() || self.roles.is_some()
    }

    /// The values before and after, as the audit trail tells them.
    pub(super) fn told(&self, before: &Employee) -> (Map<String, Value>, Map<String, Value>) {
        let (mut old, mut new) = audit_values::difference(before, &self.after);
        if let Some((had, has)) = &self.roles {
            old.insert("secondaryRoles".to_owned(), json!(had));
            new.insert("secondaryRoles".to_owned(), json!(has));
        }
        (old, new)
    }

    /// Writes it, if it changes anything.
    pub(super) fn write(
        mut self,
        tx: &mut Tx<'_>,
        act: Act<'_>,
        before: &Employee,
        name: &str,
    ) -> Result<(), StorageError> {
        if !self.changes() {
            return Ok(());
        }
        let (old, mut new) = self.told(before);
        new.insert("template".to_owned(), json!(name));
        let changed = std::mem::take(&mut self.applied.changed);
        self.after.note(&changed, Source::Local, act.now);
        act.save(tx, before, &self.after)?;
        for role in &self.gone {
            employee_role::remove(tx, (before.id, *role))?;
        }
        for role in &self.new {
            employee_role::add(tx, (before.id, *role), Source::Local, act.now)?;
        }
        let values = Values { before: old, after: new };
        act.audit(tx, "employee.changed", Subject::employee(&self.after), values)?;
        act.mark(tx, &self.after)
    }
}

/// Applies the template of a name to somebody who is being made, and whom nobody said anything else of yet.
/// Answers the secondary roles to give once they are there.
pub(crate) fn apply_at_creation<R>(
    tx: &mut Tx<'_>,
    employee: &mut Employee,
    name: &str,
    now: jiff::Timestamp,
) -> Result<Vec<RoleId>, ChangeError<R>> {
    let template = template::find(tx, name)?.ok_or_else(|| {
        ChangeError::Invalid(format!(
            "there is no template {name:?}; make it in Rollcall, or send the name of one that is there"
        ))
    })?;
    let around = Surroundings {
        written_by_manager: OptionalAttributes::NONE,
        team_unit: team_unit(tx, &template)?,
    };
    let applied = template.fields.apply(employee, around);
    if applied.kept.iter().any(|(_, why)| *why == Kept::OtherUnit) {
        return Err(ChangeError::Invalid(format!(
            "the team of the template {name:?} is in another business unit than the connection's people"
        )));
    }
    employee.origins.set(&applied.changed, Source::Local, now);
    Ok(template.fields.roles(&[], employee.primary_role).0)
}

fn team_unit<R>(
    tx: &mut Tx<'_>,
    template: &Template,
) -> Result<Option<BusinessUnitId>, ChangeError<R>> {
    match template.fields.team {
        TemplateField::Set(team) => match structure::get_team(tx, team)? {
            Some(team) => Ok(Some(team.business_unit)),
            None => Err(ChangeError::Invalid(format!(
                "the team of the template {:?} is not there any more; choose another in the template",
                template.name
            ))),
        },
        _ => Ok(None),
    }
}

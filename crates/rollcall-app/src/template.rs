//! Employee templates, as administrators make and apply them.

mod application;
mod preview;
mod work;

use serde_json::{Value, json};

use rollcall_domain::audit::Subject;
use rollcall_domain::letter::is_unreadable;
use rollcall_domain::source::Actor;
use rollcall_domain::structure::{LoginAuthenticator, Role, Team};
use rollcall_domain::template::{SECONDARY_ROLES_MAX, TemplateField};
use rollcall_domain::{TemplateId, TenantId};
use rollcall_storage::directory::template as rows;
use rollcall_storage::{
    StorageError, Tx, directory::login_authenticator, directory::structure,
    directory::template_application,
};

use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};

pub use application::is_lost;
pub use preview::{TemplatePreview, WouldChange};
pub use rollcall_domain::template::{Kept, Template, TemplateFields};
pub use rollcall_storage::directory::template_application::{Application, ApplicationState};
pub(crate) use work::apply_at_creation;

/// Longer names and values are refused.
const TEXT_BYTES_MAX: usize = 200;

/// A template with what its fields can be set to.
#[derive(Clone, Debug)]
pub struct TemplateDetail {
    /// The template; absent while it is being made.
    pub template: Option<Template>,
    /// The teams of the tenant, by name.
    pub teams: Vec<Team>,
    /// The roles.
    pub roles: Vec<Role>,
    /// The ways to sign in.
    pub login_authenticators: Vec<LoginAuthenticator>,
    /// How far its last application to people came.
    pub application: Option<Application>,
}

/// What a template is to be.
#[derive(Clone, Debug)]
pub struct TemplateDraft {
    /// Its name.
    pub name: String,
    /// What it does.
    pub fields: TemplateFields,
}

type Result<T> = std::result::Result<T, ChangeError>;

impl App {
    /// All templates, by name.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn templates(&self, tenant: TenantId) -> Result<Vec<Template>> {
        self.storage.read(tenant, |tx| Ok(rows::list(tx)?)).await
    }

    /// One template, or what a new one can be made of.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn template(
        &self,
        tenant: TenantId,
        id: Option<TemplateId>,
    ) -> Result<TemplateDetail> {
        self.storage
            .read(tenant, move |tx| {
                let template = id.map(|id| load(tx, id)).transpose()?;
                let application = match id {
                    Some(id) => template_application::get(tx, id)?,
                    None => None,
                };
                Ok(TemplateDetail {
                    template,
                    teams: structure::list_teams(tx)?.into_iter().map(|one| one.team).collect(),
                    roles: structure::list_roles(tx)?,
                    login_authenticators: login_authenticator::list(tx)?,
                    application,
                })
            })
            .await
    }

    /// Makes a template.
    ///
    /// # Errors
    /// [`ChangeError::Taken`] when another has the name; [`ChangeError::Invalid`] with what cannot be right.
    pub async fn create_template(
        &self,
        tenant: TenantId,
        actor: Actor,
        draft: TemplateDraft,
    ) -> Result<Template> {
        let (app, now) = (self.clone(), self.now());
        let template = Template {
            id: TemplateId::new(self.ids.next()),
            name: draft.name.trim().to_owned(),
            fields: draft.fields,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        self.storage
            .write(tenant, move |tx| {
                check(tx, &template)?;
                named(rows::insert(tx, &template), &template)?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let values = Values::made(told(&template));
                act.audit(tx, "template.created", subject(&template), values)?;
                Ok(template.clone())
            })
            .await
    }

    /// Changes a template that is in `version`. Nobody to whom it was applied changes with it.
    ///
    /// # Errors
    /// As [`App::create_template`]; [`ChangeError::Outdated`] when somebody else changed it meanwhile.
    pub async fn change_template(
        &self,
        tenant: TenantId,
        actor: Actor,
        (id, version): (TemplateId, i64),
        draft: TemplateDraft,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let before = load_version(tx, id, version)?;
                let mut after = before.clone();
                draft.name.trim().clone_into(&mut after.name);
                after.fields = draft.fields.clone();
                if after == before {
                    return Ok(());
                }
                after.version += 1;
                after.updated_at = before.updated_at.max(now);
                check(tx, &after)?;
                named(rows::save(tx, &after), &after)?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let values = Values {
                    before: Values::made(told(&before)).after,
                    after: Values::made(told(&after)).after,
                };
                Ok(act.audit(tx, "template.changed", subject(&after), values)?)
            })
            .await
    }

    /// Removes a template. What it did to people stays; an identity provider that names it is refused from
    /// now on.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn remove_template(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: TemplateId,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let template = load(tx, id)?;
                rows::delete(tx, id)?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let values = Values {
                    before: Values::made(told(&template)).after,
                    after: Values::default().after,
                };
                Ok(act.audit(tx, "template.removed", subject(&template), values)?)
            })
            .await
    }
}

fn load(tx: &mut Tx<'_>, id: TemplateId) -> Result<Template> {
    rows::get(tx, id)?.ok_or(ChangeError::NotFound("template"))
}

/// The template as somebody saw it.
fn load_version(tx: &mut Tx<'_>, id: TemplateId, version: i64) -> Result<Template> {
    let template = load(tx, id)?;
    if template.version == version {
        Ok(template)
    } else {
        Err(ChangeError::Outdated { present: template.version })
    }
}

fn named(written: std::result::Result<(), StorageError>, template: &Template) -> Result<()> {
    match written {
        Err(StorageError::Duplicate) => {
            Err(ChangeError::Taken { attribute: "name", value: template.name.clone() })
        }
        other => Ok(other?),
    }
}

/// Checks what a template says against what there is.
fn check(tx: &mut Tx<'_>, template: &Template) -> Result<()> {
    let fields = &template.fields;
    let texts = [
        ("display name", &fields.display_name),
        ("middle name", &fields.middle_name),
        ("mobile number", &fields.mobile_number),
        ("time zone", &fields.time_zone),
        ("type", &fields.employee_type),
    ];
    check_text("name", &template.name)?;
    for (what, field) in texts {
        if let TemplateField::Set(text) = field {
            check_text(what, text)?;
        }
    }
    if let TemplateField::Set(zone) = &fields.time_zone
        && jiff::tz::TimeZone::get(zone).is_err()
    {
        return Err(invalid(format!("{zone:?} is no time zone of the IANA database")));
    }
    if fields.team == TemplateField::Clear || fields.primary_role == TemplateField::Clear {
        return Err(invalid("nobody is without a team and a primary role".to_owned()));
    }
    if let TemplateField::Set(team) = fields.team {
        structure::get_team(tx, team)?.ok_or(ChangeError::NotFound("team"))?;
    }
    check_roles(tx, fields)?;
    if let TemplateField::Set(authenticator) = fields.login_authenticator {
        let known = login_authenticator::list(tx)?;
        let is_known = known.iter().any(|one| one.id == authenticator);
        is_known.then_some(()).ok_or(ChangeError::NotFound("login authenticator"))?;
    }
    Ok(())
}

fn check_roles(tx: &mut Tx<'_>, fields: &TemplateFields) -> Result<()> {
    let mut given = Vec::new();
    if let TemplateField::Set(role) = fields.primary_role {
        given.push(role);
    }
    if let TemplateField::Set(roles) = &fields.secondary_roles {
        if roles.len() > SECONDARY_ROLES_MAX {
            let count = roles.len();
            let most = SECONDARY_ROLES_MAX;
            return Err(invalid(format!(
                "{count} secondary roles are chosen; {most} are the most"
            )));
        }
        given.extend(roles);
    }
    let known = structure::list_roles(tx)?;
    if given.iter().all(|role| known.iter().any(|one| one.id == *role)) {
        Ok(())
    } else {
        Err(ChangeError::NotFound("role"))
    }
}

fn check_text(what: &str, text: &str) -> Result<()> {
    if text.trim().is_empty() || text.len() > TEXT_BYTES_MAX || text.chars().any(is_unreadable) {
        let article = if what == "name" { "a" } else { "the" };
        return Err(invalid(format!(
            "{article} {what} has 1 to {TEXT_BYTES_MAX} bytes, and none that cannot be seen"
        )));
    }
    Ok(())
}

fn invalid(reason: String) -> ChangeError {
    ChangeError::Invalid(reason)
}

/// What the audit trail tells of a template.
fn told(template: &Template) -> Value {
    let mut told = json!({"name": template.name});
    if let (Some(told), Ok(Value::Object(fields))) =
        (told.as_object_mut(), serde_json::to_value(&template.fields))
    {
        told.extend(fields.into_iter().map(|(name, field)| match field {
            Value::Object(mut set) => (name, set.remove("set").unwrap_or_default()),
            word => (name, word),
        }));
    }
    told
}

fn subject(template: &Template) -> Subject {
    Subject { kind: "template", id: template.id.to_string(), name: template.name.clone() }
}

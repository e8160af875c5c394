//! What the application of a template would do, before it is done.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use rollcall_domain::authority::Attribute;
use rollcall_domain::template::Kept;
use rollcall_domain::{EmployeeId, TemplateId, TenantId};
use rollcall_storage::directory::roster::{self, RosterQuery};

use super::work::{Planned, Preset};
use super::{Result, Template, load};
use crate::app::App;

/// As many people are named before an application.
const NAMED_MAX: usize = 100;
/// As many people are read at a time.
const BATCH: i64 = 500;

/// What the application of a template would do.
#[derive(Clone, Debug)]
pub struct TemplatePreview {
    /// The template.
    pub template: Template,
    /// How many people it would look at.
    pub people: i64,
    /// How many of them would change.
    pub changing: i64,
    /// How many have a field that would be left alone, though the template says something else.
    pub keeping: i64,
    /// How many people each field would change for. Secondary roles have no attribute.
    pub fields: BTreeMap<&'static str, i64>,
    /// The first hundred for whom anything is to be told.
    pub named: Vec<WouldChange>,
}

/// What would change of one person.
#[derive(Clone, Debug)]
pub struct WouldChange {
    /// The person.
    pub id: EmployeeId,
    /// Their name.
    pub name: String,
    /// The values as they are, in the words of the audit trail.
    pub before: Map<String, Value>,
    /// As they would be.
    pub after: Map<String, Value>,
    /// What would be left alone, and why.
    pub kept: Vec<(Attribute, Kept)>,
}

impl App {
    /// Says what a template would do to the people that a query finds, and does nothing.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`](crate::ChangeError::NotFound);
    /// [`ChangeError::Invalid`](crate::ChangeError::Invalid) when the template cannot be applied to anybody.
    pub async fn preview_template(
        &self,
        tenant: TenantId,
        id: TemplateId,
        who: RosterQuery,
    ) -> Result<TemplatePreview> {
        self.storage
            .scan(tenant, move |tx| {
                let template = load(tx, id)?;
                let preset = Preset::gather(tx, template.clone())?;
                let mut preview = TemplatePreview {
                    template,
                    people: 0,
                    changing: 0,
                    keeping: 0,
                    fields: BTreeMap::new(),
                    named: Vec::new(),
                };
                let mut after = None;
                loop {
                    let batch = roster::list_after(tx, &who, after, BATCH)?;
                    let Some(last) = batch.last() else { return Ok(preview) };
                    after = Some(last.id);
                    for employee in &batch {
                        let planned = preset.plan(tx, employee)?;
                        preview.take(employee, &planned);
                    }
                }
            })
            .await
    }
}

impl TemplatePreview {
    fn take(&mut self, employee: &rollcall_domain::employee::Employee, planned: &Planned) {
        let (changes, keeps) = (planned.changes(), !planned.applied.kept.is_empty());
        self.people += 1;
        self.changing += i64::from(changes);
        self.keeping += i64::from(keeps);
        let roles = planned.roles.as_ref().map(|_| "Secondary roles");
        for field in planned.applied.changed.iter().map(|one| one.label()).chain(roles) {
            *self.fields.entry(field).or_default() += 1;
        }
        if (changes || keeps) && self.named.len() < NAMED_MAX {
            let (before, after) = planned.told(employee);
            let profile = &employee.profile;
            self.named.push(WouldChange {
                id: employee.id,
                name: format!("{} {}", profile.first_name, profile.last_name),
                before,
                after,
                kept: planned.applied.kept.clone(),
            });
        }
    }
}

//! The application of a template to people who are there: batch after batch, each a transaction with its audit
//! entries, and with how far it came. It goes on beside the request that began it; if the process ends, what
//! was done stays, and the template can be applied again: those who are as it says change no more.

use jiff::{SignedDuration, Timestamp};

use rollcall_domain::source::Actor;
use rollcall_domain::{EmployeeId, TemplateId, TenantId};
use rollcall_storage::directory::roster::{self, RosterQuery};
use rollcall_storage::{Tx, directory::template_application as rows};

use super::work::Preset;
use super::{Application, ApplicationState, Result, load, load_version};
use crate::app::App;
use crate::error::ChangeError;
use crate::record::Act;

/// As many people are changed in one transaction.
const BATCH: i64 = 100;
/// Whoever was not heard of for so long has ended with its process.
const LOST_AFTER: SignedDuration = SignedDuration::from_secs(30);

/// An application under way.
struct Passage {
    tenant: TenantId,
    actor: Actor,
    template: TemplateId,
    version: i64,
    who: RosterQuery,
}

impl App {
    /// Begins to apply a template, as it is in `version`, to the people that a query finds. It goes on by
    /// itself; [`App::template`] tells how far it is.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::Outdated`] when the template is another by now;
    /// [`ChangeError::NotNow`] while it is being applied.
    pub async fn apply_template(
        &self,
        tenant: TenantId,
        actor: Actor,
        (template, version): (TemplateId, i64),
        who: RosterQuery,
    ) -> Result<()> {
        let now = self.now();
        let asked = who.clone();
        let begun = self.storage.write(tenant, move |tx| {
            let found = load_version(tx, template, version)?;
            Preset::gather(tx, found)?;
            if rows::get(tx, template)?.is_some_and(|last| is_running(&last, now)) {
                let reason = "the template is being applied; wait until that is done";
                return Err(ChangeError::NotNow(reason.to_owned()));
            }
            let application = Application {
                template,
                actor,
                state: ApplicationState::Running,
                total: roster::count(tx, &asked, i64::MAX)?,
                looked: 0,
                changed: 0,
                kept: 0,
                problem: None,
                started_at: now,
                touched_at: now,
            };
            Ok(rows::save(tx, &application)?)
        });
        begun.await?;
        let passage = Passage { tenant, actor, template, version, who };
        tokio::spawn(self.clone().pass(passage));
        Ok(())
    }

    /// Goes through everyone, and says so when it cannot go on.
    async fn pass(self, passage: Passage) {
        let mut after = None;
        let problem = loop {
            match self.apply_batch(&passage, after).await {
                Ok(Some(last)) => after = Some(last),
                Ok(None) => return,
                Err(error) => break error.to_string(),
            }
        };
        tracing::warn!(template.id = %passage.template, problem, "a template was not applied to everyone");
        let (template, now) = (passage.template, self.now());
        let told: Result<()> = self
            .storage
            .write(passage.tenant, move |tx| {
                let Some(mut application) = rows::get(tx, template)? else { return Ok(()) };
                application.state = ApplicationState::Failed;
                application.problem = Some(problem.clone());
                application.touched_at = now;
                Ok(rows::save(tx, &application)?)
            })
            .await;
        if let Err(error) = told {
            tracing::warn!(%error, "the end of a template's application was not noted");
        }
    }

    /// Applies the template to the next few; answers the last of them.
    async fn apply_batch(
        &self,
        passage: &Passage,
        after: Option<EmployeeId>,
    ) -> Result<Option<EmployeeId>> {
        let (app, now, actor) = (self.clone(), self.now(), passage.actor);
        let (template, version, who) = (passage.template, passage.version, passage.who.clone());
        self.storage
            .write(passage.tenant, move |tx| {
                let found = load_version(tx, template, version)?;
                let preset = Preset::gather(tx, found)?;
                let mut application =
                    rows::get(tx, template)?.ok_or(ChangeError::NotFound("template"))?;
                let batch = roster::list_after(tx, &who, after, BATCH)?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                for employee in &batch {
                    let planned = preset.plan(tx, employee)?;
                    application.looked += 1;
                    application.changed += i64::from(planned.changes());
                    application.kept += i64::from(!planned.applied.kept.is_empty());
                    planned.write(tx, act, employee, &preset.template.name)?;
                }
                if batch.is_empty() {
                    application.state = ApplicationState::Done;
                    note_end(tx, act, &application)?;
                }
                application.touched_at = now;
                rows::save(tx, &application)?;
                Ok(batch.last().map(|last| last.id))
            })
            .await
    }
}

/// Whether an application that says that it goes on has ended with its process.
#[must_use]
pub fn is_lost(application: &Application, now: Timestamp) -> bool {
    application.state == ApplicationState::Running && !is_running(application, now)
}

fn is_running(application: &Application, now: Timestamp) -> bool {
    application.state == ApplicationState::Running
        && now.duration_since(application.touched_at) < LOST_AFTER
}

fn note_end(tx: &mut Tx<'_>, act: Act<'_>, application: &Application) -> Result<()> {
    let template = load(tx, application.template)?;
    let values = crate::record::Values::made(serde_json::json!({
        "people": application.looked,
        "changed": application.changed,
        "kept": application.kept,
    }));
    Ok(act.audit(tx, "template.applied", super::subject(&template), values)?)
}

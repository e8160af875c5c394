//! What ACD statuses stand for in the WFM, and what activities ask of people, as administrators set it.

use serde_json::{Value, json};

use rollcall_domain::TenantId;
use rollcall_domain::adherence::{AcdStatus, ActivityKind, ActivityName};
use rollcall_domain::audit::Subject;
use rollcall_domain::source::Actor;
use rollcall_storage::{Tx, agent::adherence as people, agent::status_mapping as rows};

use super::Result;
use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};
use crate::unavailable_code;

/// Everything that can be mapped, and to what.
#[derive(Clone, Debug)]
pub struct StatusMapping {
    /// Every status that the tenant's ACD has.
    pub statuses: Vec<MappedStatus>,
    /// The activities that schedules brought, by name.
    pub activities: Vec<MappedActivity>,
}

/// A status and what it stands for.
#[derive(Clone, Debug)]
pub struct MappedStatus {
    /// The status.
    pub status: AcdStatus,
    /// The activity; `None` when nobody said.
    pub activity: Option<ActivityName>,
}

/// An activity and what it asks of people.
#[derive(Clone, Debug)]
pub struct MappedActivity {
    /// Its name.
    pub name: ActivityName,
    /// What it asks.
    pub kind: ActivityKind,
}

impl MappedStatus {
    /// Whether people in it cannot be judged until somebody maps it. Logging in and logging out have meanings of
    /// their own.
    #[must_use]
    pub fn is_unmapped(&self) -> bool {
        let own = self.status.is_logged_out() || self.status.is_logging_in();
        self.activity.is_none() && !own
    }
}

impl App {
    /// What statuses stand for, and the activities that there are.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn status_mapping(&self, tenant: TenantId) -> Result<StatusMapping> {
        self.storage
            .read(tenant, |tx| {
                let rules = rows::rules(tx)?;
                let statuses = statuses(tx)?.into_iter().map(|status| MappedStatus {
                    activity: rules.activity(&status).cloned(),
                    status,
                });
                let activities = rows::list_activities(tx)?.into_iter().map(|activity| {
                    let kind = rules.kind(&activity.name);
                    MappedActivity { name: activity.name, kind }
                });
                Ok(StatusMapping { statuses: statuses.collect(), activities: activities.collect() })
            })
            .await
    }

    /// Says which activity a status stands for. A status is used once.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] for a status or an activity that is not there; [`ChangeError::NotNow`] when the
    /// status is used already; [`ChangeError::Invalid`] for being logged out.
    pub async fn map_status(
        &self,
        tenant: TenantId,
        actor: Actor,
        status: AcdStatus,
        activity: ActivityName,
    ) -> Result<()> {
        if status.is_logged_out() {
            let words = "being logged out stands for no activity: it is in adherence with time that is not scheduled";
            return Err(ChangeError::Invalid(words.to_owned()));
        }
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let status = known_status(tx, &status)?;
                let activity = known_activity(tx, &activity)?;
                if let Some(used) = rows::rules(tx)?.activity(&status) {
                    return Err(ChangeError::NotNow(format!(
                        "the status is used for the activity {used} already, and a status is used once; take it off \
                         {used} first"
                    )));
                }
                rows::insert(tx, &status, &activity)?;
                people::mark_everybody(tx)?;
                let values = Values::made(described(Some(&activity)));
                let act = Act { actor, now, ids: app.ids.as_ref() };
                Ok(act.audit(tx, "status_mapping.set", subject(&status), values)?)
            })
            .await
    }

    /// Takes a status off its activity. Taken off already, nothing happens.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] for a status that is not there.
    pub async fn unmap_status(
        &self,
        tenant: TenantId,
        actor: Actor,
        status: AcdStatus,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let status = known_status(tx, &status)?;
                let rules = rows::rules(tx)?;
                let Some(activity) = rules.activity(&status) else { return Ok(()) };
                rows::delete(tx, &status)?;
                people::mark_everybody(tx)?;
                let before = Values::made(described(Some(activity))).after;
                let values = Values { before, ..Values::default() };
                let act = Act { actor, now, ids: app.ids.as_ref() };
                Ok(act.audit(tx, "status_mapping.removed", subject(&status), values)?)
            })
            .await
    }

    /// Says what an activity asks of people.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] for an activity that no schedule brought.
    pub async fn set_activity_kind(
        &self,
        tenant: TenantId,
        actor: Actor,
        activity: ActivityName,
        kind: ActivityKind,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let activity = known_activity(tx, &activity)?;
                let before = rows::rules(tx)?.kind(&activity);
                let said = rows::list_activities(tx)?;
                let is_said = said.iter().any(|one| one.name == activity && one.kind == Some(kind));
                if is_said {
                    return Ok(());
                }
                rows::save_kind(tx, &activity, kind)?;
                if before == kind {
                    return Ok(());
                }
                people::mark_everybody(tx)?;
                let of = |kind: ActivityKind| Values::made(json!({"kind": kind.name()})).after;
                let values = Values { before: of(before), after: of(kind) };
                let subject =
                    Subject { kind: "activity", id: activity.key(), name: activity.to_string() };
                let act = Act { actor, now, ids: app.ids.as_ref() };
                Ok(act.audit(tx, "activity.changed", subject, values)?)
            })
            .await
    }
}

/// Every status of the codes that there are, and those that were mapped and whose code is gone.
fn statuses(tx: &mut Tx<'_>) -> Result<Vec<AcdStatus>> {
    let mut statuses = AcdStatus::all(&unavailable_code::list(tx)?);
    for (status, _) in rows::list(tx)? {
        if !statuses.contains(&status) {
            statuses.push(status);
        }
    }
    Ok(statuses)
}

fn known_status(tx: &mut Tx<'_>, wanted: &AcdStatus) -> Result<AcdStatus> {
    let found = statuses(tx)?.into_iter().find(|status| status == wanted);
    found.ok_or(ChangeError::NotFound("ACD status"))
}

fn known_activity(tx: &mut Tx<'_>, wanted: &ActivityName) -> Result<ActivityName> {
    let found = rows::list_activities(tx)?.into_iter().find(|one| one.name == *wanted);
    found.map(|one| one.name).ok_or(ChangeError::NotFound("activity"))
}

fn described(activity: Option<&ActivityName>) -> Value {
    json!({"activity": activity.map(ActivityName::as_str)})
}

/// A status has no id: it is what it says.
fn subject(status: &AcdStatus) -> Subject {
    let name = match status.code() {
        Some(code) => format!("{} ({code})", status.state()),
        None => status.state().to_owned(),
    };
    Subject { kind: "status_mapping", id: status.key(), name }
}

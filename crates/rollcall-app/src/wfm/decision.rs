//! The decision about departures that the brake stopped: they go, or they stay.

use serde_json::json;

use rollcall_domain::source::Actor;
use rollcall_domain::{RunId, TenantId, WfmLinkId};
use rollcall_storage::wfm::kept_agent::{self, KeptAgent, Refused};
use rollcall_storage::wfm::wfm_link::{self as rows, Asked, Health, WfmLink};
use rollcall_storage::{Tx, wfm::outbox, wfm::sync_run};

use super::{Result, subject};
use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};

/// What somebody who decides has seen of a hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenHold {
    /// The stopped run whose names they saw.
    pub run: RunId,
    /// How many departures it held.
    pub departures: i64,
}

impl App {
    /// Lets the departures of a stopped run go: those whom it named, and no more.
    ///
    /// # Errors
    /// [`ChangeError::NotNow`] when no run is stopped, or others are named by now.
    pub async fn approve_departures(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: WfmLinkId,
        seen: SeenHold,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let mut link = held(tx, id, seen)?;
                link.health = Health::Well;
                link.health_reason = None;
                link.health_since = now;
                link.approved_departures = seen.departures;
                link.held_departures = 0;
                rows::save_state(tx, &link)?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let values = Values::made(json!({"departures": seen.departures}));
                act.audit(tx, "wfm_link.departures_approved", subject(&link), values)?;
                Ok::<_, ChangeError>(outbox::hurry(tx, id, now)?)
            })
            .await?;
        let (run, departures) = (seen.run, seen.departures);
        tracing::info!(
            tenant.id = %tenant, link.id = %id, run.id = %run, departures,
            "a held run was approved"
        );
        Ok(())
    }

    /// Refuses the departures of a stopped run: the people whom it names, and the agents whom nobody here knows, stay
    /// in the WFM as they are. Whoever left after it is weighed anew. It is lifted for one person by their belonging there again, and for all by
    /// [`App::release_kept`].
    ///
    /// # Errors
    /// [`ChangeError::NotNow`] when no run is stopped, or others are named by now.
    pub async fn reject_departures(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: WfmLinkId,
        seen: SeenHold,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        let kept = self
            .storage
            .write(tenant, move |tx| {
                let mut link = held(tx, id, seen)?;
                let (run, refused) = refused(tx, id, seen)?;
                let load = outbox::weigh(tx, id, now)?;
                let mut kept = 0;
                for group in load.present.iter().filter(|group| !group.belongs(link.business_unit))
                {
                    kept += kept_agent::keep_group(tx, id, (group, refused), now)?;
                }
                kept += kept_agent::keep_strays(tx, id, run, now)?;
                link.health = Health::Well;
                link.health_reason = None;
                link.health_since = now;
                link.approved_departures = 0;
                link.held_departures = 0;
                rows::save_state(tx, &link)?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let values =
                    Values::made(json!({"departures": seen.departures, "agentsKept": kept}));
                act.audit(tx, "wfm_link.departures_rejected", subject(&link), values)?;
                outbox::hurry(tx, id, now)?;
                Ok::<_, ChangeError>(kept)
            })
            .await?;
        let (run, departures) = (seen.run, seen.departures);
        tracing::info!(
            tenant.id = %tenant, link.id = %id, run.id = %run, departures, kept,
            "a held run was rejected"
        );
        Ok(())
    }

    /// The agents who are kept in the WFM since a rejection, by agent number, after one.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn kept_agents(
        &self,
        tenant: TenantId,
        id: WfmLinkId,
        after: i64,
        page_size: usize,
    ) -> Result<Vec<KeptAgent>> {
        let limit = i64::try_from(page_size).unwrap_or(i64::MAX);
        self.storage.scan(tenant, move |tx| Ok(kept_agent::list(tx, id, after, limit)?)).await
    }

    /// Keeps nobody any longer. Whoever should not be in the WFM is due to depart, and the brake asks again if
    /// they are too many; a full comparison finds those whom nobody here knows.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::NotNow`] when nobody is kept.
    pub async fn release_kept(&self, tenant: TenantId, actor: Actor, id: WfmLinkId) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let mut link = rows::get(tx, id)?.ok_or(ChangeError::NotFound("WFM link"))?;
                let strays = !kept_agent::list_strays(tx, id)?.is_empty();
                let kept = kept_agent::release_all(tx, id, now)?;
                if kept == 0 {
                    return Err(ChangeError::NotNow("nobody is kept in the WFM".to_owned()));
                }
                if strays && link.enabled {
                    link.asked = Some(Asked::Comparison);
                    rows::save_state(tx, &link)?;
                }
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let values = Values::made(json!({"agentsKept": kept}));
                Ok(act.audit(tx, "wfm_link.kept_released", subject(&link), values)?)
            })
            .await
    }
}

/// The run that names whom a hold is about, and who that is. Of a large hold the first are named; then it is about those
/// who were due when the run looked.
fn refused(tx: &mut Tx<'_>, id: WfmLinkId, seen: SeenHold) -> Result<(RunId, Refused)> {
    let naming = match sync_run::find_naming(tx, id, None)? {
        Some(naming) => sync_run::get(tx, naming)?,
        None => None,
    };
    let Some(run) = naming else {
        let forgotten =
            "whom the run named is not kept any more; the next run by schedule names them again";
        return Err(ChangeError::NotNow(forgotten.to_owned()));
    };
    let is_named = seen.departures < sync_run::HELD_NAMED_MAX;
    let looked_at = run.finished_at.unwrap_or(run.started_at);
    let refused = if is_named { Refused::NamedBy(run.id) } else { Refused::DueAt(looked_at) };
    Ok((run.id, refused))
}

/// The link, if it still holds what was seen.
fn held(tx: &mut Tx<'_>, id: WfmLinkId, seen: SeenHold) -> Result<WfmLink> {
    let link = rows::get(tx, id)?.ok_or(ChangeError::NotFound("WFM link"))?;
    if link.health != Health::Held || link.held_departures != seen.departures {
        return Err(ChangeError::NotNow(format!(
            "by now, {} {} for a decision; look at them again",
            link.held_departures,
            if link.held_departures == 1 { "departure waits" } else { "departures wait" }
        )));
    }
    if sync_run::find_naming(tx, id, Some(seen.run))? != sync_run::find_naming(tx, id, None)? {
        let others = "others wait for a decision by now than this run named; look at them again";
        return Err(ChangeError::NotNow(others.to_owned()));
    }
    Ok(link)
}

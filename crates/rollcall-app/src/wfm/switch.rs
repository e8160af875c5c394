//! The switch of a link. Synchronization is on from the first day and stays on; whoever switches it off says
//! why, and agents read that in place of their schedule.

use serde_json::json;

use rollcall_domain::letter::is_unreadable;
use rollcall_domain::source::Actor;
use rollcall_domain::{TenantId, WfmLinkId};
use rollcall_storage::wfm::wfm_link::{self as rows, Off};
use rollcall_storage::{schedule::wfm_schedule_pull, wfm::outbox};

use super::{Result, subject};
use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};

/// What becomes of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkSwitch {
    /// It sends.
    On,
    /// It does not, for this reason.
    Off {
        /// In words that agents read.
        reason: String,
    },
}

/// A reason that says something, and that fits beside a schedule.
const REASON_CHARS: std::ops::RangeInclusive<usize> = 3..=500;

impl App {
    /// Switches a link. Off: runs end at their next batch, and what changes meanwhile waits. On: what waits
    /// goes out.
    ///
    /// # Errors
    /// [`ChangeError::Invalid`] without a reason; [`ChangeError::NotFound`].
    pub async fn switch_link(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: WfmLinkId,
        switch: LinkSwitch,
    ) -> Result<()> {
        let off = match switch {
            LinkSwitch::On => None,
            LinkSwitch::Off { reason } => Some(checked(&reason)?),
        };
        let (app, now, on) = (self.clone(), self.now(), off.is_none());
        let waiting = self
            .storage
            .write(tenant, move |tx| {
                let mut link = rows::get(tx, id)?.ok_or(ChangeError::NotFound("WFM link"))?;
                let enabled = off.is_none();
                let reason = off.clone();
                if link.enabled == enabled
                    && link.off.as_ref().map(|off| &off.reason) == reason.as_ref()
                {
                    return Ok::<_, ChangeError>(None);
                }
                let before = json!({"on": link.enabled, "reason": link.off.map(|off| off.reason)});
                link.enabled = enabled;
                link.off = reason.clone().map(|reason| Off { reason, since: now });
                rows::save_settings(tx, &link)?;
                let after = json!({"on": enabled, "reason": reason});
                let values = Values { before: object(before), after: object(after) };
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let action = if enabled { "wfm_link.switched_on" } else { "wfm_link.switched_off" };
                act.audit(tx, action, subject(&link), values)?;
                if enabled {
                    outbox::hurry(tx, id, now)?;
                    wfm_schedule_pull::hurry(tx, id, now)?;
                }
                Ok(Some(outbox::count(tx, id)?))
            })
            .await?;
        let Some(waiting) = waiting else { return Ok(()) };
        if on {
            tracing::info!(tenant.id = %tenant, link.id = %id, waiting, "user synchronization is on");
        } else {
            tracing::warn!(tenant.id = %tenant, link.id = %id, waiting, "user synchronization is off");
        }
        Ok(())
    }
}

fn checked(reason: &str) -> Result<String> {
    let reason = reason.trim();
    let is_plain = !reason.chars().any(is_unreadable);
    if is_plain && REASON_CHARS.contains(&reason.chars().count()) {
        return Ok(reason.to_owned());
    }
    Err(ChangeError::Invalid(
        "synchronization is switched off with a reason only: 3 to 500 characters in one line, which agents read in \
         place of their schedule"
            .to_owned(),
    ))
}

pub(super) fn object(value: serde_json::Value) -> serde_json::Map<String, serde_json::Value> {
    match value {
        serde_json::Value::Object(map) => map,
        _ => serde_json::Map::new(),
    }
}

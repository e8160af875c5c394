//! What the operator alone decides of a link: how often it runs, whether changes wait for that, whether a run may be
//! asked for, and the management units. And the asking.

use serde_json::{Map, Value, json};

use rollcall_domain::source::Actor;
use rollcall_domain::wfm::ManagementUnits;
use rollcall_domain::{TenantId, WfmLinkId};
use rollcall_storage::schedule::wfm_schedule_pull;
use rollcall_storage::wfm::outbox;
use rollcall_storage::wfm::wfm_link::{self as rows, Asked, WfmLink};

use super::{Result, subject};
use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};

/// The intervals that an operator may choose from, in seconds.
const INTERVALS_S: std::ops::RangeInclusive<i64> = 60..=24 * 60 * 60;

/// Whether administrators of a tenant may begin a run by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunNow {
    /// The operator permits it.
    Permitted,
    /// Nobody may: user synchronization is automatic (NICE help, "Set Up Users for IEX WFM Integrated").
    Refused,
}

/// When a change goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// At once; the interval is the net beneath.
    Immediate,
    /// With the next run by the interval.
    ByInterval,
}

impl App {
    /// Changes how often a link's scheduled run begins and its schedules are read: both at once where the new
    /// interval is over already. The operator's to do, not the tenant's.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::Invalid`] outside one minute to 24 hours.
    pub async fn set_link_interval(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: WfmLinkId,
        interval_s: i64,
    ) -> Result<()> {
        if !INTERVALS_S.contains(&interval_s) {
            return Err(ChangeError::Invalid(
                "the interval is 60 to 86,400 seconds (one minute to 24 hours)".to_owned(),
            ));
        }
        self.order(tenant, actor, id, "wfm_link.interval_changed", move |link| {
            link.interval_s = interval_s;
        })
        .await
    }

    /// Says when changes go out. What waits does so at once where that is to be. The operator's to do.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn set_link_pace(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: WfmLinkId,
        pace: Pace,
    ) -> Result<()> {
        self.order(tenant, actor, id, "wfm_link.pace_changed", move |link| {
            link.immediate = pace == Pace::Immediate;
        })
        .await
    }

    /// Permits or forbids that administrators begin a run by hand. The operator's to do.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn set_run_now(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: WfmLinkId,
        run_now: RunNow,
    ) -> Result<()> {
        self.order(tenant, actor, id, "wfm_link.run_now_changed", move |link| {
            link.run_now_permitted = run_now == RunNow::Permitted;
        })
        .await
    }

    /// Sets the management units that a link writes. The operator's to do: tenants cannot configure them.
    /// People who are in the WFM stay where they are; the next full comparison takes those whom it finds in
    /// the former unit of the departed for people who are still there, and moves them.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn set_management_units(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: WfmLinkId,
        units: ManagementUnits,
    ) -> Result<()> {
        self.order(tenant, actor, id, "wfm_link.units_changed", move |link| {
            link.units = units.clone();
        })
        .await
    }

    async fn order(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: WfmLinkId,
        action: &'static str,
        change: impl Fn(&mut WfmLink) + Send + 'static,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let mut link = rows::get(tx, id)?.ok_or(ChangeError::NotFound("WFM link"))?;
                let (before, interval_before) = (orders(&link), link.interval_s);
                change(&mut link);
                let after = orders(&link);
                if before == after {
                    return Ok(());
                }
                rows::save_settings(tx, &link)?;
                if link.interval_s < interval_before {
                    // What waits until the end of the longer interval has no other occasion to look.
                    wfm_schedule_pull::hurry(tx, id, now)?;
                }
                let changed = |(name, value): &(String, Value), other: &Map<String, Value>| {
                    other.get(name) != Some(value)
                };
                let of = |values: &Map<String, Value>, other: &Map<String, Value>| {
                    let pairs = values.iter().map(|(name, value)| (name.clone(), value.clone()));
                    pairs.filter(|pair| changed(pair, other)).collect()
                };
                let values = Values { before: of(&before, &after), after: of(&after, &before) };
                let act = Act { actor, now, ids: app.ids.as_ref() };
                Ok(act.audit(tx, action, subject(&link), values)?)
            })
            .await
    }

    /// Asks for a run now, on behalf of an administrator of the tenant.
    ///
    /// # Errors
    /// [`ChangeError::NotNow`] unless the operator permits it and the link is on; [`ChangeError::NotFound`].
    pub async fn run_now(&self, tenant: TenantId, actor: Actor, id: WfmLinkId) -> Result<()> {
        self.ask(tenant, actor, id, Asked::Run, |link| {
            if link.run_now_permitted {
                return Ok(());
            }
            Err(ChangeError::NotNow(
                "user synchronization is automatic, and the operator of this installation does not permit runs \
                 by hand; the schedule begins the next one"
                    .to_owned(),
            ))
        })
        .await
    }

    /// Asks for a full comparison now, which heals drift. The operator's to do.
    ///
    /// # Errors
    /// [`ChangeError::NotNow`] when the link is off; [`ChangeError::NotFound`].
    pub async fn compare_now(&self, tenant: TenantId, actor: Actor, id: WfmLinkId) -> Result<()> {
        self.ask(tenant, actor, id, Asked::Comparison, |_| Ok(())).await
    }

    /// Asks for a full comparison that only says what it would do. It reads the WFM and changes nothing, so
    /// administrators may ask for it.
    ///
    /// # Errors
    /// [`ChangeError::NotNow`] when the link is off; [`ChangeError::NotFound`].
    pub async fn preview_comparison(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: WfmLinkId,
    ) -> Result<()> {
        self.ask(tenant, actor, id, Asked::Preview, |_| Ok(())).await
    }

    async fn ask(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: WfmLinkId,
        asked: Asked,
        check: impl Fn(&WfmLink) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let mut link = rows::get(tx, id)?.ok_or(ChangeError::NotFound("WFM link"))?;
                check(&link)?;
                if !link.enabled {
                    return Err(ChangeError::NotNow(
                        "user synchronization is off; nothing runs until it is switched on"
                            .to_owned(),
                    ));
                }
                if link.asked.is_some() {
                    return Err(ChangeError::NotNow(
                        "a run was asked for already and begins as soon as it can".to_owned(),
                    ));
                }
                link.asked = Some(asked);
                rows::save_state(tx, &link)?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let values = Values::made(json!({"what": what(asked)}));
                act.audit(tx, "wfm_link.run_asked", subject(&link), values)?;
                if asked == Asked::Run {
                    outbox::hurry(tx, id, now)?;
                }
                Ok(())
            })
            .await
    }
}

fn what(asked: Asked) -> &'static str {
    match asked {
        Asked::Run => "run",
        Asked::Comparison => "full comparison",
        Asked::Preview => "preview of a full comparison",
    }
}

fn orders(link: &WfmLink) -> Map<String, Value> {
    [
        ("intervalS".to_owned(), json!(link.interval_s)),
        ("immediate".to_owned(), json!(link.immediate)),
        ("runNowPermitted".to_owned(), json!(link.run_now_permitted)),
        ("arrivedUnit".to_owned(), json!(link.units.arrived)),
        ("departedUnit".to_owned(), json!(link.units.departed)),
    ]
    .into_iter()
    .collect()
}

//! WFM links: made and set by administrators, with the run that was stopped and what is to become of it.

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use rollcall_domain::audit::Subject;
use rollcall_domain::source::Actor;
use rollcall_domain::wfm::{Brake, FieldSwitch, FieldSwitches};
use rollcall_domain::{BusinessUnitId, EmployeeId, RunId, TenantId, WfmLinkId};
use rollcall_storage::wfm_link as rows;
use rollcall_storage::{StorageError, Tx, outbox, structure, sync_run, wfm_standing};

use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};

pub use rollcall_storage::sync_run::{NamedOutcome, RunCounts, SyncOutcome, SyncRun};
pub use rollcall_storage::wfm_link::{Health, WfmLink};
pub use rollcall_storage::wfm_standing::{Standing, Tally};

/// Seconds between two scheduled runs unless the operator says otherwise (NICE help, "Set Up Users for IEX WFM
/// Integrated": every 15 minutes).
pub const INTERVAL_DEFAULT_S: i64 = 15 * 60;
/// The intervals that an operator may choose from, in seconds.
const INTERVALS_S: std::ops::RangeInclusive<i64> = 60..=24 * 60 * 60;
/// The stop before a mass departure, by default: more than 5 people and more than 10 % of those there.
pub const BRAKE_DEFAULT: Brake = Brake { share_percent: 10, floor: 5 };
/// People are marked for a resync in transactions of this size.
const MARK_PAGE: i64 = 1_000;

/// A link that is to be made.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// The business unit.
    pub business_unit: BusinessUnitId,
    /// Its ACD ID at the WFM.
    pub acd_id: String,
    /// Where the WFM answers.
    pub base_url: String,
    /// The client id for the WFM's token endpoint.
    pub client_id: String,
    /// The client secret.
    pub client_secret: SecretString,
}

/// What an administrator may change of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkSettings {
    /// Which optional fields are sent.
    pub switches: FieldSwitches,
    /// The share of the stop before a mass departure, in percent.
    pub departure_share_percent: i64,
}

/// A link with how its people stand.
#[derive(Clone, Debug)]
pub struct LinkDetail {
    /// The link.
    pub link: WfmLink,
    /// The name of its business unit.
    pub business_unit: String,
    /// How its people stand.
    pub tally: Tally,
    /// Its latest runs, newest first.
    pub runs: Vec<SyncRun>,
}

/// A run with what it did.
#[derive(Clone, Debug)]
pub struct RunDetail {
    /// The run.
    pub run: SyncRun,
    /// One page of its outcomes.
    pub outcomes: Vec<NamedOutcome>,
    /// Whether there are more.
    pub has_next: bool,
}

const RUNS_SHOWN: i64 = 50;

type Result<T> = std::result::Result<T, ChangeError>;

/// Where a link's client secret is sealed to.
#[must_use]
pub fn secret_place(tenant: TenantId, link: WfmLinkId) -> String {
    format!("{tenant}/wfm_link.client_secret/{link}")
}

impl App {
    /// Makes a link and marks everyone of the business unit as due.
    ///
    /// # Errors
    /// [`ChangeError::Taken`] when the unit is linked to a WFM tenant already (one at the most).
    pub async fn create_link(
        &self,
        tenant: TenantId,
        actor: Actor,
        new: NewLink,
    ) -> Result<WfmLink> {
        if new.acd_id.trim().is_empty() || new.base_url.trim().is_empty() {
            return Err(ChangeError::Invalid(
                "a WFM link needs an ACD ID and an address".to_owned(),
            ));
        }
        let (app, now, id) = (self.clone(), self.now(), WfmLinkId::new(self.ids.next()));
        let sealed = self
            .sealer
            .seal(new.client_secret.expose_secret(), &secret_place(tenant, id))
            .map_err(|error| ChangeError::NotNow(error.to_string()))?;
        let link = WfmLink {
            id,
            business_unit: new.business_unit,
            acd_id: new.acd_id.trim().to_owned(),
            base_url: new.base_url.trim().trim_end_matches('/').to_owned(),
            client_id: new.client_id,
            client_secret_sealed: sealed,
            switches: FieldSwitches { personal_id: FieldSwitch::On, external_id: FieldSwitch::On },
            interval_s: INTERVAL_DEFAULT_S,
            brake: BRAKE_DEFAULT,
            enabled: true,
            health: Health::Well,
            health_reason: None,
            health_since: now,
            held_departures: 0,
            approved_departures: 0,
            swept_at: None,
            compared_at: None,
            created_at: now,
        };
        let made = link.clone();
        self.storage
            .write(tenant, move |tx| match rows::insert(tx, &link) {
                Err(StorageError::Duplicate) => Err(ChangeError::Taken {
                    attribute: "business unit",
                    value: link.acd_id.clone(),
                }),
                other => {
                    other?;
                    let act = Act { actor, now, ids: app.ids.as_ref() };
                    let values = json!({"acdID": link.acd_id, "address": link.base_url});
                    Ok(act.audit(tx, "wfm_link.created", subject(&link), Values::made(values))?)
                }
            })
            .await?;
        self.mark_everyone(tenant, id).await?;
        Ok(made)
    }

    /// All links with how their people stand.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn links(&self, tenant: TenantId) -> Result<Vec<LinkDetail>> {
        self.storage
            .scan(tenant, |tx| {
                let links = rows::list(tx)?;
                links.into_iter().map(|link| detail(tx, link)).collect()
            })
            .await
    }

    /// One link.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn link(&self, tenant: TenantId, id: WfmLinkId) -> Result<LinkDetail> {
        self.storage
            .scan(tenant, move |tx| {
                let link = rows::get(tx, id)?.ok_or(ChangeError::NotFound("WFM link"))?;
                detail(tx, link)
            })
            .await
    }

    /// One run with a page of what it did; `result` narrows to `done`, `failed` or `held`.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn run(
        &self,
        tenant: TenantId,
        id: RunId,
        result: String,
        after: Option<EmployeeId>,
        page_size: usize,
    ) -> Result<RunDetail> {
        let limit = i64::try_from(page_size).unwrap_or(i64::MAX).saturating_add(1);
        self.storage
            .scan(tenant, move |tx| {
                let run = sync_run::get(tx, id)?.ok_or(ChangeError::NotFound("run"))?;
                let mut outcomes = sync_run::list_outcomes(tx, id, &result, after, limit)?;
                let has_next = outcomes.len() > page_size;
                outcomes.truncate(page_size);
                Ok(RunDetail { run, outcomes, has_next })
            })
            .await
    }

    /// Changes a link's settings. Switching a field makes everyone due, since it is sent or cleared for
    /// the whole business unit.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`], [`ChangeError::Invalid`].
    pub async fn save_link_settings(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: WfmLinkId,
        settings: LinkSettings,
    ) -> Result<()> {
        if !(0..=100).contains(&settings.departure_share_percent) {
            return Err(ChangeError::Invalid("the share is a percentage from 0 to 100".to_owned()));
        }
        let (app, now) = (self.clone(), self.now());
        let switched = self
            .storage
            .write(tenant, move |tx| {
                let mut link = rows::get(tx, id)?.ok_or(ChangeError::NotFound("WFM link"))?;
                let before = described(&link);
                let switched = link.switches != settings.switches;
                link.switches = settings.switches.clone();
                link.brake.share_percent = settings.departure_share_percent;
                if described(&link) == before {
                    return Ok(false);
                }
                rows::save_settings(tx, &link)?;
                let values = Values { before, after: described(&link) };
                let act = Act { actor, now, ids: app.ids.as_ref() };
                act.audit(tx, "wfm_link.settings_changed", subject(&link), values)?;
                Ok::<_, ChangeError>(switched)
            })
            .await?;
        if switched { self.mark_everyone(tenant, id).await } else { Ok(()) }
    }

    /// Changes how often a link's scheduled run begins. The operator's to do, not the tenant's.
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
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let mut link = rows::get(tx, id)?.ok_or(ChangeError::NotFound("WFM link"))?;
                let before =
                    [("intervalS".to_owned(), json!(link.interval_s))].into_iter().collect();
                link.interval_s = interval_s;
                rows::save_settings(tx, &link)?;
                let after = [("intervalS".to_owned(), json!(interval_s))].into_iter().collect();
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let values = Values { before, after };
                Ok(act.audit(tx, "wfm_link.interval_changed", subject(&link), values)?)
            })
            .await
    }

    /// Lets the departures of a stopped run go: as many as it named, and no more.
    ///
    /// # Errors
    /// [`ChangeError::NotNow`] when no run is stopped, or it names another number by now.
    pub async fn approve_departures(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: WfmLinkId,
        departures: i64,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let mut link = rows::get(tx, id)?.ok_or(ChangeError::NotFound("WFM link"))?;
                if link.health != Health::Held || link.held_departures != departures {
                    return Err(ChangeError::NotNow(format!(
                        "{} departures wait for approval by now; look at them again",
                        link.held_departures
                    )));
                }
                link.health = Health::Well;
                link.health_reason = None;
                link.health_since = now;
                link.approved_departures = departures;
                link.held_departures = 0;
                rows::save_state(tx, &link)?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let values = Values::made(json!({"departures": departures}));
                act.audit(tx, "wfm_link.departures_approved", subject(&link), values)?;
                Ok(outbox::hurry(tx, id, now)?)
            })
            .await
    }

    /// Marks everyone of a link's business unit as due, a thousand at a time.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn mark_everyone(&self, tenant: TenantId, link: WfmLinkId) -> Result<()> {
        let now = self.now();
        let mut after = None;
        loop {
            let last = self
                .storage
                .write(tenant, move |tx| {
                    Ok::<_, ChangeError>(outbox::mark_page(tx, link, after, MARK_PAGE, now)?)
                })
                .await?;
            match last {
                Some(last) => after = Some(last),
                None => return Ok(()),
            }
        }
    }
}

fn detail(tx: &mut Tx<'_>, link: WfmLink) -> Result<LinkDetail> {
    let units = structure::list_business_units(tx)?;
    let business_unit = units
        .into_iter()
        .find(|unit| unit.id == link.business_unit)
        .map(|unit| unit.name)
        .unwrap_or_default();
    let tally = wfm_standing::tally(tx, link.id)?;
    let runs = sync_run::list(tx, link.id, None, RUNS_SHOWN)?;
    Ok(LinkDetail { link, business_unit, tally, runs })
}

fn described(link: &WfmLink) -> serde_json::Map<String, serde_json::Value> {
    [
        ("personalId".to_owned(), json!(link.switches.personal_id == FieldSwitch::On)),
        ("externalId".to_owned(), json!(link.switches.external_id == FieldSwitch::On)),
        ("departureSharePercent".to_owned(), json!(link.brake.share_percent)),
    ]
    .into_iter()
    .collect()
}

fn subject(link: &WfmLink) -> Subject {
    Subject { kind: "wfm_link", id: link.id.to_string(), name: format!("IEX WFM {}", link.acd_id) }
}

//! WFM links: made by the operator, set by administrators.

mod decision;
mod field;
mod forecast;
mod held;
mod lag;
mod operator;
mod put_back;
mod real_time;
mod removal;
mod run_tally;
mod setting;
mod switch;
mod trial;
mod way;
mod way_change;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use rollcall_domain::audit::Subject;
use rollcall_domain::source::Actor;
use rollcall_domain::wfm::{AcdId, Brake, FieldSwitch, FieldSwitches, ManagementUnits, Transport};
use rollcall_domain::{BusinessUnitId, EmployeeId, RunId, TenantId, WfmLinkId};
use rollcall_storage::wfm::wfm_link as rows;
use rollcall_storage::{
    Tx, agent::real_time_feed, directory::structure, wfm::kept_agent, wfm::marking,
    wfm::sync_drift, wfm::sync_run, wfm::wfm_standing,
};

use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};
use way::Way;

pub use decision::SeenHold;
pub use field::FieldPreview;
pub use forecast::{Expected, Forecast};
pub use held::SinceHeld;
pub use lag::{Bucket, Lags};
pub use operator::{Pace, RunNow};
pub use put_back::PutBackPreview;
pub use real_time::{RealTimeSwitch, real_time_secret_place};
pub use rollcall_storage::agent::real_time_feed::RealTimeFeed;
pub use rollcall_storage::wfm::kept_agent::KeptAgent;
pub use rollcall_storage::wfm::sync_drift::{DriftKind, SyncDrift};
pub use rollcall_storage::wfm::sync_run::{NamedOutcome, RunCounts, SyncOutcome, SyncRun};
pub use rollcall_storage::wfm::wfm_link::{Asked, Health, Off, WfmLink};
pub use rollcall_storage::wfm::wfm_standing::{Standing, Tally};
pub use run_tally::TalliedRun;
pub use setting::{LinkSettings, Saved, SettingsChange};
pub use switch::LinkSwitch;
pub use trial::{Look, Met, Trial, TrialError, Unreached, WfmProbe};
pub use way::NewWay;
pub use way_change::{WayChange, WayTrial};

/// Seconds between two scheduled runs unless the operator says otherwise (NICE help, "Set Up Users for IEX WFM
/// Integrated": every 15 minutes).
pub const INTERVAL_DEFAULT_S: i64 = 15 * 60;
/// The stop before a mass departure, by default: more than 5 people and more than 10 % of those there.
pub const BRAKE_DEFAULT: Brake = Brake { share_percent: 10, floor: 5 };

/// A link that is to be made.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// The business unit.
    pub business_unit: BusinessUnitId,
    /// Its ACD ID at the WFM.
    pub acd_id: String,
    /// The way to the WFM.
    pub way: NewWay,
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
    /// How many agents are kept in the WFM since a rejection.
    pub kept: i64,
    /// Its latest runs, newest first.
    pub runs: Vec<SyncRun>,
    /// When the last run ended that called the WFM and was answered; most scheduled runs call nobody.
    pub answered_at: Option<Timestamp>,
    /// The telling of its real-time states; `None` where the operator never switched that on.
    pub real_time: Option<RealTimeFeed>,
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
    /// What its comparison found, the first of it, before anything was healed.
    pub findings: Vec<SyncDrift>,
    /// How much it found, by kind.
    pub found: Vec<(DriftKind, i64)>,
}

const RUNS_SHOWN: i64 = 50;
const FINDINGS_SHOWN: i64 = 500;

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
    /// [`ChangeError::NotNow`] when the unit is linked to a WFM tenant already (one at the most), another unit
    /// uses the acd, or files of the acd are exchanged at the same place already, whosever they are; [`ChangeError::NotFound`] for a unit that is not there; [`ChangeError::Invalid`].
    pub async fn create_link(
        &self,
        tenant: TenantId,
        actor: Actor,
        new: NewLink,
    ) -> Result<WfmLink> {
        let link = self.draft_link(tenant, new)?;
        self.keep_link(tenant, actor, link).await
    }

    /// A link as it would be, kept nowhere yet.
    fn draft_link(&self, tenant: TenantId, new: NewLink) -> Result<WfmLink> {
        let way = Way::of(new.way)?;
        let acd_id = acd_id(&new.acd_id)?;
        let id = WfmLinkId::new(self.ids.next());
        let sealed = self.seal_secret(tenant, id, &way.secret)?;
        let place = LinkPlace {
            business_unit: new.business_unit,
            acd_id: acd_id.to_string(),
            transport: way.transport,
            base_url: way.address,
            client_id: way.client_id,
            client_secret_sealed: sealed,
        };
        Ok(fresh_link(id, place, self.now()))
    }

    fn seal_secret(
        &self,
        tenant: TenantId,
        id: WfmLinkId,
        secret: &SecretString,
    ) -> Result<String> {
        let sealed = self.sealer.seal(secret.expose_secret(), &secret_place(tenant, id));
        sealed.map_err(|error| ChangeError::NotNow(error.to_string()))
    }

    /// Keeps a link, and marks everyone of its business unit as due.
    async fn keep_link(&self, tenant: TenantId, actor: Actor, link: WfmLink) -> Result<WfmLink> {
        let (app, now, made) = (self.clone(), self.now(), link.clone());
        self.storage
            .write(tenant, move |tx| {
                refuse_second(tx, &link)?;
                refuse_foreign(tx, &link)?;
                rows::insert(tx, &link)?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                marking::begin(tx, link.id)?;
                let values = json!({"acdID": link.acd_id, "address": link.base_url});
                Ok::<_, ChangeError>(act.audit(
                    tx,
                    "wfm_link.created",
                    subject(&link),
                    Values::made(values),
                )?)
            })
            .await?;
        self.mark_on(tenant, made.id).await;
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

    /// A page of a link's runs, newest first, older than one; and whether there are more.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn runs(
        &self,
        tenant: TenantId,
        id: WfmLinkId,
        before: Option<RunId>,
        page_size: usize,
    ) -> Result<(Vec<SyncRun>, bool)> {
        let limit = i64::try_from(page_size).unwrap_or(i64::MAX).saturating_add(1);
        self.storage
            .scan(tenant, move |tx| {
                let mut runs = sync_run::list(tx, id, before, limit)?;
                let has_more = runs.len() > page_size;
                runs.truncate(page_size);
                Ok((runs, has_more))
            })
            .await
    }

    /// One run with a page of what it did; `result` narrows to `done`, `failed`, `held` or `planned`.
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
                // A held run that found whom an earlier one had named does not name them again.
                let naming = match run.state.as_str() {
                    "held" => sync_run::find_naming(tx, run.link, Some(id))?.unwrap_or(id),
                    _ => id,
                };
                let mut outcomes = sync_run::list_outcomes(tx, naming, &result, after, limit)?;
                let has_next = outcomes.len() > page_size;
                outcomes.truncate(page_size);
                let findings = sync_drift::list(tx, id, 0, FINDINGS_SHOWN)?;
                let found = sync_drift::tally(tx, id)?;
                Ok(RunDetail { run, outcomes, has_next, findings, found })
            })
            .await
    }

    /// Marks everyone of a link's business unit as due.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn mark_everyone(&self, tenant: TenantId, link: WfmLinkId) -> Result<()> {
        let begin = move |tx: &mut Tx<'_>| Ok::<_, ChangeError>(marking::begin(tx, link)?);
        self.storage.write(tenant, begin).await?;
        self.mark_on(tenant, link).await;
        Ok(())
    }

    /// Goes on with the marking of everyone that a change began. That change is kept, so where this fails the engine
    /// goes on.
    pub(crate) async fn mark_on(&self, tenant: TenantId, link: WfmLinkId) {
        let now = self.now();
        let next = move |tx: &mut Tx<'_>| marking::next(tx, link, now);
        loop {
            match self.storage.write(tenant, next).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    tracing::warn!(link.id = %link, %error, "the engine goes on with marking everyone");
                    return;
                }
            }
        }
    }
}

fn acd_id(text: &str) -> Result<AcdId> {
    AcdId::parse(text).map_err(|error| ChangeError::Invalid(error.to_string()))
}

/// Where a link leads, and as whom.
struct LinkPlace {
    business_unit: BusinessUnitId,
    acd_id: String,
    transport: Transport,
    base_url: String,
    client_id: String,
    client_secret_sealed: String,
}

/// A link as it begins.
fn fresh_link(id: WfmLinkId, place: LinkPlace, now: Timestamp) -> WfmLink {
    WfmLink {
        id,
        business_unit: place.business_unit,
        acd_id: place.acd_id,
        transport: place.transport,
        base_url: place.base_url,
        client_id: place.client_id,
        client_secret_sealed: place.client_secret_sealed,
        switches: FieldSwitches { personal_id: FieldSwitch::On, external_id: FieldSwitch::On },
        interval_s: INTERVAL_DEFAULT_S,
        brake: BRAKE_DEFAULT,
        enabled: true,
        off: None,
        units: ManagementUnits::default(),
        run_now_permitted: false,
        immediate: true,
        notice_to: Vec::new(),
        health: Health::Well,
        health_reason: None,
        health_since: now,
        held_departures: 0,
        approved_departures: 0,
        swept_at: None,
        compared_at: None,
        asked: None,
        created_at: now,
    }
}

fn business_unit_name(tx: &mut Tx<'_>, link: &WfmLink) -> Result<String> {
    let units = structure::list_business_units(tx)?;
    let unit = units.into_iter().find(|unit| unit.id == link.business_unit);
    Ok(unit.map(|unit| unit.name).unwrap_or_default())
}

fn detail(tx: &mut Tx<'_>, link: WfmLink) -> Result<LinkDetail> {
    let business_unit = business_unit_name(tx, &link)?;
    let tally = wfm_standing::tally(tx, link.id)?;
    let runs = sync_run::list(tx, link.id, None, RUNS_SHOWN)?;
    let kept = kept_agent::count(tx, link.id)?;
    let real_time = real_time_feed::get(tx, link.id)?;
    let answered_at = sync_run::last_answered(tx, link.id)?;
    Ok(LinkDetail { link, business_unit, tally, kept, runs, answered_at, real_time })
}

/// A business unit has one WFM tenant at the most, and an acd one business unit. The database holds both; here
/// the refusal gets its words.
fn refuse_second(tx: &mut Tx<'_>, new: &WfmLink) -> Result<()> {
    let units = structure::list_business_units(tx)?;
    let name =
        |id: BusinessUnitId| units.iter().find(|unit| unit.id == id).map(|unit| unit.name.clone());
    let unit = name(new.business_unit).ok_or(ChangeError::NotFound("business unit"))?;
    for link in rows::list(tx)? {
        if link.business_unit == new.business_unit {
            return Err(ChangeError::NotNow(format!(
                "the business unit {unit} is linked to the WFM at {} as acd {} already, and a business unit links \
                 to one WFM tenant at most",
                link.base_url, link.acd_id
            )));
        }
        if leads_to_same(&link, new) && link.acd_id == new.acd_id {
            let other = name(link.business_unit).unwrap_or_default();
            return Err(ChangeError::NotNow(format!(
                "the acd {} of this WFM is the business unit {other}; each business unit has an acd of its own",
                link.acd_id
            )));
        }
    }
    Ok(())
}

/// Files of an acd at one place are one link's, whosever it is. Asked only of a place that whoever asks can open, or
/// of the operator: to others even that is news of another tenant.
fn refuse_foreign(tx: &mut Tx<'_>, new: &WfmLink) -> Result<()> {
    match &new.transport {
        Transport::File(file) if rows::is_place_taken(tx, &new.acd_id, &file.place)? => {
            Err(ChangeError::NotNow(format!(
                "files of the acd {} are exchanged at {} already; two links there would take each other's files for \
                 their own, so give this one a place of its own",
                new.acd_id, new.base_url
            )))
        }
        _ => Ok(()),
    }
}

fn leads_to_same(one: &WfmLink, other: &WfmLink) -> bool {
    match (&one.transport, &other.transport) {
        (Transport::File(one), Transport::File(other)) => one.place.is_same(&other.place),
        _ => one.base_url == other.base_url,
    }
}

pub(crate) fn subject(link: &WfmLink) -> Subject {
    Subject { kind: "wfm_link", id: link.id.to_string(), name: format!("IEX WFM {}", link.acd_id) }
}

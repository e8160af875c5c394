//! Trying the way to a WFM before anything is kept: whether it answers, whom it has, and what the first run would do.
//!
//! What was tried is given back sealed, as a ticket: whoever shows it within a quarter of an hour gets exactly that,
//! and no secret has to be typed twice or stands in a page.

mod ticket;

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use rollcall_domain::source::Actor;
use rollcall_domain::structure::BusinessUnit;
use rollcall_domain::wfm::{FirstRun, Member, MetAgent};
use rollcall_domain::{BusinessUnitId, TenantId};
use rollcall_storage::wfm::wfm_link as rows;
use rollcall_storage::{Tx, directory::employee, directory::structure};

use super::{NewLink, Result, WfmLink, refuse_foreign, refuse_second};
use crate::app::App;
use crate::error::ChangeError;

pub(super) use ticket::Purpose;

/// People are read in pages of this size.
const MEMBERS_PAGE: i64 = 5_000;
/// As many are set against the WFM's list; a business unit has fewer.
const MEMBERS_MAX: usize = 200_000;

/// What a look at a WFM answers with, later.
pub type Look<'a> = Pin<Box<dyn Future<Output = std::result::Result<Met, Unreached>> + Send + 'a>>;

/// Looks at the WFM of a link that need not be kept. Changes nothing there, and ends within half a minute.
pub trait WfmProbe: Debug + Send + Sync {
    /// Proves address and credentials and reads whom the acd has.
    fn look<'a>(&'a self, tenant: TenantId, link: &'a WfmLink) -> Look<'a>;
}

/// What a WFM showed.
#[derive(Clone, Debug, Default)]
pub struct Met {
    /// The agents of the acd that were read. In a trial they are gone into what would happen.
    pub agents: Vec<MetAgent>,
    /// How many were read; `None` where this way to a WFM shows none.
    pub read: Option<i64>,
    /// Records whose key is no agent number. They are left alone.
    pub strangers: i64,
    /// How many records the WFM says it has. More than were read where they are too many to look at.
    pub total: i64,
}

/// Why a WFM could not be looked at. A reason is a short clause without a full stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreached {
    /// It may not be called, or not in this way.
    #[error("{0}")]
    Refused(String),
    /// The server's key is not the one that was given.
    #[error("the host key of the server is {found}")]
    HostKey {
        /// The fingerprint of the key that it showed.
        found: String,
    },
    /// Nobody answers there, or it fails.
    #[error("{0}")]
    Silent(String),
    /// It refuses the credentials.
    #[error("{0}")]
    Credentials(String),
    /// It does not know what it is asked for, such as the acd.
    #[error("{0}")]
    Unknown(String),
    /// Something answers there that is no such WFM.
    #[error("{0}")]
    Strange(String),
}

/// Why there is no trial.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// What was given cannot be, or not now.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// The WFM could not be looked at.
    #[error(transparent)]
    Unreached(#[from] Unreached),
}

/// A link that was tried and can be made.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The link as it would be.
    pub link: WfmLink,
    /// The name of its business unit.
    pub business_unit: String,
    /// What the WFM showed; the agents themselves are gone into `first`.
    pub met: Met,
    /// What would happen at first.
    pub first: FirstRun,
    /// Whether the brake would stop the departures and ask.
    pub stops: bool,
    /// What [`App::create_tried_link`] makes it from.
    pub ticket: String,
}

impl App {
    /// The business units without a link.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn unlinked_units(&self, tenant: TenantId) -> Result<Vec<BusinessUnit>> {
        self.storage
            .scan(tenant, |tx| {
                let linked: Vec<BusinessUnitId> =
                    rows::list(tx)?.into_iter().map(|link| link.business_unit).collect();
                let mut units = structure::list_business_units(tx)?;
                units.retain(|unit| !linked.contains(&unit.id));
                Ok(units)
            })
            .await
    }

    /// Tries a link without making it.
    ///
    /// # Errors
    /// [`TrialError::Change`] for what [`App::create_link`] would refuse; [`TrialError::Unreached`].
    pub async fn try_link(
        &self,
        tenant: TenantId,
        actor: Actor,
        new: NewLink,
        probe: &dyn WfmProbe,
    ) -> std::result::Result<Trial, TrialError> {
        let link = self.draft_link(tenant, new)?;
        let wanted = link.clone();
        let check = move |tx: &mut Tx<'_>| {
            refuse_second(tx, &wanted)?;
            unit_name(tx, wanted.business_unit)
        };
        let business_unit = self.storage.scan(tenant, check).await?;
        let mut met = probe.look(tenant, &link).await?;
        let agents = std::mem::take(&mut met.agents);
        let reached = link.clone();
        let read = move |tx: &mut Tx<'_>| {
            refuse_foreign(tx, &reached)?;
            members(tx, reached.business_unit)
        };
        let members = self.storage.scan(tenant, read).await?;
        let first = FirstRun::of(&members, agents);
        let ticket = self.write_ticket(tenant, actor, Purpose::Make, &link)?;
        let stops = first.stops(link.brake);
        Ok(Trial { link, business_unit, met, first, stops, ticket })
    }

    /// Makes a link that was tried, exactly as it was tried, by whoever tried it. Asked again, as by a page that is
    /// loaded anew, it answers with the link that it made.
    ///
    /// # Errors
    /// [`ChangeError::NotNow`] when that was more than a quarter of an hour ago, or for the reasons of
    /// [`App::create_link`].
    pub async fn create_tried_link(
        &self,
        tenant: TenantId,
        actor: Actor,
        ticket: &str,
    ) -> Result<WfmLink> {
        let link = self.read_ticket(tenant, actor, Purpose::Make, ticket)?;
        let id = link.id;
        let made = self.storage.read(tenant, move |tx| rows::get(tx, id)).await?;
        if let Some(made) = made {
            return Ok(made);
        }
        self.keep_link(tenant, actor, link).await
    }
}

fn unit_name(tx: &mut Tx<'_>, id: BusinessUnitId) -> Result<String> {
    let units = structure::list_business_units(tx)?;
    let unit = units.into_iter().find(|unit| unit.id == id);
    unit.map(|unit| unit.name).ok_or(ChangeError::NotFound("business unit"))
}

fn members(tx: &mut Tx<'_>, unit: BusinessUnitId) -> Result<Vec<Member>> {
    let mut members = Vec::new();
    let mut after = i64::MIN;
    while members.len() < MEMBERS_MAX {
        let page = employee::list_members(tx, unit, after, MEMBERS_PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.agent_number;
        members.extend(page);
    }
    Ok(members)
}

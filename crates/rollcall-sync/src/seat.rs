//! What this engine remembers of a link from one run to the next: the open connector, and when it failed.
//! Losing it costs a token and a try, nothing else.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::WfmTarget;
use rollcall_domain::TenantId;
use rollcall_domain::wfm::{ManagementUnits, Transport};
use rollcall_storage::wfm::link_lease::Lease;
use rollcall_storage::wfm::wfm_link::WfmLink;
use tokio::time::Instant;

use crate::target::WfmTargets;

/// A link on which there was nothing to do, or another engine at work, is left alone for so long.
pub(crate) const REST: Duration = Duration::from_millis(900);

/// A link's place in this engine.
#[derive(Default)]
pub(crate) struct Seat {
    target: Option<(Address, Arc<dyn WfmTarget>)>,
    /// Calls that failed since the last one that went well.
    pub(crate) failures: u32,
    /// Conflicts so far: they make the next request a fresh one.
    pub(crate) conflicts: u32,
    /// No comparison before this: the last one could not be finished.
    pub(crate) compare_after: Option<Timestamp>,
    /// A run of it was interrupted: the next one takes the lease and ends that.
    pub(crate) interrupted: bool,
    /// A lease that is kept while nobody is to call this WFM.
    pub(crate) lease: Option<Lease>,
    not_before: Option<Instant>,
}

/// What decides where a connector leads, and as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    transport: Transport,
    base_url: String,
    acd_id: String,
    client_id: String,
    client_secret_sealed: String,
    units: ManagementUnits,
}

impl Address {
    pub(crate) fn of(link: &WfmLink) -> Self {
        Self {
            transport: link.transport.clone(),
            base_url: link.base_url.clone(),
            acd_id: link.acd_id.clone(),
            client_id: link.client_id.clone(),
            client_secret_sealed: link.client_secret_sealed.clone(),
            units: link.units.clone(),
        }
    }
}

impl Seat {
    /// The connector of a link, opened again when its address or credentials changed; then earlier
    /// failures count no more.
    pub(crate) fn target(
        &mut self,
        targets: &dyn WfmTargets,
        tenant: TenantId,
        link: &WfmLink,
    ) -> Result<Arc<dyn WfmTarget>, ConnectorError> {
        let address = Address::of(link);
        if let Some((opened, target)) = &self.target
            && *opened == address
        {
            return Ok(Arc::clone(target));
        }
        let target = targets.open(tenant, link)?;
        self.target = Some((address, Arc::clone(&target)));
        self.failures = 0;
        Ok(target)
    }

    /// Whether the link may be served now. A link whose settings changed may be, whatever was before.
    pub(crate) fn is_open(&self, link: &WfmLink) -> bool {
        let moved = self.target.as_ref().is_some_and(|(opened, _)| *opened != Address::of(link));
        moved || self.not_before.is_none_or(|moment| moment <= Instant::now())
    }

    /// Leaves the link alone for a while.
    pub(crate) fn rest(&mut self, time: Duration) {
        self.not_before = Some(Instant::now() + time);
    }

    /// Notes that a call went well.
    pub(crate) fn went_well(&mut self) {
        self.failures = 0;
        self.not_before = None;
    }
}

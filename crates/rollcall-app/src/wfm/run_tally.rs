//! A link's runs with what each did to how many people, for the operator's command.

use std::collections::HashMap;

use rollcall_domain::{RunId, TenantId, WfmLinkId};
use rollcall_storage::wfm::sync_history::{self, OutcomeTally};
use rollcall_storage::wfm::sync_run::{self, SyncRun};

use crate::app::App;
use crate::error::ChangeError;

/// A run with what it did to how many people.
#[derive(Clone, Debug)]
pub struct TalliedRun {
    /// The run.
    pub run: SyncRun,
    /// Its outcomes by step and result. A person has one outcome in a run, the last; the run's own counts are of
    /// all that it did.
    pub outcomes: Vec<OutcomeTally>,
}

impl App {
    /// A link's latest runs, newest first, with what they did to how many people.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn tallied_runs(
        &self,
        tenant: TenantId,
        link: WfmLinkId,
        limit: usize,
    ) -> Result<Vec<TalliedRun>, ChangeError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.storage
            .scan(tenant, move |tx| {
                let runs = sync_run::list(tx, link, None, limit)?;
                let Some(oldest) = runs.last() else { return Ok(Vec::new()) };
                let mut tallies: HashMap<RunId, Vec<OutcomeTally>> = HashMap::new();
                for tally in sync_history::tally_outcomes(tx, link, oldest.id)? {
                    tallies.entry(tally.run).or_default().push(tally);
                }
                let with_outcomes = |run: SyncRun| {
                    let outcomes = tallies.remove(&run.id).unwrap_or_default();
                    TalliedRun { run, outcomes }
                };
                Ok(runs.into_iter().map(with_outcomes).collect())
            })
            .await
    }
}

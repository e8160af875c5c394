//! A tenant with people, a WFM link, a simulated WFM, and what a test asks about them.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use rollcall_domain::employee::{Employee, Status};
use rollcall_domain::structure::{BusinessUnit, Team, WFM_ADVANCED};
use rollcall_domain::{BusinessUnitId, Clock, Ids, TeamId, TenantId, WfmLinkId};
use rollcall_storage::directory::tenant::Tenant;
use rollcall_storage::wfm::outbox::Mark;
use rollcall_storage::wfm::sync_run::{NamedOutcome, SyncRun};
use rollcall_storage::wfm::wfm_link::{Health, WfmLink};
use rollcall_storage::wfm::wfm_standing::Standing;
use rollcall_storage::{
    Storage, StorageError, Tx, directory::employee, directory::structure, directory::tenant,
    wfm::outbox, wfm::sync_run, wfm::wfm_link, wfm::wfm_standing,
};
use rollcall_sync::{Engine, EngineOptions, WfmTargets};
use simulator_iex::{Agent, Options, Simulator};
use uuid::Uuid;

use crate::sample::{agent_number, employee_id, link, person};
use crate::target::RealTargets;
use crate::world::{TestClock, TestIds};

/// The longest that anything in these tests may take.
const BOUND: Duration = Duration::from_secs(30);

pub(crate) struct Site {
    pub(crate) storage: Storage,
    pub(crate) simulator: Simulator,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) ids: Arc<TestIds>,
}

impl Site {
    pub(crate) const ACD: &str = "4471";
    pub(crate) const TENANT: TenantId = TenantId::new(Uuid::from_u128(1));
    pub(crate) const UNIT: BusinessUnitId = BusinessUnitId::new(Uuid::from_u128(10));
    pub(crate) const TEAM: TeamId = TeamId::new(Uuid::from_u128(20));
    pub(crate) const LINK: WfmLinkId = WfmLinkId::new(Uuid::from_u128(50));

    /// A site with a WFM that behaves.
    pub(crate) async fn new(storage: Storage) -> Self {
        Self::with(storage, Options::default()).await
    }

    pub(crate) async fn with(storage: Storage, options: Options) -> Self {
        let simulator = Simulator::start(options).await.unwrap();
        let (clock, ids) = (Arc::new(TestClock::new()), Arc::new(TestIds::new()));
        let site = Self { storage, simulator, clock, ids };
        let now = site.clock.now();
        let row = Tenant {
            id: Self::TENANT,
            name: "Acme".into(),
            default_role: "Agent".into(),
            settings: rollcall_domain::policy::AccountSettings::default(),
            created_at: now,
        };
        let added = site.storage.write_installation(move |session| tenant::insert(session, &row));
        let added: Result<(), StorageError> = added.await;
        added.unwrap();
        let link = link(site.simulator.url(), now);
        site.write(move |tx| {
            let unit = BusinessUnit { id: Self::UNIT, name: "Berlin".into() };
            structure::insert_business_unit(tx, &unit, 10_000_001)?;
            let features = vec![WFM_ADVANCED.to_owned()];
            let team = Team {
                id: Self::TEAM,
                business_unit: Self::UNIT,
                name: "Support".into(),
                features,
                unavailable_codes: Vec::new(),
            };
            structure::insert_team(tx, &team)?;
            wfm_link::insert(tx, &link)
        })
        .await;
        site
    }

    /// Starts an engine with the real connector.
    pub(crate) async fn engine(&self) -> Engine {
        self.engine_with(self.targets()).await
    }

    pub(crate) async fn engine_with(&self, targets: impl WfmTargets) -> Engine {
        Engine::start(EngineOptions {
            storage: self.storage.clone(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            targets: Arc::new(targets),
        })
        .await
    }

    pub(crate) fn targets(&self) -> RealTargets {
        RealTargets::new(self.clock.clone())
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        self.clock.advance(by);
    }

    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, StorageError> + Send + 'static,
    ) -> T {
        self.storage.write(Self::TENANT, work).await.expect("the change is kept")
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StorageError> + Send + 'static,
    ) -> T {
        self.storage.read(Self::TENANT, work).await.expect("the database can be read")
    }

    /// New people, each due, in one transaction.
    pub(crate) async fn hire(&self, numbers: Range<u32>) {
        let now = self.clock.now();
        self.write(move |tx| {
            numbers.clone().try_for_each(|number| {
                employee::insert(tx, &person(number, now))?;
                outbox::mark(tx, Self::LINK, employee_id(number), now)
            })
        })
        .await;
    }

    /// Changes people, each due, in one transaction.
    pub(crate) async fn change(
        &self,
        numbers: Range<u32>,
        change: impl Fn(&mut Employee) + Send + 'static,
    ) {
        let now = self.clock.now();
        self.write(move |tx| {
            numbers.clone().try_for_each(|number| {
                let mut person = employee::get(tx, employee_id(number))?.unwrap();
                change(&mut person);
                person.version += 1;
                employee::save(tx, &person)?;
                outbox::mark(tx, Self::LINK, employee_id(number), now)
            })
        })
        .await;
    }

    pub(crate) async fn deactivate(&self, numbers: Range<u32>) {
        self.change(numbers, |person| person.status = Status::Inactive).await;
    }

    pub(crate) async fn activate(&self, numbers: Range<u32>) {
        self.change(numbers, |person| person.status = Status::Active).await;
    }

    /// What an administrator's approval does.
    pub(crate) async fn approve(&self) {
        let now = self.clock.now();
        self.write(move |tx| {
            let mut link = wfm_link::get(tx, Self::LINK)?.unwrap();
            link.health = Health::Well;
            link.health_reason = None;
            link.approved_departures = link.held_departures;
            link.held_departures = 0;
            wfm_link::save_state(tx, &link)?;
            outbox::hurry(tx, Self::LINK, now)
        })
        .await;
    }

    /// Changes the settings of the link and makes everyone due.
    pub(crate) async fn set_up(&self, change: impl Fn(&mut WfmLink) + Send + 'static) {
        let now = self.clock.now();
        self.write(move |tx| {
            let mut link = wfm_link::get(tx, Self::LINK)?.unwrap();
            change(&mut link);
            wfm_link::save_settings(tx, &link)?;
            outbox::mark_page(tx, Self::LINK, None, 1_000, now).map(|_| ())
        })
        .await;
    }

    pub(crate) async fn link(&self) -> WfmLink {
        self.read(|tx| wfm_link::get(tx, Self::LINK)).await.unwrap()
    }

    /// All runs, oldest first.
    pub(crate) async fn runs(&self) -> Vec<SyncRun> {
        let mut runs = self.read(|tx| sync_run::list(tx, Self::LINK, None, 1_000)).await;
        runs.reverse();
        runs
    }

    pub(crate) async fn last_run(&self) -> SyncRun {
        self.runs().await.pop().expect("there was a run")
    }

    pub(crate) async fn outcomes(&self, run: &SyncRun) -> Vec<NamedOutcome> {
        let id = run.id;
        self.read(move |tx| sync_run::list_outcomes(tx, id, "", None, 1_000)).await
    }

    pub(crate) async fn standing(&self, number: u32) -> Option<Standing> {
        self.read(move |tx| wfm_standing::list(tx, employee_id(number))).await.pop()
    }

    pub(crate) async fn mark_of(&self, number: u32) -> Option<Mark> {
        self.read(move |tx| outbox::get(tx, Self::LINK, employee_id(number))).await
    }

    /// What the WFM holds of a person.
    pub(crate) fn agent(&self, number: u32) -> Option<Agent> {
        self.simulator.agent(Self::ACD, &agent_number(number).to_string())
    }

    /// How many agents the WFM has in this unit.
    pub(crate) fn agents_in(&self, mu: simulator_iex::Mu) -> usize {
        self.simulator.agents(Self::ACD).iter().filter(|agent| agent.mu == mu).count()
    }

    /// Waits until nobody is due any more.
    pub(crate) async fn settled(&self) {
        let due = async || self.read(|tx| outbox::count(tx, Self::LINK)).await;
        self.until("everyone is settled", async || due().await == 0).await;
    }

    /// Waits until nobody is due any more and no run is going on.
    pub(crate) async fn ended(&self) {
        self.settled().await;
        self.until("all runs have ended", async || {
            let runs = self.runs().await;
            !runs.is_empty() && runs.iter().all(|run| run.state != "running")
        })
        .await;
    }

    /// Waits until the engine has looked at all links: one that is made now, of another business unit,
    /// comes last in its list and gets its first run.
    pub(crate) async fn looked_elsewhere(&self) {
        let last = WfmLink {
            id: WfmLinkId::new(self.ids.next()),
            business_unit: BusinessUnitId::new(self.ids.next()),
            acd_id: fresh(&self.ids),
            enabled: true,
            off: None,
            ..self.link().await
        };
        let id = last.id;
        self.write(move |tx| wfm_link::insert(tx, &last)).await;
        self.until("another link was served", async || {
            self.read(move |tx| Ok(!sync_run::list(tx, id, None, 1)?.is_empty())).await
        })
        .await;
    }

    /// Waits until a run that is over is as described.
    pub(crate) async fn ran(&self, what: &str, is_it: impl Fn(&SyncRun) -> bool) -> SyncRun {
        let over = |run: &SyncRun| run.finished_at.is_some() && is_it(run);
        self.until(what, async || self.runs().await.iter().any(over)).await;
        self.runs().await.into_iter().rfind(over).unwrap()
    }

    pub(crate) async fn until(&self, what: &str, holds: impl AsyncFn() -> bool) {
        let wait = async {
            while !holds().await {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        if tokio::time::timeout(BOUND, wait).await.is_err() {
            panic!(
                "not within {BOUND:?}: {what}\n{:#?}\n{:#?}",
                self.link().await,
                self.runs().await
            );
        }
    }
}

/// A text that nobody else has.
pub(crate) fn fresh(ids: &TestIds) -> String {
    ids.next().to_string()
}

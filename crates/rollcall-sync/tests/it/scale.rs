//! Many links: their scheduled runs are one transaction, and few of one WFM are at work at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::SignedDuration;
use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::{Answer, WfmPage, WfmReceipt, WfmTarget, WfmWrite};
use rollcall_domain::{BusinessUnitId, Clock as _, Ids as _, RunId, TenantId, WfmLinkId};
use rollcall_storage::wfm::sync_run::{self, RunCounts, SyncRun};
use rollcall_storage::wfm::wfm_link::{self, WfmLink};
use rollcall_storage::{directory::employee, wfm::outbox};
use rollcall_sync::WfmTargets;
use tokio::sync::Semaphore;

use crate::database::on_each_database;
use crate::sample::{employee_id, link, person};
use crate::site::{Site, fresh};
use crate::target::RealTargets;

impl Site {
    /// Links business units of their own to a WFM.
    async fn add_links(&self, base_url: &str, count: usize) -> Vec<WfmLink> {
        let now = self.clock.now();
        let links: Vec<WfmLink> = (0..count)
            .map(|_| WfmLink {
                id: WfmLinkId::new(self.ids.next()),
                business_unit: BusinessUnitId::new(self.ids.next()),
                acd_id: fresh(&self.ids),
                ..link(base_url, now)
            })
            .collect();
        let added = links.clone();
        self.write(move |tx| added.iter().try_for_each(|link| wfm_link::insert(tx, link))).await;
        links
    }

    /// A new person in the unit of each link, due there; the first has this number.
    async fn hire_at(&self, links: &[WfmLink], first: u32) {
        let (links, now) = (links.to_vec(), self.clock.now());
        self.write(move |tx| {
            (first..).zip(&links).try_for_each(|(number, link)| {
                let mut person = person(number, now);
                person.business_unit = link.business_unit;
                employee::insert(tx, &person)?;
                outbox::mark(tx, link.id, employee_id(number), now)
            })
        })
        .await;
    }

    async fn runs_of(&self, link: WfmLinkId) -> Vec<SyncRun> {
        self.read(move |tx| sync_run::list(tx, link, None, 100)).await
    }
}

#[test]
fn the_scheduled_runs_of_many_links_are_recorded_each_and_call_nobody() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let mut links = site.add_links(site.simulator.url(), 60).await;
        links.push(site.link().await);
        // What a crash left behind is ended, not passed over.
        let (broken, begun) = (links[7].id, RunId::new(site.ids.next()));
        let interrupted = SyncRun {
            id: begun,
            link: broken,
            cause: "event".into(),
            state: "running".into(),
            reason: None,
            started_at: site.clock.now(),
            finished_at: None,
            counts: RunCounts::default(),
        };
        site.write(move |tx| sync_run::save(tx, &interrupted)).await;
        let engine = site.engine().await;
        for quarter in 1..4 {
            let now = site.clock.now();
            for link in &links {
                site.until("the link was swept", async || {
                    let runs = site.runs_of(link.id).await;
                    runs.iter().filter(|run| run.cause == "schedule").count() == quarter
                })
                .await;
                let run = site.runs_of(link.id).await.remove(0);
                assert_eq!((run.state.as_str(), run.started_at), ("done", now));
                assert_eq!((run.finished_at, run.counts), (Some(now), RunCounts::default()));
                let id = link.id;
                let link = site.read(move |tx| wfm_link::get(tx, id)).await.unwrap();
                assert_eq!(link.swept_at, Some(now));
            }
            // Short of the first comparison.
            if quarter == 1 {
                site.write({
                    let links = links.clone();
                    move |tx| {
                        links.iter().try_for_each(|link| {
                            let mut link = wfm_link::get(tx, link.id)?.unwrap();
                            link.compared_at = Some(now);
                            wfm_link::save_state(tx, &link)
                        })
                    }
                })
                .await;
            }
            site.advance(SignedDuration::from_mins(15));
        }
        assert_eq!(site.simulator.stats().requests, 0, "nobody was called");
        let ended = site.runs_of(broken).await.pop().unwrap();
        assert_eq!((ended.id, ended.state.as_str()), (begun, "failed"));
        engine.stop().await;
    });
}

/// The real connector; writes to the links of a list are counted and kept until the gate opens.
struct Gated {
    targets: RealTargets,
    slow: Vec<WfmLinkId>,
    under_way: Arc<AtomicUsize>,
    gate: Arc<Semaphore>,
}

impl WfmTargets for Gated {
    fn open(&self, tenant: TenantId, link: &WfmLink) -> Result<Arc<dyn WfmTarget>, ConnectorError> {
        let inner = self.targets.open(tenant, link)?;
        if !self.slow.contains(&link.id) {
            return Ok(inner);
        }
        let (under_way, gate) = (Arc::clone(&self.under_way), Arc::clone(&self.gate));
        Ok(Arc::new(Counted { inner, under_way, gate }))
    }
}

/// Counts the writes that are under way, and keeps them until the gate opens.
struct Counted {
    inner: Arc<dyn WfmTarget>,
    under_way: Arc<AtomicUsize>,
    gate: Arc<Semaphore>,
}

impl WfmTarget for Counted {
    fn write<'a>(&'a self, batch: &'a [WfmWrite], key: &'a str) -> Answer<'a, Vec<WfmReceipt>> {
        Box::pin(async move {
            self.under_way.fetch_add(1, Ordering::SeqCst);
            drop(self.gate.acquire().await);
            self.under_way.fetch_sub(1, Ordering::SeqCst);
            self.inner.write(batch, key).await
        })
    }

    fn list<'a>(&'a self, cursor: Option<&'a str>) -> Answer<'a, Option<WfmPage>> {
        self.inner.list(cursor)
    }

    fn mend(&self, agent_number: i64) -> Answer<'_, u64> {
        self.inner.mend(agent_number)
    }

    fn probe(&self) -> Answer<'_, ()> {
        self.inner.probe()
    }
}

#[test]
fn a_wfm_that_hangs_has_few_links_at_work_and_others_go_on() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let hanging = site.add_links(site.simulator.url(), 20).await;
        let elsewhere = site.simulator.url().replace("127.0.0.1", "localhost");
        let well = site.add_links(&elsewhere, 20).await;
        site.hire_at(&hanging, 100).await;
        site.hire_at(&well, 200).await;
        let (under_way, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
        let targets = Gated {
            targets: site.targets(),
            slow: hanging.iter().map(|link| link.id).collect(),
            under_way: Arc::clone(&under_way),
            gate: Arc::clone(&gate),
        };
        let engine = site.engine_with(targets).await;
        let agents = || site.simulator.stats().agents;
        site.until("the others were served", async || agents() == 20).await;
        site.until("as many as may", async || under_way.load(Ordering::SeqCst) == 8).await;
        // The hanging ones, and no more of them.
        gate.add_permits(1_000);
        site.until("all were served", async || agents() == 40).await;
        engine.stop().await;
    });
}

//! A WFM that answers later, as one does that reads files now and then; and one that shows no list.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::{Answer, WfmPage, WfmReceipt, WfmTarget, WfmWrite};
use rollcall_storage::wfm::wfm_link::{Asked, Health};
use simulator_iex::Mu;

use crate::database::on_each_database;
use crate::site::Site;
use crate::target::{RealTargets, Wrapped};

/// What the test and the slow WFM share.
struct Slow {
    answers: AtomicBool,
    asked: AtomicU32,
    keys: Mutex<Vec<String>>,
    within: Duration,
}

impl Slow {
    fn new(within: Duration) -> Arc<Self> {
        let (answers, asked) = (AtomicBool::new(false), AtomicU32::new(0));
        Arc::new(Self { answers, asked, keys: Mutex::default(), within })
    }

    fn answer(&self) {
        self.answers.store(true, Ordering::SeqCst);
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }

    /// The keys under which it was asked, each once for as long as it was asked under it.
    fn keys(&self) -> Vec<String> {
        let mut keys = self.keys.lock().unwrap().clone();
        keys.dedup();
        keys
    }

    fn targets(self: &Arc<Self>, inner: RealTargets) -> impl rollcall_sync::WfmTargets {
        let slow = Arc::clone(self);
        Wrapped(inner, move |inner| {
            let slow = Arc::clone(&slow);
            Arc::new(SlowTarget { inner, slow }) as Arc<dyn WfmTarget>
        })
    }
}

struct SlowTarget {
    inner: Arc<dyn WfmTarget>,
    slow: Arc<Slow>,
}

impl WfmTarget for SlowTarget {
    fn write<'a>(&'a self, batch: &'a [WfmWrite], key: &'a str) -> Answer<'a, Vec<WfmReceipt>> {
        self.slow.asked.fetch_add(1, Ordering::SeqCst);
        self.slow.keys.lock().unwrap().push(key.to_owned());
        if self.slow.answers.load(Ordering::SeqCst) {
            return self.inner.write(batch, key);
        }
        let reason = "it has not acknowledged the file".to_owned();
        let (ask_after, within) = (Duration::from_millis(5), self.slow.within);
        Box::pin(async move { Err(ConnectorError::Pending { ask_after, within, reason }) })
    }

    fn list<'a>(&'a self, _cursor: Option<&'a str>) -> Answer<'a, Option<WfmPage>> {
        Box::pin(async { Ok(None) })
    }

    fn mend(&self, agent_number: i64) -> Answer<'_, u64> {
        self.inner.mend(agent_number)
    }

    fn probe(&self) -> Answer<'_, ()> {
        self.inner.probe()
    }
}

const LONG: Duration = Duration::from_secs(3_600);

#[test]
fn an_answer_that_comes_later_is_waited_for_and_is_no_failure() {
    on_each_database(async |storage| {
        let (site, slow) = (Site::new(storage).await, Slow::new(LONG));
        site.hire(1..4).await;
        let engine = site.engine_with(slow.targets(site.targets())).await;
        site.until("it was asked again and again", async || slow.asked() > 5).await;
        let run = site.last_run().await;
        assert_eq!(run.state, "running");
        let reason = "Waiting for the WFM: it has not acknowledged the file. Nothing is wrong; it is asked again.";
        assert_eq!(run.reason.as_deref(), Some(reason));
        assert_eq!(site.link().await.health, Health::Well);
        // Who changes meanwhile does not change what is waited for, and goes out next.
        site.hire(4..6).await;
        let asked = slow.asked();
        site.until("it was asked on", async || slow.asked() > asked + 5).await;
        assert_eq!(slow.keys().len(), 1);
        slow.answer();
        site.ended().await;
        assert_eq!((site.agents_in(Mu::New), slow.keys().len()), (5, 2));
        assert!(site.runs().await.iter().all(|run| run.state == "done" && run.reason.is_none()));
        engine.stop().await;
    });
}

#[test]
fn an_engine_that_stops_while_it_waits_leaves_the_same_batch_to_the_next_one() {
    on_each_database(async |storage| {
        let (site, slow) = (Site::new(storage).await, Slow::new(LONG));
        site.hire(1..4).await;
        let engine = site.engine_with(slow.targets(site.targets())).await;
        site.until("it was asked", async || slow.asked() > 0).await;
        engine.stop().await;
        assert_eq!(site.last_run().await.state, "done");
        let asked = slow.asked();
        let engine = site.engine_with(slow.targets(site.targets())).await;
        site.until("it was asked again", async || slow.asked() > asked).await;
        slow.answer();
        site.ended().await;
        assert_eq!((site.agents_in(Mu::New), slow.keys().len()), (3, 1), "one batch, one key");
        engine.stop().await;
    });
}

#[test]
fn an_answer_that_never_comes_is_a_failure_after_its_time() {
    on_each_database(async |storage| {
        let (site, slow) = (Site::new(storage).await, Slow::new(Duration::from_millis(50)));
        site.hire(1..4).await;
        let engine = site.engine_with(slow.targets(site.targets())).await;
        let failing = async || site.link().await.health == Health::Failing;
        site.until("the link fails", failing).await;
        let reason = site.link().await.health_reason.unwrap();
        assert!(
            reason.contains("it has not acknowledged the file, and did not within"),
            "{reason}"
        );
        slow.answer();
        site.settled().await;
        assert_eq!(site.agents_in(Mu::New), 3);
        assert_eq!((site.link().await.health, slow.keys().len()), (Health::Well, 1));
        engine.stop().await;
    });
}

#[test]
fn a_link_that_is_switched_off_is_waited_for_no_longer() {
    on_each_database(async |storage| {
        let (site, slow) = (Site::new(storage).await, Slow::new(LONG));
        site.hire(1..4).await;
        let engine = site.engine_with(slow.targets(site.targets())).await;
        site.until("it was asked", async || slow.asked() > 0).await;
        site.set_up(|link| link.enabled = false).await;
        site.ran("the run ended", |run| run.state == "done").await;
        assert!(site.mark_of(1).await.is_some(), "everyone is still due");
        engine.stop().await;
    });
}

#[test]
fn a_comparison_without_a_list_is_skipped_and_says_so() {
    on_each_database(async |storage| {
        let (site, slow) = (Site::new(storage).await, Slow::new(LONG));
        slow.answer();
        site.hire(1..4).await;
        let engine = site.engine_with(slow.targets(site.targets())).await;
        site.ended().await;
        site.write(|tx| {
            let mut link = rollcall_storage::wfm::wfm_link::get(tx, Site::LINK)?.unwrap();
            link.asked = Some(Asked::Comparison);
            rollcall_storage::wfm::wfm_link::save_state(tx, &link)
        })
        .await;
        let run = site.ran("the comparison", |run| run.cause == "comparison").await;
        assert_eq!(run.state, "done");
        let reason = run.reason.unwrap();
        assert!(reason.starts_with("The WFM shows no list of its agents"), "{reason}");
        let link = site.link().await;
        assert_eq!((link.health, link.compared_at), (Health::Well, None));
        engine.stop().await;
    });
}

//! Schedules come back: whole at first, then by their changes, whatever goes wrong on the way.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rollcall_domain::Clock as _;
use rollcall_domain::wfm::schedule::Window;
use rollcall_storage::schedule::wfm_schedule_pull::{self, Pull, Stage};
use rollcall_storage::{Database, Storage, schedule::wfm_schedule};
use rollcall_sync::{ScheduleOptions, Schedules, WfmTargets};
use rollcall_test_database::runtime;
use simulator_iex::{Activity, Fault, FaultOrder, Route};

use crate::database::{on_each_address, on_each_database};
use crate::sample::{agent_number, employee_id};
use crate::site::Site;
use crate::target::{Squeamish, Wrapped};

/// The next scheduled reading is after this.
const INTERVAL: SignedDuration = SignedDuration::from_mins(15);

impl Site {
    async fn reader(&self) -> Schedules {
        self.reader_with(Arc::new(self.targets())).await
    }

    async fn reader_with(&self, targets: Arc<dyn WfmTargets>) -> Schedules {
        Schedules::start(ScheduleOptions {
            storage: self.storage.clone(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            targets,
        })
        .await
    }

    /// Something that a person is to do, so many hours from the beginning of the test.
    fn activity(&self, id: &str, number: u32, hour: i64) -> Activity {
        let start = self.clock.now() + SignedDuration::from_hours(hour);
        Activity {
            activity_id: id.into(),
            uuid: agent_number(number).to_string(),
            activity_name: "Open".into(),
            activity_code: None,
            start,
            end: start + SignedDuration::from_hours(1),
        }
    }

    fn plan(&self, activities: impl IntoIterator<Item = Activity>) {
        self.simulator.put_activities(Self::ACD, activities);
    }

    /// The ids of what is kept for a person.
    async fn kept(&self, number: u32) -> Vec<String> {
        let window = Window { from: Timestamp::MIN, until: Timestamp::MAX };
        let place = (Self::LINK, employee_id(number));
        let window = Window { from: self.clock.now() - SignedDuration::from_hours(999), ..window };
        let found = self.read(move |tx| wfm_schedule::list(tx, place, window, 9_999)).await;
        found.into_iter().map(|activity| activity.external_id).collect()
    }

    async fn kept_is(&self, number: u32, ids: &[&str]) {
        let what = format!("{number} has {ids:?}");
        self.until(&what, async || self.kept(number).await == ids).await;
    }

    async fn pull(&self) -> Option<Pull> {
        self.read(|tx| wfm_schedule_pull::get(tx, Self::LINK)).await
    }

    /// Waits until a reading ended at the present moment of the clock.
    async fn pulled(&self) -> Pull {
        let now = self.clock.now();
        self.until("schedules are up to date", async || {
            self.pull().await.is_some_and(|pull| pull.pulled_at == Some(now))
        })
        .await;
        self.pull().await.unwrap()
    }

    fn calls(&self, route: Route) -> usize {
        let all = self.simulator.journal(0);
        all.iter().filter(|entry| entry.route == route && entry.status == 200).count()
    }
}

#[test]
fn schedules_are_read_whole_and_then_followed() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..3).await;
        site.plan([site.activity("a", 1, 1), site.activity("b", 1, 2), site.activity("c", 2, 1)]);
        let reader = site.reader().await;
        site.pulled().await;
        assert_eq!(site.kept(1).await, ["a", "b"]);
        assert_eq!(site.kept(2).await, ["c"]);

        site.plan([site.activity("b", 2, 3), site.activity("d", 1, 9)]);
        site.simulator.delete_activities(Site::ACD, ["a"]);
        site.advance(INTERVAL);
        site.pulled().await;
        assert_eq!(site.kept(1).await, ["d"]);
        assert_eq!(site.kept(2).await, ["c", "b"]);
        let calls = (site.calls(Route::Schedules), site.calls(Route::ScheduleChanges));
        assert_eq!(calls, (1, 2), "a second reading is one call");
        reader.stop().await;
    });
}

#[test]
fn many_pages_are_read_and_what_is_far_away_is_not_kept() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..2).await;
        site.plan((0..2_300).map(|n| site.activity(&format!("n{n:04}"), 1, n % 600)));
        site.plan([site.activity("past", 1, -24 * 8), site.activity("long ago", 1, -24 * 20)]);
        site.plan([site.activity("in a year", 1, 24 * 365)]);
        let reader = site.reader().await;
        site.pulled().await;
        let kept = site.kept(1).await;
        assert_eq!(kept.len(), 2_301);
        assert_eq!(kept[0], "past");
        // An activity that is moved far away is gone from here.
        site.plan([site.activity("n0001", 1, 24 * 365)]);
        site.advance(INTERVAL);
        site.pulled().await;
        assert!(!site.kept(1).await.contains(&"n0001".to_owned()));
        // A week later it is over for long.
        site.advance(SignedDuration::from_hours(24 * 2));
        site.pulled().await;
        assert_ne!(site.kept(1).await[0], "past");
        reader.stop().await;
    });
}

#[test]
fn an_agent_number_that_nobody_has_is_skipped_and_counted() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..2).await;
        let odd = Activity { uuid: "someone".into(), ..site.activity("x", 1, 1) };
        site.plan([site.activity("a", 1, 1), site.activity("b", 77, 1), odd]);
        let reader = site.reader().await;
        assert_eq!(site.pulled().await.unknown_agents, 2);
        assert_eq!(site.kept(1).await, ["a"]);
        // Whoever lost an activity to nobody has it no more.
        site.plan([site.activity("a", 77, 1)]);
        site.advance(INTERVAL);
        assert_eq!(site.pulled().await.unknown_agents, 3);
        assert_eq!(site.kept(1).await, Vec::<String>::new());
        reader.stop().await;
    });
}

#[test]
fn nothing_is_read_while_a_link_is_off_and_at_once_when_it_is_on() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..2).await;
        site.plan([site.activity("a", 1, 1)]);
        site.set_up(|link| link.enabled = false).await;
        let reader = site.reader().await;
        // Another link that is on comes later in the list than this one.
        site.advance(INTERVAL);
        let other = rollcall_storage::wfm::wfm_link::WfmLink {
            id: rollcall_domain::WfmLinkId::new(uuid::Uuid::from_u128(51)),
            business_unit: rollcall_domain::BusinessUnitId::new(uuid::Uuid::from_u128(11)),
            acd_id: "4472".into(),
            enabled: true,
            ..site.link().await
        };
        let id = other.id;
        site.write(move |tx| rollcall_storage::wfm::wfm_link::insert(tx, &other)).await;
        site.until("the other link is read", async || {
            let pull = site.read(move |tx| wfm_schedule_pull::get(tx, id)).await;
            pull.is_some_and(|pull| pull.pulled_at.is_some())
        })
        .await;
        assert_eq!(site.pull().await, None);
        site.set_up(|link| link.enabled = true).await;
        site.kept_is(1, &["a"]).await;
        reader.stop().await;
    });
}

#[test]
fn a_failing_wfm_is_told_and_asked_again() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..2).await;
        site.plan((0..1_500).map(|n| site.activity(&format!("n{n:04}"), 1, n % 600)));
        let limited = Fault::RateLimited { retry_after_s: Some(7) };
        site.simulator.arm([
            FaultOrder::once(Fault::Error500).on(Route::Schedules),
            FaultOrder::once(limited).on(Route::Schedules),
            FaultOrder::once(Fault::BrokenCursor),
        ]);
        let reader = site.reader().await;
        for told in ["it answered 500", "it answered 429", "it answered 400 invalid_cursor"] {
            site.until(told, async || {
                let problem = site.pull().await.and_then(|pull| pull.problem);
                problem.is_some_and(|problem| problem.contains(told))
            })
            .await;
            site.advance(SignedDuration::from_mins(2));
        }
        site.until("it is up to date", async || {
            site.pull().await.is_some_and(|pull| pull.pulled_at.is_some())
        })
        .await;
        let pull = site.pull().await.unwrap();
        assert_eq!((pull.problem, pull.problem_at, pull.failures), (None, None, 0));
        assert_eq!(site.kept(1).await.len(), 1_500);
        reader.stop().await;
    });
}

#[test]
fn changes_that_are_forgotten_lead_to_a_whole_read() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..2).await;
        site.plan([site.activity("a", 1, 1), site.activity("b", 1, 2)]);
        let reader = site.reader().await;
        site.pulled().await;
        // The WFM forgets its changes, and one of the activities with them.
        site.simulator.reset();
        site.plan([site.activity("b", 1, 2), site.activity("c", 1, 3)]);
        site.advance(INTERVAL);
        let pull = site.pulled().await;
        assert_eq!(site.kept(1).await, ["b", "c"]);
        assert_eq!((pull.stage, pull.problem), (Stage::Following, None));

        // A WFM that never tells changes is not read whole all the time.
        let reads = site.calls(Route::Schedules);
        site.simulator.arm([FaultOrder::once(Fault::CursorGone).times(99)]);
        site.advance(INTERVAL);
        site.until("that is told", async || {
            let problem = site.pull().await.and_then(|pull| pull.problem);
            problem.is_some_and(|problem| problem.contains("410 cursor_gone"))
        })
        .await;
        assert_eq!(site.calls(Route::Schedules), reads + 1);
        assert_eq!(site.pull().await.unwrap().next_at, site.clock.now() + INTERVAL);
        assert_eq!(site.kept(1).await, ["b", "c"]);
        reader.stop().await;
    });
}

#[test]
fn everything_is_read_again_once_a_day() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.plan([site.activity("a", 1, 1)]);
        let reader = site.reader().await;
        site.pulled().await;
        // Somebody whom nobody knew comes; the WFM has no reason to tell their schedule again.
        site.hire(1..2).await;
        site.advance(INTERVAL);
        site.pulled().await;
        assert_eq!(site.kept(1).await, Vec::<String>::new());
        site.advance(SignedDuration::from_hours(24));
        site.pulled().await;
        assert_eq!(site.kept(1).await, ["a"]);
        reader.stop().await;
    });
}

#[test]
fn a_wfm_without_schedules_says_so() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let wrap = |inner| {
            let target: Arc<dyn rollcall_connector::wfm::WfmTarget> =
                Arc::new(Squeamish { inner, cannot_bear: 0 });
            target
        };
        let reader = site.reader_with(Arc::new(Wrapped(site.targets(), wrap))).await;
        site.until("it is told", async || {
            let problem = site.pull().await.and_then(|pull| pull.problem);
            problem.as_deref() == Some("This way to the WFM tells no schedules.")
        })
        .await;
        assert_eq!(site.simulator.stats().requests, 0);
        reader.stop().await;
    });
}

#[test]
fn one_node_of_several_reads_a_link() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.hire(1..2).await;
        site.plan((0..3_000).map(|n| site.activity(&format!("n{n:04}"), 1, n % 600)));
        // On a file that one process serves, a start frees what another holds: all start before there is work.
        site.set_up(|link| link.enabled = false).await;
        let readers = [site.reader().await, site.reader().await, site.reader().await];
        site.set_up(|link| link.enabled = true).await;
        for _ in 0..3 {
            site.pulled().await;
            site.advance(INTERVAL);
        }
        site.pulled().await;
        assert_eq!(site.kept(1).await.len(), 3_000);
        let calls = (site.calls(Route::Schedules), site.calls(Route::ScheduleChanges));
        assert_eq!(calls, (3, 4));
        for reader in readers {
            reader.stop().await;
        }
    });
}

#[test]
fn a_reading_that_was_killed_goes_on_at_its_page() {
    on_each_address(async |database| {
        let site = Site::new(Storage::open(&database).await.unwrap()).await;
        site.hire(1..2).await;
        site.plan((0..3_500).map(|n| site.activity(&format!("n{n:04}"), 1, n % 600)));
        let slow = |over_ms| FaultOrder::once(Fault::SlowBody { over_ms }).on(Route::Schedules);
        site.simulator.arm([slow(0), slow(0), slow(900)]);
        let dying = site.reader_on_its_own(&database);
        site.until("two pages are kept", async || site.kept(1).await.len() == 2_000).await;
        dying.shutdown_background();
        let place = site.pull().await.unwrap().stage;
        assert!(matches!(place, Stage::Reading(Some(_))), "{place:?}");

        let reader = site.reader().await;
        if !site.storage.is_sole_writer() {
            // On a server with several nodes, the hold of the dead has to run out first.
            site.advance(SignedDuration::from_secs(121));
        }
        site.until("it is up to date", async || {
            site.pull().await.is_some_and(|pull| pull.pulled_at.is_some())
        })
        .await;
        assert_eq!(site.kept(1).await.len(), 3_500);
        let pages = site.calls(Route::Schedules);
        assert!((4..=5).contains(&pages), "{pages} pages were read");
        reader.stop().await;
    });
}

impl Site {
    /// A reader on a runtime of its own, which can be thrown away with everything on it.
    fn reader_on_its_own(&self, database: &Database) -> tokio::runtime::Runtime {
        let own = runtime();
        let (clock, ids, database) = (self.clock.clone(), self.ids.clone(), database.clone());
        let targets = Arc::new(self.targets());
        own.spawn(async move {
            let storage = Storage::open(&database).await.unwrap();
            let reader = Schedules::start(ScheduleOptions { storage, clock, ids, targets }).await;
            std::future::pending::<()>().await;
            drop(reader);
        });
        own
    }
}

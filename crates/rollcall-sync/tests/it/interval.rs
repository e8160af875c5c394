//! History goes to the WFM: what happened, once, and again when it was not so.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use rollcall_app::App;
use rollcall_app::agent::{
    AfterContact, AgentEvent, AgentWish, Contact, ContactKind, Logout, Medium,
};
use rollcall_app::history::{
    FeedSettings, IntervalBatch, QueueOrigin, QueueTable, QueueTold, Scope,
};
use rollcall_app::secret::Sealer;
use rollcall_connector::ConnectorError;
use rollcall_connector::history::{HistoryFile, HistoryReceipt, HistoryTarget};
use rollcall_connector::wfm::Answer;
use rollcall_domain::interval::entry::{Entry, NamedQueue, SourceName};
use rollcall_domain::interval::queue::{Outcome, QueueContact, Thresholds};
use rollcall_domain::interval::{AgentTotals, Kind, Quarter, QueueTotals, Span};
use rollcall_domain::source::Actor;
use rollcall_domain::{Clock, TenantId};
use rollcall_storage::wfm::wfm_link::WfmLink;
use rollcall_storage::{Storage, interval::interval_delivery, interval::interval_mark};
use rollcall_sync::{History, HistoryOptions, HistoryTargets};
use simulator_iex::{Fault, FaultOrder, HistoryInterval, HistoryKind, Route};
use tokio::sync::Semaphore;

use crate::database::on_each_database;
use crate::sample::{agent_number, employee_id};
use crate::site::Site;
use crate::target::RealTargets;

/// A site with a feed, and what a test does there.
struct Desk {
    site: Site,
    app: App,
}

impl Desk {
    async fn new(storage: Storage) -> Self {
        let site = Site::new(storage.clone()).await;
        site.hire(1..4).await;
        let app =
            App::new(storage, site.clock.clone(), site.ids.clone(), Sealer::new(&[7; 32]).unwrap());
        let settings =
            FeedSettings { time_zone: "Europe/Prague".into(), ..FeedSettings::default() };
        app.set_history_feed(Site::TENANT, Actor::System, Site::LINK, settings).await.unwrap();
        Self { site, app }
    }

    async fn history(&self) -> History {
        self.history_with(self.site.targets()).await
    }

    async fn history_with(&self, targets: impl HistoryTargets) -> History {
        History::start(HistoryOptions {
            storage: self.site.storage.clone(),
            clock: self.site.clock.clone(),
            ids: self.site.ids.clone(),
            targets: Arc::new(targets),
        })
        .await
    }

    fn minutes(&self, minutes: i64) {
        self.site.advance(SignedDuration::from_mins(minutes));
    }

    fn now(&self) -> Timestamp {
        self.site.clock.now()
    }

    async fn log_in(&self, number: u32) {
        self.app.log_in_agent(Site::TENANT, employee_id(number)).await.unwrap();
    }

    async fn act(&self, number: u32, event: AgentEvent) {
        self.app.act_for_agent(Site::TENANT, employee_id(number), event).await.unwrap();
    }

    fn held(&self, kind: HistoryKind) -> Vec<HistoryInterval> {
        self.site.simulator.history(Site::ACD, kind)
    }

    /// Waits until nothing that is due is left.
    async fn settled(&self) {
        self.site
            .until("the history is told", async || {
                let feed = self.app.history_feed(Site::TENANT, Site::LINK).await.unwrap().unwrap();
                let settle = SignedDuration::from_secs(feed.feed.settle_s);
                let settled = Quarter::of(self.now().checked_sub(settle).unwrap()).start();
                feed.due == 0 && feed.feed.marked_until >= settled
            })
            .await;
    }

    /// As many files arrived, whatever became of them.
    fn files(&self) -> usize {
        let journal = self.site.simulator.journal(0);
        journal.iter().filter(|entry| entry.route == Route::History).count()
    }
}

fn call(id: &str) -> Contact {
    Contact { id: id.into(), kind: ContactKind::Inbound, medium: Medium::Voice }
}

fn from_sales(id: &str, offered_at: Option<Timestamp>) -> AgentEvent {
    let origin = QueueOrigin { queue: "12".into(), name: Some("Sales".into()), offered_at };
    AgentEvent::BeginQueued(call(id), origin)
}

fn end(id: &str) -> AgentEvent {
    AgentEvent::EndContact { id: id.into(), then: AfterContact::Work }
}

#[test]
fn an_interval_is_told_when_it_has_settled_and_adds_up() {
    on_each_database(async |storage| {
        let desk = Desk::new(storage).await;
        let history = desk.history().await;
        desk.log_in(1).await;
        desk.minutes(2);
        desk.act(1, AgentEvent::Set(AgentWish::Available)).await;
        desk.minutes(3);
        desk.act(1, AgentEvent::BeginContact(call("a"))).await;
        desk.minutes(4);
        desk.act(1, end("a")).await;
        desk.minutes(1);
        desk.act(1, AgentEvent::Set(AgentWish::Available)).await;
        desk.minutes(6);
        desk.site.advance(SignedDuration::from_secs(59));
        assert_eq!(desk.files(), 0, "it has not settled");
        desk.site.advance(SignedDuration::from_secs(1));
        desk.settled().await;
        let held = desk.held(HistoryKind::Agents);
        assert_eq!(held.len(), 1);
        let row = &held[0].rows[0];
        assert_eq!(row[3], agent_number(1).to_string());
        assert_eq!(row[4], "Ana Person1");
        // avail, work, talk, pause, wait, wrap-up, answered
        assert_eq!(row[5..12], ["780", "900", "240", "120", "480", "60", "1"]);
        let idle: Vec<_> = held[0].rows[1..].iter().map(|row| (&row[3], &row[6])).collect();
        let zero = "0".to_owned();
        let numbers = [agent_number(2).to_string(), agent_number(3).to_string()];
        assert_eq!(idle, [(&numbers[0], &zero), (&numbers[1], &zero)]);
        assert!(desk.held(HistoryKind::Queues).is_empty(), "there are no queues");
        // A time that goes on is cut at the boundary; nobody was there in the quarter after.
        desk.act(1, AgentEvent::LogOut(Logout::Idle)).await;
        desk.minutes(30);
        desk.settled().await;
        let held = desk.held(HistoryKind::Agents);
        let logged_in: Vec<_> = held.iter().map(|one| one.rows[0][6].as_str()).collect();
        assert_eq!(logged_in, ["900", "120", "0"]);
        assert!(held.iter().all(|one| one.corrections == 0 && one.revision == 1));
        history.stop().await;
    });
}

#[test]
fn what_comes_late_is_told_as_a_correction() {
    on_each_database(async |storage| {
        let desk = Desk::new(storage).await;
        let history = desk.history().await;
        let begin = desk.now();
        desk.log_in(1).await;
        desk.act(1, AgentEvent::Set(AgentWish::Available)).await;
        desk.minutes(1);
        desk.act(1, from_sales("a", Some(begin))).await;
        desk.act(1, from_sales("a", Some(begin))).await;
        desk.minutes(17);
        desk.settled().await;
        let row = desk.held(HistoryKind::Queues)[0].rows[0].clone();
        assert_eq!(row[..5], ["15", "20261121", "00:00", "12", "Sales"]);
        assert_eq!((&*row[5], &*row[9], &*row[10], &*row[12]), ("1", "1", "60", "0"));
        // The call of the first quarter ends in the second: its talk belongs to the first.
        desk.minutes(2);
        desk.act(1, end("a")).await;
        desk.settled().await;
        let first = || desk.held(HistoryKind::Queues)[0].clone();
        assert_eq!((&*first().rows[0][12], first().corrections), ("1140", 1));
        desk.minutes(1);
        desk.act(1, AgentEvent::Set(AgentWish::Available)).await;
        desk.settled().await;
        assert_eq!((&*first().rows[0][13], first().corrections), ("60", 2));
        // An importer tells of one who gave up, an hour late and twice.
        desk.minutes(60);
        for _ in 0..2 {
            desk.app.tell_queue_contact(Site::TENANT, abandoned("b", begin)).await.unwrap();
        }
        desk.settled().await;
        assert_eq!((&*first().rows[0][5], &*first().rows[0][7]), ("2", "1"));
        assert_eq!((first().corrections, first().revision), (3, 4));
        // People's own quarters did not change.
        assert!(desk.held(HistoryKind::Agents).iter().all(|one| one.corrections == 0));
        history.stop().await;
    });
}

#[test]
fn what_an_importer_delivers_late_is_told_as_a_correction() {
    on_each_database(async |storage| {
        let desk = Desk::new(storage).await;
        let history = desk.history().await;
        let first = Quarter::of(desk.now());
        desk.app
            .tell_queue_contact(Site::TENANT, abandoned("b", desk.now()))
            .await
            .expect("it is taken");
        desk.minutes(20);
        desk.settled().await;
        let queue = || desk.held(HistoryKind::Queues)[0].clone();
        assert_eq!((&*queue().rows[0][5], queue().corrections), ("1", 0));
        let deliver = async |revision, offered| {
            let totals = QueueTotals { offered, ..QueueTotals::default() };
            let subject = NamedQueue { queue: "12".into(), name: None };
            let worked = AgentTotals { logged_in_s: 60, available_s: 60, ..AgentTotals::default() };
            let batch = IntervalBatch {
                unit: Site::UNIT,
                source: SourceName::parse("uccx").unwrap(),
                revision,
                queues: vec![Entry { subject, quarter: first, totals }],
                agents: vec![Entry { subject: agent_number(1), quarter: first, totals: worked }],
            };
            desk.app.deliver_intervals(Site::TENANT, batch).await.unwrap().taken
        };
        assert_eq!(deliver(1, 7).await, 2);
        desk.settled().await;
        assert_eq!((&*queue().rows[0][5], queue().corrections, queue().revision), ("7", 1, 2));
        let person = desk.held(HistoryKind::Agents)[0].clone();
        assert_eq!((&*person.rows[0][6], person.corrections), ("60", 1));
        let files = desk.files();
        // Again, and with a higher revision that says the same: nothing is sent.
        assert_eq!(deliver(1, 7).await, 0);
        assert_eq!(deliver(2, 7).await, 2);
        desk.settled().await;
        assert_eq!(desk.files(), files);
        assert_eq!(deliver(3, 8).await, 2);
        desk.settled().await;
        assert_eq!((&*queue().rows[0][5], queue().corrections), ("8", 2));
        history.stop().await;
    });
}

fn abandoned(contact: &str, offered_at: Timestamp) -> QueueTold {
    let left_at = offered_at.checked_add(SignedDuration::from_secs(30)).unwrap();
    QueueTold {
        unit: Site::UNIT,
        contact: contact.into(),
        queue: "12".into(),
        name: None,
        account: QueueContact {
            revision: 0,
            offered_at,
            outcome: Outcome::Abandoned,
            left_at: Some(left_at),
            came_over: false,
        },
    }
}

#[test]
fn yesterday_is_looked_at_again_in_the_night_and_sent_only_where_it_differs() {
    on_each_database(async |storage| {
        let desk = Desk::new(storage).await;
        let history = desk.history().await;
        desk.log_in(1).await;
        desk.minutes(24 * 60 + 30);
        desk.settled().await;
        let files = desk.files();
        assert_eq!(desk.held(HistoryKind::Agents).len(), 97);
        // A quarter that was told falsely, as after a restored backup: only that one is sent again.
        desk.site
            .write(|tx| {
                let quarter = Quarter::of(desk_start());
                let key = interval_delivery::Key { link: Site::LINK, kind: Kind::Agents, quarter };
                interval_delivery::begin(tx, key, "something else")?;
                interval_delivery::confirm(tx, key, 2, 1, desk_start())
            })
            .await;
        // Two o'clock in Prague is one o'clock UTC.
        desk.minutes(32);
        desk.site
            .until("yesterday is told again", async || {
                let state = desk.app.history_feed(Site::TENANT, Site::LINK).await.unwrap().unwrap();
                state.due == 0 && state.feed.rebuilt_day.to_string() == "2026-11-21"
            })
            .await;
        // Quarters that became due meanwhile, and the one that differed.
        assert_eq!(desk.files(), files + 3 + 1);
        assert_eq!(desk.held(HistoryKind::Agents)[0].revision, 3);
        history.stop().await;
    });
}

fn desk_start() -> Timestamp {
    Timestamp::from_millisecond(crate::world::START_MS).unwrap()
}

#[test]
fn a_wfm_that_fails_gets_everything_in_the_end_and_nothing_twice() {
    for fault in [
        Fault::Error500,
        Fault::RateLimited { retry_after_s: Some(1) },
        Fault::ExpiredToken,
        Fault::TimeoutAfterApplying { hold_ms: 3_000 },
    ] {
        on_each_database(async |storage| after(fault, storage).await);
    }
}

async fn after(fault: Fault, storage: Storage) {
    let desk = Desk::new(storage).await;
    let history = desk.history().await;
    desk.log_in(1).await;
    desk.site.simulator.arm([FaultOrder::once(fault).on(Route::History)]);
    desk.minutes(17);
    let feed = async || desk.app.history_feed(Site::TENANT, Site::LINK).await.unwrap().unwrap();
    desk.site
        .until("the history is told", async || {
            // Whoever waits for the next try has it.
            let state = feed().await;
            if state.feed.next_at > desk.now() {
                desk.site.advance(state.feed.next_at.duration_since(desk.now()));
            }
            state.feed.sent_at.is_some() && state.due == 0
        })
        .await;
    assert!(desk.site.simulator.waiting_faults().is_empty(), "{fault:?} struck");
    let feed = feed().await.feed;
    assert_eq!((feed.failures, feed.problem), (0, None), "{fault:?}");
    let held = desk.held(HistoryKind::Agents);
    assert_eq!((held[0].revision, held[0].corrections), (1, 0), "{fault:?}");
    history.stop().await;
}

/// Keeps the answers back until the gate gives a permit for each.
struct Stalling {
    inner: Arc<dyn HistoryTarget>,
    gate: Arc<Semaphore>,
}

impl HistoryTarget for Stalling {
    fn put<'a>(&'a self, file: &'a HistoryFile) -> Answer<'a, HistoryReceipt> {
        Box::pin(async move {
            let receipt = self.inner.put(file).await;
            self.gate.acquire().await.unwrap().forget();
            receipt
        })
    }
}

struct Stalled(RealTargets, Arc<Semaphore>);

impl HistoryTargets for Stalled {
    fn open_history(
        &self,
        tenant: TenantId,
        link: &WfmLink,
    ) -> Result<Arc<dyn HistoryTarget>, ConnectorError> {
        let inner = self.0.open_history(tenant, link)?;
        Ok(Arc::new(Stalling { inner, gate: Arc::clone(&self.1) }))
    }
}

impl HistoryTarget for Looking {
    fn put<'a>(&'a self, file: &'a HistoryFile) -> Answer<'a, HistoryReceipt> {
        Box::pin(async move {
            if self.gate.available_permits() == 0 {
                let (ask_after, within) = (Duration::from_secs(1), Duration::from_secs(60));
                let reason = "it has not acknowledged a file".to_owned();
                return Err(ConnectorError::Pending { ask_after, within, reason });
            }
            self.inner.put(file).await
        })
    }
}

/// Looks at files only once the gate has a permit for it, as a WFM that reads files does.
struct Looking {
    inner: Arc<dyn HistoryTarget>,
    gate: Arc<Semaphore>,
}

struct LookedAt(RealTargets, Arc<Semaphore>);

impl HistoryTargets for LookedAt {
    fn open_history(
        &self,
        tenant: TenantId,
        link: &WfmLink,
    ) -> Result<Arc<dyn HistoryTarget>, ConnectorError> {
        let inner = self.0.open_history(tenant, link)?;
        Ok(Arc::new(Looking { inner, gate: Arc::clone(&self.1) }))
    }
}

#[test]
fn a_wfm_that_looks_at_files_later_fails_nothing_until_it_takes_too_long() {
    on_each_database(async |storage| {
        let desk = Desk::new(storage).await;
        let gate = Arc::new(Semaphore::new(0));
        let history = desk.history_with(LookedAt(desk.site.targets(), Arc::clone(&gate))).await;
        desk.log_in(1).await;
        let feed =
            async || desk.app.history_feed(Site::TENANT, Site::LINK).await.unwrap().unwrap().feed;
        desk.minutes(17);
        desk.site.until("it waits for the WFM", async || feed().await.problem_at.is_some()).await;
        assert_eq!((feed().await.failures, feed().await.problem), (0, None));
        desk.minutes(2);
        desk.site
            .until("it says that this takes too long", async || feed().await.problem.is_some())
            .await;
        assert_eq!(feed().await.failures, 0);
        gate.add_permits(1);
        desk.minutes(1);
        desk.settled().await;
        assert_eq!((feed().await.problem, feed().await.problem_at), (None, None));
        assert_eq!(desk.held(HistoryKind::Agents)[0].revision, 1, "it is the same content");
        history.stop().await;
    });
}

#[test]
fn a_stalled_node_settles_nothing_once_another_has_taken_over() {
    on_each_database(async |storage| {
        let desk = Desk::new(storage).await;
        let gate = Arc::new(Semaphore::new(0));
        let stalled = desk.history_with(Stalled(desk.site.targets(), Arc::clone(&gate))).await;
        let begin = desk.now();
        desk.app.tell_queue_contact(Site::TENANT, abandoned("a", begin)).await.unwrap();
        desk.minutes(17);
        let arrived = || desk.held(HistoryKind::Agents).len() == 1;
        desk.site.until("its file arrived", async || arrived()).await;
        // Its lease runs out; another takes over.
        desk.minutes(3);
        let second = desk.history().await;
        desk.settled().await;
        desk.app.tell_queue_contact(Site::TENANT, abandoned("b", begin)).await.unwrap();
        desk.settled().await;
        let deliveries = || async {
            let span = Span::one(Quarter::of(begin));
            desk.app.deliveries(Site::TENANT, Site::LINK, Kind::Queues, span).await.unwrap()
        };
        let before = deliveries().await;
        gate.add_permits(100);
        stalled.stop().await;
        assert_eq!(deliveries().await, before);
        let held = &desk.held(HistoryKind::Queues)[0];
        assert_eq!((&*held.rows[0][7], held.revision), ("2", 2));
        second.stop().await;
    });
}

#[test]
fn who_dies_between_sending_and_settling_leaves_nothing_wrong() {
    on_each_database(async |storage| {
        let desk = Desk::new(storage).await;
        let begin = desk.now();
        let gate = Arc::new(Semaphore::new(0));
        let history = desk.history_with(Stalled(desk.site.targets(), Arc::clone(&gate))).await;
        desk.log_in(1).await;
        desk.minutes(17);
        desk.site
            .until("its file arrived", async || !desk.held(HistoryKind::Agents).is_empty())
            .await;
        // Dropped, its turn is never heard of again.
        drop(history);
        desk.minutes(3);
        let again = desk.history().await;
        desk.settled().await;
        let span = Span::one(Quarter::of(begin));
        let told = desk.app.deliveries(Site::TENANT, Site::LINK, Kind::Agents, span).await.unwrap();
        assert_eq!((told[0].1.revision, told[0].1.corrections), (1, 0));
        assert_eq!(told[0].1.pending, None);
        assert_eq!(desk.held(HistoryKind::Agents)[0].corrections, 0);
        again.stop().await;
    });
}

#[test]
fn a_wfm_that_is_ahead_is_overtaken() {
    on_each_database(async |storage| {
        let desk = Desk::new(storage).await;
        let begin = desk.now();
        let file = HistoryFile {
            kind: Kind::Agents,
            quarter: Quarter::of(begin),
            revision: 40,
            text: String::new(),
        };
        let target = desk.site.targets().open_history(Site::TENANT, &desk.site.link().await);
        target.unwrap().put(&file).await.unwrap();
        let history = desk.history().await;
        desk.log_in(1).await;
        desk.minutes(17);
        desk.site
            .until("it is told", async || {
                desk.site.advance(SignedDuration::from_secs(1));
                desk.held(HistoryKind::Agents)[0].revision == 41
            })
            .await;
        assert_eq!(desk.held(HistoryKind::Agents)[0].rows.len(), 3);
        history.stop().await;
    });
}

/// Reliability: whatever the order in which accounts are delivered, and however often, the totals are the same.
#[test]
fn deliveries_in_any_order_give_the_same_totals() {
    on_each_database(async |storage| {
        let desk = Desk::new(storage).await;
        let begin = desk.now();
        desk.minutes(240);
        let mut runner = TestRunner::deterministic();
        let account = (0_u8..12, 0_i64..2, 0_usize..4, 0_i64..7_200, 0_i64..600);
        let cases = proptest::collection::vec(account, 1..40);
        for round in 0..12 {
            let accounts = cases.new_tree(&mut runner).unwrap().current();
            let mut found = Vec::new();
            for order in 0..2 {
                let mut told: Vec<QueueTold> = accounts
                    .iter()
                    .map(|account| telling(begin, &format!("q{round}-{order}"), *account))
                    .collect();
                if order == 1 {
                    told.reverse();
                    let again: Vec<QueueTold> = told.iter().step_by(2).cloned().collect();
                    told.extend(again);
                }
                for one in told {
                    desk.app.tell_queue_contact(Site::TENANT, one).await.unwrap();
                }
                found.push(totals(&desk, &format!("q{round}-{order}"), begin).await);
            }
            assert_eq!(found[0], found[1], "{accounts:?}");
        }
        // Nothing but marks is left to do: one for each quarter.
        let due = desk.site.read(|tx| interval_mark::tally(tx, Site::LINK, Timestamp::MAX)).await;
        assert!(due <= 9, "{due}");
    });
}

fn telling(
    begin: Timestamp,
    queue: &str,
    (id, revision, outcome, offered_s, waited_s): (u8, i64, usize, i64, i64),
) -> QueueTold {
    let after = |seconds| begin.checked_add(SignedDuration::from_secs(seconds)).unwrap();
    let outcome = Outcome::ALL[outcome];
    let left_at = (outcome != Outcome::Waiting).then(|| after(offered_s + waited_s));
    QueueTold {
        unit: Site::UNIT,
        contact: id.to_string(),
        queue: queue.to_owned(),
        name: None,
        account: QueueContact {
            revision,
            offered_at: after(offered_s),
            outcome,
            left_at,
            came_over: false,
        },
    }
}

async fn totals(
    desk: &Desk,
    queue: &str,
    begin: Timestamp,
) -> Vec<rollcall_domain::interval::QueueTotals> {
    let thresholds = Thresholds { service_level_s: 20, short_abandon_s: 5 };
    let scope = Scope { unit: Site::UNIT, link: None, thresholds };
    let first = Quarter::of(begin);
    let span = Span { first, end: first.plus(9) };
    let table = desk.site.read(move |tx| QueueTable::read(tx, &scope, span)).await;
    let place = table.queues.iter().position(|one| one.queue == queue).unwrap();
    span.quarters().map(|quarter| table.totals(place, quarter)).collect()
}

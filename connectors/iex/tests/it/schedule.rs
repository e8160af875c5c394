//! Schedules: read whole, then followed.

use jiff::Timestamp;
use rollcall_connector::ConnectorError;
use rollcall_connector::schedule::{AgentActivity, ScheduleChange, ScheduleSource};
use rollcall_connector::wfm::WfmTarget as _;
use rollcall_domain::wfm::schedule::{self, Window};
use simulator_iex::{Activity, Fault, FaultOrder, Options, Route};

use crate::site::{ACD, Site};

fn at(hours: i64) -> Timestamp {
    Timestamp::from_second(1_795_219_200 + hours * 3_600).unwrap()
}

/// Something to do for an hour.
fn theirs(id: &str, uuid: &str, hour: i64) -> Activity {
    Activity {
        activity_id: id.into(),
        uuid: uuid.into(),
        activity_name: "Open".into(),
        activity_code: (id == "a").then(|| "OPEN".into()),
        start: at(hour),
        end: at(hour + 1),
    }
}

fn ours(id: &str, agent_number: i64, hour: i64) -> AgentActivity {
    AgentActivity {
        agent_number,
        activity: schedule::Activity {
            external_id: id.into(),
            name: "Open".into(),
            code: (id == "a").then(|| "OPEN".into()),
            starts_at: at(hour),
            ends_at: at(hour + 1),
        },
    }
}

const DAY: i64 = 24;

fn window() -> Window {
    Window { from: at(0), until: at(DAY) }
}

fn source(site: &Site) -> &dyn ScheduleSource {
    site.iex.schedules().expect("it tells schedules")
}

#[tokio::test]
async fn a_window_is_read_in_pages() {
    let site = Site::start(Options::default()).await;
    let many = (0..1_200).map(|n| theirs(&format!("{n:04}"), "10000001", n % DAY));
    site.simulator.put_activities(ACD, many);
    site.simulator.put_activities(ACD, [theirs("late", "10000001", DAY)]);
    let first = source(&site).window(window(), None).await.unwrap();
    let second = source(&site).window(window(), first.next_cursor.as_deref()).await.unwrap();
    assert_eq!((first.activities.len(), second.activities.len()), (1_000, 200));
    assert_eq!(first.activities[1], ours("0001", 10_000_001, 1));
    assert_eq!(second.next_cursor, None);
}

#[tokio::test]
async fn changes_go_on_where_the_first_page_was() {
    let site = Site::start(Options::default()).await;
    let both = [theirs("a", "10000001", 1), theirs("b", "10000002", 2)];
    site.simulator.put_activities(ACD, both);
    let page = source(&site).window(window(), None).await.unwrap();
    assert_eq!(page.activities, [ours("a", 10_000_001, 1), ours("b", 10_000_002, 2)]);
    let still = source(&site).changes(&page.changes_cursor).await.unwrap();
    assert_eq!((still.changes, still.more), (vec![], false));
    site.simulator.put_activities(ACD, [theirs("a", "10000002", 3)]);
    site.simulator.delete_activities(ACD, ["b"]);
    let found = source(&site).changes(&page.changes_cursor).await.unwrap();
    let expected =
        [ScheduleChange::Put(ours("a", 10_000_002, 3)), ScheduleChange::Deleted("b".into())];
    assert_eq!(found.changes, expected);
    let end = source(&site).changes(&found.next_cursor).await.unwrap();
    assert_eq!((end.changes, end.more), (vec![], false));
}

#[tokio::test]
async fn what_cannot_be_understood_is_left_out_and_counted() {
    let site = Site::start(Options::default()).await;
    site.simulator.put_activities(ACD, [theirs("a", "10000001", 1)]);
    let cursor = source(&site).window(window(), None).await.unwrap().changes_cursor;
    let endless = Activity { end: at(1_000), ..theirs("a", "10000001", 1) };
    let nobody = theirs("b", "someone", 2);
    let nameless = Activity { activity_name: String::new(), ..theirs("c", "10000001", 3) };
    site.simulator.put_activities(ACD, [endless, nobody, nameless, theirs("d", "10000001", 4)]);
    let page = source(&site).window(window(), None).await.unwrap();
    assert_eq!((page.activities, page.unreadable), (vec![ours("d", 10_000_001, 4)], 3));
    let found = source(&site).changes(&cursor).await.unwrap();
    let gone = ["a", "b", "c"].map(|id| ScheduleChange::Deleted(id.into()));
    assert_eq!(found.changes[..3], gone);
    assert_eq!((found.changes.len(), found.unreadable), (4, 3));
}

#[tokio::test]
async fn each_fault_has_its_kind() {
    let site = Site::start(Options::default()).await;
    let cursor = source(&site).window(window(), None).await.unwrap().changes_cursor;
    let reason = |text: &str| text.to_owned();
    let limited = ConnectorError::RateLimited {
        retry_after: None,
        reason: reason("it answered 429 rate_limited"),
    };
    let gone = ConnectorError::NotFound { reason: reason("it answered 410 cursor_gone") };
    for (fault, expected) in [
        (Fault::RateLimited { retry_after_s: None }, limited),
        (Fault::Error500, ConnectorError::Transient { reason: reason("it answered 500 internal") }),
        (Fault::CursorGone, gone),
    ] {
        site.simulator.arm([FaultOrder::once(fault).on(Route::ScheduleChanges)]);
        assert_eq!(source(&site).changes(&cursor).await, Err(expected));
    }
    site.simulator.arm([FaultOrder::once(Fault::BrokenCursor)]);
    let broken = source(&site).window(window(), Some("a")).await;
    assert!(matches!(broken, Err(ConnectorError::Rejected { .. })), "{broken:?}");
    site.simulator.arm([FaultOrder::once(Fault::ExpiredToken)]);
    assert!(source(&site).changes(&cursor).await.is_ok(), "with a fresh token");
}

//! Intervals of a day, their file, and files that people bring.

use std::fmt::Write as _;

use axum::http::StatusCode;
use jiff::SignedDuration;
use rollcall_app::agent::{AgentEvent, AgentWish, Contact, ContactKind, Medium};
use rollcall_app::history::{FeedSettings, QueueOrigin};
use rollcall_domain::interval::Quarter;
use rollcall_domain::source::Actor;

use crate::site::{Browser, Site, text};

async fn feed(site: &Site) {
    let settings = FeedSettings { time_zone: "Europe/Prague".into(), ..FeedSettings::default() };
    site.app.set_history_feed(site.tenant, Actor::System, site.link, settings).await.unwrap();
}

/// A file of a queue with so many days until yesterday.
fn days(site: &Site, queue: &str, days: i64) -> String {
    let mut text = "start,queue,offered,answered,abandoned,aht\n".to_owned();
    let day = 24 * 60 * 60;
    let today = site.app.now().as_second() / day * day;
    let end = Quarter::of(jiff::Timestamp::from_second(today).unwrap());
    for number in 0..days * 96 {
        let start = end.plus(number - days * 96).start();
        writeln!(text, "{start},{queue},3,2,1,180").unwrap();
    }
    text
}

fn form(step: &str, content: &str) -> String {
    let mut encoded = String::new();
    for byte in content.bytes() {
        write!(encoded, "%{byte:02X}").unwrap();
    }
    format!("step={step}&content={encoded}")
}

async fn send(
    browser: &Browser<'_>,
    path: &str,
    step: &str,
    content: &str,
) -> (StatusCode, String) {
    let answer = browser.post(path, &form(step, content)).await;
    let status = answer.status();
    if status == StatusCode::SEE_OTHER {
        return (status, browser.follow(answer).await);
    }
    (status, text(answer).await)
}

#[tokio::test]
async fn a_day_is_shown_of_people_and_of_queues() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let path = format!("/wfm/{}/history", site.link);
    let page = browser.get(&path).await;
    assert!(page.contains("has not switched the history feed on"), "{page}");
    assert!(page.contains("Nothing happened on this day"), "{page}");
    feed(&site).await;
    let ana = site.join("=Ana", "Berg").await;
    let act = async |event| {
        site.app.act_for_agent(site.tenant, ana, event).await.unwrap();
    };
    site.app.log_in_agent(site.tenant, ana).await.unwrap();
    act(AgentEvent::Set(AgentWish::Available)).await;
    site.clock.forward(SignedDuration::from_mins(20));
    let contact = Contact { id: "c".into(), kind: ContactKind::Inbound, medium: Medium::Voice };
    let origin = QueueOrigin { queue: "12".into(), name: Some("Sales".into()), offered_at: None };
    act(AgentEvent::BeginQueued(contact, origin)).await;
    let browser = site.sign_in().await;
    let page = browser.get(&path).await;
    assert!(page.contains("is sent 120 s after its end"), "{page}");
    // The site begins at midnight UTC, which is one o'clock in Prague.
    assert!(
        page.contains(
            "<th scope=\"row\">01:00</th><td class=\"number soft\" data-label=\"No.\">4<"
        )
    );
    assert!(page.contains("data-label=\"Waiting\">15:00<"), "{page}");
    assert!(page.contains("data-label=\"Contacts in\">1<"), "{page}");
    assert!(page.contains("Not sent") && !page.contains("Counted by"), "{page}");
    let page = browser.get(&format!("{path}?kind=queues&subject=12")).await;
    assert!(page.contains("Sales (12)") && page.contains("data-label=\"Answered\">1<"), "{page}");
    let page = browser.get(&format!("{path}?date=2026-10-25")).await;
    assert!(page.contains("100 quarters") && page.contains("Clocks are changed"), "{page}");
    let page = browser.get(&format!("{path}?kind=nonsense&date=nonsense&subject=nobody")).await;
    assert!(page.contains("data-label=\"Waiting\""), "{page}");

    let file = browser.get(&format!("{path}/file?kind=agents")).await;
    assert!(file.starts_with("queue,date_from,interval,agent_id,agent_name,avail_dur,"), "{file}");
    assert!(file.contains(",'=Ana Berg,900,900,0,0,900,0,"), "{file}");
    let file = browser.get(&format!("{path}/file?kind=queues")).await;
    assert!(file.contains("15,20261121,00:15,12,Sales,1,0,0,0,1,"), "{file}");
}

#[tokio::test]
async fn a_file_shows_first_what_it_would_do() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    feed(&site).await;
    let path = format!("/wfm/{}/history/import", site.link);
    assert!(browser.get(&path).await.contains("start,queue,offered,answered,abandoned,aht"));
    let content = days(&site, "12", 15);
    let (status, page) = send(&browser, &path, "check", &content).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Nothing was applied yet") && page.contains("1,440"), "{page}");
    assert!(page.contains("new: nobody has told of it yet"), "{page}");
    assert!(page.contains("sent to the WFM"), "{page}");
    let queues = format!("/wfm/{}/history?kind=queues&date=2026-11-20", site.link);
    assert!(browser.get(&queues).await.contains("Nothing happened on this day"));

    let (_, page) = send(&browser, &path, "take", &content).await;
    assert!(page.contains("1,440 intervals were taken in, from 2026-11-"), "{page}");
    let page = browser.get(&queues).await;
    assert!(page.contains("data-label=\"Offered\">3<"), "{page}");
    assert!(page.contains("data-label=\"Average handling\">3:00<"), "{page}");
    assert!(page.contains("data-label=\"Counted by\">a file<"), "{page}");
    let state = site.app.history_feed(site.tenant, site.link).await.unwrap().unwrap();
    assert_eq!(state.due, 1_439, "each is to be sent, the last one when it has settled");
    let (_, page) = send(&browser, &path, "check", &content).await;
    assert!(page.contains("1,440 of them were brought before and are replaced"), "{page}");
    assert!(browser.get("/audit?kind=history.").await.contains("History brought"));
}

#[tokio::test]
async fn a_file_that_breaks_a_rule_is_refused_whole() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let path = format!("/wfm/{}/history/import", site.link);
    let good = days(&site, "12", 15);
    let bad = good.replacen("3,2,1,180", "3,2,1,-180", 1).replacen("3,2,1,180", "3,,1,180", 1);
    for step in ["check", "take"] {
        let (status, page) = send(&browser, &path, step, &bad).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.contains("The file is refused. Nothing was applied."), "{page}");
        assert!(page.contains("<b>Line 2:</b> aht is no whole number"), "{page}");
        assert!(page.contains("<b>Line 3:</b> answered is empty"), "{page}");
    }
    let (status, page) = send(&browser, &path, "take", &good.replace("12,", "<b>,")).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(!page.contains("<b>,"), "{page}");
    let large = "x".repeat(2 * 1024 * 1024 + 1);
    let (status, page) = send(&browser, &path, "check", &large).await;
    assert_eq!(
        (status, page.contains("larger than 2 MB")),
        (StatusCode::UNPROCESSABLE_ENTITY, true)
    );
    let (status, _) = send(&browser, &path, "check", &"x".repeat(3 * 1024 * 1024)).await;
    assert!(status.is_client_error());
    let lost = "/wfm/019ab0c1-d2e3-7000-8000-ffffffffffff/history/import";
    assert_eq!(send(&browser, lost, "take", &good).await.0, StatusCode::NOT_FOUND);
}

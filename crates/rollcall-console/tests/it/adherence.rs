//! Status mapping, and who is out of adherence.

use axum::http::StatusCode;
use jiff::SignedDuration;
use rollcall_app::agent::{AgentEvent, AgentWish, Contact, ContactKind, Medium};
use rollcall_domain::EmployeeId;
use rollcall_domain::source::Actor;
use rollcall_domain::unavailable_code::CodeName;
use rollcall_domain::wfm::schedule::Activity;
use rollcall_storage::{StorageError, schedule::wfm_schedule};

use crate::site::{Browser, Site};

/// Schedules that the WFM brought: a name, and minutes from now to minutes from now.
pub(crate) async fn schedule(site: &Site, id: EmployeeId, day: &[(&str, i64, i64)]) {
    let now = site.app.now();
    let moment = |minutes| now.checked_add(SignedDuration::from_mins(minutes)).unwrap();
    let activity = |(name, from, to): &(&str, i64, i64)| Activity {
        external_id: format!("{id}-{name}-{from}"),
        name: (*name).to_owned(),
        code: None,
        starts_at: moment(*from),
        ends_at: moment(*to),
    };
    let day: Vec<_> = day.iter().map(|one| (id, activity(one))).collect();
    let link = site.link;
    let kept: Result<(), StorageError> =
        site.storage.write(site.tenant, move |tx| wfm_schedule::put(tx, link, 1, &day)).await;
    kept.unwrap();
    site.app.judge_adherence().await.unwrap();
}

async fn act(site: &Site, id: EmployeeId, event: AgentEvent) {
    site.app.act_for_agent(site.tenant, id, event).await.unwrap();
    site.app.judge_adherence().await.unwrap();
}

async fn said(browser: &Browser<'_>, path: &str, fields: &str) -> String {
    let answer = browser.post(path, fields).await;
    browser.follow(answer).await
}

#[tokio::test]
async fn statuses_are_mapped_once_and_unmapped_ones_come_first() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let page = browser.get("/adherence/mapping").await;
    assert!(page.contains("There is no activity to choose yet"), "{page}");
    let ana = site.join("Ana", "Berg").await;
    schedule(&site, ana, &[("Open", -60, 60), ("Lunch", 60, 90)]).await;
    let page = browser.get("/adherence/mapping").await;
    let (unmapped, mapped) = page.split_once("id=\"mapped-title\"").unwrap();
    assert!(unmapped.contains("Available") && unmapped.contains("Unavailable: Lunch"), "{page}");
    assert!(unmapped.contains("<code>U:Lunch</code>"), "{unmapped}");
    assert!(mapped.contains("Logging out: fits time that is not scheduled"), "{mapped}");
    assert!(mapped.contains("Logging in: fits open time"), "{mapped}");
    let count = unmapped.matches("data-key").count();
    assert!(unmapped.contains(&format!("{count} statuses stand for no activity")), "{unmapped}");

    let path = "/adherence/mapping";
    let done = said(&browser, path, "state=available&activity=Open").await;
    assert!(done.contains("Available stands for Open now."), "{done}");
    assert!(done.contains(&format!("{} statuses stand for no activity", count - 1)), "{done}");
    let twice = said(&browser, path, "state=available&activity=Lunch").await;
    assert!(twice.contains("is used for the activity Open already"), "{twice}");
    assert!(twice.contains("take it off Open first"), "{twice}");
    let off = said(&browser, path, "state=loggedOut&activity=Lunch").await;
    assert!(off.contains("Being logged out stands for no activity"), "{off}");
    for wrong in [
        "state=available&activity=Golf",
        "state=asleep&activity=Open",
        "state=unavailable&code=Golf&activity=Open",
        "state=available&activity=",
    ] {
        assert_eq!(browser.post(path, wrong).await.status(), StatusCode::NOT_FOUND, "{wrong}");
    }
    let kind = said(&browser, "/adherence/mapping/activity", "activity=Lunch&kind=away").await;
    assert!(kind.contains("Away: not at work</td>"), "{kind}");
    let gone = said(&browser, "/adherence/mapping/remove", "state=available").await;
    assert!(gone.contains("Available stands for no activity now."), "{gone}");
    let audit = browser.get("/audit?kind=status_mapping.").await;
    assert!(audit.contains("Status mapped") && audit.contains("taken off"), "{audit}");
    assert!(browser.get("/audit?kind=activity.").await.contains("Activity set"));
}

/// The rows of the page: name, what is scheduled, what they do, and why.
fn rows(page: &str) -> Vec<String> {
    let rows = page.split("<tr id=\"o-").skip(1);
    let plain = |row: &str| {
        let mut text = String::new();
        let mut inside = false;
        for c in row.split("</tr>").next().unwrap().chars().skip_while(|c| *c != '>').skip(1) {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                c if !inside => text.push(c),
                _ => {}
            }
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    rows.map(plain).collect()
}

#[tokio::test]
async fn who_is_out_of_adherence_is_shown_longest_first() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    assert!(browser.get("/adherence").await.contains("Nothing is scheduled yet"));
    let ana = site.join("Ana", "Berg").await;
    let ben = site.join("Ben", "Lund").await;
    let cleo = site.join("Cleo", "Moe").await;
    for id in [ana, ben, cleo] {
        schedule(&site, id, &[("Open", -30, 9), ("Lunch", 9, 50)]).await;
    }
    let mapping = "/adherence/mapping";
    browser.post(mapping, "state=available&activity=Open").await;
    browser.post(mapping, "state=inboundContact&activity=Open").await;
    browser.post(mapping, "state=unavailable&code=Lunch&activity=Lunch").await;
    site.app.judge_adherence().await.unwrap();
    let page = browser.get("/adherence").await;
    assert!(page.contains("3 people are out of adherence"), "{page}");
    for id in [ana, ben] {
        site.app.log_in_agent(site.tenant, id).await.unwrap();
        act(&site, id, AgentEvent::Set(AgentWish::Available)).await;
    }
    let page = browser.part("/adherence", "people").await;
    assert!(page.contains("1 person is out of adherence"), "{page}");
    assert!(page.contains("2 people do what is scheduled"), "{page}");
    assert!(rows(&page)[0].starts_with("Cleo Moe"), "{page}");
    assert!(rows(&page)[0].contains("Open Logged out"), "{page}");
    site.clock.forward(SignedDuration::from_mins(4));
    let lunch = AgentWish::Unavailable(Some(CodeName::parse("Lunch").unwrap()));
    act(&site, ben, AgentEvent::Set(lunch)).await;
    let page = browser.get("/adherence").await;
    let found = rows(&page);
    assert_eq!(found.len(), 2, "{page}");
    // Cleo is out for longer, and is told apart: she has not come.
    assert!(found[0].starts_with("Ben Lund") && found[1].starts_with("Cleo Moe"), "{found:?}");
    let (_, absent) = page.split_once("1 person has not come").unwrap();
    assert_eq!(rows(absent).len(), 1, "{page}");
    assert!(found[0].contains("Open Unavailable: Lunch"), "{found:?}");
    assert!(found[0].contains("Not open"), "{found:?}");
    // The time comes at which lunch is scheduled, and nobody does anything.
    site.clock.forward(SignedDuration::from_mins(6));
    site.app.judge_adherence().await.unwrap();
    let found = rows(&browser.get("/adherence").await);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("Ana Berg") && found[0].contains("Lunch Available"), "{found:?}");
    // A contact is another status, but not another beginning of being out.
    let contact = Contact { id: "c".into(), kind: ContactKind::Inbound, medium: Medium::Voice };
    act(&site, ana, AgentEvent::BeginContact(contact)).await;
    let known = site.app.adherence_of(site.tenant, ana).await.unwrap().unwrap();
    assert!(known.out_since < Some(known.began_at), "{known:?}");
    // What a status stands for holds at once.
    act(&site, cleo, AgentEvent::LogOut(rollcall_app::agent::Logout::Forced)).await;
    let team = site.app.teams(site.tenant).await.unwrap().remove(0).team.id;
    assert_eq!(rows(&browser.get(&format!("/adherence?team={team}")).await).len(), 2);
    let unit = site.app.business_units(site.tenant).await.unwrap().remove(0).id;
    assert_eq!(rows(&browser.get(&format!("/adherence?unit={unit}")).await).len(), 2);
    let other = "019ab0c1-d2e3-7000-8000-ffffffffffff";
    assert_eq!(rows(&browser.get(&format!("/adherence?team={other}")).await).len(), 0);
}

#[tokio::test]
async fn nobody_is_judged_before_they_are_here_and_all_say_one_beginning() {
    let site = Site::new().await;
    let early = site.app.now();
    // A shift that goes on since five hours when somebody is made who never logged in: they are out since now.
    site.clock.forward(SignedDuration::from_hours(5));
    let ana = site.join("Ana", "Berg").await;
    site.clock.forward(SignedDuration::from_mins(10));
    let known_at = site.app.now();
    schedule(&site, ana, &[("Open", -310, 180)]).await;
    site.sign_in().await.post("/adherence/mapping", "state=available&activity=Open").await;
    // Somebody was at work for an hour of theirs before anybody knew what they should do.
    let ben = site.join("Ben", "Lund").await;
    let came_at = site.app.now();
    site.app.log_in_agent(site.tenant, ben).await.unwrap();
    site.app.log_out_agent(site.tenant, Actor::System, ben).await.unwrap();
    site.clock.forward(SignedDuration::from_hours(1));
    schedule(&site, ben, &[("Open", -300, 120)]).await;
    site.clock.forward(SignedDuration::from_mins(30));
    site.app.judge_adherence().await.unwrap();
    // A change that ends what went on, so that events tell of it.
    for id in [ana, ben] {
        let present = site.app.adherence_of(site.tenant, id).await.unwrap().unwrap();
        let began = if id == ana { known_at } else { came_at };
        assert_eq!(present.out_since, Some(began), "{present:?}");
        let day = site.app.adherence_day(site.tenant, id, None).await.unwrap();
        let judged = day.parts.iter().find(|part| part.verdict.is_some()).unwrap();
        assert_eq!(judged.from, began, "the day");
        site.app.log_in_agent(site.tenant, id).await.unwrap();
        site.app.judge_adherence().await.unwrap();
        let window = (early, site.app.now());
        let events = site.app.adherence_events(site.tenant, Some(id), window, None, 9).await;
        assert_eq!(events.unwrap()[0].stretch.from, began, "the events");
    }
    let page = site.sign_in().await.get("/adherence").await;
    assert!(page.contains("2 people do what is scheduled"), "{page}");
    // Whoever comes back is not judged again for what was judged, nor for when they were away.
    site.leave(ana).await;
    site.app.judge_adherence().await.unwrap();
    site.clock.forward(SignedDuration::from_mins(10));
    assert_eq!(site.join("Ana", "Berg").await, ana);
    let back_at = site.app.now();
    site.app.judge_adherence().await.unwrap();
    let present = site.app.adherence_of(site.tenant, ana).await.unwrap().unwrap();
    assert_eq!((present.began_at, present.out_since), (back_at, Some(back_at)));
}

#[tokio::test]
async fn whoever_leaves_is_out_of_the_list_and_their_past_stays() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let ana = site.join("Ana", "Berg").await;
    let began = site.app.now();
    schedule(&site, ana, &[("Open", -30, 120)]).await;
    assert!(browser.get("/adherence").await.contains("Ana Berg"));
    site.clock.forward(SignedDuration::from_mins(10));
    site.leave(ana).await;
    site.app.judge_adherence().await.unwrap();
    assert!(!browser.get("/adherence").await.contains("Ana Berg"));
    let window = (began, site.app.now());
    let events = site.app.adherence_events(site.tenant, Some(ana), window, None, 9).await.unwrap();
    let ends: Vec<_> = events.iter().map(|event| event.stretch.to).collect();
    assert_eq!(ends, [site.app.now()]);
}

/// The cells of the day as text, row by row.
fn told(page: &str) -> Vec<String> {
    let table = page.split("The day as text").nth(1).unwrap_or_default();
    let table = table.split("</table>").next().unwrap_or_default();
    let rows = table.split("<tr>").skip(2);
    let plain = |row: &str| {
        let mut text = String::new();
        for part in row.split('<').skip(1) {
            let words = part.split_once('>').map_or("", |(_, words)| words).trim();
            if !words.is_empty() {
                text = if text.is_empty() { words.to_owned() } else { format!("{text} | {words}") };
            }
        }
        text
    };
    rows.map(plain).collect()
}

#[tokio::test]
async fn a_day_of_a_person_is_told_as_a_line_and_as_text() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let ana = site.join("Ana", "Berg").await;
    let day = format!("/employees/{ana}/adherence");
    assert!(browser.get(&day).await.contains("Nothing is known of this day"));
    // The site begins at midnight UTC.
    schedule(&site, ana, &[("Open", 0, 60), ("Lunch", 60, 90)]).await;
    browser.post("/adherence/mapping", "state=available&activity=Open").await;
    site.app.judge_adherence().await.unwrap();
    site.clock.forward(SignedDuration::from_mins(10));
    site.app.log_in_agent(site.tenant, ana).await.unwrap();
    act(&site, ana, AgentEvent::Set(AgentWish::Available)).await;
    site.clock.forward(SignedDuration::from_mins(20));
    let browser = site.sign_in().await;
    let page = browser.get(&day).await;
    assert_eq!(
        told(&page),
        [
            "00:00 | 00:10 | Open | Logged out | Not open",
            "00:10 | 00:30 | Open | Available | In adherence",
            "00:30 | 01:00 | Open | yet to come | not judged",
            "01:00 | 01:30 | Lunch | yet to come | not judged",
            "01:30 | 24:00 | nothing | yet to come | not judged",
        ],
        "{page}"
    );
    let says = "Out of adherence 1 time, 10 min in all; mostly: not open.";
    assert!(page.contains(says) && page.contains(&format!("aria-label=\"{says}\"")), "{page}");
    let bars = page.matches("<svg class=\"k-out\" x=\"0.000%\" y=\"41\" width=\"0.925%\"").count();
    assert_eq!(bars, 1, "{page}");
    let part = browser.part(&day, "day").await;
    assert!(part.contains("The day as text") && !part.contains("<html"), "{part}");
    // Reachable from the person and from the list; a day that is none is today.
    assert!(browser.get(&format!("/employees/{ana}")).await.contains(&day));
    assert!(browser.get(&format!("{day}?date=nonsense")).await.contains(", today"));
    let before = browser.get(&format!("{day}?date=2026-11-20")).await;
    assert!(before.contains("Nothing is known of this day"), "{before}");
    let nobody = format!("/employees/{}/adherence", uuid::Uuid::nil());
    let answer = site.send(browser.request(&nobody)).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_day_of_a_team_has_a_line_for_each() {
    let site = Site::new().await;
    let ana = site.join("Ana", "Berg").await;
    let ben = site.join("Ben", "Lund").await;
    schedule(&site, ana, &[("Open", 0, 60)]).await;
    site.clock.forward(SignedDuration::from_mins(20));
    site.app.judge_adherence().await.unwrap();
    let browser = site.sign_in().await;
    let page = browser.get("/adherence").await;
    assert!(page.contains("/adherence/day") && page.contains("The day of Ana Berg"), "{page}");
    let page = browser.get("/adherence/day").await;
    assert_eq!(page.matches("<svg class=\"bars lanes\"").count(), 2, "{page}");
    assert!(page.contains("Out of adherence 1 time, 20 min in all"), "{page}");
    assert!(page.contains("Nothing is scheduled on this day."), "{page}");
    for id in [ana, ben] {
        assert!(page.contains(&format!("/employees/{id}/adherence?date=2026-11-21")), "{page}");
    }
    let page = browser.get("/adherence/day?page=7&date=x&team=y").await;
    assert!(page.contains("Nobody is active in this team"), "{page}");
}

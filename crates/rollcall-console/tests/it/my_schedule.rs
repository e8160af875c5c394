//! A person's schedule on their own page, and in their own calendar.

use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use jiff::Timestamp;
use rollcall_app::permission::PermissionSwitch;
use rollcall_app::wfm::LinkSwitch;
use rollcall_domain::EmployeeId;
use rollcall_domain::permission::Permission;
use rollcall_domain::source::Actor;
use rollcall_domain::wfm::schedule::Activity;
use rollcall_storage::{StorageError, Tx, directory::employee, schedule::wfm_schedule};

use crate::my_day::{Mine, enter};
use crate::site::{Site, text};

impl Site {
    async fn permit(&self, switch: PermissionSwitch) {
        let role = self.app.permitted_roles(self.tenant).await.unwrap().remove(0).role.id;
        let change = (Permission::AgentSchedule, switch);
        self.app.set_permission(self.tenant, Actor::System, role, change).await.unwrap();
    }

    /// Gives a person something to do on the day on which tests begin, which is a Saturday.
    async fn plan(&self, employee: EmployeeId, plan: &[(&str, &str, &str)]) {
        let moment = |clock: &str| {
            let text = format!("2026-11-21T{clock}:00Z");
            text.parse::<Timestamp>().unwrap()
        };
        let activity = |(name, from, until): &(&str, &str, &str)| Activity {
            external_id: format!("{employee} {from}"),
            name: (*name).to_owned(),
            code: None,
            starts_at: moment(from),
            ends_at: moment(until),
        };
        let rows: Vec<_> = plan.iter().map(|one| (employee, activity(one))).collect();
        let link = self.link;
        let put = move |tx: &mut Tx<'_>| wfm_schedule::put(tx, link, 1, &rows);
        let kept: Result<(), StorageError> = self.storage.write(self.tenant, put).await;
        kept.unwrap();
    }

    /// What a calendar program gets.
    async fn fetch(&self, path: &str) -> Response<Body> {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }
}

/// Makes the private address; answers the cookie that carries it to its page.
async fn fresh(mine: &Mine<'_>) -> String {
    let made = mine.post("/my-day/calendar", "").await;
    assert_eq!(made.status(), StatusCode::SEE_OTHER);
    assert_eq!(made.headers()[header::LOCATION], "/my-day/calendar/new");
    let cookie = made.headers()[header::SET_COOKIE].to_str().unwrap();
    let bounds = ["HttpOnly", "SameSite=Lax", "Path=/my-day/calendar/new", "Max-Age=300"];
    assert!(bounds.iter().all(|bound| cookie.contains(bound)), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

impl Mine<'_> {
    /// The page of an address that was made just now.
    async fn shown(&self, carried: &str) -> Response<Body> {
        self.carrying("/my-day/calendar/new", carried).await
    }

    /// A page that is asked for with one more cookie.
    async fn carrying(&self, path: &str, carried: &str) -> Response<Body> {
        let mut request = self.request(path);
        let session = request.headers()[header::COOKIE].to_str().unwrap();
        let cookies = format!("{session}; {carried}");
        request.headers_mut().insert(header::COOKIE, cookies.parse().unwrap());
        self.site.send(request).await
    }
}

#[tokio::test]
async fn an_address_that_is_loaded_again_is_the_same_one() {
    let site = Site::new().await;
    let ana = site.join("Ana", "Berg").await;
    let ben = site.join("Ben", "Lund").await;
    site.permit(PermissionSwitch::Permit).await;
    let (mine, other) = (enter(&site, ana).await, enter(&site, ben).await);
    let carried = fresh(&mine).await;
    let page = text(mine.shown(&carried).await).await;
    assert!(page.contains("rcs_"), "{page}");
    assert_eq!(text(mine.shown(&carried).await).await, page);
    // Nobody else sees it, not even in this browser, and it is gone with the address.
    for stranger in [other.shown(&carried).await, mine.shown("rollcall_calendar=").await] {
        assert_eq!(stranger.status(), StatusCode::SEE_OTHER);
        assert_eq!(stranger.headers()[header::LOCATION], "/my-day");
    }
    mine.post("/my-day/calendar/end", "").await;
    assert_eq!(mine.shown(&carried).await.status(), StatusCode::SEE_OTHER);
}

/// Makes the private address and tells its path.
async fn address(mine: &Mine<'_>) -> String {
    let page = text(mine.shown(&fresh(mine).await).await).await;
    let address = page.split("http://localhost").nth(1).unwrap();
    address.split(['"', '<']).next().unwrap().to_owned()
}

#[tokio::test]
async fn all_times_of_the_page_are_in_the_persons_time_zone() {
    let site = Site::new().await;
    let ana = site.join("Ana", "Berg").await;
    let mine = enter(&site, ana).await;
    let page = mine.page().await;
    assert!(page.contains("data-zone=\"UTC\"") && page.contains("Times are in UTC."), "{page}");
    let moved = move |tx: &mut Tx<'_>| {
        let mut person = employee::get(tx, ana)?.expect("they are there");
        person.details.time_zone = Some("Europe/Prague".into());
        employee::save(tx, &person)
    };
    let moved: Result<(), StorageError> = site.storage.write(site.tenant, moved).await;
    moved.unwrap();
    site.plan(ana, &[("Open", "00:00", "02:00")]).await;
    site.permit(PermissionSwitch::Permit).await;
    let page = mine.page().await;
    assert!(page.contains("Open until 03:00"), "{page}");
    // What the browser writes, such as since when somebody is logged in, is in the same zone, and it is said once.
    assert!(page.contains("<main class=\"card mine\" data-zone=\"Europe/Prague\">"), "{page}");
    assert_eq!(page.matches("Times are").count(), 1, "{page}");
    assert!(page.contains("Times are those of Europe/Prague."), "{page}");
}

#[tokio::test]
async fn people_see_their_schedule_or_read_what_is_missing() {
    let site = Site::new().await;
    let ana = site.join("Ana", "Berg").await;
    let ben = site.join("Ben", "Lund").await;
    let mine = enter(&site, ana).await;
    site.plan(ana, &[("Open", "00:00", "02:00"), ("Lunch", "02:00", "02:30")]).await;
    site.plan(ben, &[("Fishing", "00:00", "02:00")]).await;
    let page = mine.page().await;
    assert!(page.contains("no role of yours has the permission ACD"), "{page}");
    assert!(!page.contains("Lunch at") && !page.contains("In my own calendar"), "{page}");

    site.permit(PermissionSwitch::Permit).await;
    let page = mine.page().await;
    assert!(page.contains("Now: <b>Open until 02:00</b>"), "{page}");
    assert!(page.contains("Next: <b>Lunch at 02:00, in 2 h 0 min</b>"), "{page}");
    assert!(page.contains("Sat 21 Nov") && page.contains("00:00 to 02:30"), "{page}");
    assert!(page.contains("Times are in UTC") && !page.contains("Fishing"), "{page}");
    let part = async |target: &str| {
        let mut request = mine.request("/my-day/schedule");
        request.headers_mut().insert("hx-request", "true".parse().unwrap());
        request.headers_mut().insert("hx-target", target.parse().unwrap());
        text(site.send(request).await).await
    };
    let (now, week) = (part("plan").await, part("week").await);
    assert!(now.contains("Open until 02:00") && !now.contains("This week"), "{now}");
    assert!(week.contains("This week") && !week.contains("Open until"), "{week}");

    let off = LinkSwitch::Off { reason: "The WFM moves house".into() };
    site.app.switch_link(site.tenant, Actor::System, site.link, off).await.unwrap();
    let page = mine.page().await;
    assert!(page.contains("user synchronization with the WFM is off"), "{page}");
    assert!(page.contains("The WFM moves house.") && !page.contains("Lunch at"), "{page}");
    site.app.switch_link(site.tenant, Actor::System, site.link, LinkSwitch::On).await.unwrap();
    assert!(mine.page().await.contains("Open until 02:00"));
}

#[tokio::test]
async fn a_calendar_program_reads_at_a_private_address() {
    let site = Site::new().await;
    let ana = site.join("Ana", "Berg").await;
    let mine = enter(&site, ana).await;
    site.plan(ana, &[("Open, then; closed", "00:00", "02:00")]).await;
    let refused = mine.post("/my-day/calendar", "").await;
    assert_eq!(refused.status(), StatusCode::SEE_OTHER, "it is not permitted");
    site.permit(PermissionSwitch::Permit).await;
    let old = address(&mine).await;
    let path = address(&mine).await;
    assert!(path.starts_with("/my-day/calendar/rcs_") && path.ends_with(".ics"), "{path}");
    let response = site.fetch(&path).await;
    assert_eq!(response.status(), StatusCode::OK);
    let head = |name: header::HeaderName| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(head(header::CONTENT_TYPE), "text/calendar; charset=utf-8");
    assert_eq!(head(header::CACHE_CONTROL), "private, max-age=300");
    assert!(!response.headers().contains_key(header::SET_COOKIE));
    let calendar = text(response).await;
    assert!(calendar.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"), "{calendar}");
    assert!(calendar.contains("DTSTART:20261121T000000Z\r\nDTEND:20261121T020000Z\r\n"));
    assert!(calendar.contains("SUMMARY:Open\\, then\\; closed\r\n"), "{calendar}");
    assert!(calendar.ends_with("END:VEVENT\r\nEND:VCALENDAR\r\n"));

    let closed = async |path: &str| {
        let response = site.fetch(path).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        text(response).await
    };
    let words = closed(&old).await;
    for path in ["/my-day/calendar/x.ics", "/my-day/calendar/.ics", path.trim_end_matches(".ics")] {
        assert_eq!(closed(path).await, words);
    }
    let page = mine.page().await;
    assert!(page.contains("It was last read") && !page.contains("rcs_"), "{page}");
    site.permit(PermissionSwitch::Forbid).await;
    assert_eq!(closed(&path).await, words);
    site.permit(PermissionSwitch::Permit).await;
    assert_eq!(site.fetch(&path).await.status(), StatusCode::OK);
    mine.post("/my-day/calendar/end", "").await;
    assert_eq!(closed(&path).await, words);
    assert!(mine.page().await.contains("Make a private address"));
    let browser = site.sign_in().await;
    let audit = browser.get("/audit?kind=agent.").await;
    assert!(audit.contains("Calendar address made") && audit.contains("Calendar address ended"));
}

#[tokio::test]
async fn nobody_fills_the_audit_trail_with_addresses() {
    let site = Site::new().await;
    let ana = site.join("Ana", "Berg").await;
    let mine = enter(&site, ana).await;
    site.permit(PermissionSwitch::Permit).await;
    let mut last = String::new();
    for _ in 0..5 {
        last = fresh(&mine).await;
    }
    let refused = mine.post("/my-day/calendar", "").await;
    assert_eq!(refused.headers()[header::LOCATION], "/my-day");
    let notice = refused.headers()[header::SET_COOKIE].to_str().unwrap();
    let notice = notice.split(';').next().unwrap();
    let page = text(mine.carrying("/my-day", notice).await).await;
    assert!(page.contains("another can be made in 12 minutes"), "{page}");
    assert_eq!(mine.shown(&last).await.status(), StatusCode::OK, "the last one stays");
    let browser = site.sign_in().await;
    let audit = browser.get("/audit?kind=agent.").await;
    assert_eq!(audit.matches("Calendar address made").count(), 5, "{audit}");
    // Others make theirs.
    let ben = enter(&site, site.join("Ben", "Lund").await).await;
    fresh(&ben).await;
}

#[tokio::test]
async fn an_administrator_ends_an_address_after_a_preview() {
    let site = Site::new().await;
    let ana = site.join("Ana", "Berg").await;
    let browser = site.sign_in().await;
    let (page, end) = (format!("/employees/{ana}"), format!("/employees/{ana}/calendar/end"));
    let before = browser.get(&page).await;
    assert!(!before.contains("A calendar program can read"), "{before}");
    assert_eq!(site.send(browser.request(&end)).await.status(), StatusCode::NOT_FOUND);
    let mine = enter(&site, ana).await;
    site.permit(PermissionSwitch::Permit).await;
    let path = address(&mine).await;
    assert_eq!(site.fetch(&path).await.status(), StatusCode::OK);

    let shown = browser.get(&page).await;
    assert!(shown.contains("A calendar program can read") && shown.contains("It was last read"));
    let preview = browser.get(&end).await;
    assert!(preview.contains("opens nothing any more, for good"), "{preview}");
    assert_eq!(site.fetch(&path).await.status(), StatusCode::OK, "looking ends nothing");
    let done = browser.post(&end, "").await;
    assert!(browser.follow(done).await.contains("The calendar address is ended."));
    assert_eq!(site.fetch(&path).await.status(), StatusCode::NOT_FOUND);
    let audit = browser.get("/audit?kind=agent.").await;
    assert!(audit.contains("Calendar address ended") && audit.contains("ada@example.com"));
}

#[tokio::test]
async fn an_address_ends_with_the_person_and_does_not_come_back() {
    let site = Site::new().await;
    let ana = site.join("Ana", "Berg").await;
    let mine = enter(&site, ana).await;
    site.permit(PermissionSwitch::Permit).await;
    let path = address(&mine).await;
    assert_eq!(site.fetch(&path).await.status(), StatusCode::OK);
    site.leave(ana).await;
    assert_eq!(site.fetch(&path).await.status(), StatusCode::NOT_FOUND);
    assert!(site.app.schedule_feed(site.tenant, ana).await.unwrap().is_none(), "nothing is kept");
    let browser = site.sign_in().await;
    assert!(browser.get("/audit?kind=agent.").await.contains("Calendar address ended"));

    assert_eq!(site.join("Ana", "Berg").await, ana, "the same person is back");
    assert_eq!(site.fetch(&path).await.status(), StatusCode::NOT_FOUND);
    let mine = enter(&site, ana).await;
    assert!(mine.page().await.contains("Make a private address"));
    let new = address(&mine).await;
    assert_eq!(site.fetch(&new).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_calendar_program_that_comes_too_often_waits() {
    let site = Site::new().await;
    let ana = site.join("Ana", "Berg").await;
    let mine = enter(&site, ana).await;
    site.permit(PermissionSwitch::Permit).await;
    let path = address(&mine).await;
    let mut reads = 0;
    let waits = loop {
        let response = site.fetch(&path).await;
        if response.status() != StatusCode::OK {
            break response;
        }
        reads += 1;
        assert!(reads < 100, "nobody is slowed");
    };
    assert!(reads >= 5, "{reads}");
    assert_eq!(waits.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(waits.headers().contains_key(header::RETRY_AFTER));
    let other = address(&mine).await;
    assert_eq!(site.fetch(&other).await.status(), StatusCode::OK, "another address is another");
}

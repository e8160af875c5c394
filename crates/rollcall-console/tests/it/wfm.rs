//! The WFM link, its runs, and a run that waits for a decision.

use axum::http::StatusCode;
use rollcall_app::journal::RequestEntry;
use rollcall_app::wfm::{
    DriftKind, Health, LinkSwitch, RunCounts, RunNow, SyncDrift, SyncOutcome, SyncRun,
};
use rollcall_domain::source::Actor;
use rollcall_domain::wfm::{
    FieldSwitch, FieldSwitches, FilePlace, FileTransport, ManagementUnits, Transport, values,
};
use rollcall_domain::{EmployeeId, RunId};
use rollcall_storage::wfm::wfm_standing::Standing;
use rollcall_storage::{
    StorageError, directory::employee, wfm::sync_drift, wfm::sync_run, wfm::wfm_link,
    wfm::wfm_standing,
};
use uuid::Uuid;

use crate::site::Site;

/// What a run says that is held.
const SAID: &str = "1 of 26 people would move to mu 2, after 5 within the hour before.";

const RUN: RunId = RunId::new(Uuid::from_u128(0x019a_b0c1_d2e3_7000_8000_0000_0000_0001));

/// The run after [`RUN`] with this number.
fn later(number: u128) -> RunId {
    RunId::new(Uuid::from_u128(0x019a_b0c1_d2e3_7000_8000_0000_0000_0000 + number))
}

/// A decision on the page of [`RUN`].
fn decided(fields: &str) -> String {
    format!("run={RUN}&{fields}")
}

impl Site {
    /// A run of the link in a state, with one person's outcome.
    async fn run(
        &self,
        state: &'static str,
        outcome: (&'static str, &'static str),
        person: EmployeeId,
    ) {
        let (link, at) = (self.link, self.app.now());
        let written: Result<(), StorageError> = self
            .storage
            .write(self.tenant, move |tx| {
                let counts = RunCounts {
                    due: 4,
                    arrived: 1,
                    unchanged: 1,
                    lag_max_ms: Some(412),
                    ..RunCounts::default()
                };
                let run = SyncRun {
                    id: RUN,
                    link,
                    cause: "schedule".into(),
                    state: state.into(),
                    reason: (state == "held").then(|| SAID.into()),
                    started_at: at,
                    finished_at: (state != "running").then_some(at),
                    counts,
                };
                sync_run::save(tx, &run)?;
                let outcome = SyncOutcome {
                    employee: person,
                    at,
                    step: outcome.0.into(),
                    result: outcome.1.into(),
                    reason: None,
                    lag_ms: Some(412),
                };
                sync_run::save_outcomes(tx, RUN, &[outcome])
            })
            .await;
        written.unwrap();
    }

    /// The WFM has the person as they are now.
    async fn stands_in_the_wfm(&self, person: EmployeeId) {
        let (link, at) = (self.link, self.app.now());
        let written: Result<(), StorageError> = self
            .storage
            .write(self.tenant, move |tx| {
                let employee = employee::get(tx, person)?.unwrap();
                let switches =
                    FieldSwitches { personal_id: FieldSwitch::On, external_id: FieldSwitch::On };
                let standing = Standing {
                    link,
                    employee: person,
                    known: Some(values(&employee, &switches)),
                    confirmed_at: Some(at),
                    lag_ms: Some(1),
                    problem: None,
                    problem_at: None,
                    run: RUN,
                };
                wfm_standing::save(tx, &[standing])
            })
            .await;
        written.unwrap();
    }

    /// A later held run, which names this person or nobody.
    async fn look(&self, number: u128, person: Option<EmployeeId>) {
        let (id, at) = (later(number), self.app.now());
        let written: Result<(), StorageError> = self
            .storage
            .write(self.tenant, move |tx| {
                let before = sync_run::get(tx, RUN)?.unwrap();
                sync_run::save(tx, &SyncRun { id, ..before })?;
                let held = person.map(|employee| SyncOutcome {
                    employee,
                    at,
                    step: "depart".into(),
                    result: "held".into(),
                    reason: None,
                    lag_ms: None,
                });
                sync_run::save_outcomes(tx, id, held.as_slice())
            })
            .await;
        written.unwrap();
    }

    async fn hold(&self, departures: i64) {
        let link = self.link;
        let written: Result<(), StorageError> = self
            .storage
            .write(self.tenant, move |tx| {
                let mut held = wfm_link::get(tx, link)?.unwrap();
                held.health = Health::Held;
                held.health_reason = Some(SAID.into());
                held.held_departures = departures;
                wfm_link::save_state(tx, &held)
            })
            .await;
        written.unwrap();
    }
}

#[tokio::test]
async fn a_run_shows_its_progress_and_each_outcome() {
    let site = Site::new().await;
    let person = site.join("Ingrid", "Berg").await;
    site.run("running", ("arrive", "done"), person).await;
    let browser = site.sign_in().await;
    assert!(browser.get("/wfm").await.contains("Running"));
    let path = format!("/wfm/{}/runs/{RUN}", site.link);
    let page = browser.get(&path).await;
    assert!(
        page.contains("<progress max=\"4\" value=\"2\"")
            && page.contains("2 of 4 people settled, 50 %"),
        "{page}"
    );
    assert!(page.contains("Ingrid Berg") && page.contains("new, mu 1"));
    assert!(
        browser.get(&format!("{path}?outcome=failed")).await.contains("Nobody with this outcome.")
    );
}

#[tokio::test]
async fn a_link_by_files_says_how_it_is_reached_and_that_it_waits() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    assert!(browser.get("/wfm").await.contains("HTTP, at <code>http://wfm.example</code>"));
    let (link, at) = (site.link, site.app.now());
    let written: Result<(), StorageError> = site
        .storage
        .write(site.tenant, move |tx| {
            let mut row = wfm_link::get(tx, link)?.unwrap();
            let place = FilePlace::Folder { path: "/srv/wfm".into() };
            row.base_url = place.address();
            row.transport = Transport::File(FileTransport { place, acknowledged_within_s: 600 });
            row.units = ManagementUnits { arrived: "17".into(), departed: "left".into() };
            wfm_link::save_settings(tx, &row)?;
            row.swept_at = Some(at);
            wfm_link::save_state(tx, &row)?;
            let run = SyncRun {
                id: RUN,
                link,
                cause: "event".into(),
                state: "running".into(),
                reason: Some("Waiting for the WFM: it has not acknowledged a file.".into()),
                started_at: at,
                finished_at: None,
                counts: RunCounts::default(),
            };
            sync_run::save(tx, &run)
        })
        .await;
    written.unwrap();
    let page = browser.get(&format!("/wfm/{}/runs/{RUN}", site.link)).await;
    assert!(page.contains("it has not acknowledged a file."), "{page}");
    assert!(page.contains("Nobody yet: the WFM has not answered."), "{page}");
    let page = browser.get("/wfm").await;
    for part in [
        "files, in the folder <code>/srv/wfm</code>",
        "acknowledges it within 10 minutes",
        "Waiting for the WFM: it has not acknowledged a file. Since",
        "Schedules come back over HTTP only.",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let run = browser.get(&format!("/wfm/{}/runs/{RUN}", site.link)).await;
    assert!(run.contains("new, mu 17") && run.contains("moved to mu left"), "{run}");
    let unknown = "<b>–</b><span>next run by schedule</span>";
    assert!(!browser.get("/wfm").await.contains(unknown));
    let off = LinkSwitch::Off { reason: "The WFM moves house.".into() };
    site.app.switch_link(site.tenant, Actor::System, site.link, off).await.unwrap();
    let page = browser.get("/wfm").await;
    assert!(page.contains(unknown), "an off link has no next run: {page}");
}

#[tokio::test]
async fn a_preview_tells_what_becomes_of_agents_whom_nobody_here_knows() {
    let site = Site::new().await;
    let (link, at) = (site.link, site.app.now());
    let written: Result<(), StorageError> = site
        .storage
        .write(site.tenant, move |tx| {
            let run = SyncRun {
                id: RUN,
                link,
                cause: "preview".into(),
                state: "done".into(),
                reason: None,
                started_at: at,
                finished_at: Some(at),
                counts: RunCounts { departed: 1, ..RunCounts::default() },
            };
            sync_run::save(tx, &run)?;
            let stray = SyncDrift {
                position: 0,
                kind: DriftKind::Duplicate,
                agent: "999999".into(),
                name: "Una Known".into(),
                employee: None,
                detail: "it has the Personal ID of somebody; nothing is merged".into(),
            };
            sync_drift::insert(tx, RUN, &[stray])
        })
        .await;
    written.unwrap();
    let browser = site.sign_in().await;
    let page = browser.get(&format!("/wfm/{}/runs/{RUN}", site.link)).await;
    assert!(page.contains("nothing is merged; the agent would be moved to mu 2"), "{page}");
    assert!(page.contains("about agents that only the WFM has"), "{page}");
    assert!(!page.contains("everyone was in step"), "{page}");
}

#[tokio::test]
async fn a_held_run_names_who_would_go_and_is_approved() {
    let site = Site::new().await;
    let person = site.join("Ingrid", "Berg").await;
    let other = site.join("Nora", "Lund").await;
    site.run("held", ("depart", "held"), person).await;
    site.hold(1).await;
    let browser = site.sign_in().await;
    let page = browser.get("/wfm").await;
    assert!(page.contains("A run is held: it would move 1 person to mu 2"), "{page}");
    assert!(page.contains("a run waits for approval"), "the rail is not marked");
    assert!(
        page.contains(SAID) && page.contains("2 people wait for the decision in all"),
        "{page}"
    );
    let page = browser.get(&format!("/wfm/{}/runs/{RUN}", site.link)).await;
    assert!(page.contains("Nothing was applied.") && page.contains("Ingrid Berg</a>"));
    assert!(
        page.contains(SAID) && page.contains("2 other people wait for this decision"),
        "{page}"
    );
    let page = browser.get(&format!("/employees/{other}")).await;
    assert!(page.contains("everyone who changed waits with them"), "{page}");

    let approve = format!("/wfm/{}/approve", site.link);
    let unsure = browser.follow(browser.post(&approve, &decided("departures=1")).await).await;
    assert!(unsure.contains("Nothing was approved"));
    let changed =
        browser.follow(browser.post(&approve, &decided("departures=9&sure=yes")).await).await;
    assert!(changed.contains("look at them again"));
    let done =
        browser.follow(browser.post(&approve, &decided("departures=1&sure=yes")).await).await;
    assert!(done.contains("Approved.") && !done.contains("A run is held"));
}

#[tokio::test]
async fn a_later_look_at_the_same_people_names_them_too_and_other_people_are_not_approved_unseen() {
    let site = Site::new().await;
    let (ana, ben) = (site.join("Ana", "Berg").await, site.join("Ben", "Lund").await);
    for person in [ana, ben] {
        site.stands_in_the_wfm(person).await;
    }
    site.leave(ana).await;
    site.run("held", ("depart", "held"), ana).await;
    site.hold(1).await;
    site.look(2, None).await;
    let browser = site.sign_in().await;
    let page = browser.get(&format!("/wfm/{}/runs/{}", site.link, later(2))).await;
    assert!(page.contains("Ana Berg</a>") && !page.contains("more.</p>"), "{page}");
    assert!(!page.contains("left after this run stopped"), "{page}");

    site.look(3, Some(ben)).await;
    let approve = format!("/wfm/{}/approve", site.link);
    let unseen = browser.post(&approve, &decided("departures=1&sure=yes")).await;
    let page = browser.follow(unseen).await;
    assert!(page.contains("Others wait for a decision by now"), "{page}");
}

#[tokio::test]
async fn somebody_who_leaves_is_not_told_as_somebody_who_comes() {
    let site = Site::new().await;
    let ana = site.join("Ana", "Berg").await;
    let browser = site.sign_in().await;
    let here = format!("/employees/{ana}");
    assert!(browser.get(&here).await.contains("not in the WFM yet."));
    site.stands_in_the_wfm(ana).await;
    site.leave(ana).await;
    let page = browser.get(&here).await;
    assert!(page.contains("Due to leave the WFM since") && page.contains("still there."), "{page}");
    assert!(!page.contains("not in the WFM yet"), "{page}");
}

#[tokio::test]
async fn who_leaves_after_a_run_stopped_is_told_apart_from_those_whom_it_names() {
    let site = Site::new().await;
    let (ana, ben) = (site.join("Ana", "Berg").await, site.join("Ben", "Lund").await);
    for person in [ana, ben] {
        site.stands_in_the_wfm(person).await;
    }
    site.leave(ana).await;
    site.run("held", ("depart", "held"), ana).await;
    site.hold(1).await;
    let browser = site.sign_in().await;
    let path = format!("/wfm/{}/runs/{RUN}", site.link);
    let page = browser.get(&path).await;
    assert!(page.contains("would move 1 person to mu 2") && page.contains("Ana Berg</a>"));
    assert!(page.contains("An approval covers those whom this run names."), "{page}");
    assert!(!page.contains("left after this run stopped") && !page.contains("Ben Lund</a>"));

    site.leave(ben).await;
    let page = browser.get(&path).await;
    assert!(page.contains("would move 1 person to mu 2"), "its own count stays");
    assert!(page.contains("1 person left after this run stopped."), "{page}");
    assert!(page.contains("neither decision covers them") && page.contains("Ben Lund</a>"));
    assert_eq!(site.join("Ana", "Berg").await, ana, "she is back");
    let page = browser.get(&path).await;
    assert!(page.contains("1 person of them would stay by now"), "{page}");

    let approve = format!("/wfm/{}/approve", site.link);
    let approved = browser.post(&approve, &decided("departures=1&sure=yes")).await;
    let flash = browser.follow(approved).await;
    assert!(flash.contains("Approved. But 1 person left after this run stopped"), "{flash}");
    assert!(flash.contains("the run that follows moves nobody"), "{flash}");
    let page = browser.get(&path).await;
    assert!(page.contains("It no longer waits for a decision."), "{page}");
    assert!(!page.contains("would move 0 people"), "{page}");
}

#[tokio::test]
async fn a_rejection_keeps_people_and_says_how_it_is_lifted() {
    let site = Site::new().await;
    let person = site.join("Ingrid", "Berg").await;
    site.run("held", ("depart", "held"), person).await;
    site.hold(1).await;
    let browser = site.sign_in().await;
    let page = browser.get(&format!("/wfm/{}/runs/{RUN}", site.link)).await;
    assert!(page.contains("Reject: keep them as they are"), "{page}");
    let reject = format!("/wfm/{}/reject", site.link);
    let changed = browser.follow(browser.post(&reject, &decided("departures=9")).await).await;
    assert!(changed.contains("look at them again"));
    let done = browser.follow(browser.post(&reject, &decided("departures=1")).await).await;
    assert!(done.contains("Rejected.") && !done.contains("A run is held"), "{done}");
    let kept = format!("/wfm/{}/kept", site.link);
    assert!(browser.get(&kept).await.contains("Nobody."), "she was not in the WFM");
    let none = browser.follow(browser.post(&kept, "").await).await;
    assert!(none.contains("Nobody is kept in the WFM"), "{none}");
}

#[tokio::test]
async fn it_is_switched_off_with_a_reason_only() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let off = format!("/wfm/{}/off", site.link);
    let page = browser.get(&off).await;
    assert!(page.contains("Agents cannot see their schedules"), "{page}");
    let refused = browser.post(&off, "reason=+").await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = browser.follow(browser.post(&off, "reason=The+WFM+moves+house.").await).await;
    assert!(page.contains("“The WFM moves house.” Agents read this"), "{page}");
    assert!(page.contains("Switch on") && !page.contains("Preview a full comparison"));
    let on = format!("/wfm/{}/on", site.link);
    let page = browser.follow(browser.post(&on, "").await).await;
    assert!(page.contains("Synchronization is on. What waited goes out now."));
}

#[tokio::test]
async fn without_the_operators_permission_there_is_no_button_and_the_page_says_why() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let page = browser.get("/wfm").await;
    assert!(!page.contains("Run now</button>"));
    assert!(page.contains("the operator permits no runs by hand"), "{page}");
    let run = format!("/wfm/{}/run", site.link);
    let page = browser.follow(browser.post(&run, "").await).await;
    assert!(page.contains("does not permit runs by hand"), "{page}");
    let (tenant, link) = (site.tenant, site.link);
    site.app.set_run_now(tenant, Actor::System, link, RunNow::Permitted).await.unwrap();
    assert!(browser.get("/wfm").await.contains("Run now</button>"));
    let page = browser.follow(browser.post(&run, "").await).await;
    assert!(page.contains("A run begins within a second."), "{page}");
    let page = browser.follow(browser.post(&run, "").await).await;
    assert!(page.contains("asked for already"), "{page}");
}

#[tokio::test]
async fn the_next_run_is_shown_with_names_and_reasons() {
    let site = Site::new().await;
    let next = format!("/wfm/{}/next", site.link);
    let browser = site.sign_in().await;
    assert!(browser.get(&next).await.contains("Nothing: the WFM holds what it should"));
    site.join("Ingrid", "Berg").await;
    let page = browser.get(&next).await;
    assert!(page.contains("It would write 1 person."), "{page}");
    assert!(page.contains("Ingrid Berg</a>") && page.contains("not in the WFM yet"), "{page}");
}

#[tokio::test]
async fn a_move_to_another_unit_shows_first_what_happens() {
    let site = Site::new().await;
    let person = site.join("Ingrid", "Berg").await;
    let browser = site.sign_in().await;
    let here = format!("/employees/{person}/move");
    assert!(browser.get(&here).await.contains("There is no other business unit."));
    let made = site.app.create_business_unit(site.tenant, Actor::System, "Bergen").await.unwrap();
    let team = made.1.id;
    let page = browser.get(&format!("{here}?team={team}")).await;
    assert!(page.contains("moves agent 100001 to mu 2"), "{page}");
    assert!(page.contains("They are in no WFM afterwards"), "{page}");
    let page = browser.follow(browser.post(&here, &format!("team={team}")).await).await;
    assert!(page.contains("Moved.") && page.contains("Bergen"), "{page}");
    let again = browser.follow(browser.post(&here, &format!("team={team}")).await).await;
    assert!(again.contains("change the team instead"), "{again}");
}

#[tokio::test]
async fn people_whom_a_provider_deactivated_by_mistake_are_put_back() {
    let site = Site::new().await;
    let person = site.join("Ingrid", "Berg").await;
    site.stands_in_the_wfm(person).await;
    site.leave(person).await;
    site.hold(1).await;
    let browser = site.sign_in().await;
    let path = format!("/wfm/{}/put-back", site.link);
    let page = browser.get(&path).await;
    assert!(page.contains("Put 1 person back?") && page.contains("Ingrid Berg"), "{page}");
    let done = browser.follow(browser.post(&path, "").await).await;
    assert!(done.contains("One person is active again.") && !done.contains("A run is held"));
    let employee = site.app.employee(site.tenant, person).await.unwrap().employee;
    assert!(employee.status.is_active());
    let audit = browser.get(&format!("/audit?subject={person}")).await;
    assert!(audit.contains("Put back"), "{audit}");
    assert_eq!(browser.post(&path, "").await.status(), StatusCode::CONFLICT, "nothing is held");
}

#[tokio::test]
async fn how_long_changes_take_is_shown_for_both_hops() {
    let site = Site::new().await;
    let person = site.join("Ingrid", "Berg").await;
    let (connection, at) = (site.connection, site.app.now());
    let entry = RequestEntry {
        at,
        method: "POST".into(),
        target: "/Users".into(),
        status: 201,
        took_us: 4_200,
        effect: "created".into(),
        resource: Some(person.to_string()),
        refusal: None,
        detail: None,
        sent: None,
        client: "Okta".into(),
        ignored: Vec::new(),
    };
    site.app.note_request(site.tenant, connection, entry);
    site.app.write_journal().await.unwrap();
    let browser = site.sign_in().await;
    let page = browser.get("/wfm").await;
    assert!(page.contains("How long changes take"), "{page}");
    let row = |bound: &str| format!("max=\"1\" value=\"1\" aria-label=\"{bound}\"");
    assert!(page.contains(&row("up to 5 ms")), "kept: {page}");
    assert!(page.contains("Nothing yet."), "no WFM confirmed anything: {page}");
    let page = browser.get(&format!("/employees/{person}")).await;
    assert!(page.contains("and was kept within 4 ms"), "{page}");
}

#[tokio::test]
async fn older_runs_stand_on_further_pages() {
    let site = Site::new().await;
    let (link, at) = (site.link, site.app.now());
    let written: Result<(), StorageError> = site
        .storage
        .write(site.tenant, move |tx| {
            let run = |number: u128| SyncRun {
                id: RunId::new(Uuid::from_u128(RUN.uuid().as_u128() + number)),
                link,
                cause: "schedule".into(),
                state: "done".into(),
                reason: None,
                started_at: at,
                finished_at: Some(at),
                counts: RunCounts::default(),
            };
            (0..60).try_for_each(|number| sync_run::save(tx, &run(number)))
        })
        .await;
    written.unwrap();
    let browser = site.sign_in().await;
    let rows = |page: &str| page.matches("<tr id=\"r-").count();
    let first = browser.get("/wfm").await;
    assert_eq!(rows(&first), 50);
    let next = first.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let second = browser.get(next).await;
    assert_eq!(rows(&second), 10);
    assert!(second.contains("rel=\"prev\"") && !second.contains("rel=\"next\""));
}

#[tokio::test]
async fn the_first_sync_is_followed_on_the_links_page() {
    let site = Site::new().await;
    let person = site.join("Ingrid", "Berg").await;
    let browser = site.sign_in().await;
    let page = browser.get("/wfm").await;
    assert!(page.contains("The first sync") && page.contains("1 person wait"), "{page}");
    site.run("running", ("arrive", "done"), person).await;
    let page = browser.get("/wfm").await;
    assert!(page.contains("<progress max=\"4\" value=\"2\""), "{page}");
    assert!(page.contains("2 of 4 people settled."), "{page}");
    site.run("done", ("arrive", "done"), person).await;
    assert!(!browser.get("/wfm").await.contains("The first sync"));
}

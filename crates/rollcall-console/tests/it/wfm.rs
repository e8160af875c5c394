//! The WFM link, its runs, and a run that waits for a decision.

use axum::http::StatusCode;
use rollcall_app::wfm::{Health, RunCounts, SyncOutcome, SyncRun};
use rollcall_domain::{EmployeeId, RunId};
use rollcall_storage::{StorageError, sync_run, wfm_link};
use uuid::Uuid;

use crate::site::Site;

const RUN: RunId = RunId::new(Uuid::from_u128(0x019a_b0c1_d2e3_7000_8000_0000_0000_0001));

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
                    reason: None,
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

    async fn hold(&self, departures: i64) {
        let link = self.link;
        let written: Result<(), StorageError> = self
            .storage
            .write(self.tenant, move |tx| {
                let mut held = wfm_link::get(tx, link)?.unwrap();
                held.health = Health::Held;
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
async fn a_held_run_names_who_would_go_and_is_approved() {
    let site = Site::new().await;
    let person = site.join("Ingrid", "Berg").await;
    site.run("held", ("depart", "held"), person).await;
    site.hold(1).await;
    let browser = site.sign_in().await;
    let page = browser.get("/wfm").await;
    assert!(page.contains("A run is held: it would move 1 person to mu 2"), "{page}");
    assert!(page.contains("a run waits for approval"), "the rail is not marked");
    let page = browser.get(&format!("/wfm/{}/runs/{RUN}", site.link)).await;
    assert!(page.contains("Nothing was applied.") && page.contains("Ingrid Berg</a>"));

    let approve = format!("/wfm/{}/approve", site.link);
    let unsure = browser.follow(browser.post(&approve, "departures=1").await).await;
    assert!(unsure.contains("Nothing was approved"));
    let changed = browser.follow(browser.post(&approve, "departures=9&sure=yes").await).await;
    assert!(changed.contains("look at them again"));
    let done = browser.follow(browser.post(&approve, "departures=1&sure=yes").await).await;
    assert!(done.contains("Approved.") && !done.contains("A run is held"));
}

#[tokio::test]
async fn settings_are_saved_and_nonsense_is_refused() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let save = format!("/wfm/{}/settings", site.link);
    let page =
        browser.follow(browser.post(&save, "personal_id=on&stop_share_percent=25").await).await;
    assert!(page.contains("The settings are saved.") && page.contains("value=\"25\""));
    let link = site.app.link(site.tenant, site.link).await.unwrap().link;
    assert_eq!(link.brake.share_percent, 25);
    let page = browser.follow(browser.post(&save, "stop_share_percent=many").await).await;
    assert!(page.contains("percentage from 0 to 100"));
    let response = browser.post("/wfm/nonsense/settings", "stop_share_percent=1").await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}

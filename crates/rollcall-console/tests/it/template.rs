//! Employee templates: the form, what would happen, and that it happens.

use std::time::Duration;

use axum::http::StatusCode;
use rollcall_app::template::ApplicationState;

use crate::site::{Browser, Site, text};

/// Makes a template with a form; answers its path.
async fn make(browser: &Browser<'_>, form: &str) -> String {
    let response = browser.post("/templates", form).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    response.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_template_is_made_changed_and_removed() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    assert!(browser.get("/templates").await.contains("No template yet"));
    let page = browser.get("/templates/new").await;
    assert!(page.contains("Primary role") && page.contains("Secondary roles"));
    let form = "name=Night+shift&does_time_zone=set&time_zone=Europe%2FAthens&does_mobile_number=set&mobile_number=&does_team=ignore";
    let path = make(&browser, form).await;
    let page = browser.get(&path).await;
    assert!(page.contains("value=\"Europe/Athens\""), "{page}");
    let list = browser.get("/templates").await;
    assert!(list.contains("Time zone</td>") && list.contains("Mobile number</td>"), "{list}");

    let refused = browser.post("/templates", "name=NIGHT+shift").await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(refused).await.contains("is taken"));
    let refused =
        browser.post("/templates", "name=Day&does_time_zone=set&time_zone=Atlantis").await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = text(refused).await;
    assert!(page.contains("no time zone") && page.contains("value=\"Atlantis\""), "{page}");

    let role = site.app.template(site.tenant, None).await.unwrap().roles[0].id;
    let form = format!(
        "version=1&name=Late+shift&does_secondary_roles=set&role_{role}=on&does_team=clear"
    );
    let refused = browser.post(&path, &form).await;
    assert!(text(refused).await.contains("Nobody is without a team"));
    let form = format!("version=1&name=Late+shift&does_secondary_roles=set&role_{role}=on");
    let page = browser.follow(browser.post(&path, &form).await).await;
    assert!(page.contains("Saved.") && page.contains("value=\"on\" checked"), "{page}");
    let old = browser.post(&path, &form).await;
    assert!(text(old).await.contains("Somebody else changed the template"));

    let preview = browser.get(&format!("{path}/remove")).await;
    assert!(preview.contains("Nobody changes"));
    let page = browser.follow(browser.post(&format!("{path}/remove"), "").await).await;
    assert!(page.contains("The template is removed."));
    assert_eq!(site.send(browser.request(&path)).await.status(), StatusCode::NOT_FOUND);
    let trail = browser.get("/audit?kind=template.").await;
    for told in ["Template made", "Template changed", "Template removed"] {
        assert!(trail.contains(told), "{told}");
    }
}

#[tokio::test]
async fn it_is_applied_after_a_preview_and_followed() {
    let site = Site::new().await;
    site.join("Ingrid", "Berg").await;
    site.join("Ana", "Novak").await;
    let browser = site.sign_in().await;
    let form = "name=Night+shift&does_time_zone=set&time_zone=Europe%2FAthens";
    let path = make(&browser, form).await;
    let preview = browser.get(&format!("{path}/apply?search=berg")).await;
    assert!(preview.contains("1 person is looked at, 1 changes"), "{preview}");
    assert!(preview.contains("Ingrid Berg") && !preview.contains("Ana Novak"));
    assert!(preview.contains("Europe/Athens</ins>") && preview.contains("Time zone: 1"));
    let preview = browser.get(&format!("{path}/apply")).await;
    assert!(preview.contains("2 people are looked at, 2 change"), "{preview}");

    let page =
        browser.follow(browser.post(&format!("{path}/apply"), "version=9&search=").await).await;
    assert!(page.contains("Somebody else changed the template"), "{page}");
    let mut changes = site.app.watch();
    let page =
        browser.follow(browser.post(&format!("{path}/apply"), "version=1&search=").await).await;
    assert!(page.contains("is being applied") && page.contains("Last application"), "{page}");
    let id = path.rsplit('/').next().unwrap().parse().unwrap();
    let is_done = async || {
        let detail = site.app.template(site.tenant, Some(id)).await.unwrap();
        detail.application.unwrap().state == ApplicationState::Done
    };
    while !is_done().await {
        let heard = tokio::time::timeout(Duration::from_secs(20), changes.recv()).await;
        assert!(heard.is_ok(), "the application goes on");
    }
    let part = browser.part(&path, "progress").await;
    assert!(part.contains("2 of 2 people changed."), "{part}");
    let preview = browser.get(&format!("{path}/apply")).await;
    assert!(preview.contains("and nobody changes") && !preview.contains("Apply to 2"), "{preview}");
    let trail = browser.get("/audit?kind=employee.").await;
    assert!(trail.contains("Night shift</ins>"), "{trail}");
}

#[tokio::test]
async fn an_application_whose_process_ended_is_told_as_interrupted() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let path = make(&browser, "name=Night+shift").await;
    let id = path.rsplit('/').next().unwrap().parse().unwrap();
    let at = site.app.now();
    let left: Result<(), rollcall_storage::StorageError> = site
        .storage
        .write(site.tenant, move |tx| {
            let application = rollcall_app::template::Application {
                template: id,
                actor: rollcall_domain::source::Actor::System,
                state: ApplicationState::Running,
                total: 9,
                looked: 3,
                changed: 2,
                kept: 0,
                problem: None,
                started_at: at,
                touched_at: at,
            };
            rollcall_storage::directory::template_application::save(tx, &application)
        })
        .await;
    left.unwrap();
    assert!(browser.get(&path).await.contains("Under way"));
    let refused = browser.follow(browser.post(&format!("{path}/apply"), "version=1").await).await;
    assert!(refused.contains("The template is being applied; wait"), "{refused}");
    site.clock.forward(jiff::SignedDuration::from_secs(31));
    let page = browser.get(&path).await;
    assert!(page.contains("Interrupted") && page.contains("3 of 9 people looked at"), "{page}");
}

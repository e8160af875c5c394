//! What is set of a WFM link: by its administrators, and by the operator alone.

use axum::http::StatusCode;
use rollcall_app::wfm::Pace;
use rollcall_domain::source::Actor;
use rollcall_domain::wfm::FieldSwitch;
use rollcall_storage::{StorageError, wfm::wfm_link};

use crate::site::{Site, text};

#[tokio::test]
async fn without_immediate_mode_the_pages_say_when_a_change_goes_out() {
    let site = Site::new().await;
    let (tenant, link) = (site.tenant, site.link);
    let browser = site.sign_in().await;
    let page = browser.get("/wfm").await;
    assert!(page.contains("A change goes out at once; the schedule is the net beneath."), "{page}");
    let swept_at = site.app.now().checked_sub(jiff::SignedDuration::from_mins(5)).unwrap();
    let written: Result<(), StorageError> = site
        .storage
        .write(tenant, move |tx| {
            let mut row = wfm_link::get(tx, link)?.unwrap();
            row.swept_at = Some(swept_at);
            wfm_link::save_state(tx, &row)
        })
        .await;
    written.unwrap();
    let team = site.app.teams(tenant).await.unwrap()[0].team.id;
    site.app.set_wfm_advanced(tenant, Actor::System, team, FieldSwitch::On).await.unwrap();
    let person = site.join("Ingrid", "Berg").await;
    let of_person = format!("/employees/{person}");
    assert!(browser.get(&of_person).await.contains("It is on its way."));
    assert!(browser.get("/employees").await.contains("On its way"));

    site.app.set_link_pace(tenant, Actor::System, link, Pace::ByInterval).await.unwrap();
    let page = browser.get(&of_person).await;
    assert!(page.contains("It goes out with the next run by schedule, "), "{page}");
    assert!(!page.contains("on its way"), "{page}");
    assert!(browser.get("/employees").await.contains("With the next run"));
    assert!(browser.get("/").await.contains("With the next run"));
    let page = browser.get("/wfm").await;
    for part in [
        "1 person waits for the next run by schedule",
        "Changes wait for the next run by schedule, and go out with it.",
        "The operator alone sets it, as the interval.",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let team = browser.get(&format!("/teams/{team}/wfm")).await;
    assert!(team.contains("1 person moves to mu 2</b>, with the next run by schedule."), "{team}");
    let audit = browser.get("/audit?kind=wfm_link.").await;
    assert!(audit.contains("Immediate mode set by the operator"), "{audit}");
}

/// What the form says that its settings were.
fn seen(page: &str) -> String {
    let value = page.split("name=\"seen\" value=\"").nth(1).expect("the form says what was seen");
    value.split('"').next().unwrap().replace(' ', "+").replace('@', "%40")
}

#[tokio::test]
async fn settings_are_saved_and_what_is_refused_stays_typed() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let save = format!("/wfm/{}/settings", site.link);
    let seen = seen(&browser.get("/wfm").await);
    let form = |share: &str, floor: &str, mail: &str| {
        format!("seen={seen}&stop_share_percent={share}&stop_floor={floor}&notice_to={mail}")
    };
    for (form, why) in [
        (form("many", "1", ""), "percentage from 0 to 100"),
        (form("1", "-1", ""), "The number is from 0"),
        (form("13", "17", "ops%40example.com+nobody"), "is not an e-mail address"),
    ] {
        let refused = browser.post(&save, &form).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let page = text(refused).await;
        assert!(page.contains(why) && page.contains("Nothing was saved."), "{page}");
        if why == "is not an e-mail address" {
            assert!(page.contains("&#34;nobody&#34; is not an e-mail address"), "{page}");
            assert!(page.contains("ops@example.com nobody</textarea>"), "{page}");
            assert!(page.contains("value=\"13\"") && page.contains("value=\"17\""), "{page}");
        }
    }
    let good = form("25", "7", "b%40example.com%0D%0Aa%40example.com");
    let page = browser.follow(browser.post(&save, &good).await).await;
    assert!(page.contains("The settings are saved.") && page.contains("value=\"25\""));
    let link = site.app.link(site.tenant, site.link).await.unwrap().link;
    assert_eq!((link.brake.share_percent, link.brake.floor), (25, 7));
    assert_eq!(link.notice_to, ["a@example.com", "b@example.com"]);
    let response = browser.post("/wfm/nonsense/settings", &good).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_change_by_somebody_else_meanwhile_is_not_undone_unseen() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let save = format!("/wfm/{}/settings", site.link);
    let opened = seen(&browser.get("/wfm").await);
    let theirs =
        format!("seen={opened}&stop_share_percent=25&stop_floor=7&notice_to=a%40example.com");
    browser.follow(browser.post(&save, &theirs).await).await;
    let ours = format!("seen={opened}&stop_share_percent=30&stop_floor=7&notice_to=");
    let overtaken = browser.post(&save, &ours).await;
    assert_eq!(overtaken.status(), StatusCode::CONFLICT);
    let page = text(overtaken).await;
    for part in [
        "somebody else changed these settings after you opened them",
        "Stop above: <b>25 %</b> by now, and you typed <b>30 %</b>",
        "Mail to: <b>a@example.com</b> by now, and you typed <b>nobody</b>",
        "value=\"30\"",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let share =
        async || site.app.link(site.tenant, site.link).await.unwrap().link.brake.share_percent;
    assert_eq!(share().await, 25);
    // The same twice, as by a second click, is no conflict.
    let again = browser.follow(browser.post(&save, &theirs).await).await;
    assert!(again.contains("The settings are saved."), "{again}");
    let knowing = ours.replace(&opened, &seen(&page));
    let page = browser.follow(browser.post(&save, &knowing).await).await;
    assert!(page.contains("The settings are saved."), "{page}");
    assert_eq!(share().await, 30);
}

#[tokio::test]
async fn an_optional_field_is_switched_off_after_a_preview() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let link = format!("/wfm/{}", site.link);
    let path = format!("{link}/field/personal-id");
    assert!(
        browser
            .get("/wfm")
            .await
            .contains(&format!("Sent <a href=\"{path}\" aria-label=\"Stop sending… "))
    );
    let page = browser.get(&path).await;
    for part in ["0 people lose their Personal ID in the WFM", "cleared once", "cannot be undone"] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let page = browser.follow(browser.post(&path, "to=off").await).await;
    assert!(page.contains("Personal ID is not sent any more, and cleared once."), "{page}");
    assert!(page.contains("Not sent") && browser.get(&path).await.contains("Send Personal ID for"));
    let page = browser.follow(browser.post(&path, "to=on").await).await;
    assert!(page.contains("Personal ID is sent."), "{page}");
    let of_external = browser.get(&format!("{link}/field/external-id")).await;
    assert!(of_external.contains("lose their External ID"), "{of_external}");
    assert_eq!(browser.post(&path, "to=").await.status(), StatusCode::NOT_FOUND);
    let unknown = browser.post(&format!("{link}/field/mu"), "to=off").await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
}

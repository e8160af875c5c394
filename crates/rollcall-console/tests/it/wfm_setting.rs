//! What is set of a WFM link: by its administrators, and by the operator alone.

use rollcall_app::wfm::Pace;
use rollcall_domain::source::Actor;
use rollcall_domain::wfm::FieldSwitch;
use rollcall_storage::{StorageError, wfm::wfm_link};

use crate::site::Site;

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

//! Roles: what each permits, set by switches, with a trace.

use axum::http::StatusCode;

use crate::site::Site;

#[tokio::test]
async fn what_a_role_permits_is_switched_and_told() {
    let site = Site::new().await;
    site.join("Ana", "Berg").await;
    let browser = site.sign_in().await;
    let page = browser.get("/roles").await;
    assert!(page.contains("ACD &#62; MAX &#62; Agent Schedule") && !page.contains(" checked"));
    assert!(page.contains("data-label=\"Active people\">1<"), "{page}");
    let role = site.app.permitted_roles(site.tenant).await.unwrap().remove(0).role.id;
    let path = format!("/roles/{role}");
    let permitted = async || site.app.permitted_roles(site.tenant).await.unwrap().remove(0);
    let said = browser.follow(browser.post(&path, "personalSchedule=on").await).await;
    assert!(said.contains("What Agent permits is saved."), "{said}");
    let names: Vec<_> = permitted().await.permissions.iter().map(|one| one.name()).collect();
    assert_eq!(names, ["WFM > MyZone > View Personal Schedule"]);
    assert_eq!(browser.get("/roles").await.matches(" checked").count(), 1);
    browser.post(&path, "agentSchedule=on&personalSchedule=on").await;
    assert_eq!(permitted().await.permissions.len(), 2);
    browser.post(&path, "").await;
    assert_eq!(permitted().await.permissions, []);
    let audit = browser.get("/audit?kind=role.").await;
    assert!(audit.matches("Permissions of a role changed").count() >= 3, "{audit}");
    for odd in ["x", "019ab0c1-d2e3-7000-8000-ffffffffffff"] {
        let response = browser.post(&format!("/roles/{odd}"), "agentSchedule=on").await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }
}

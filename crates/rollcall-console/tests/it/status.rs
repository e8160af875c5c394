//! Deactivating people who are managed here, and those who are not.

use axum::http::StatusCode;

use crate::site::Site;

#[tokio::test]
async fn somebody_whom_a_provider_manages_is_locked_with_the_reason() {
    let site = Site::new().await;
    let person = site.join("Ingrid", "Berg").await;
    let browser = site.sign_in().await;
    assert!(!browser.get(&format!("/employees/{person}")).await.contains("Deactivate…"));
    let path = format!("/employees/{person}/status");
    let page = browser.get(&path).await;
    assert!(page.contains("Locked by Okta.") && !page.contains("<button class=\"button danger\">"));
    let page = browser.follow(browser.post(&path, "to=inactive").await).await;
    assert!(page.contains("Active since"), "{page}");
}

#[tokio::test]
async fn somebody_local_is_deactivated_after_a_look_and_comes_back() {
    let site = Site::new().await;
    let person = site.join("Ingrid", "Berg").await;
    let actor = rollcall_domain::source::Actor::System;
    site.app.remove_connection(site.tenant, actor, site.connection).await.unwrap();
    let browser = site.sign_in().await;
    assert!(browser.get(&format!("/employees/{person}")).await.contains("Deactivate…"));
    let path = format!("/employees/{person}/status");
    let page = browser.get(&path).await;
    assert!(page.contains("They are in no WFM, so nothing departs."), "{page}");
    assert!(page.contains("agent number 100001"), "{page}");
    let page = browser.follow(browser.post(&path, "to=inactive").await).await;
    assert!(
        page.contains("Deactivated. The WFM is told") && page.contains("Reactivate…"),
        "{page}"
    );
    let page = browser.get(&path).await;
    assert!(page.contains("has agent 100001 again"), "{page}");
    let page = browser.follow(browser.post(&path, "to=active").await).await;
    assert!(page.contains("Active again.") && page.contains("Deactivate…"), "{page}");
    assert_eq!(browser.post(&path, "to=nonsense").await.status(), StatusCode::NOT_FOUND);
}

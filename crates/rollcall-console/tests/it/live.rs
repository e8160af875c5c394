//! Hints to open pages.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Response, StatusCode, header};
use http_body_util::BodyExt;
use rollcall_app::scim_connection::NewConnection;
use rollcall_domain::source::Actor;

use crate::site::Site;

/// The next words of a stream; it must say something within a bound.
async fn next(response: &mut Response<Body>) -> String {
    let frame = tokio::time::timeout(Duration::from_secs(5), response.body_mut().frame()).await;
    let frame = frame.expect("the stream says something").expect("the stream goes on").unwrap();
    String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap()
}

fn seen(page: &str) -> String {
    page.split("sse-connect=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_page_is_told_of_what_changed_since_it_was_made() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let page = browser.get("/").await;
    site.join("Ingrid", "Berg").await;
    let mut stream = site.send(browser.request(&seen(&page))).await;
    assert_eq!(stream.headers()[header::CONTENT_TYPE], "text/event-stream");
    assert!(next(&mut stream).await.contains("event: people"));
    site.join("Jonas", "Lind").await;
    assert!(next(&mut stream).await.contains("event: people"));
}

#[tokio::test]
async fn streams_end_with_the_server_and_need_a_session() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let mut stream = site.send(browser.request("/live?seen=0.0.0")).await;
    site.settings.closing.cancel();
    let rest = tokio::time::timeout(Duration::from_secs(5), stream.body_mut().collect()).await;
    assert!(rest.is_ok(), "the stream stayed open");

    let mut request = browser.request("/live");
    request.headers_mut().remove(header::COOKIE);
    request.headers_mut().insert(header::ACCEPT, "text/event-stream".parse().unwrap());
    assert_eq!(site.send(request).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_happens_in_another_tenant_is_not_told() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let page = browser.get("/").await;
    let other = site.app.create_tenant("Southwind").await.unwrap();
    let new = NewConnection {
        name: "Entra".into(),
        dialect: "entra".into(),
        business_unit: other.business_unit.id,
        team: other.team.id,
    };
    site.app.create_connection(other.tenant.id, Actor::System, new).await.unwrap();
    site.join("Ingrid", "Berg").await;
    let mut stream = site.send(browser.request(&seen(&page))).await;
    assert!(next(&mut stream).await.contains("event: people"));
    // Changes are counted in their order: by now the other one would be, too.
    let health = |page: &str| seen(page).split('.').nth(2).unwrap().to_owned();
    assert_eq!(health(&browser.get("/").await), health(&page));
}

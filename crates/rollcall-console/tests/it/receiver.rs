//! Receivers of security events in the console: made, looked at, switched off and on, removed.

use axum::http::StatusCode;
use rollcall_app::security_event::{PollRequest, Waiting};

use crate::site::{Browser, Site, text};

async fn make(browser: &Browser<'_>, fields: &str) -> (StatusCode, String) {
    let fields = format!("audience=https%3A%2F%2Fvault.example.com&{fields}");
    let response = browser.post("/receivers", &fields).await;
    let status = response.status();
    match status {
        StatusCode::SEE_OTHER => (status, browser.follow(response).await),
        _ => (status, text(response).await),
    }
}

/// The id of the only receiver.
async fn id(site: &Site) -> String {
    site.app.event_streams(site.tenant).await.unwrap()[0].stream.id.to_string()
}

#[tokio::test]
async fn a_receiver_that_asks_gets_a_token_that_is_shown_once() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    assert!(browser.get("/receivers").await.contains("Nobody is told yet"));
    assert!(browser.get("/receivers/new").await.contains("name=\"prov:delete\""));
    let (status, page) =
        make(&browser, "name=Vault&delivery=poll&prov%3Acreate%3Afull=on&prov%3Adelete=on").await;
    assert_eq!(status, StatusCode::OK, "{page}");
    let token = page.split("data-copy=\"rce_").nth(1).unwrap().split('"').next().unwrap();
    let token = format!("rce_{token}");
    let id = id(&site).await;
    assert!(page.contains(&format!("http://localhost/scim/v2/Events/{id}")), "{page}");
    assert!(page.contains("http://localhost/.well-known/jwks.json"));

    site.join("Ana", "Lopes").await;
    let listed = browser.get("/receivers").await;
    assert!(listed.contains("Never asked") && listed.contains("data-label=\"Waiting\">1<"));
    assert!(!listed.contains(&token));
    let receiver = site.app.event_receiver(&token).await.unwrap().unwrap();
    let asked = PollRequest { most: 10, patience: Waiting::No, ..PollRequest::default() };
    let polled = site.app.poll_events(&receiver, asked).await.unwrap();
    let refused = PollRequest {
        acknowledged: polled.sets.iter().map(|(id, _)| *id).collect(),
        refused: Some("it could not use an event: jws".to_owned()),
        ..PollRequest::default()
    };
    site.app.poll_events(&receiver, refused).await.unwrap();
    let shown = browser.get(&format!("/receivers/{id}")).await;
    assert!(shown.contains("It asks for its events."), "{shown}");
    assert!(shown.contains("it could not use an event: jws"), "{shown}");
    assert!(shown.contains("prov:delete") && !shown.contains("prov:patch:full"));
    assert!(!shown.contains(&token));
}

#[tokio::test]
async fn a_receiver_is_switched_off_and_on_and_removed_after_a_look_at_what_is_lost() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let (_, page) = make(
        &browser,
        "name=Badges&delivery=push&address=https%3A%2F%2Fbadges.example.com%2Fevents&token=shown-there&prov%3Acreate%3Afull=on",
    )
    .await;
    assert!(page.contains("Badges is told of what happens from now on."), "{page}");
    assert!(page.contains("https://badges.example.com/events") && !page.contains("shown-there"));
    site.join("Ana", "Lopes").await;
    let path = format!("/receivers/{}", id(&site).await);
    let preview = browser.get(&format!("{path}/off")).await;
    assert!(preview.contains("What waits for it is dropped: 1."), "{preview}");
    let off = browser.post(&format!("{path}/off"), "").await;
    let off = browser.follow(off).await;
    assert!(
        off.contains("The receiver is off.") && off.contains("An administrator switched it off.")
    );
    site.join("Bo", "Lind").await;
    let kept = &site.app.event_streams(site.tenant).await.unwrap()[0];
    assert_eq!(kept.waiting, 0, "nothing is kept while it is off");
    assert!(browser.get(&path).await.contains("on it is not told"));
    let on = browser.post(&format!("{path}/on"), "").await;
    let on = browser.follow(on).await;
    assert!(on.contains("The receiver is on.") && on.contains("it was never told"), "{on}");
    site.join("Cleo", "Mann").await;
    let preview = browser.get(&format!("{path}/remove")).await;
    assert!(preview.contains("What waits for it is dropped: 2."), "{preview}");
    let removed = browser.post(&format!("{path}/remove"), "").await;
    assert!(browser.follow(removed).await.contains("Nobody is told yet"));
    let gone = site.send(browser.request(&path)).await;
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
    let audit = browser.get("/audit?kind=event_stream.").await;
    for words in ["made", "switched off", "switched on", "removed"] {
        assert!(audit.contains(&format!("Event receiver {words}")), "{words}: {audit}");
    }
    assert!(!audit.contains("shown-there"));
}

#[tokio::test]
async fn a_form_that_is_refused_says_why_and_keeps_what_was_typed() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    for (fields, why) in [
        ("name=Vault&delivery=poll", "A receiver wants to be told of something."),
        ("delivery=poll&prov%3Adelete=on", "A receiver needs a name, an audience and an issuer"),
        (
            "name=Vault&delivery=push&address=ftp%3A%2F%2Fa&token=shown-there&prov%3Adelete=on",
            "The endpoint is an address that begins with https://.",
        ),
    ] {
        let (status, page) = make(&browser, fields).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{fields}");
        assert!(page.contains(why) && page.contains("https://vault.example.com"), "{page}");
        assert!(!page.contains("shown-there"));
    }
    assert!(site.app.event_streams(site.tenant).await.unwrap().is_empty());
}

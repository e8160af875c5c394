//! Linking a business unit in the console, and changing how its WFM is reached: tried first, then done.

use axum::http::StatusCode;
use jiff::SignedDuration;
use rollcall_app::wfm::{Met, RunCounts, SyncRun, Unreached};
use rollcall_domain::RunId;
use rollcall_domain::source::Actor;
use rollcall_domain::wfm::{FilePlace, ManagementUnit, MetAgent, Transport, UNKNOWN_HOST_KEY};
use rollcall_storage::{StorageError, wfm::sync_run};
use uuid::Uuid;

use crate::site::{Browser, Site, text};

const HTTP: &str = "acd_id=8&transport=http&url=https%3A%2F%2Fwfm.bergen.example&client_id=hub&client_secret=s3cret-one";

impl Site {
    /// A business unit without a link, as the form names it.
    async fn bergen(&self) -> String {
        let made = self.app.create_business_unit(self.tenant, Actor::System, "Bergen").await;
        made.unwrap().0.id.to_string()
    }

    /// A run that ended with these counts.
    async fn ran(&self, counts: RunCounts) {
        let at = self.app.now();
        let run = SyncRun {
            id: RunId::new(Uuid::from_u128(1)),
            link: self.link,
            cause: "event".into(),
            state: "done".into(),
            reason: None,
            started_at: at,
            finished_at: Some(at),
            counts,
        };
        let written: Result<(), StorageError> =
            self.storage.write(self.tenant, move |tx| sync_run::save(tx, &run)).await;
        written.unwrap();
    }

    fn answers(&self, answer: Result<Met, Unreached>) {
        *self.probe.answer.lock().unwrap() = Some(answer);
    }
}

/// What a try of a form shows.
async fn attempt(browser: &Browser<'_>, path: &str, fields: &str) -> (StatusCode, String) {
    let response = browser.post(path, fields).await;
    (response.status(), text(response).await)
}

/// The ticket that a page carries.
fn ticket(page: &str) -> String {
    page.split("name=\"ticket\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_unit_is_linked_after_a_look_at_what_would_happen() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let page = browser.get("/wfm/new").await;
    assert!(page.contains("Every business unit has its link"), "{page}");
    assert!(!browser.get("/wfm").await.contains("Link a business unit"));
    let unit = site.bergen().await;
    assert!(browser.get("/wfm").await.contains("Link a business unit"));
    let page = browser.get("/wfm/new").await;
    assert!(page.contains(">Bergen</option>") && page.contains("by the operator"), "{page}");

    let agent =
        |number, name: &str, unit| MetAgent { agent_number: number, name: name.into(), unit };
    let agents = (1..=8).map(|number| agent(number, "Old Hand", ManagementUnit::Arrived)).collect();
    site.answers(Ok(Met { agents, read: Some(8), strangers: 1, total: 9 }));
    let (status, page) = attempt(&browser, "/wfm/new", &format!("unit={unit}&{HTTP}")).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    for part in [
        "Link Bergen to its WFM?",
        "Nobody works in Bergen yet.",
        "8 agents there are nobody who is sent from here.",
        "before that it stops and asks",
        "Old Hand (1)",
        "and 3 more",
        "1 record there has a key that is no agent number, and is left alone",
        "value=\"https://wfm.bergen.example\"",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!page.contains("s3cret-one"), "a secret is never shown again");
    assert_eq!(site.app.links(site.tenant).await.unwrap().len(), 1, "nothing is linked yet");

    let ticket = format!("ticket={}", ticket(&page));
    let page = browser.follow(browser.post("/wfm/link", &ticket).await).await;
    assert!(page.contains("Linked.") && page.contains("<code>8</code>"), "{page}");
    let page = browser.follow(browser.post("/wfm/link", &ticket).await).await;
    assert!(
        page.contains("Linked.") && page.contains("<code>8</code>"),
        "once more is no harm: {page}"
    );
    assert_eq!(site.app.links(site.tenant).await.unwrap().len(), 2);
    let audit = browser.get("/audit").await;
    assert!(audit.contains("WFM linked") && !audit.contains("s3cret-one"), "{audit}");
}

#[tokio::test]
async fn a_link_over_which_nothing_was_sent_is_removed_after_a_preview() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let path = format!("/wfm/{}/remove", site.link);
    assert!(browser.get("/wfm").await.contains(&path));
    let page = browser.get(&path).await;
    assert!(page.contains("Nothing was sent over it yet") && page.contains("Keep it"), "{page}");
    site.ran(RunCounts { arrived: 1, remote_calls: 1, ..RunCounts::default() }).await;
    let page = browser.get(&path).await;
    assert!(page.contains("stays</h1>") && page.contains("switch it off instead"), "{page}");
    let page = browser.follow(browser.post(&path, "").await).await;
    assert!(page.contains("may have been"), "{page}");
    site.ran(RunCounts::default()).await;
    let page = browser.follow(browser.post(&path, "").await).await;
    assert!(page.contains("No WFM is linked") && page.contains("The link is removed."), "{page}");
    let audit = browser.get("/audit").await;
    assert!(audit.contains("WFM link removed"), "{audit}");
}

#[tokio::test]
async fn a_run_that_called_nobody_is_no_answer_of_the_wfm() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    site.ran(RunCounts::default()).await;
    let page = browser.get("/wfm").await;
    assert!(page.contains("Not asked yet") && !page.contains("last answered"), "{page}");
    assert!(browser.get("/").await.contains("Not asked yet"));
    site.ran(RunCounts { remote_calls: 1, ..RunCounts::default() }).await;
    let page = browser.get("/wfm").await;
    assert!(page.contains("Healthy since") && page.contains("last answered"), "{page}");
}

#[tokio::test]
async fn a_refusal_says_why_and_keeps_what_was_typed_but_the_secret() {
    let site = Site::new().await;
    let (browser, unit) = (site.sign_in().await, site.bergen().await);
    let fields = format!("unit={unit}&{HTTP}");
    let found = "SHA256:uNiVztksCsDhcc0u9e8BrwQXVUpKZIDTMczCvj3tD2s".to_owned();
    let cases = [
        (Unreached::Refused("its address is not a URL".into()), "It was not called"),
        (Unreached::Silent("no connection to it could be made".into()), "lets this server in"),
        (Unreached::Credentials("it answered 401".into()), "refuses the credentials"),
        (Unreached::Unknown("it answered 404".into()), "Check the ACD ID"),
        (Unreached::Strange("its answer is not JSON".into()), "not its web page"),
        (Unreached::HostKey { found: found.clone() }, found.as_str()),
    ];
    for (answer, words) in cases {
        site.answers(Err(answer));
        let (status, page) = attempt(&browser, "/wfm/new", &fields).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.contains(words), "{words} in {page}");
        assert!(
            page.contains("value=\"https://wfm.bergen.example\"") && page.contains("value=\"hub\"")
        );
        assert!(!page.contains("s3cret-one"));
    }
    let (status, page) = attempt(&browser, "/wfm/new", HTTP).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("No business unit is chosen."), "{page}");
    let (status, page) =
        attempt(&browser, "/wfm/new", &fields.replace("acd_id=8", "acd_id=44+71%21")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("An ACD ID is 1 to 64 letters"), "{page}");
    let taken = fields
        .replace("acd_id=8", "acd_id=7")
        .replace("https%3A%2F%2Fwfm.bergen.example", "http%3A%2F%2Fwfm.example");
    let (_, page) = attempt(&browser, "/wfm/new", &taken).await;
    assert!(page.contains("each business unit has an acd of its own"), "{page}");
}

#[tokio::test]
async fn a_server_is_tried_without_its_key_and_a_folder_never() {
    let site = Site::new().await;
    let (browser, unit) = (site.sign_in().await, site.bergen().await);
    let fields = format!(
        "unit={unit}&acd_id=8&transport=sftp&host=files.example.com&port=22&path=%2Fin&user=hub&sftp_secret=a%0D%0Ab"
    );
    let (status, page) = attempt(&browser, "/wfm/new", &fields).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    let asked = site.probe.asked.lock().unwrap().pop().unwrap();
    let Transport::File(file) = asked.transport else { panic!("it goes by files") };
    let FilePlace::Sftp { host_key, .. } = file.place else { panic!("it is a server") };
    assert_eq!(host_key, UNKNOWN_HOST_KEY);
    let folder = format!("unit={unit}&acd_id=8&transport=folder&path=%2Fetc");
    let (status, page) = attempt(&browser, "/wfm/new", &folder).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(site.probe.asked.lock().unwrap().is_empty(), "nothing was looked at");
}

#[tokio::test]
async fn a_key_is_rotated_and_an_old_try_is_refused() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let path = format!("/wfm/{}/way", site.link);
    assert!(browser.get("/wfm").await.contains(&format!("href=\"{path}\">Change…")));
    let page = browser.get(&path).await;
    assert!(page.contains("value=\"http://wfm.example\"") && !page.contains("s3cret"), "{page}");

    let moved = "url=https%3A%2F%2Felsewhere.example&client_id=hub&client_secret=";
    let (status, page) = attempt(&browser, &path, moved).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Another place needs the secret again"), "{page}");

    let rotated = "url=http%3A%2F%2Fwfm.example&client_id=hub&client_secret=s3cret-two";
    let (_, page) = attempt(&browser, &path, rotated).await;
    assert!(page.contains("Nothing is changed yet.") && !page.contains("s3cret-two"), "{page}");
    let (take, fields) = (format!("{path}/take"), format!("ticket={}", ticket(&page)));
    let before = site.app.link(site.tenant, site.link).await.unwrap().link;
    let page = browser.follow(browser.post(&take, &fields).await).await;
    assert!(page.contains("reached in the new way from now on"), "{page}");
    let after = site.app.link(site.tenant, site.link).await.unwrap().link;
    assert_ne!(before.client_secret_sealed, after.client_secret_sealed);
    assert_eq!((after.client_id.as_str(), after.asked), ("hub", None), "the same WFM");
    assert!(browser.get("/audit").await.contains("Address or credentials changed"));

    site.clock.forward(SignedDuration::from_mins(16));
    let page = browser.follow(browser.post(&take, &fields).await).await;
    assert!(page.contains("try it again"), "{page}");
}

//! Bad answers: what is waited for, what is adopted, and what is left for later.

use std::time::{Duration, Instant};

use http::Method;
use serde_json::json;
use simulator_idp::{Manner, Progress};

use crate::runner::Runner;
use crate::stub::{Mishap, user_name};

#[tokio::test]
async fn retry_after_is_honoured() {
    let runner = Runner::start().await;
    for status in [429, 503] {
        runner.okta.mishap(Method::POST, Mishap::Status(status, Some(1)));
        runner.entra.mishap(Method::GET, Mishap::Status(status, None));
    }
    let start = Instant::now();
    let (provider, reports) = runner.populate().await;
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert!(!reports.iter().any(|it| matches!(it, Progress::Failed { .. })));
    runner.check(&provider);
}

#[tokio::test]
async fn a_creation_whose_answer_was_lost_is_adopted() {
    let runner = Runner::start().await;
    for _ in 0..5 {
        runner.okta.mishap(Method::POST, Mishap::DoneBut(503));
    }
    let (provider, _) = runner.populate().await;
    runner.check(&provider);
    assert_eq!(runner.okta.scim.lock().unwrap().users.len(), 20);
}

#[tokio::test]
async fn someone_who_is_there_already_is_adopted_and_corrected() {
    let runner = Runner::start().await;
    let (provider, _) = runner.populate().await;
    // The server keeps its people; a new provider of the same seed knows nothing of them.
    for stub in [&runner.okta, &runner.entra] {
        let mut scim = stub.scim.lock().unwrap();
        for user in scim.users.values_mut() {
            user["active"] = json!(false);
            user["title"] = json!("");
        }
        scim.blind = scim.users.values().take(3).map(user_name).collect();
    }
    let before = runner.okta.count("POST ");
    let (again, _) = runner.populate().await;
    runner.check(&again);
    assert_eq!(again.snapshot(), provider.snapshot());
    // Three lookups were blind: those people were posted, refused with 409 and looked up again.
    assert_eq!(runner.okta.count("POST "), before + 3);
}

#[tokio::test]
async fn a_refused_person_is_told_and_the_others_go_on() {
    let runner = Runner::start().await;
    let expected = simulator_idp::Provider::open(runner.options.clone()).await.unwrap();
    let directory = expected.directory();
    let person = &directory.people()[3];
    assert_eq!(person.manner, Manner::Okta);
    runner.okta.scim.lock().unwrap().refused.push(person.profile.user_name.clone());
    let (provider, reports) = runner.populate().await;
    assert_eq!((provider.snapshot().len(), provider.due()), (29, 1));
    let failed = reports.iter().find_map(|it| match it {
        Progress::Failed { number: 3, reason } => Some(reason.clone()),
        _ => None,
    });
    assert_eq!(
        failed.unwrap(),
        "the server answers 400 Bad Request to the creation: invalidValue this name is refused"
    );
}

#[tokio::test]
async fn a_wrong_token_waits_for_a_better_one() {
    let mut runner = Runner::start().await;
    runner.options.okta.as_mut().unwrap().token = "bad".to_owned();
    let (provider, reports) =
        runner.run(|progress| matches!(progress, Progress::Waiting { .. })).await;
    assert_eq!(provider.snapshot().len(), 0);
    let said = reports.last().unwrap().to_string();
    assert!(said.contains("401 Unauthorized to the connection test"), "{said}");
}

//! The exact requests of each manner.

use serde_json::Value;

use crate::runner::Runner;
use crate::stub::decode;

#[tokio::test]
async fn okta_tests_looks_up_and_posts() {
    let runner = Runner::start().await;
    let (provider, _) = runner.populate().await;
    runner.check(&provider);
    assert_eq!(provider.snapshot().len(), 30);

    let log = runner.okta.log();
    assert_eq!(log[0], "GET /scim/v2/Users?startIndex=1&count=2");
    let directory = provider.directory();
    let person = &directory.people()[0];
    let name = &person.profile.user_name;
    let lookup = log.iter().find(|line| decode(line).contains(name.as_str())).unwrap();
    assert!(lookup.starts_with("GET /scim/v2/Users?filter=userName%20eq%20%22"), "{lookup}");
    assert!(lookup.ends_with("%22&startIndex=1&count=100"), "{lookup}");
    let body = posted(&log, name);
    for (member, value) in [("/locale", "en-US"), ("/groups", "[]"), ("/active", "true")] {
        assert_eq!(text(body.pointer(member).unwrap()), value);
    }
    assert!(body["password"].is_string());
    assert_eq!(body["externalId"], person.external_id.as_str());
}

#[tokio::test]
async fn entra_probes_matches_and_posts() {
    let runner = Runner::start().await;
    let (provider, _) = runner.populate().await;
    let log = runner.entra.log();
    let probe = &log[0];
    let start = "GET /scim/v2/Users?filter=userName+eq+%22AzureAD_Test-";
    assert!(probe.starts_with(start) && probe.ends_with("%22"), "{probe}");
    let directory = provider.directory();
    let person = &directory.people()[2];
    let body = posted(&log, &person.profile.user_name);
    assert_eq!(body["meta"]["resourceType"], "User");
    assert_eq!(body["name"]["formatted"], person.profile.display_name());
    assert_eq!(text(&body["roles"]), "[]");
    assert_eq!(body["schemas"][1], "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User");
    assert_eq!(log.iter().filter(|line| line.starts_with("POST")).count(), 10);
}

fn posted(log: &[String], user_name: &str) -> Value {
    let bodies = log.iter().filter_map(|line| line.strip_prefix("POST /scim/v2/Users "));
    let bodies = bodies.map(|body| serde_json::from_str::<Value>(body).unwrap());
    bodies.into_iter().find(|body| body["userName"] == user_name).unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

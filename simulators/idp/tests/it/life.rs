//! Life after the people are there: what the provider believes stays true.

use simulator_idp::{Event, EventKind, Progress};

use crate::runner::{Runner, TempFile};

async fn live(runner: &mut Runner, name: &str, events: usize) -> Vec<Event> {
    let file = TempFile::new(name);
    runner.options.state_file = Some(file.path());
    let mut count = 0;
    let (_, reports) = runner
        .run(|progress| {
            count += usize::from(matches!(progress, Progress::Happened(_)));
            count >= events
        })
        .await;
    // Stopping may have dropped a change under way; the next run finds out and completes it.
    let (provider, _) = runner.populate().await;
    assert_eq!(provider.due(), 0);
    runner.check(&provider);
    happened(reports)
}

fn happened(reports: Vec<Progress>) -> Vec<Event> {
    let event = |progress| match progress {
        Progress::Happened(event) => Some(event),
        _ => None,
    };
    reports.into_iter().filter_map(event).collect()
}

#[tokio::test]
async fn everything_that_happens_reaches_the_server() {
    let mut runner = Runner::start().await;
    let events = live(&mut runner, "everything", 300).await;
    assert!(events.iter().any(|event| event.kind == EventKind::Left));
    let okta = runner.okta.log();
    assert!(okta.iter().any(|line| {
        line.ends_with(r#""Operations":[{"op":"replace","value":{"active":false}}]}"#)
            || line.contains(r#"{"Operations":[{"op":"replace","value":{"active":false}}]"#)
    }));
    assert!(runner.okta.count("PUT ") > 0);
    let entra = runner.entra.log().join("\n");
    for operation in [
        r#"{"op":"Replace","path":"active","value":"False"}"#,
        r#"{"op":"Replace","path":"active","value":"True"}"#,
        r#"{"op":"Replace","path":"name.familyName","value":"#,
        r#""path":"emails[type eq \"work\"].value""#,
        r#""path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department""#,
    ] {
        assert!(entra.contains(operation), "{operation}");
    }
}

#[tokio::test]
async fn the_flag_switches_entra_to_dotted_keys() {
    let mut runner = Runner::start().await;
    let target = runner.options.entra.as_mut().unwrap();
    target.base_url.push_str("?aadOptscim062020");
    runner.options.okta = None;
    live(&mut runner, "flag", 200).await;
    let log = runner.entra.log().join("\n");
    assert!(log.contains("/scim/v2/Users?aadOptscim062020&filter=userName+eq+"));
    for part in [r#""name.familyName":"#, r#"{"op":"replace","value":{"active":false}}"#] {
        assert!(log.contains(part), "{part}");
    }
    assert!(!log.contains(r#""op":"Replace""#));
    assert_eq!(runner.okta.log(), [""; 0]);
}

#[tokio::test]
async fn the_same_seed_lives_the_same_life() {
    let one = live(&mut Runner::start().await, "one", 50).await;
    assert_eq!(one, live(&mut Runner::start().await, "two", 50).await);
}

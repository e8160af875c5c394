//! What the provider remembers over a restart, and what it finds out.

use std::time::Duration;

use simulator_idp::{Options, Progress, Provider};

use crate::runner::{Runner, TempFile};

#[tokio::test]
async fn a_restart_goes_on_where_it_was() {
    let file = TempFile::new("restart");
    let mut runner = Runner::start().await;
    runner.options.state_file = Some(file.path());
    let (before, _) = runner.populate().await;
    let (posts, requests) = (runner.okta.count("POST "), runner.okta.log().len());

    runner.options.people = 31;
    let (after, reports) = runner.populate().await;
    assert_eq!(after.snapshot()[..30], before.snapshot()[..]);
    assert_eq!(after.snapshot().len(), 31);
    assert!(!reports.iter().any(|it| matches!(it, Progress::Missing(_))));
    assert_eq!(runner.okta.count("POST "), posts + 1);
    // A test, a few lookups, and one creation: cheap.
    assert!(runner.okta.log().len() - requests < 10);
    runner.check(&after);
}

#[tokio::test]
async fn a_server_that_lost_its_people_gets_them_again() {
    let file = TempFile::new("lost");
    let mut runner = Runner::start().await;
    runner.options.state_file = Some(file.path());
    runner.populate().await;
    runner.okta.scim.lock().unwrap().users.clear();
    let (provider, reports) = runner.populate().await;
    assert!(reports.contains(&Progress::Missing(20)), "{reports:?}");
    runner.check(&provider);
}

#[tokio::test]
async fn still_means_that_nothing_moves() {
    let mut runner = Runner::start().await;
    runner.options.still = true;
    let provider = Provider::open(runner.options.clone()).await.unwrap();
    let populated = tokio::sync::Notify::new();
    let stop = async {
        populated.notified().await;
        // Long enough for a hundred events at the pace of these tests.
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let report = |progress: &Progress| {
        assert!(!matches!(progress, Progress::Happened(_)));
        if matches!(progress, Progress::Populated { .. }) {
            populated.notify_one();
        }
    };
    provider.run(stop, report).await.unwrap();
    assert_eq!(runner.okta.log().len(), 1 + 2 * 20);
}

#[tokio::test]
async fn a_broken_directory_and_no_target_are_refused() {
    let file = TempFile::new("broken");
    std::fs::write(file.path(), "{").unwrap();
    let mut runner = Runner::start().await;
    runner.options.state_file = Some(file.path());
    let error = Provider::open(runner.options).await.err().unwrap().to_string();
    assert!(error.contains("move the file away to start anew"), "{error}");
    let error = Provider::open(Options::default()).await.err().unwrap().to_string();
    assert!(error.contains("give it a target"), "{error}");
}

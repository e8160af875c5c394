//! What a run leaves: nothing, also when it is ended early or what it asks fails.

use anyhow::Result;
use rollcall_conformance::{CannotRun, Options, PlainHttp, Target, run};
use rollcall_domain::policy::GroupMeaning;
use rollcall_test_database::runtime;
use rollcall_testing::TestHub;
use secrecy::ExposeSecret as _;
use tokio_util::sync::CancellationToken;

use crate::door::{door, options};

fn only(start: &str) -> Options {
    Options { run: "test".to_owned(), only: vec![start.to_owned()], keep: false }
}

#[test]
fn a_run_that_is_ended_takes_away_what_it_made() -> Result<()> {
    runtime().block_on(async {
        let hub = TestHub::start(options()).await?;
        let door = door(&hub, "rfc", GroupMeaning::Team).await?;
        let token = Some(door.token.clone());
        let target = Target::new(hub.base_url(), token, PlainHttp::LoopbackOnly)?;
        let stop = CancellationToken::new();
        let mut seen = 0;
        let report = run(&target, &only("user"), &stop, &mut |_| {
            seen += 1;
            if seen == 5 {
                stop.cancel();
            }
        })
        .await?;
        assert!(report.interrupted && report.checks.len() == 5, "{}", report.counts());
        assert!(report.left_behind.is_empty());
        assert_eq!(door.get("/Users").await?.body["totalResults"], 0);
        Ok(())
    })
}

#[test]
fn what_is_to_be_kept_is_kept_and_named() -> Result<()> {
    runtime().block_on(async {
        let hub = TestHub::start(options()).await?;
        let door = door(&hub, "rfc", GroupMeaning::Team).await?;
        let token = Some(door.token.clone());
        let target = Target::new(hub.base_url(), token, PlainHttp::LoopbackOnly)?;
        let keep = Options { keep: true, ..only("group.create.members") };
        let report = run(&target, &keep, &CancellationToken::new(), &mut |_| {}).await?;
        assert_eq!(report.left_behind.len(), 3);
        let kept = report.left_behind.first().map_or("", String::as_str);
        assert!(kept.starts_with("/Groups/"), "{kept}");
        assert_eq!(door.get(kept).await?.status, 200);
        let text = report.to_json().to_string();
        assert!(!text.contains(door.token.expose_secret()), "the token is in the report");
        Ok(())
    })
}

#[test]
fn what_cannot_run_says_why() -> Result<()> {
    runtime().block_on(async {
        let hub = TestHub::start(options()).await?;
        let door = door(&hub, "rfc", GroupMeaning::Team).await?;
        let cannot = async |base: &str, token: &str, start: &str| {
            let token = Some(token.to_owned().into());
            let target = Target::new(base, token, PlainHttp::LoopbackOnly)?;
            match run(&target, &only(start), &CancellationToken::new(), &mut |_| {}).await {
                Err(error) => anyhow::Ok(error),
                Ok(report) => anyhow::bail!("it ran: {}", report.counts()),
            }
        };
        let token = door.token.expose_secret();
        let said = cannot(hub.base_url(), "rct_unknown", "user").await?;
        assert!(matches!(said, CannotRun::NotAdmitted(401)), "{said}");
        let said = cannot(hub.base_url(), token, "usr").await?;
        assert_eq!(said.to_string(), "no check begins with \"usr\"");
        // Nobody listens on the port of a listener that is gone.
        let gone = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let said = cannot(&format!("http://{gone}/scim/v2"), token, "user").await?;
        assert!(matches!(said, CannotRun::Unreachable(_)), "{said}");
        Ok(())
    })
}

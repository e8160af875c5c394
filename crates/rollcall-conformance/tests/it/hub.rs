//! Our own front door, in each dialect: everything passes but what the dialect is meant to do otherwise.

use anyhow::Result;
use rollcall_conformance::{Level, Verdict};
use rollcall_domain::policy::GroupMeaning;
use rollcall_test_database::runtime;
use rollcall_testing::{TestHub, on_each_database};

use crate::door::{door, options, report};

/// No password is published: Rollcall signs nobody in by one that an identity provider sent.
const NO_PASSWORD: &str = "schema.password";

/// Lists of roles and entitlements are for Okta alone.
const NO_ENTITLEMENTS: &str = "okta.entitlements";

/// Where the identity provider is known, what it cannot mean is passed over and counted (docs/scim.md).
const PASSED_OVER: [&str; 2] = ["patch.refuses.read-only", "patch.refuses.unknown"];

/// The dialect of the RFC refuses with `noTarget` what Entra expects to be made (docs/scim.md).
const NOT_MADE: [&str; 2] = ["entra.makes-value", "entra.makes-value.add"];

#[test]
fn a_connection_without_groups_is_not_asked_for_them() -> Result<()> {
    runtime().block_on(async {
        let hub = TestHub::start(options()).await?;
        let token = door(&hub, "rfc", GroupMeaning::None).await?.token;
        let report = report(hub.base_url(), token, &["discovery", "group", "entra.test"]).await?;
        for check in &report.checks {
            let group = check.area == "group" || check.id == "discovery.types.group";
            let not_offered = matches!(check.verdict, Verdict::NotOffered(_));
            assert!(not_offered == group && (group || check.verdict == Verdict::Passed), "{check}");
        }
        Ok(())
    })
}

/// Runs everything; `others` are the checks that do not pass.
fn check(dialect: &'static str, groups: GroupMeaning, others: &[&str]) -> Result<()> {
    runtime().block_on(on_each_database(options(), async |hub| {
        let token = door(hub, dialect, groups).await?.token;
        let later = tokio::spawn(rollcall_api::carry_out(hub.app.clone()));
        let report = report(hub.base_url(), token, &[]).await?;
        later.abort();
        println!("{dialect}: {}", report.counts());
        let found = report.checks.iter().filter(|check| check.verdict != Verdict::Passed);
        for check in found.clone() {
            assert!(others.contains(&check.id), "{check}");
        }
        assert_eq!(found.count(), others.len(), "each of {others:?} is there still");
        assert!(report.failed(Level::Must).is_empty());
        assert!(report.left_behind.is_empty(), "left behind: {:?}", report.left_behind);
        Ok(())
    }))
}

#[test]
fn the_dialect_of_the_rfc_is_conformant() -> Result<()> {
    let others = [&[NO_PASSWORD, NO_ENTITLEMENTS], &NOT_MADE[..]].concat();
    check("rfc", GroupMeaning::Team, &others)
}

#[test]
fn the_dialect_of_okta_is_conformant() -> Result<()> {
    check("okta", GroupMeaning::Role, &[&[NO_PASSWORD], &PASSED_OVER[..]].concat())
}

#[test]
fn the_dialect_of_entra_is_conformant() -> Result<()> {
    let others = [&[NO_PASSWORD, NO_ENTITLEMENTS], &PASSED_OVER[..]].concat();
    check("entra", GroupMeaning::Team, &others)
}

#[test]
fn the_dialect_of_google_is_conformant() -> Result<()> {
    let others = [&[NO_PASSWORD, NO_ENTITLEMENTS], &PASSED_OVER[..]].concat();
    check("google", GroupMeaning::Role, &others)
}

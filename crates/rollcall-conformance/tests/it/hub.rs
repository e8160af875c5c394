//! Our own front door, in each dialect: everything passes but what the dialect is meant to do otherwise.

use anyhow::Result;
use rollcall_conformance::{Level, Verdict};
use rollcall_domain::policy::GroupMeaning;
use rollcall_test_database::runtime;
use rollcall_testing::on_each_database;

use crate::door::{door, options, report};

/// No password is published: Rollcall signs nobody in by one that an identity provider sent.
const NOT_OFFERED: &[&str] = &["schema.password"];

/// Where the identity provider is known, what it cannot mean is passed over and counted (docs/scim.md).
const PASSED_OVER: &[&str] = &["patch.refuses.read-only", "patch.refuses.unknown"];

/// The dialect of the RFC refuses with `noTarget` what Entra expects to be made (docs/scim.md).
const NOT_MADE: &[&str] = &["entra.makes-value", "entra.makes-value.add"];

/// Runs everything; `failed` are those that may.
fn check(dialect: &'static str, groups: GroupMeaning, failed: &[&str]) -> Result<()> {
    runtime().block_on(on_each_database(options(), async |hub| {
        let token = door(hub, dialect, groups).await?.token;
        let report = report(hub.base_url(), token, &[]).await?;
        println!("{dialect}: {}", report.counts());
        let mut others = Vec::new();
        for check in &report.checks {
            match check.verdict {
                Verdict::Passed => {}
                Verdict::NotOffered(_) => assert!(NOT_OFFERED.contains(&check.id), "{check}"),
                _ => {
                    assert!(failed.contains(&check.id), "{check}");
                    others.push(check.id);
                }
            }
        }
        assert_eq!(others, failed, "what fails is as docs/scim.md says");
        assert!(report.failed(Level::Must).is_empty());
        assert!(report.left_behind.is_empty(), "left behind: {:?}", report.left_behind);
        Ok(())
    }))
}

#[test]
fn the_dialect_of_the_rfc_is_conformant() -> Result<()> {
    check("rfc", GroupMeaning::Team, NOT_MADE)
}

#[test]
fn the_dialect_of_okta_is_conformant() -> Result<()> {
    check("okta", GroupMeaning::Role, PASSED_OVER)
}

#[test]
fn the_dialect_of_entra_is_conformant() -> Result<()> {
    check("entra", GroupMeaning::Team, PASSED_OVER)
}

#[test]
fn the_dialect_of_google_is_conformant() -> Result<()> {
    check("google", GroupMeaning::Role, PASSED_OVER)
}

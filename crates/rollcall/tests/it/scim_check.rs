//! `rollcall scim check` as it is typed: what it prints, what it ends with, and that no token shows.

use serde_json::Value;

use super::program::{Folder, Said};
use super::serve::start;

#[test]
fn a_hub_is_checked_and_the_report_is_text_or_json() {
    let folder = Folder::new();
    folder.run(&["tenant", "create", "Northwind"]).good();
    let token = folder.run(&["scim-token", "create"]).good();
    let (_hub, url) = start(&folder);
    let url = format!("{url}/scim/v2");

    let mut command = folder.command(&["scim", "check", &url, "--only", "filter.eq", "--verbose"]);
    command.env("ROLLCALL_SCIM_TOKEN", &token);
    let said = Said::of(command);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.err.starts_with("This makes several hundred users"), "{}", said.err);
    assert!(said.out.contains("passed       MUST      filter.eq.any-case\n"), "{}", said.out);
    let last = said.out.trim_end().lines().last().unwrap_or_default();
    assert_eq!(last, "6 passed, 0 failed (0 of them MUST), 0 skipped, 0 not offered");

    folder.write("token", &format!("{token}\n"));
    let json = ["scim", "check", &url, "--only", "access", "--token-file", "token", "--json"];
    let said = folder.run(&json);
    let report: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(report["summary"]["passed"], 4);
    assert_eq!(report["leftBehind"], Value::Array(Vec::new()));
    assert!(!said.out.contains(&token) && !said.err.contains(&token));
}

#[test]
fn what_cannot_run_ends_with_2_and_says_why() {
    let folder = Folder::new();
    let refused = |arguments: &[&str], part: &str| {
        let said = folder.run(&[&["scim", "check"], arguments].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{said:?}");
        assert!(said.err.contains(part), "{}", said.err);
        assert!(!said.err.contains("s3cret"), "{}", said.err);
    };
    refused(&["https://scim.example.com/v2", "--token", "s3cret"], "say --yes");
    refused(&["http://scim.example.com/v2", "--token", "s3cret", "--yes"], "--insecure-http");
    refused(&["https://a:s3cret@scim.example.com/v2"], "a user name or a password");
    refused(&["http://127.0.0.1:1/v2", "--token", "s3cret"], "cannot be reached");
    refused(&["http://127.0.0.1:1/v2", "--token-file", "none"], "none cannot be read");
}

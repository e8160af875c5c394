//! What the doctor finds.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use super::program::Folder;

#[test]
fn a_healthy_installation_needs_nothing() {
    let folder = Folder::new();
    let before = folder.run(&["doctor"]).good();
    assert!(before.contains("is made at the first start"), "{before}");
    assert!(!folder.path("rollcall-data").exists(), "the doctor leaves no traces");
    folder.run(&["tenant", "create", "Northwind"]).good();
    let after = folder.run(&["doctor"]).good();
    for part in
        ["SQLite 3.", "synchronous = full", "readable by its owner only", "clock", "MiB are free"]
    {
        assert!(after.contains(part), "{part} in {after}");
    }
    assert!(after.ends_with("Nothing has to be done."), "{after}");
}

#[test]
fn a_hub_that_others_reach_and_that_has_no_address_is_told_of() {
    let folder = Folder::new();
    let said = |text: &str| {
        folder.write("a.toml", text);
        folder.run(&["doctor", "--config", "a.toml"]).good()
    };
    let without = said("listen = '0.0.0.0:8080'");
    assert!(without.contains("signed assertions of applications are refused"), "{without}");
    let with = said("listen = '0.0.0.0:8080'\npublic_url = 'https://people.example.com'");
    assert!(!with.contains("assertions"), "{with}");
    assert!(!said("listen = '127.0.0.1:8080'").contains("assertions"));
}

#[test]
fn a_key_that_others_may_read_is_a_problem() {
    let folder = Folder::new();
    folder.run(&["migrate"]).good();
    let key = folder.path("rollcall-data/secrets.key");
    assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(key, Permissions::from_mode(0o644)).unwrap();
    let said = folder.run(&["doctor"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("chmod 600 rollcall-data/secrets.key"), "{}", said.out);
    assert!(said.out.ends_with("One thing has to be done.\n"), "{}", said.out);
}

#[test]
fn a_key_that_is_not_the_one_is_found() {
    let folder = Folder::new();
    folder.run(&["tenant", "create", "Northwind"]).good();
    folder.write("secret", "s3cret");
    let link = ["wfm-link", "create", "--acd-id", "1", "--url", "https://wfm.example.com"];
    let link = [&link[..], &["--client-id", "a", "--client-secret-file", "secret"]].concat();
    folder.run(&[&link[..], &["--untried"]].concat()).good();
    let said = folder.run(&["doctor"]);
    assert!(said.out.contains("the key opens those of 1 WFM links"), "{}", said.out);
    folder.write("rollcall-data/secrets.key", &"0f".repeat(32));
    let said = folder.run(&["doctor"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("does not open those of 1 of 1 WFM links"), "{}", said.out);
    folder.write("rollcall-data/secrets.key", "too short");
    assert!(folder.run(&["doctor"]).out.contains("not 32 bytes in hex or base64"));
}

#[test]
fn a_key_that_was_lost_is_not_made_anew() {
    let folder = Folder::new();
    assert!(folder.run(&["doctor"]).good().contains("secrets.key is made at the first start"));
    folder.run(&["tenant", "create", "Northwind"]).good();
    // Nothing is sealed yet: another key does no harm.
    std::fs::remove_file(folder.path("rollcall-data/secrets.key")).unwrap();
    assert!(folder.run(&["doctor"]).good().contains("secrets.key is made at the first start"));
    folder.write("secret", "s3cret");
    let link = ["wfm-link", "create", "--acd-id", "1", "--url", "https://wfm.example.com"];
    let link = [&link[..], &["--client-id", "a", "--client-secret-file", "secret"]].concat();
    let link = [&link[..], &["--untried"]].concat();
    folder.run(&link).good();
    let (key, kept) = (folder.path("rollcall-data/secrets.key"), folder.path("kept"));
    std::fs::rename(&key, &kept).unwrap();
    for command in [&["doctor"][..], &["tenant", "list"]] {
        let said = folder.run(command);
        assert_eq!(said.code, 1);
        let told = format!("{}{}", said.out, said.err);
        assert!(told.contains("put it back from your backup"), "{told}");
    }
    assert!(!key.exists());
    std::fs::rename(&kept, &key).unwrap();
    assert!(folder.run(&["doctor"]).out.contains("the key opens those of 1 WFM links"));
}

#[test]
fn a_database_that_is_none_or_out_of_reach_is_a_problem() {
    let folder = Folder::new();
    let text = "this is a letter and not a database\n".repeat(100);
    folder.write("letter", &text);
    folder.write("a.toml", "[database]\nurl = 'sqlite:letter'\n");
    let said = folder.run(&["doctor", "--config", "a.toml"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("letter is not an SQLite database"), "{}", said.out);
    folder.write("a.toml", "[database]\nurl = 'postgres://rollcall:geheim@127.0.0.1:1/people'\n");
    let said = folder.run(&["doctor", "--config", "a.toml"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("start the database server"), "{}", said.out);
    assert!(!said.out.contains("geheim"), "{}", said.out);
}

#[test]
fn a_configuration_that_is_refused_is_a_problem() {
    let folder = Folder::new();
    folder.write("a.toml", "listn = 'x'\n");
    let said = folder.run(&["doctor", "--config", "a.toml"]);
    assert_eq!(said.code, 1);
    assert!(
        said.out.contains("PROBLEM  configuration") && said.out.contains("listn"),
        "{}",
        said.out
    );
}

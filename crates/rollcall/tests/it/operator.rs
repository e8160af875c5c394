//! The operator's commands, one after another on one store.

use serde_json::json;

use super::http::post;
use super::program::{Folder, Said};
use super::serve::start;

#[test]
fn an_installation_is_set_up_without_a_browser() {
    let folder = Folder::new();
    let refused = folder.run(&["scim-token", "create"]).refused();
    assert!(refused.contains("there is no tenant yet"), "{refused}");
    let made = folder.run(&["tenant", "create", "Northwind"]).good();
    let (id, link) = made.split_once('\n').unwrap();
    assert!(link.starts_with("http://127.0.0.1:8080/setup/"), "{made}");
    assert_eq!(folder.run(&["tenant", "list"]).good(), format!("{id}  Northwind"));

    let token = folder.run(&["scim-token", "create"]).good();
    assert!(token.starts_with("rct_") && !token.contains('\n'), "{token}");
    // The first connection is there now; a token of it is another one.
    assert_ne!(folder.run(&["scim-token", "create", "--connection", "SCIM"]).good(), token);
    let refused = folder.run(&["scim-token", "create"]).refused();
    assert!(refused.contains("SCIM has 2 live tokens already"), "{refused}");
    folder
        .run(&["scim-token", "create", "--new", "Okta", "--dialect", "okta", "--days", "90"])
        .good();
    let refused = folder.run(&["scim-token", "create"]).refused();
    assert!(refused.contains("name one with --connection"), "{refused}");
    let refused = folder.run(&["scim-token", "create", "--connection", "Octa"]).refused();
    assert!(refused.contains("there is no connection \"Octa\""), "{refused}");

    let token = folder.run(&["api-token", "create", "Switch", "--scope", "contact-events"]).good();
    assert!(token.starts_with("rcp_") && !token.contains('\n'), "{token}");
    let refused = folder.run(&["api-token", "create", "Switch", "--scope", "all"]).refused();
    assert!(refused.contains("there are: agent-sessions, contact-events"), "{refused}");
    let listed = folder.run(&["api-token", "list"]).good();
    assert!(
        listed.contains("live  contact-events  Switch") && !listed.contains(&token),
        "{listed}"
    );
    let hint: String = token.chars().take(10).collect();
    folder.run(&["api-token", "revoke", &hint]).good();
    assert!(folder.run(&["api-token", "list"]).good().contains("closed"));
    let refused = folder.run(&["api-token", "revoke", "rcp_none"]).refused();
    assert!(refused.contains("there is no such token"), "{refused}");

    assert_eq!(folder.run(&["role", "list"]).good(), "Agent  0 active");
    let permission = "ACD > MAX > Agent Schedule";
    let permitted = folder.run(&["role", "permit", "Agent", permission]).good();
    assert_eq!(permitted, "Agent permits ACD > MAX > Agent Schedule.");
    assert!(folder.run(&["role", "list"]).good().ends_with(&format!("\n  {permission}")));
    folder.run(&["role", "forbid", "Agent", permission]).good();
    assert_eq!(folder.run(&["role", "list"]).good(), "Agent  0 active");
    let refused = folder.run(&["role", "permit", "Agent", "everything"]).refused();
    assert!(refused.contains("there is no permission \"everything\""), "{refused}");
    let refused = folder.run(&["role", "permit", "Nobody", permission]).refused();
    assert!(refused.contains("there is no role \"Nobody\""), "{refused}");

    folder.write("secret", "s3cret\n");
    let link = ["wfm-link", "create", "--acd-id", "4471", "--url", "https://wfm.example.com"];
    let link = [&link[..], &["--client-id", "rollcall", "--client-secret-file", "secret"]].concat();
    let link = [&link[..], &["--untried"]].concat();
    assert_eq!(folder.run(&link).good().len(), 36);
    assert!(folder.run(&link).refused().contains("links to one WFM tenant at most"));

    folder.run(&["wfm-link", "set-interval", "--interval-s", "60"]).good();
    let refused = folder.run(&["wfm-link", "set-interval", "--interval-s", "59"]).refused();
    assert!(refused.contains("one minute to 24 hours"), "{refused}");
    folder.run(&["wfm-link", "permit-run-now"]).good();
    folder.run(&["wfm-link", "forbid-run-now"]).good();
    folder.run(&["wfm-link", "set-units", "--arrived", "17", "--departed", "left"]).good();
    folder.run(&["wfm-link", "set-units"]).good();
    assert!(
        folder.run(&["wfm-link", "set-units", "--departed", "1"]).refused().contains("another")
    );
    assert!(folder.run(&["wfm-link", "compare", "--preview"]).good().contains("A preview begins"));
    assert!(folder.run(&["wfm-link", "compare"]).refused().contains("asked for already"));
    let refused = folder.run(&["wfm-link", "switch-off", "--reason", " "]).refused();
    assert!(refused.contains("with a reason only"), "{refused}");
    folder.run(&["wfm-link", "switch-off", "--reason", "The WFM moves house."]).good();
    assert!(folder.run(&["wfm-link", "compare"]).refused().contains("is off"));
    folder.run(&["wfm-link", "switch-on"]).good();
    assert_eq!(folder.run(&["wfm-link", "runs", "--limit", "3"]).good(), "");
}

#[test]
fn what_is_set_of_a_link_is_shown() {
    let folder = Folder::new();
    folder.run(&["tenant", "create", "Northwind"]).good();
    folder.write("secret", "s3cret\n");
    let link = ["wfm-link", "create", "--acd-id", "4471", "--url", "https://wfm.example.com"];
    let way = ["--client-id", "rollcall", "--client-secret-file", "secret", "--untried"];
    folder.run(&[&link[..], &way[..]].concat()).good();
    let shown = || folder.run(&["wfm-link", "show"]).good();
    assert!(shown().contains("\"immediate\":true"), "{}", shown());
    folder.run(&["wfm-link", "set-immediate", "off"]).good();
    assert!(folder.run(&["wfm-link", "list"]).good().contains("\"immediate\":false"));
    folder.run(&["wfm-link", "set-immediate", "on"]).good();
    assert!(shown().contains("\"immediate\":true"), "{}", shown());
    let off = ["wfm-link", "set-field", "personal-id", "off"];
    let refused = folder.run(&off).refused();
    assert!(refused.contains("Personal ID would be cleared in the WFM of 0 people"), "{refused}");
    assert!(shown().contains("\"personalId\":true"));
    assert!(folder.run(&[&off[..], &["--yes"]].concat()).good().contains("is not sent any more"));
    assert!(shown().contains("\"personalId\":false"));
    folder.run(&["wfm-link", "set-field", "personal-id", "on"]).good();
}

#[test]
fn a_further_business_unit_has_a_connection_of_its_own() {
    let folder = Folder::new();
    folder.run(&["tenant", "create", "Northwind"]).good();
    let unit = folder.run(&["business-unit", "create", "Bergen"]).good();
    assert!(folder.run(&["business-unit", "list"]).good().contains(&format!("{unit}  Bergen")));
    let connect =
        |unit: &str| folder.run(&["scim-token", "create", "--new", unit, "--business-unit", unit]);
    assert_eq!(connect("Bergen").good().lines().count(), 1);
    assert!(connect("Oslo").refused().contains("there is no business unit \"Oslo\""));
}

#[test]
fn a_link_is_tried_and_its_key_rotated() {
    let folder = Folder::new();
    folder.run(&["tenant", "create", "Northwind"]).good();
    folder.write("secret", "s3cret\n");
    let link = ["wfm-link", "create", "--acd-id", "4471", "--url", "https://wfm.example.com"];
    let link = [&link[..], &["--client-id", "rollcall", "--client-secret-file", "secret"]].concat();
    folder.run(&[&link[..], &["--untried"]].concat()).good();
    let attempt = [&["wfm-link", "try"][..], &link[2..]].concat();
    assert!(folder.run(&attempt).refused().contains("links to one WFM tenant at most"));
    folder.write("fresh", "s3cret-two\n");
    let rotate = ["wfm-link", "set-way", "--untried", "--client-secret-file", "fresh"];
    folder.run(&rotate).good();
    let elsewhere = ["wfm-link", "set-way", "--untried", "--url", "https://elsewhere.example.com"];
    assert!(folder.run(&elsewhere).refused().contains("another place needs the secret again"));
    folder.run(&[&elsewhere[..], &["--client-secret-file", "fresh"]].concat()).good();
    assert!(folder.run(&["wfm-link", "show"]).good().contains("https://elsewhere.example.com"));
    let private =
        ["wfm-link", "set-way", "--url", "https://10.0.0.1", "--client-secret-file", "fresh"];
    assert!(folder.run(&private).refused().contains("which the operator does not permit"));
}

#[test]
fn a_link_goes_by_files_in_a_folder() {
    let folder = Folder::new();
    folder.run(&["tenant", "create", "Northwind"]).good();
    std::fs::create_dir(folder.path("exchange")).unwrap();
    let path = folder.path("exchange").display().to_string();
    let create = |more: &[&str]| {
        let create = ["wfm-link", "create", "--acd-id", "4471", "--transport", "folder"];
        folder.run(&[&create[..], more].concat())
    };
    assert!(create(&[]).refused().contains("this transport needs --path"));
    assert!(create(&["--path", "exchange"]).refused().contains("by its whole path"));
    let short = ["--path", &path, "--acknowledged-within-s", "5"];
    assert!(create(&short).refused().contains("one minute to 24 hours"));
    folder.write("secret", "s3cret");
    let secret = ["--path", &path, "--client-secret-file", "secret"];
    assert!(create(&secret).refused().contains("a folder has no secret"));
    create(&["--path", &path, "--acknowledged-within-s", "600"]).good();
    let shown = folder.run(&["wfm-link", "show"]).good();
    for part in [r#""kind":"folder""#, r#""acknowledgedWithinS":600"#, r#""health":"well""#, &path]
    {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    let healthy = folder.run(&["doctor"]).good();
    let line = format!("link 4471 goes by files in the folder {path}");
    assert!(healthy.contains(&line), "{healthy}");
    std::fs::remove_dir(folder.path("exchange")).unwrap();
    let said = folder.run(&["doctor"]);
    assert!(said.out.contains(&format!("{line}: the folder is not there")), "{}", said.out);
}

#[test]
fn a_link_goes_by_files_on_a_server() {
    let folder = Folder::new();
    folder.run(&["tenant", "create", "Northwind"]).good();
    folder.write("secret", "s3cret");
    let create = ["wfm-link", "create", "--acd-id", "4471", "--transport", "sftp"];
    let create = [&create[..], &["--host", "127.0.0.1", "--path", "/in"]].concat();
    let create = [&create[..], &["--client-id", "rollcall"]].concat();
    assert!(folder.run(&create).refused().contains("this transport needs --host-key"));
    let wrong = [&create[..], &["--host-key", "MD5:00", "--client-secret-file", "secret"]].concat();
    assert!(folder.run(&wrong).refused().contains("as ssh-keygen -l prints it"));
    let key = format!("SHA256:{}", "a".repeat(43));
    let create = [&create[..], &["--host-key", &key]].concat();
    assert!(folder.run(&create).refused().contains("needs a password or a private key"));
    let create = [&create[..], &["--client-secret-file", "secret"]].concat();
    assert!(folder.run(&create).refused().contains("which the operator does not permit"));
    folder.run(&[&create[..], &["--untried"]].concat()).good();
    let shown = folder.run(&["wfm-link", "show"]).good();
    assert!(shown.contains("sftp://rollcall@127.0.0.1:22/in") && shown.contains(&key), "{shown}");
    let said = folder.run(&["doctor"]);
    assert!(said.out.contains("which the operator does not permit"), "{}", said.out);
}

#[test]
fn a_link_goes_by_files_in_a_bucket() {
    let folder = Folder::new();
    folder.run(&["tenant", "create", "Northwind"]).good();
    folder.write("secret", "s3cret");
    let create = ["wfm-link", "create", "--acd-id", "4471", "--transport", "s3"];
    let create = [&create[..], &["--url", "https://127.0.0.1:9", "--client-id", "AKIA"]].concat();
    assert!(folder.run(&create).refused().contains("this transport needs --bucket"));
    let create = [&create[..], &["--bucket", "wfm", "--prefix", "in/4471/"]].concat();
    assert!(folder.run(&create).refused().contains("S3 needs the secret of its access key"));
    let create = [&create[..], &["--client-secret-file", "secret"]].concat();
    assert!(folder.run(&create).refused().contains("which the operator does not permit"));
    folder.run(&[&create[..], &["--untried"]].concat()).good();
    let shown = folder.run(&["wfm-link", "show"]).good();
    assert!(shown.contains("https://127.0.0.1:9/wfm/in/4471/"), "{shown}");
    assert!(!shown.contains("s3cret"), "{shown}");
    let said = folder.run(&["doctor"]);
    assert!(said.out.contains("which the operator does not permit"), "{}", said.out);
}

#[test]
fn an_administrator_is_made_with_a_password_that_no_argument_shows() {
    let folder = Folder::new();
    folder.run(&["tenant", "create", "Northwind"]).good();
    let create = |name: &str, password: &str| {
        Said::told(folder.command(&["admin", "create", "--username", name]), password)
    };
    assert_eq!(create("ada", "correct horse\n").good(), "ada may sign in to Northwind.");
    assert!(create("ada", "correct horse\n").refused().contains("\"ada\" is taken"));
    assert!(create("bea", "short\n").refused().contains("at least 10 characters"));
    assert!(create("bea", "").refused().contains("no password was given"));
    folder.write("password", "correct horse");
    let from_file = ["admin", "create", "--username", "cy", "--password-file", "password"];
    assert_eq!(folder.run(&from_file).good(), "cy may sign in to Northwind.");
}

#[test]
fn where_there_are_several_tenants_one_is_named() {
    let folder = Folder::new();
    folder.run(&["tenant", "create", "Northwind"]).good();
    folder.run(&["tenant", "create", "Southwind"]).good();
    let refused = folder.run(&["scim-token", "create"]).refused();
    assert!(refused.contains("there are several tenants"), "{refused}");
    folder.run(&["scim-token", "create", "--tenant", "Southwind"]).good();
    let refused = folder.run(&["scim-token", "create", "--tenant", "Eastwind"]).refused();
    assert!(refused.contains("there is no tenant \"Eastwind\""), "{refused}");
}

#[test]
fn the_tables_are_made_by_migrate() {
    let folder = Folder::new();
    let said = folder.run(&["migrate", "--data", "elsewhere"]).good();
    assert!(said.starts_with("The tables are up to date (SQLite 3."), "{said}");
    assert!(folder.path("elsewhere/rollcall.db").is_file());
}

#[test]
fn an_access_key_is_made_exchanged_listed_and_revoked() {
    let folder = Folder::new();
    folder.run(&["tenant", "create", "Northwind"]).good();
    let token = folder.run(&["scim-token", "create"]).good();
    let (_hub, url) = start(&folder);
    let create = ["access-key", "create", "scim.access@example.com"];
    assert!(folder.run(&create).refused().contains("nobody has the user name"));
    let user = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "scim.access@example.com",
        "name": {"givenName": "Scim", "familyName": "Access"},
        "emails": [{"value": "scim.access@example.com", "primary": true}],
        "active": true,
    });
    assert_eq!(post(&format!("{url}/scim/v2/Users"), &token, &user).status, 201);
    let made = folder.run(&create).good();
    let lines: Vec<&str> = made.lines().collect();
    let [key_id, secret] = lines[..] else { panic!("{made}") };
    assert!(key_id.starts_with("rck_") && secret.starts_with("rcs_"), "{made}");
    let halves = json!({"accessKeyId": key_id, "accessKeySecret": secret});
    let exchange = || post(&format!("{url}/authentication/v1/token/access-key"), "", &halves);
    assert_eq!(exchange().status, 200);
    let listed = folder.run(&["access-key", "list"]).good();
    assert!(listed.contains(key_id) && listed.contains(r#""state":"live""#), "{listed}");
    assert!(!listed.contains(secret), "{listed}");
    folder.run(&["access-key", "revoke", key_id]).good();
    assert_eq!(exchange().status, 401);
    let refused = folder.run(&["access-key", "revoke", "rck_none"]).refused();
    assert!(refused.contains("there is no such access key"), "{refused}");
}

#[test]
fn applications_are_registered_listed_and_revoked() {
    let folder = Folder::new();
    folder.run(&["tenant", "create", "Northwind"]).good();
    let create = ["application", "create", "Okta", "--redirect-uri", "https://a.example/callback"];
    assert!(folder.run(&create).refused().contains("there is no connection yet"));
    folder.run(&["scim-token", "create"]).good();
    folder.write("keys.pem", "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n");
    let made = folder.run(&[&create[..], &["--keys-file", "keys.pem"]].concat()).good();
    let lines: Vec<&str> = made.lines().collect();
    let [client_id, secret] = lines[..] else { panic!("{made}") };
    assert!(client_id.starts_with("rca_") && secret.starts_with("rcs_"), "{made}");
    let listed = folder.run(&["application", "list"]).good();
    for part in [client_id, r#""state":"live""#, "https://a.example/callback", "kPrK_qmxVWaYVA9w"] {
        assert!(listed.contains(part), "{part} in {listed}");
    }
    assert!(!listed.contains(secret), "{listed}");
    folder.run(&["application", "revoke", client_id]).good();
    assert!(folder.run(&["application", "list"]).good().contains(r#""state":"revoked""#));
    let refused = folder.run(&["application", "revoke", "rca_none"]).refused();
    assert!(refused.contains("there is no such application"), "{refused}");
    let refused = folder.run(&["application", "create", "x", "--keys-file", "none"]).refused();
    assert!(refused.contains("the public keys in none cannot be read"), "{refused}");
}

#[test]
fn a_receiver_of_events_is_made_listed_and_ended() {
    let folder = Folder::new();
    folder.run(&["tenant", "create", "Northwind"]).good();
    let create = ["event-stream", "create", "--name", "Audit", "--audience", "https://a.example"];
    let made = folder.run(&create).good();
    let lines: Vec<&str> = made.lines().collect();
    let [id, address, token] = lines[..] else { panic!("{made}") };
    assert!(address.ends_with(&format!("/scim/v2/Events/{id}")), "{made}");
    assert!(token.starts_with("rce_"), "{made}");
    let push =
        [&create[..], &["--push", "https://b.example/in", "--events", "prov:delete"]].concat();
    assert_eq!(folder.run(&push).good().len(), 36);
    let wrong = [&create[..], &["--events", "prov:put:full"]].concat();
    assert!(folder.run(&wrong).refused().contains("no event that is told here"));
    let listed = folder.run(&["event-stream", "list"]).good();
    assert_eq!(listed.lines().count(), 2);
    assert!(listed.contains("\"events\":[\"prov:delete\"]") && !listed.contains(token), "{listed}");
    folder.run(&["event-stream", "switch-off", id]).good();
    let off = folder.run(&["event-stream", "list"]).good();
    assert!(off.contains("an administrator switched it off"), "{off}");
    folder.run(&["event-stream", "resume", id]).good();
    folder.run(&["event-stream", "end", id]).good();
    assert!(folder.run(&["event-stream", "end", id]).refused().contains("event receiver"));
    assert_eq!(folder.run(&["event-stream", "list"]).good().lines().count(), 1);
}

#[test]
fn a_copy_that_is_made_beside_a_running_hub_holds_all_that_was_answered() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let refused = folder.run(&["backup", "copy.db"]).refused();
    assert!(refused.contains("there is no database"), "{refused}");
    let (mut hub, url) = start(&folder);
    let token = folder.run(&["scim-token", "create"]).good();
    let person = json!({"userName": "ana@example.com", "name": {"givenName": "Ana", "familyName": "Berg"},
        "emails": [{"value": "ana@example.com"}]});
    assert_eq!(post(&format!("{url}/scim/v2/Users"), &token, &person).status, 201);
    assert!(folder.run(&["backup", "copy.db"]).good().contains("copy.db holds all"));
    let refused = folder.run(&["backup", "copy.db"]).refused();
    assert!(refused.contains("File exists"), "{refused}");
    assert_eq!(folder.path("copy.db").metadata().unwrap().permissions().mode() & 0o777, 0o600);
    hub.signal("-KILL");
    hub.end();

    // Another machine: the copy and the key.
    let other = Folder::new();
    std::fs::create_dir(other.path("rollcall-data")).unwrap();
    for (from, to) in [("copy.db", "rollcall.db"), ("rollcall-data/secrets.key", "secrets.key")] {
        std::fs::copy(folder.path(from), other.path("rollcall-data").join(to)).unwrap();
    }
    other.run(&["doctor"]).good();
    let (mut hub, url) = start(&other);
    let found = super::http::get(&format!("{url}/scim/v2/Users"), &token);
    assert_eq!((found.status, &found.json()["totalResults"]), (200, &json!(1)));
    hub.signal("-TERM");
    assert_eq!(hub.end(), 0);
}

#[test]
fn postgres_is_copied_with_its_own_tools() {
    let folder = Folder::new();
    folder.write("a.toml", "[database]\nurl = 'postgres://a@127.0.0.1:1/a'\n");
    let refused = folder.run(&["backup", "copy.db", "--config", "a.toml"]).refused();
    assert!(refused.contains("pg_dump"), "{refused}");
}

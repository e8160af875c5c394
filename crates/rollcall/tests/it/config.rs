//! Where settings come from, and what is refused.

use super::program::{Folder, Said};

#[test]
fn the_file_is_read_and_the_environment_counts_more() {
    let folder = Folder::new();
    folder.write("a.toml", "listen = '127.0.0.1:1111'\n[log]\nformat = 'json'\n");
    let mut command = folder.command(&["config", "--config", "a.toml"]);
    command
        .env("ROLLCALL_LISTEN", "127.0.0.1:2222")
        .env("ROLLCALL_METRICS__LISTEN", "127.0.0.1:9464")
        .env("ROLLCALL_OUTBOUND__ALLOW_PRIVATE", "true");
    let shown = Said::of(command).good();
    for line in [
        "listen = \"127.0.0.1:2222\"",
        "log.format = \"json\"",
        "metrics.listen = \"127.0.0.1:9464\"",
        "outbound.allow_private = true",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line} in {shown}");
    }
}

#[test]
fn unknown_names_are_refused_by_name() {
    let folder = Folder::new();
    folder.write("a.toml", "[database]\nurrl = 'x'\n");
    let refused = folder.run(&["config", "--config", "a.toml"]).refused();
    assert!(refused.contains("urrl") && refused.contains("database"), "{refused}");
    for name in ["ROLLCALL_LISTN", "ROLLCALL_LOG__LEVLE"] {
        let mut command = folder.command(&["config"]);
        command.env(name, "x");
        let refused = Said::of(command).refused();
        let last = name.rsplit('_').next().unwrap().to_lowercase();
        assert!(refused.contains(&last), "{refused}");
    }
}

#[test]
fn variables_that_an_orchestrator_sets_are_not_ours() {
    let folder = Folder::new();
    let mut command = folder.command(&["config"]);
    command.env("ROLLCALL_PORT", "tcp://10.0.0.1:80").env("ROLLCALL_SERVICE_HOST", "10.0.0.1");
    assert!(Said::of(command).good().contains("127.0.0.1:8080"));
}

#[test]
fn a_secret_may_stand_in_a_file_but_not_in_two_places() {
    let folder = Folder::new();
    folder.write("url", "postgres://rollcall:geheim@db/people\n");
    folder.write("a.toml", "[database]\nurl_file = 'url'\n");
    let shown = folder.run(&["config", "--config", "a.toml"]).good();
    assert!(shown.contains("database.url = \"postgres://rollcall@db/people\""), "{shown}");
    assert!(!shown.contains("geheim"), "{shown}");
    let mut command = folder.command(&["config", "--config", "a.toml"]);
    command.env("ROLLCALL_DATABASE__URL", "postgres://other/db");
    let refused = Said::of(command).refused();
    assert!(refused.contains("database.url and database.url_file are both set"), "{refused}");
    folder.write("a.toml", "[database]\nurl_file = 'nowhere'\n");
    let refused = folder.run(&["config", "--config", "a.toml"]).refused();
    assert!(refused.contains("database.url_file: nowhere cannot be read"), "{refused}");
}

#[test]
fn wrong_values_are_refused() {
    let folder = Folder::new();
    for (text, told) in [
        ("listen = 'here'", "listen"),
        ("public_url = 'people.example.com'", "public_url"),
        ("[outbound]\nallow_loopback = 'perhaps'", "allow_loopback"),
        ("[log]\nformat = 'xml'", "xml"),
        ("listen = ", "a.toml"),
    ] {
        folder.write("a.toml", text);
        let refused = folder.run(&["config", "--config", "a.toml"]).refused();
        assert!(refused.contains(told), "{text}: {refused}");
    }
    assert!(folder.run(&["config", "--config", "b.toml"]).refused().contains("b.toml"));
}

#[test]
fn the_port_of_the_mail_server_is_told() {
    let folder = Folder::new();
    folder.write("a.toml", "[mail]\nhost = 'mail.example.com'\nfrom = 'hub@example.com'\n");
    let shown = folder.run(&["config", "--config", "a.toml"]).good();
    assert!(shown.lines().any(|line| line == "mail.port = 587"), "{shown}");
}

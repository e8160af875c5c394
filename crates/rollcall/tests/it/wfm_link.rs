//! What an operator does to WFM links by commands, with a simulated WFM beside them.

use super::program::{Folder, Running, Said};

/// A tenant whose operator may call this machine, and a simulated WFM.
struct Place {
    folder: Folder,
    wfm_url: String,
    wfm: Running,
}

impl Place {
    fn new() -> Self {
        let folder = Folder::new();
        folder.write("a.toml", "[outbound]\nallow_loopback = true\n");
        folder.run(&["tenant", "create", "Northwind", "--config", "a.toml"]).good();
        let mut wfm = Running::start(folder.command(&["simulate", "iex"]));
        let line = wfm.line_with("The simulated WFM answers at");
        let wfm_url = line.rsplit(' ').next().unwrap().trim_end_matches('/').to_owned();
        folder.write("secret", "demo-secret");
        folder.write("wrong", "wrong");
        Self { folder, wfm_url, wfm }
    }

    fn link(&self, arguments: &[&str]) -> Said {
        self.folder.run(&[&["wfm-link"], arguments, &["--config", "a.toml"]].concat())
    }

    fn create(&self, acd_id: &str, secret_file: &str, more: &[&str]) -> Said {
        let create = ["create", "--acd-id", acd_id, "--url", &self.wfm_url];
        let client = ["--client-id", "demo-client", "--client-secret-file", secret_file];
        self.link(&[&create[..], &client, more].concat())
    }
}

#[test]
fn a_link_is_made_once_its_wfm_answered_or_untried() {
    let place = Place::new();
    let refused = place.create("44 71!", "secret", &["--untried"]).refused();
    assert!(refused.contains("an ACD ID is 1 to 64 letters"), "{refused}");
    let refused = place.create("4471", "wrong", &[]).refused();
    assert!(refused.contains("401") && refused.contains("with --untried"), "{refused}");
    let nowhere = ["create", "--acd-id", "4471", "--transport", "folder", "--path", "/nope"];
    let refused = place.link(&nowhere).refused();
    assert!(refused.contains("not there") && refused.contains("nothing was linked"), "{refused}");
    assert!(place.link(&["show"]).refused().contains("there is no such WFM link"));
    assert_eq!(place.create("4471", "secret", &[]).good().len(), 36);
    assert!(place.link(&["show"]).good().contains("4471"));

    assert!(place.link(&["remove"]).good().contains("as acd 4471 is removed"));
    assert!(place.link(&["show"]).refused().contains("there is no such WFM link"));
    place.create("4471", "secret", &[]).good();

    let doctor = || place.folder.run(&["doctor", "--config", "a.toml"]);
    let healthy = doctor().good();
    assert!(healthy.contains(&format!("{}, which answers", place.wfm_url)), "{healthy}");
    place.wfm.signal("-TERM");
    let said = doctor();
    assert!(
        said.code == 1 && said.out.contains("PROBLEM  wfm: link 4471 goes by HTTP"),
        "{said:?}"
    );

    let other = Place::new();
    other.create("4471", "wrong", &["--untried"]).good();
    let said = other.folder.run(&["doctor", "--config", "a.toml"]);
    assert!(
        said.out.contains("401") && said.out.contains("enter the credentials anew"),
        "{said:?}"
    );
}

#[test]
fn only_what_belongs_to_the_kind_of_a_link_is_changed() {
    let place = Place::new();
    for name in ["one", "two"] {
        std::fs::create_dir(place.folder.path(name)).unwrap();
    }
    let path = |name: &str| place.folder.path(name).display().to_string();
    let (one, two) = (path("one"), path("two"));
    let create = ["create", "--acd-id", "4471", "--transport", "folder", "--path", &one];
    place.link(&create).good();
    let refused = place.link(&["set-way"]).refused();
    assert!(refused.contains("nothing is named that changes") && refused.contains("--path"));
    let refused = place.link(&["set-way", "--url", "http://x"]).refused();
    assert!(refused.contains("--url is nothing of a link by a folder"), "{refused}");
    let refused = place.link(&["set-way", "--path", &path("three")]).refused();
    assert!(refused.contains("not there"), "{refused}");
    place.link(&["set-way", "--path", &two]).good();
    assert!(place.link(&["show"]).good().contains(&two));
    place.link(&["remove"]).good();
    place.create("4471", "secret", &[]).good();
    let refused = place.link(&["set-way", "--path", &two]).refused();
    assert!(refused.contains("--path is nothing of a link over HTTP"), "{refused}");
}

#[test]
fn all_that_is_set_of_links_is_shown() {
    let place = Place::new();
    place.create("4471", "secret", &[]).good();
    place.link(&["set-units", "--arrived", "17", "--departed", "left"]).good();
    place.link(&["permit-run-now"]).good();
    place.link(&["switch-off", "--reason", "The WFM moves house."]).good();
    let shown: serde_json::Value = serde_json::from_str(&place.link(&["show"]).good()).unwrap();
    assert_eq!(shown["units"], serde_json::json!({"arrived": "17", "departed": "left"}));
    assert_eq!(shown["brake"], serde_json::json!({"sharePercent": 10, "floor": 5}));
    assert_eq!((&shown["runNowPermitted"], &shown["personalId"]), (&true.into(), &true.into()));
    assert_eq!(shown["off"]["reason"], "The WFM moves house.");
    let unit = ["business-unit", "create", "Bergen", "--config", "a.toml"];
    place.folder.run(&unit).good();
    place.create("4472", "secret", &["--business-unit", "Bergen"]).good();
    assert_eq!(place.link(&["list"]).good().lines().count(), 2);
    let refused = place.link(&["show"]).refused();
    assert!(refused.contains("name one with --acd-id: 4471, 4472"), "{refused}");
    let refused = place.link(&["show", "--acd-id", "9"]).refused();
    assert!(refused.contains("there are those of the acd 4471, 4472"), "{refused}");
}

#[test]
fn a_refusal_names_the_option_as_it_is_typed() {
    let place = Place::new();
    let refused = place.create("4471", "nowhere", &[]).refused();
    assert!(refused.contains("--client-secret-file: nowhere cannot be read"), "{refused}");
    place.create("4471", "secret", &[]).good();
    let rebuild = ["history-feed", "rebuild", "--from", "2026-11-20", "--to", "2026-11-19"];
    let refused = place.folder.run(&[&rebuild[..], &["--config", "a.toml"]].concat()).refused();
    assert!(refused.contains("--to 2026-11-19 lies before --from 2026-11-20"), "{refused}");
}

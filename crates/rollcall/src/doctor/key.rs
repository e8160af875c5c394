//! The key: that it can be read, by nobody else, and that all nodes have the same one.

use rollcall_storage::Database;

use super::finding::Finding;
use crate::key;
use crate::setting::Settings;

pub(crate) fn examine(settings: &Settings) -> Vec<Finding> {
    let file = settings.key_file();
    let named = settings.secrets.key.is_some() || settings.secrets.key_file.is_some();
    let mut findings = Vec::new();
    if !named && matches!(settings.database(), Ok(Database::Postgres(_))) {
        findings.push(Finding::note(
            "key",
            "each node makes a key of its own; several nodes need the same one in secrets.key_file",
        ));
    }
    // Whether it is to be made or was lost, the database tells.
    if key::absent(settings).is_some() {
        return findings;
    }
    if let Err(error) = key::load(settings) {
        let remedy =
            "put the key back from your backup: without it, the secrets of the WFM links are lost";
        findings.push(Finding::problem("key", format!("{error:#}"), remedy));
        return findings;
    }
    if settings.secrets.key.is_some() {
        findings.push(Finding::fine("key", "it is set as a value"));
        return findings;
    }
    let name = file.display();
    findings.push(match key::is_open_to_others(&file) {
        Ok(false) => Finding::fine("key", format!("{name} is readable by its owner only")),
        Ok(true) => Finding::problem(
            "key",
            format!("{name} can be read by others than its owner"),
            format!("chmod 600 {name}"),
        ),
        Err(error) => {
            Finding::problem("key", format!("{error:#}"), format!("make {name} readable"))
        }
    });
    findings
}

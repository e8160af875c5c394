//! What `rollcall doctor` looks at. Each part looks at one thing and answers findings; nothing is repaired
//! here, but each finding says how.

mod clock;
mod database;
mod disk;
mod finding;
mod key;
mod listener;
mod wfm;

use std::process::ExitCode;

use anyhow::Result;

use crate::setting::ConfigArgs;
use crate::terminal::say;
use finding::Finding;

/// Looks at everything, prints it, and ends with 1 when something has to be done.
pub(crate) async fn examine(config: &ConfigArgs) -> Result<ExitCode> {
    let mut findings = Vec::new();
    match config.load().and_then(|settings| Ok((settings.describe()?, settings))) {
        Err(error) => findings.push(Finding::problem(
            "configuration",
            format!("{error:#}"),
            "correct the name or the value that it tells of",
        )),
        Ok((description, settings)) => {
            say(format!("{description}\n"));
            findings.push(Finding::fine("configuration", "it is understood"));
            findings.extend(listener::examine(&settings));
            findings.extend(disk::examine(&settings));
            findings.extend(key::examine(&settings));
            findings.extend(database::examine(&settings).await);
        }
    }
    for finding in &findings {
        say(finding);
    }
    let problems = findings.iter().filter(|finding| finding.is_problem()).count();
    match problems {
        0 => say("\nNothing has to be done."),
        1 => say("\nOne thing has to be done."),
        many => say(format!("\n{many} things have to be done.")),
    }
    Ok(if problems == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

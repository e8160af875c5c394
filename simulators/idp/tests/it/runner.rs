//! Runs a provider until something was reported, and compares what it believes with what is there.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use simulator_idp::{HeldPerson, Options, Pace, Progress, Provider, Target};

use crate::stub::Stub;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Two servers, one for each manner, and a provider that is in a hurry.
pub(crate) struct Runner {
    pub(crate) okta: Stub,
    pub(crate) entra: Stub,
    pub(crate) options: Options,
}

impl Runner {
    pub(crate) async fn start() -> Self {
        let (okta, entra) = (Stub::start().await, Stub::start().await);
        let target = |stub: &Stub, flags: &str| {
            Some(Target { base_url: format!("{}{flags}", stub.base_url), token: "good".into() })
        };
        let options = Options {
            okta: target(&okta, ""),
            entra: target(&entra, ""),
            people: 30,
            pace: Pace { from: Duration::ZERO, to: Duration::from_millis(1) },
            seed: 7,
            ..Options::default()
        };
        Self { okta, entra, options }
    }

    /// Runs until a report ends it, within a minute, and gives back the provider and all reports.
    pub(crate) async fn run(
        &self,
        is_end: impl FnMut(&Progress) -> bool + Send,
    ) -> (Provider, Vec<Progress>) {
        self.run_with(self.options.clone(), is_end).await
    }

    /// Until the servers hold everyone; nothing moves by itself.
    pub(crate) async fn populate(&self) -> (Provider, Vec<Progress>) {
        let still = Options { still: true, ..self.options.clone() };
        self.run_with(still, |progress| matches!(progress, Progress::Populated { .. })).await
    }

    async fn run_with(
        &self,
        options: Options,
        mut is_end: impl FnMut(&Progress) -> bool + Send,
    ) -> (Provider, Vec<Progress>) {
        let provider = Provider::open(options).await.unwrap();
        let (send, mut reports) = tokio::sync::mpsc::unbounded_channel();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let told = seen.clone();
        let stop = async move {
            while let Some(progress) = reports.recv().await {
                let end = is_end(&progress);
                told.lock().unwrap().push(progress);
                if end {
                    return;
                }
            }
        };
        let run = provider.run(stop, move |progress: &Progress| {
            send.send(progress.clone()).ok();
        });
        tokio::time::timeout(Duration::from_secs(60), run).await.expect("no end").unwrap();
        let reports = std::mem::take(&mut *seen.lock().unwrap());
        (provider, reports)
    }

    /// What the provider believes is there stands in the servers, and nothing else.
    pub(crate) fn check(&self, provider: &Provider) {
        let there = |stub: &Stub| -> Vec<String> {
            let mut lines: Vec<String> =
                stub.scim.lock().unwrap().users.values().map(line_of).collect();
            lines.sort();
            lines
        };
        let mut all = [there(&self.okta), there(&self.entra)].concat();
        let mut believed: Vec<String> = provider.snapshot().iter().map(believed_line).collect();
        all.sort();
        believed.sort();
        for (there, believed) in all.iter().zip(&believed) {
            assert_eq!(there, believed);
        }
        assert_eq!(all.len(), believed.len());
    }
}

fn line_of(user: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    [
        text(&user["id"]),
        text(&user["externalId"]),
        text(&user["userName"]),
        text(&user["name"]["givenName"]),
        text(&user["name"]["familyName"]),
        text(&user["displayName"]),
        text(&user["emails"][0]["value"]),
        text(&user["title"]),
        text(&user[ENTERPRISE]["department"]),
        text(&user[ENTERPRISE]["employeeNumber"]),
        user["active"].to_string(),
    ]
    .join("|")
}

fn believed_line(person: &HeldPerson) -> String {
    let profile = &person.profile;
    [
        &person.id,
        &person.external_id,
        &profile.user_name,
        &profile.given_name,
        &profile.family_name,
        &profile.display_name(),
        &profile.email,
        &profile.title,
        &profile.department,
        &profile.employee_number,
        &profile.active.to_string(),
    ]
    .map(String::as_str)
    .join("|")
}

/// A file of its own for a test, removed at the end.
pub(crate) struct TempFile(PathBuf);

impl TempFile {
    pub(crate) fn new(name: &str) -> Self {
        let name = format!("simulator-idp-{}-{name}.json", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.0.clone()
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

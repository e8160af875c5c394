//! The provider at work: connects, creates who is missing, lets life happen and tells the server.
//! Everything it decides is in the directory; everything it sends goes through a session.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::{StreamExt as _, stream};

use crate::chance::Chance;
use crate::directory::{Directory, Spread};
use crate::option::Options;
use crate::person::{HeldPerson, Manner, Person};
use crate::progress::Progress;
use crate::session::Session;
use crate::state_file;

/// How many people are told to the server at a time.
const AT_A_TIME: usize = 8;
/// How many people are looked up after a restart, to see whether the server lost them.
const SAMPLE: usize = 5;
/// How long to wait before a server that does not answer is tried again.
const OUTAGE_PAUSE: Duration = Duration::from_secs(2);
/// How often the directory is written while it changes.
const SAVE_INTERVAL: Duration = Duration::from_secs(2);
/// After so many events comes a cycle: a connection test, and another try for who was refused.
const EVENTS_A_CYCLE: u32 = 10;

/// Why a provider cannot run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Neither an Okta nor an Entra target.
    #[error("the simulated identity provider has no server to provision; give it a target")]
    NoTarget,
    /// The HTTP client.
    #[error("the HTTP client cannot be made")]
    Client(#[from] reqwest::Error),
    /// The state file.
    #[error("the directory in {path} cannot be read or written; move the file away to start anew")]
    StateFile {
        /// The file.
        path: String,
        /// What is wrong.
        source: io::Error,
    },
}

/// A simulated identity provider.
pub struct Provider {
    options: Options,
    sessions: Vec<(Manner, Session)>,
    spread: Spread,
    directory: Arc<Mutex<Directory>>,
    /// For test GUIDs and pauses; apart from the directory's own chance, so that what happens to
    /// people does not depend on how often the network was tried.
    chance: Mutex<Chance>,
    /// The revision of the directory that was written last, held while writing: a write that was
    /// given up on may still be under way when the last one begins.
    written: Arc<Mutex<u64>>,
}

/// Runs a provider until `stop` ends.
///
/// # Errors
/// When there is no target, or the state file cannot be read or written.
pub async fn run(
    options: Options,
    stop: impl Future<Output = ()> + Send,
    report: impl Fn(&Progress) + Send + Sync,
) -> Result<(), RunError> {
    Provider::open(options).await?.run(stop, report).await
}

impl Provider {
    /// Reads the state file and makes the directory large enough. Tells the server nothing yet.
    ///
    /// # Errors
    /// When there is no target, or the state file cannot be read.
    pub async fn open(options: Options) -> Result<Self, RunError> {
        let mut sessions = Vec::new();
        for (manner, target) in [(Manner::Okta, &options.okta), (Manner::Entra, &options.entra)] {
            if let Some(target) = target {
                sessions.push((manner, Session::new(target, manner)?));
            }
        }
        let spread = match sessions.as_slice() {
            [] => return Err(RunError::NoTarget),
            [(manner, _)] => Spread::Only(*manner),
            _ => Spread::Both,
        };
        let kept = match options.state_file.clone() {
            Some(path) => off_runtime(path, |path| state_file::load(path)).await?,
            None => None,
        };
        let mut directory = kept.unwrap_or_else(|| Directory::new(options.seed));
        directory.grow(options.people, spread);
        let chance = Mutex::new(Chance::new(!options.seed));
        let (directory, written) = (Arc::new(Mutex::new(directory)), Arc::default());
        Ok(Self { options, sessions, spread, directory, chance, written })
    }

    /// Works until `stop` ends, then writes the state file. What is under way is dropped; after a
    /// restart it is found out and completed.
    ///
    /// # Errors
    /// When the state file cannot be written at the end.
    pub async fn run(
        &self,
        stop: impl Future<Output = ()> + Send,
        report: impl Fn(&Progress) + Send + Sync,
    ) -> Result<(), RunError> {
        tokio::select! {
            () = stop => {}
            () = self.work(&report) => {}
            () = self.keep_saving() => {}
        }
        self.save().await
    }

    /// What the provider believes the server holds.
    #[must_use]
    pub fn snapshot(&self) -> Vec<HeldPerson> {
        self.lock().held()
    }

    /// The directory as it is now.
    #[must_use]
    pub fn directory(&self) -> Directory {
        self.lock().clone()
    }

    /// How many people the server still has to be told of.
    #[must_use]
    pub fn due(&self) -> usize {
        self.lock().due(self.spread).len()
    }

    async fn work(&self, report: &(impl Fn(&Progress) + Send + Sync)) {
        self.connect(report).await;
        for (manner, _) in &self.sessions {
            report(&Progress::Connected(*manner));
        }
        self.look_for_the_lost(report).await;
        while self.push_due(report).await == Outcome::Outage {
            tokio::time::sleep(OUTAGE_PAUSE).await;
        }
        report(&Progress::Populated { held: self.snapshot().len() });
        if self.options.still {
            return std::future::pending().await;
        }
        self.live(report).await;
    }

    async fn live(&self, report: &(impl Fn(&Progress) + Send + Sync)) {
        let mut events = 0_u32;
        loop {
            tokio::time::sleep(self.pause()).await;
            let event = self.lock().live(self.spread);
            let Some(event) = event else { continue };
            events = events.wrapping_add(1);
            let outcome = self.push(event.number, report).await;
            if outcome == Outcome::Done {
                report(&Progress::Happened(event));
            }
            if outcome == Outcome::Outage || events.is_multiple_of(EVENTS_A_CYCLE) {
                self.connect(report).await;
                self.push_due(report).await;
            }
        }
    }

    /// Tests each connection until it works; tells of it only where it did not at once.
    async fn connect(&self, report: &(impl Fn(&Progress) + Send + Sync)) {
        for (manner, session) in &self.sessions {
            let guid = self.chance().guid();
            let mut waited = false;
            while let Err(error) = session.test(&guid).await {
                waited = true;
                report(&Progress::Waiting { manner: *manner, reason: error.to_string() });
                tokio::time::sleep(OUTAGE_PAUSE).await;
            }
            if waited {
                report(&Progress::Connected(*manner));
            }
        }
    }

    /// Looks a few people up; only if one is gone, all. A server that starts anew with an old
    /// directory is filled again this way.
    async fn look_for_the_lost(&self, report: &(impl Fn(&Progress) + Send + Sync)) {
        let held: Vec<usize> = {
            let directory = self.lock();
            let held = directory.people().iter().filter(|person| person.held.is_some());
            held.map(|person| person.number).collect()
        };
        let step = (held.len() / SAMPLE).max(1);
        let sample: Vec<usize> = held.iter().step_by(step).take(SAMPLE).copied().collect();
        let lost = self.forget_lost(sample).await;
        if lost > 0 {
            let more = self.forget_lost(held).await;
            report(&Progress::Missing(lost.saturating_add(more)));
        }
    }

    /// Forgets what is believed of people whom the server does not have, and says how many.
    async fn forget_lost(&self, people: Vec<usize>) -> usize {
        let lost = AtomicUsize::new(0);
        stream::iter(people)
            .for_each_concurrent(AT_A_TIME, async |number| {
                let person = self.lock().people().get(number).cloned();
                let Some(Person { manner, held: Some(held), .. }) = person else { return };
                let Some(session) = self.session(manner) else { return };
                if matches!(session.has(&held.id).await, Ok(false)) {
                    self.lock().settle(number, None);
                    lost.fetch_add(1, Ordering::Relaxed);
                }
            })
            .await;
        lost.into_inner()
    }

    /// Tells the server of all who are due.
    async fn push_due(&self, report: &(impl Fn(&Progress) + Send + Sync)) -> Outcome {
        let due = self.lock().due(self.spread);
        let (total, done, outages) = (due.len(), AtomicUsize::new(0), AtomicUsize::new(0));
        stream::iter(due)
            .for_each_concurrent(AT_A_TIME, async |number| {
                if self.push(number, report).await == Outcome::Outage {
                    outages.fetch_add(1, Ordering::Relaxed);
                }
                let done = done.fetch_add(1, Ordering::Relaxed).saturating_add(1);
                report(&Progress::Pushed { done, total });
            })
            .await;
        if outages.into_inner() > 0 { Outcome::Outage } else { Outcome::Done }
    }

    /// Tells the server of one person as the directory has them now.
    async fn push(&self, number: usize, report: &(impl Fn(&Progress) + Send + Sync)) -> Outcome {
        let person = self.lock().people().get(number).cloned();
        let Some(person) = person else { return Outcome::Done };
        let Some(session) = self.session(person.manner) else { return Outcome::Done };
        match session.push(&person).await {
            Ok(held) => {
                self.lock().settle(number, Some(held));
                Outcome::Done
            }
            Err(error) => {
                report(&Progress::Failed { number, reason: error.to_string() });
                if error.is_outage() { Outcome::Outage } else { Outcome::Refused }
            }
        }
    }

    fn session(&self, manner: Manner) -> Option<&Session> {
        self.sessions.iter().find(|(of, _)| *of == manner).map(|(_, session)| session)
    }

    fn pause(&self) -> Duration {
        let pace = self.options.pace;
        let span_ms = usize::try_from(pace.to.saturating_sub(pace.from).as_millis()).unwrap_or(0);
        let more_ms = self.chance().below(span_ms.saturating_add(1));
        pace.from.saturating_add(Duration::from_millis(u64::try_from(more_ms).unwrap_or(0)))
    }

    async fn keep_saving(&self) {
        loop {
            tokio::time::sleep(SAVE_INTERVAL).await;
            // A failed write is tried again in the next round; the last one reports its error.
            let _ = self.save().await;
        }
    }

    async fn save(&self) -> Result<(), RunError> {
        let Some(path) = self.options.state_file.clone() else { return Ok(()) };
        let (directory, written) = (self.directory.clone(), self.written.clone());
        off_runtime(path, move |path| {
            let mut written = written.lock().unwrap_or_else(PoisonError::into_inner);
            let (json, revision) = {
                let directory = directory.lock().unwrap_or_else(PoisonError::into_inner);
                if directory.revision() == *written {
                    return Ok(());
                }
                (serde_json::to_vec(&*directory)?, directory.revision())
            };
            state_file::save(path, &json)?;
            *written = revision;
            Ok(())
        })
        .await
    }

    fn lock(&self) -> MutexGuard<'_, Directory> {
        self.directory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn chance(&self) -> MutexGuard<'_, Chance> {
        self.chance.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How telling the server went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    /// Someone was refused; trying again at once would change nothing.
    Refused,
    /// The server could not be reached.
    Outage,
}

async fn off_runtime<T: Send + 'static>(
    path: PathBuf,
    work: impl FnOnce(&PathBuf) -> io::Result<T> + Send + 'static,
) -> Result<T, RunError> {
    let name = path.display().to_string();
    let done = tokio::task::spawn_blocking(move || work(&path)).await;
    done.unwrap_or_else(|error| Err(io::Error::other(error)))
        .map_err(|source| RunError::StateFile { path: name, source })
}

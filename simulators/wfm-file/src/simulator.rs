//! The WFM itself: it looks into its folder again and again, on a thread of its own.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::agent::Agent;
use crate::document::{self, Document};
use crate::fault::{self, Fault, FaultOrder};
use crate::file::{self, Told};
use crate::history::{self, Heading, Interval, Intervals};

/// What became of a file that was picked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its agents were taken as they stand there, and acknowledged.
    Processed,
    /// It was refused, for this reason.
    Refused(String),
    /// A fault struck.
    Struck(Fault),
}

/// An entry of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The file.
    pub name: String,
    /// How many agents it holds; 0 where it cannot be read.
    pub agents: usize,
    /// How many of them made a difference.
    pub applied: usize,
    /// Those, as they stood afterwards.
    pub taken: Vec<Agent>,
    /// What became of it.
    pub outcome: Outcome,
}

/// A running WFM. Dropped, it stops.
pub struct Simulator {
    state: Arc<Mutex<State>>,
    folder: PathBuf,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct State {
    /// By acd and uuid.
    agents: BTreeMap<(String, String), Agent>,
    intervals: Intervals,
    journal: Vec<Entry>,
    faults: VecDeque<FaultOrder>,
}

impl Simulator {
    /// Starts to look into a folder, so often.
    #[must_use]
    pub fn start(folder: &Path, look_every: Duration) -> Self {
        let (state, folder) = (Arc::<Mutex<State>>::default(), folder.to_owned());
        let (stop, stopped) = mpsc::channel::<()>();
        let (its_state, its_folder) = (Arc::clone(&state), folder.clone());
        let thread = std::thread::spawn(move || {
            while stopped.recv_timeout(look_every) == Err(RecvTimeoutError::Timeout) {
                look(&its_folder, &mut lock(&its_state));
            }
        });
        Self { state, folder, stop: Some(stop), thread: Some(thread) }
    }

    /// Adds faults behind those that wait.
    pub fn arm(&self, orders: impl IntoIterator<Item = FaultOrder>) {
        lock(&self.state).faults.extend(orders);
    }

    /// The agents of an acd, by uuid.
    #[must_use]
    pub fn agents(&self, acd_id: &str) -> Vec<Agent> {
        let state = lock(&self.state);
        let of_acd = state.agents.iter().filter(|((acd, _), _)| acd == acd_id);
        of_acd.map(|(_, agent)| agent.clone()).collect()
    }

    /// Changes an agent by hand, as people of the WFM may. Nothing happens where there is none.
    pub fn edit(&self, acd_id: &str, uuid: &str, edit: impl FnOnce(&mut Agent)) {
        let key = (acd_id.to_owned(), uuid.to_owned());
        if let Some(agent) = lock(&self.state).agents.get_mut(&key) {
            edit(agent);
        }
    }

    /// What it holds of an interval: `agents` or `queues`, and when it begins, such as `20261121T0915Z`.
    #[must_use]
    pub fn interval(&self, acd_id: &str, kind: &str, start: &str) -> Option<Interval> {
        let key = (acd_id.to_owned(), kind.to_owned(), start.to_owned());
        lock(&self.state).intervals.get(&key).cloned()
    }

    /// What was picked up of agents, oldest first.
    #[must_use]
    pub fn journal(&self) -> Vec<Entry> {
        lock(&self.state).journal.clone()
    }

    /// The same, without so many that are known already.
    #[must_use]
    pub fn journal_since(&self, known: usize) -> Vec<Entry> {
        lock(&self.state).journal.get(known..).map(<[Entry]>::to_vec).unwrap_or_default()
    }

    /// Puts an export of all agents into the folder.
    ///
    /// # Errors
    /// When the folder does not take it.
    pub fn export(&self, name: &str) -> std::io::Result<()> {
        let state = lock(&self.state);
        let agents = state.agents.iter().map(|((acd, _), agent)| (acd.as_str(), agent));
        file::put(&self.folder, name, file::export(agents))
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing more to say.
            let _ = thread.join();
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Picks up each file that is not acknowledged. What cannot be read or written now is looked at again.
fn look(folder: &Path, state: &mut State) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    for name in &names {
        if let Some(heading) = history::heading(name) {
            look_at_history(folder, state, (name, &heading));
            continue;
        }
        let is_import = name.starts_with("importAgent_") && !name.ends_with(".ack.xml");
        let Some(stem) = name.strip_suffix(".xml").filter(|_| is_import) else { continue };
        let answer = format!("{stem}.ack.xml");
        if folder.join(&answer).exists() {
            continue;
        }
        let Ok(bytes) = fs::read(folder.join(name)) else { continue };
        if let Some(text) = pick_up(state, name, stem, &bytes) {
            // Where it cannot be written, the file is picked up again.
            let _ = file::put(folder, &answer, text);
        }
    }
}

/// Takes a file of history that is not acknowledged.
fn look_at_history(folder: &Path, state: &mut State, (name, heading): (&str, &Heading)) {
    let answer = format!("{}.ack.txt", name.strip_suffix(".csv").unwrap_or(name));
    if folder.join(&answer).exists() {
        return;
    }
    let Ok(bytes) = fs::read(folder.join(name)) else { return };
    let said = history::take(&mut state.intervals, heading, &bytes);
    // Where it cannot be written, the file is picked up again.
    let _ = file::put(folder, &answer, said);
}

/// Applies a file; the acknowledgement, unless there is none.
fn pick_up(state: &mut State, name: &str, stem: &str, bytes: &[u8]) -> Option<String> {
    let fault = fault::take(&mut state.faults);
    let mut entry = Entry {
        name: name.to_owned(),
        agents: 0,
        applied: 0,
        taken: Vec::new(),
        outcome: Outcome::Processed,
    };
    if fault == Some(Fault::Late) {
        state.journal.push(Entry { outcome: Outcome::Struck(Fault::Late), ..entry });
        return None;
    }
    let key = stem.rsplit('_').nth(1).unwrap_or_default();
    let document = document::read(bytes).and_then(|document| check(document, stem, key));
    let document = match document {
        Ok(_) if fault == Some(Fault::Refused) => Err("The import is closed.".to_owned()),
        document => document,
    };
    let answer = match document {
        Err(reason) => {
            entry.outcome = Outcome::Refused(reason.clone());
            Some(file::refused(key, &reason))
        }
        Ok(document) => {
            entry.agents = document.agents.len();
            let half = if fault == Some(Fault::Half) { entry.agents / 2 } else { entry.agents };
            let told = apply(state, &document, half);
            entry.applied = told.iter().filter(|(_, status, _)| *status != "unchanged").count();
            let took = |told: &&Told| matches!(told.1, "created" | "updated");
            let agent = |(uuid, ..): &Told| (document.acd_id.clone(), uuid.clone());
            let taken = told.iter().filter(took).map(agent);
            entry.taken = taken.filter_map(|place| state.agents.get(&place).cloned()).collect();
            match fault {
                Some(Fault::NoAcknowledgement) => None,
                Some(Fault::Junk) => Some("<importAgentResult><key>".to_owned()),
                _ => Some(file::processed(key, &told)),
            }
        }
    };
    if let (Some(fault), Outcome::Processed) = (fault, &entry.outcome) {
        entry.outcome = Outcome::Struck(fault);
    }
    state.journal.push(entry);
    answer
}

fn check(document: Document, stem: &str, key: &str) -> Result<Document, String> {
    let kind = if stem.ends_with("_new") { "newAgent" } else { "changedAgent" };
    let start = format!("importAgent_{}_{key}_", document.acd_id);
    if document.key != key || document.kind != kind || !stem.starts_with(&start) {
        return Err("The file is not what its name says.".to_owned());
    }
    Ok(document)
}

fn apply(state: &mut State, document: &Document, count: usize) -> Vec<Told> {
    let told = document.agents.iter().take(count).map(|said| {
        let uuid = said.get("uuid").cloned().unwrap_or_default();
        let rejected = |reason: &str| (uuid.clone(), "rejected", Some(reason.to_owned()));
        if uuid.is_empty() {
            return rejected("The uuid is missing.");
        }
        if !said.get("emailAddress").is_some_and(|email| email.contains('@')) {
            return rejected("The emailAddress has no @.");
        }
        let place = (document.acd_id.clone(), uuid.clone());
        let known = state.agents.get(&place).cloned();
        let status = match (&known, document.kind.as_str()) {
            (None, "newAgent") if !said.contains_key("mu") => {
                return rejected("The mu is missing.");
            }
            (None, "newAgent") => "created",
            (None, _) => return (uuid, "unknown", None),
            (Some(_), _) => "updated",
        };
        let mut agent = known.clone().unwrap_or_default();
        agent.take(said);
        let status = if known.as_ref() == Some(&agent) { "unchanged" } else { status };
        state.agents.insert(place, agent);
        (uuid, status, None)
    });
    told.collect()
}

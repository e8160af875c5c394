//! The state file: the agents as JSON lines, replaced atomically (`CONTRACT.md` §7). Reads and
//! writes block, so they are called off the runtime.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::agent::{Agent, Record};
use crate::shared::{Shared, State};
use crate::store::Key;

/// How long a change may stay unwritten.
const INTERVAL: Duration = Duration::from_secs(2);
/// How many agents are taken under one lock.
const STRETCH: usize = 1_000;

/// Why a state file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It cannot be read or written.
    #[error("the state file {path} cannot be read or written")]
    Io {
        /// The file.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// A line is not an agent.
    #[error(
        "line {line} of the state file {path} is not an agent; move the file away to start empty"
    )]
    Malformed {
        /// The file.
        path: String,
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    #[serde(default, skip_serializing_if = "is_zero")]
    copy: u32,
    settled: bool,
    changed_ms: i64,
    agent: Agent,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(copy: &u32) -> bool {
    *copy == 0
}

/// Puts the agents of the state file into an empty store. An absent file is an empty one.
pub(crate) fn load(state: &State, path: &Path) -> Result<(), SnapshotError> {
    let failed = |source| SnapshotError::Io { path: path.display().to_string(), source };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    let mut wfm = state.wfm();
    for (index, text) in BufReader::new(file).lines().enumerate() {
        let text = text.map_err(failed)?;
        let line: Line = serde_json::from_str(&text).map_err(|source| {
            SnapshotError::Malformed { path: path.display().to_string(), line: index + 1, source }
        })?;
        let mut record = Record::pack(&line.agent, line.changed_ms);
        record.settled = line.settled;
        let key = Key { uuid: line.agent.uuid.as_str().into(), copy: line.copy };
        wfm.store.restore(&line.agent.acd_id, key, record);
    }
    Ok(())
}

/// Writes the agents whenever they changed, until the server stops. What is left then is written
/// by [`save`].
pub(crate) async fn keep(shared: Shared) {
    let Some(path) = shared.options.state_file.clone() else { return };
    let mut written = shared.wfm().store.version();
    loop {
        tokio::select! {
            () = tokio::time::sleep(INTERVAL) => {}
            () = shared.stopped() => return,
        }
        let version = shared.wfm().store.version();
        if version == written {
            continue;
        }
        let (state, path) = (shared.clone(), path.clone());
        let saved = tokio::task::spawn_blocking(move || save(&state, &path)).await;
        // A failed write is tried again in the next round; the last one reports its error.
        if matches!(saved, Ok(Ok(()))) {
            written = version;
        }
    }
}

/// Writes all agents. Changes that come in meanwhile may be in the file or not; each agent is
/// whole.
pub(crate) fn save(state: &State, path: &Path) -> Result<(), SnapshotError> {
    write(state, path)
        .map_err(|source| SnapshotError::Io { path: path.display().to_string(), source })
}

fn write(state: &State, path: &Path) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut out = BufWriter::new(File::create(&beside)?);
    let acds = state.wfm().store.acds();
    for acd in acds {
        let mut after = None;
        loop {
            let page = state.wfm().store.page(&acd, after.as_ref(), STRETCH);
            for (key, record) in &page.rows {
                let line = Line {
                    copy: key.copy,
                    settled: record.settled,
                    changed_ms: record.changed_ms,
                    agent: record.unpack(&acd, &key.uuid),
                };
                serde_json::to_writer(&mut out, &line)?;
                out.write_all(b"\n")?;
            }
            after = page.rows.into_iter().next_back().map(|(key, _)| key);
            if !page.more {
                break;
            }
        }
    }
    out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    fs::rename(&beside, path)
}

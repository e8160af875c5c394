//! The folder of a demo: one demo works in it at a time, and finds there what the last one left.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use super::memory::{Memory, Stage};

const DESCRIPTION: &str = "demo.json";
const MEMORY: &str = "memory.json";
/// The hub's own folder. Nothing else is kept there.
const HUB: &str = "hub";

/// The folder, locked.
pub(crate) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes the folder if need be, and takes it for this process.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let name = path.display();
        std::fs::create_dir_all(path).with_context(|| format!("{name} cannot be made"))?;
        let path = path.canonicalize().with_context(|| format!("{name} cannot be found"))?;
        let lock = File::create(path.join("lock"))
            .with_context(|| format!("{name} cannot be written to"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                bail!("another demo works in {name}; end it, or choose another folder with --data")
            }
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("{name} cannot be locked"))
            }
        }
    }

    /// A file in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The hub's own folder.
    pub(crate) fn hub(&self) -> PathBuf {
        self.path(HUB)
    }

    /// What is remembered; `None` when this is the first start, or the first one was interrupted.
    pub(crate) fn memory(&self) -> Result<Option<Memory>> {
        let path = self.path(MEMORY);
        match std::fs::read(&path) {
            Ok(bytes) => match serde_json::from_slice(&bytes) {
                Ok(Stage::Ready(memory)) => Ok(Some(*memory)),
                Ok(Stage::SettingUp) => {
                    // Made by a set-up that never ended: nobody has used it.
                    remove(std::fs::remove_dir_all(self.hub()), &self.hub())?;
                    Ok(None)
                }
                Err(error) => Err(error).with_context(|| {
                    format!("{} is damaged; choose another folder with --data", path.display())
                }),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => {
                ensure!(
                    !self.hub().exists(),
                    "{} holds a hub that no demo made; choose another folder with --data",
                    self.path.display()
                );
                Ok(None)
            }
            Err(error) => Err(error).with_context(|| format!("{}", path.display())),
        }
    }

    /// Remembers.
    pub(crate) fn remember(&self, stage: &Stage) -> Result<()> {
        self.write(MEMORY, &serde_json::to_string_pretty(stage)?)
    }

    /// Where the demo's description is, once all is ready.
    pub(crate) fn description_path(&self) -> PathBuf {
        self.path(DESCRIPTION)
    }

    /// Says to scripts that all is ready, and where.
    pub(crate) fn write_description(&self, json: &str) -> Result<()> {
        self.write(DESCRIPTION, json)
    }

    /// A description without its demo would mislead.
    pub(crate) fn remove_description(&self) -> Result<()> {
        let path = self.description_path();
        remove(std::fs::remove_file(&path), &path)
    }

    /// Writes a file that holds secrets, whole or not at all.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<()> {
        let (path, draft) = (self.path(name), self.path(&format!("{name}.new")));
        let write = || {
            let mut options = OpenOptions::new();
            let mut file =
                options.write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
            file.write_all(text.as_bytes())?;
            file.write_all(b"\n")?;
            file.sync_all()?;
            std::fs::rename(&draft, &path)
        };
        write().with_context(|| format!("{} cannot be written", path.display()))
    }
}

/// That there was nothing to remove is fine.
fn remove(result: std::io::Result<()>, path: &Path) -> Result<()> {
    match result {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed", path.display()))
        }
        _ => Ok(()),
    }
}

//! Temporary folders that are gone when the task is.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// A new, empty folder. Dropping it removes it with all that is in it.
pub(crate) struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    /// Makes `rollcall-<name>-<process id>` where the system keeps temporary files.
    pub(crate) fn create(name: &str) -> Result<Self> {
        let path = std::env::temp_dir().join(format!("rollcall-{name}-{}", std::process::id()));
        std::fs::create_dir(&path).with_context(|| path.display().to_string())?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            eprintln!("cannot remove {}: {error}", self.0.display());
        }
    }
}

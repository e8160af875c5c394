//! Temporary folders that are gone when the task is, however it ends.

use anyhow::{Context, Result};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A new, empty folder. Dropping it removes it with all that is in it.
pub(crate) struct TemporaryFolder {
    path: PathBuf,
    sweeper: Child,
}

impl TemporaryFolder {
    /// Makes `rollcall-<name>-<process id>` where the system keeps temporary files.
    pub(crate) fn create(name: &str) -> Result<Self> {
        let path = std::env::temp_dir().join(format!("rollcall-{name}-{}", std::process::id()));
        std::fs::create_dir(&path).with_context(|| path.display().to_string())?;
        let sweeper = match sweeper(&path) {
            Ok(sweeper) => sweeper,
            Err(error) => {
                std::fs::remove_dir_all(&path)?;
                return Err(error);
            }
        };
        Ok(Self { path, sweeper })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.path) {
            eprintln!("cannot remove {}: {error}", self.path.display());
        }
        // The end of its input is its sign.
        drop(self.sweeper.stdin.take());
        if let Err(error) = self.sweeper.wait() {
            eprintln!("cannot wait for what sweeps {}: {error}", self.path.display());
        }
    }
}

/// Waits until nobody holds its input any more, and removes the folder: a task that is interrupted drops nothing.
/// Servers get SIGTERM when the task dies, and may still write for a moment, so it tries for a while.
const SWEEP: &str = r#"trap "" HUP
cat > /dev/null
for attempt in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf -- "$1" 2> /dev/null && [ ! -e "$1" ] && sleep 0.2 && [ ! -e "$1" ] && exit 0
    sleep 1
done"#;

fn sweeper(folder: &Path) -> Result<Child> {
    let mut command = Command::new("sh");
    command.args(["-c", SWEEP, "sh"]).arg(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    // A group of its own, which Ctrl-C does not reach.
    command.process_group(0).spawn().context("cannot start sh")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn a_folder_is_removed_when_its_task_is_gone() {
        let path = std::env::temp_dir().join(format!("rollcall-sweep-{}", std::process::id()));
        std::fs::create_dir_all(path.join("inside")).unwrap();
        std::fs::write(path.join("inside/file"), "x").unwrap();
        let mut sweeper = sweeper(&path).unwrap();
        assert!(path.exists() && sweeper.try_wait().unwrap().is_none(), "it waits");
        // As the kernel does it when the task ends without dropping anything.
        drop(sweeper.stdin.take());
        let begun = Instant::now();
        while path.exists() {
            assert!(begun.elapsed() < Duration::from_secs(20), "the folder is still there");
            std::thread::yield_now();
        }
        assert!(sweeper.wait().unwrap().success());
    }

    #[test]
    fn a_folder_is_removed_when_it_is_dropped() {
        let folder = TemporaryFolder::create("drop").unwrap();
        let path = folder.path().to_owned();
        std::fs::write(path.join("file"), "x").unwrap();
        drop(folder);
        assert!(!path.exists());
    }
}

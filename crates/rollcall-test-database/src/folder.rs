//! Folders and small disks.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::unique_name;

/// A temporary folder. It goes with its holder.
pub struct Folder(PathBuf);

impl Folder {
    /// Makes one.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a test without its folder is over")]
    #[expect(clippy::new_without_default, reason = "making a folder is no default")]
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(unique_name());
        std::fs::create_dir_all(&path).expect("a temporary folder can be made");
        Self(path)
    }

    /// Makes one in memory where the system has a place for that, for what does not depend on a disk.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn in_memory() -> Self {
        let path = Path::new("/dev/shm").join(unique_name());
        if std::fs::create_dir(&path).is_ok() { Self(path) } else { Self::new() }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            eprintln!("{} stays: {error}", self.0.display());
        }
    }
}

/// A file system of three megabytes, to be filled. It goes with its holder.
pub struct SmallDisk {
    folder: Folder,
}

impl SmallDisk {
    /// Mounts one; `None`, said aloud, where this account may not.
    #[must_use]
    pub fn mount() -> Option<Self> {
        let folder = Folder::new();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=3m", "tmpfs"])
            .arg(folder.path())
            .output();
        if mount.is_ok_and(|output| output.status.success()) {
            return Some(Self { folder });
        }
        eprintln!("skipped: this account may not mount a small file system");
        None
    }

    /// Where it is mounted.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Whoever still has a file open there keeps it; the folder is free at once.
        let unmount = Command::new("umount").arg("-l").arg(self.folder.path()).output();
        if let Err(error) = unmount {
            eprintln!("{} stays mounted: {error}", self.folder.path().display());
        }
    }
}

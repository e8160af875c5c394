//! A folder of this machine, or one that is mounted here.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::Answer;
use tokio::sync::Semaphore;

use super::{FILES_MAX, Place, Put, too_large, too_many};

/// A mounted folder may hang for ever. The thread that waits there is left behind.
const ACT_MAX: Duration = Duration::from_secs(20);
/// As many threads wait at folders at a time, in the whole process: those that hang for ever must leave some to the
/// databases, which have theirs from the same pool.
static THREADS: Semaphore = Semaphore::const_new(16);

/// The folder.
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    pub(crate) fn new(path: String) -> Self {
        Self { path: path.into() }
    }

    async fn act<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Path) -> Result<T, ConnectorError> + Send + 'static,
    ) -> Result<T, ConnectorError> {
        let path = self.path.clone();
        let task = async {
            let permit = THREADS.acquire().await.ok();
            let act = move || {
                let _until_it_ends = permit;
                act(&path)
            };
            tokio::task::spawn_blocking(act).await
        };
        let reason = match tokio::time::timeout(ACT_MAX, task).await {
            Ok(Ok(outcome)) => return outcome,
            Ok(Err(_)) => "the folder could not be looked at".to_owned(),
            Err(_) => format!("the folder did not answer within {} s", ACT_MAX.as_secs()),
        };
        Err(ConnectorError::Transient { reason })
    }
}

impl Place for Folder {
    fn put<'a>(&'a self, name: &'a str, bytes: &'a [u8]) -> Answer<'a, Put> {
        let (name, bytes) = (name.to_owned(), bytes.to_vec());
        Box::pin(self.act(move |folder| put(folder, &name, &bytes).map_err(|error| failed(&error))))
    }

    fn get<'a>(&'a self, name: &'a str, bytes_max: usize) -> Answer<'a, Option<Vec<u8>>> {
        let name = name.to_owned();
        Box::pin(self.act(move |folder| match get(folder, &name, bytes_max) {
            Ok(Some(bytes)) if bytes.len() > bytes_max => Err(too_large(&name, bytes_max)),
            Ok(bytes) => Ok(bytes),
            Err(error) => Err(failed(&error)),
        }))
    }

    fn list(&self) -> Answer<'_, Vec<String>> {
        Box::pin(self.act(|folder| {
            let mut names = Vec::new();
            for entry in fs::read_dir(folder).map_err(|error| failed(&error))? {
                let entry = entry.map_err(|error| failed(&error))?;
                // A name that is not UTF-8 is none of ours.
                names.extend(entry.file_name().into_string());
                if names.len() > FILES_MAX {
                    return Err(too_many());
                }
            }
            Ok(names)
        }))
    }

    fn remove<'a>(&'a self, name: &'a str) -> Answer<'a, ()> {
        let name = name.to_owned();
        Box::pin(self.act(move |folder| match fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(&error)),
            _ => Ok(()),
        }))
    }
}

/// Under a name that nobody looks for, flushed, and then renamed: a reader sees all of it or nothing, also after a
/// power cut. One hub at a time writes for an acd, so that nothing comes between the look and the renaming.
/// Others write this folder too: what stands under the name that nobody looks for is never written through, since it
/// may be a link to any file of this machine.
fn put(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<Put> {
    let (path, part) = (folder.join(name), folder.join(format!(".{name}.part")));
    if path.try_exists()? {
        return Ok(Put::Stood);
    }
    match fs::remove_file(&part) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&part, &path)?;
    File::open(folder)?.sync_all()?;
    Ok(Put::Made)
}

/// One byte more than permitted, where there are as many. A link or a pipe is no file of a WFM.
fn get(folder: &Path, name: &str, bytes_max: usize) -> io::Result<Option<Vec<u8>>> {
    let path = folder.join(name);
    match fs::symlink_metadata(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            // Is it the file that is missing, or the folder?
            return fs::metadata(folder).map(|_| None);
        }
        Err(error) => return Err(error),
        Ok(about) if !about.is_file() => {
            return Err(io::Error::other("what stands under the name is no plain file"));
        }
        Ok(_) => {}
    }
    let file = File::open(path)?;
    let mut bytes = Vec::new();
    let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

fn failed(error: &io::Error) -> ConnectorError {
    let reason = match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            return ConnectorError::Unsupported { reason: "the folder is not there".to_owned() };
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            let reason = "the hub's user may not read and write the folder".to_owned();
            return ConnectorError::Unsupported { reason };
        }
        ErrorKind::StorageFull => "the folder's disk is full".to_owned(),
        // The words of the system; they name no path.
        _ => format!("the folder fails: {error}"),
    };
    ConnectorError::Transient { reason }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_link_that_somebody_laid_there_is_neither_written_through_nor_read() {
        let name = format!("rollcall_folder_{}", std::process::id());
        let base = std::env::temp_dir().join(name);
        let folder = base.join("drop");
        fs::create_dir_all(&folder).unwrap();
        let secret = base.join("secret");
        fs::write(&secret, "kept").unwrap();
        symlink(&secret, folder.join(".a.xml.part")).unwrap();
        assert_eq!(put(&folder, "a.xml", b"<a/>").unwrap(), Put::Made);
        assert_eq!(fs::read(&secret).unwrap(), b"kept");
        assert_eq!(get(&folder, "a.xml", 100).unwrap().unwrap(), b"<a/>");
        symlink(&secret, folder.join("b.xml")).unwrap();
        assert!(get(&folder, "b.xml", 100).is_err());
        assert!(get(&folder, "c.xml", 100).unwrap().is_none());
        fs::remove_dir_all(base).unwrap();
    }
}

//! The file that a directory is kept in: JSON, replaced atomically. Blocks, so it is called off
//! the runtime.

use std::fs::{self, File};
use std::io::{self, BufReader, Write};
use std::path::Path;

use crate::directory::Directory;

/// The directory of the file; `None` if there is none.
pub(crate) fn load(path: &Path) -> io::Result<Option<Directory>> {
    match File::open(path) {
        Ok(file) => Ok(Some(serde_json::from_reader(BufReader::new(file))?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes a directory that was turned into JSON.
pub(crate) fn save(path: &Path, json: &[u8]) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut file = File::create(&beside)?;
    file.write_all(json)?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

//! Where files are: a folder of this machine, and what else can hold some. Each bounds what it reads and how long it
//! waits, and puts a file whole or not at all.

mod folder;
mod s3;
mod sftp;

use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::Answer;

pub(crate) use folder::Folder;
pub(crate) use s3::{S3, S3Settings};
pub(crate) use sftp::{Sftp, SftpSettings, host_key};

/// As many files are looked at. A place that holds more is not cleaned up by whoever uses it.
pub(crate) const FILES_MAX: usize = 20_000;

/// A place for files, flat: names have no folders in them.
pub(crate) trait Place: Send + Sync {
    /// Puts a file, whole and at once for whoever reads. Never replaces one.
    fn put<'a>(&'a self, name: &'a str, bytes: &'a [u8]) -> Answer<'a, Put>;

    /// The content of a file. [`ConnectorError::Malformed`] when it is larger than permitted.
    fn get<'a>(&'a self, name: &'a str, bytes_max: usize) -> Answer<'a, Option<Vec<u8>>>;

    /// The names of the files.
    fn list(&self) -> Answer<'_, Vec<String>>;

    /// Removes a file. One that is not there is no failure.
    fn remove<'a>(&'a self, name: &'a str) -> Answer<'a, ()>;
}

/// What became of a file that was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Put {
    /// It is there.
    Made,
    /// One of that name was there, and is as it was.
    Stood,
}

pub(crate) fn too_large(name: &str, bytes_max: usize) -> ConnectorError {
    ConnectorError::Malformed { reason: format!("{name} is larger than {bytes_max} bytes") }
}

pub(crate) fn too_many() -> ConnectorError {
    let reason = format!("its place holds more than {FILES_MAX} files; remove old ones there");
    ConnectorError::Unsupported { reason }
}

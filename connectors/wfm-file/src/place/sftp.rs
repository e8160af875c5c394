//! A folder of an SFTP server. Its host key is known beforehand; a server with another one is told nothing.

mod session;

use std::time::Duration;

use rollcall_connector::wfm::Answer;
use rollcall_connector::{ConnectorError, Http};
use russh_sftp::client::error::Error;
use russh_sftp::protocol::{FileAttributes, OpenFlags, StatusCode};
use secrecy::SecretString;
use tokio::sync::Mutex;

use super::{FILES_MAX, Place, Put, too_large, too_many};
use session::Session;

/// For one act, the connection included.
const ACT_MAX: Duration = Duration::from_secs(20);
/// As much is read or written at once; every server takes 32 KiB (draft-ietf-secsh-filexfer-02 §3).
const CHUNK_BYTES: u32 = 32 * 1024;
/// A server tells a folder in parts of some hundred names.
const PARTS_MAX: usize = FILES_MAX;

/// Where the server is, and as whom it is entered.
pub(crate) struct SftpSettings {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) folder: String,
    pub(crate) user: String,
    /// `SHA256:…`.
    pub(crate) host_key: String,
    /// A password, or a private key in OpenSSH's form.
    pub(crate) secret: SecretString,
}

/// The folder.
pub(crate) struct Sftp {
    http: Http,
    settings: SftpSettings,
    /// One at a time; kept for the next act while it is good.
    session: Mutex<Option<Session>>,
}

impl Sftp {
    pub(crate) fn new(http: &Http, settings: SftpSettings) -> Self {
        Self { http: http.clone(), settings, session: Mutex::new(None) }
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.settings.folder.trim_end_matches('/'))
    }

    /// Bounds an act in time. A session on which it failed is not used again.
    async fn act<T>(
        &self,
        act: impl AsyncFnOnce(&Session) -> Result<T, ConnectorError>,
    ) -> Result<T, ConnectorError> {
        let mut held = self.session.lock().await;
        let outcome = match tokio::time::timeout(ACT_MAX, self.within(&mut held, act)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(late()),
        };
        if outcome.is_err() {
            *held = None;
        }
        outcome
    }

    /// Until it has ended, the session is nobody's: one that is broken off in the middle is not used again.
    async fn within<T>(
        &self,
        held: &mut Option<Session>,
        act: impl AsyncFnOnce(&Session) -> Result<T, ConnectorError>,
    ) -> Result<T, ConnectorError> {
        let session = match held.take() {
            Some(session) if session.is_open() => session,
            _ => Session::open(&self.http, &self.settings).await?,
        };
        let outcome = act(&session).await;
        *held = Some(session);
        outcome
    }
}

/// The fingerprint of the key that a server shows, bounded in time like any act.
pub(crate) async fn host_key(http: &Http, host: &str, port: u16) -> Result<String, ConnectorError> {
    match tokio::time::timeout(ACT_MAX, session::host_key(http, host, port)).await {
        Ok(found) => found,
        Err(_) => Err(late()),
    }
}

fn late() -> ConnectorError {
    let reason = format!("the server did not answer within {} s", ACT_MAX.as_secs());
    ConnectorError::Transient { reason }
}

impl Place for Sftp {
    fn put<'a>(&'a self, name: &'a str, bytes: &'a [u8]) -> Answer<'a, Put> {
        Box::pin(self.act(async move |session: &Session| {
            let (path, part) = (self.path(name), self.path(&format!(".{name}.part")));
            if stands(session, &path).await? {
                return Ok(Put::Stood);
            }
            write(session, &part, bytes).await?;
            // Version 3 of the protocol never replaces (draft-ietf-secsh-filexfer-02 §6.5).
            session.sftp.rename(part, path).await.map_err(|error| failed(&error))?;
            Ok(Put::Made)
        }))
    }

    fn get<'a>(&'a self, name: &'a str, bytes_max: usize) -> Answer<'a, Option<Vec<u8>>> {
        Box::pin(self.act(async move |session: &Session| {
            let path = self.path(name);
            let opened = session.sftp.open(path, OpenFlags::READ, FileAttributes::empty()).await;
            let handle = match opened {
                Err(error) if is_absent(&error) => return Ok(None),
                opened => opened.map_err(|error| failed(&error))?.handle,
            };
            let mut bytes = Vec::new();
            while bytes.len() <= bytes_max {
                let offset = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                match session.sftp.read(handle.as_str(), offset, CHUNK_BYTES).await {
                    Ok(part) if part.data.is_empty() => break,
                    Ok(part) => bytes.extend(part.data),
                    Err(error) if status(&error) == Some(StatusCode::Eof) => break,
                    Err(error) => return Err(failed(&error)),
                }
            }
            session.sftp.close(handle).await.map_err(|error| failed(&error))?;
            if bytes.len() > bytes_max { Err(too_large(name, bytes_max)) } else { Ok(Some(bytes)) }
        }))
    }

    fn list(&self) -> Answer<'_, Vec<String>> {
        Box::pin(self.act(async move |session: &Session| {
            let opened = session.sftp.opendir(self.settings.folder.as_str()).await;
            let handle = match opened {
                Err(error) if is_absent(&error) => {
                    let reason = "the folder is not there on the server".to_owned();
                    return Err(ConnectorError::Unsupported { reason });
                }
                opened => opened.map_err(|error| failed(&error))?.handle,
            };
            let mut names = Vec::new();
            for _ in 0..PARTS_MAX {
                match session.sftp.readdir(handle.as_str()).await {
                    Ok(part) => names.extend(part.files.into_iter().map(|file| file.filename)),
                    Err(error) if status(&error) == Some(StatusCode::Eof) => break,
                    Err(error) => return Err(failed(&error)),
                }
                if names.len() > FILES_MAX {
                    return Err(too_many());
                }
            }
            session.sftp.close(handle).await.map_err(|error| failed(&error))?;
            Ok(names)
        }))
    }

    fn remove<'a>(&'a self, name: &'a str) -> Answer<'a, ()> {
        Box::pin(self.act(async move |session: &Session| {
            match session.sftp.remove(self.path(name)).await {
                Err(error) if !is_absent(&error) => Err(failed(&error)),
                _ => Ok(()),
            }
        }))
    }
}

async fn stands(session: &Session, path: &str) -> Result<bool, ConnectorError> {
    match session.sftp.stat(path).await {
        Ok(_) => Ok(true),
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(failed(&error)),
    }
}

async fn write(session: &Session, path: &str, bytes: &[u8]) -> Result<(), ConnectorError> {
    let flags = OpenFlags::CREATE | OpenFlags::TRUNCATE | OpenFlags::WRITE;
    let opened = session.sftp.open(path, flags, FileAttributes::empty()).await;
    let handle = opened.map_err(|error| failed(&error))?.handle;
    let mut offset = 0;
    for chunk in bytes.chunks(usize::try_from(CHUNK_BYTES).unwrap_or(1)) {
        let written = session.sftp.write(handle.as_str(), offset, chunk.to_vec()).await;
        written.map_err(|error| failed(&error))?;
        offset += u64::try_from(chunk.len()).unwrap_or_default();
    }
    session.sftp.close(handle).await.map(|_| ()).map_err(|error| failed(&error))
}

fn status(error: &Error) -> Option<StatusCode> {
    match error {
        Error::Status(status) => Some(status.status_code),
        _ => None,
    }
}

fn is_absent(error: &Error) -> bool {
    status(error) == Some(StatusCode::NoSuchFile)
}

/// What a failure is. The words of a server stay out: it may put anything into them.
fn failed(error: &Error) -> ConnectorError {
    match status(error) {
        Some(StatusCode::PermissionDenied) => {
            let reason = "the server does not let the user read and write the folder".to_owned();
            ConnectorError::Unsupported { reason }
        }
        Some(code) => {
            let reason = format!("the server answered {code:?}");
            ConnectorError::Transient { reason }
        }
        None => {
            let reason = "the connection to the server broke".to_owned();
            ConnectorError::Transient { reason }
        }
    }
}

//! A WFM that is told by files: the agents of a business unit, and the history of intervals, one way.
//!
//! What NICE says of its own files (UTF-8 XML; `newAgent` or `changedAgent`, never both in one; changes only; no
//! passwords) holds here; the layout of its import is not public. The one written here is the simulator's
//! (`CONTRACT.md` beside it); a real tenant needs the customer's own description, and changes in `import.rs`,
//! `acknowledgement.rs` and `export.rs`.

mod acknowledgement;
mod exchange;
mod export;
mod history;
mod import;
mod meter;
mod name;
mod place;
mod xml;

use std::sync::Arc;
use std::time::Duration;

use rollcall_connector::wfm::{Answer, BATCH_MAX, WfmPage, WfmReceipt, WfmTarget, WfmWrite};
use rollcall_connector::{ConnectorError, Http};
use rollcall_domain::Clock;
use rollcall_domain::wfm::{FilePlace, ManagementUnits};
use secrecy::SecretString;

use exchange::Exchange;
use place::{Folder, Place, S3, S3Settings, Sftp, SftpSettings};

/// Where the files of a WFM are, and how they are written.
#[derive(Clone, Debug)]
pub struct WfmFileSettings {
    /// Where they are.
    pub place: FilePlace,
    /// What opens the place; empty for a folder.
    pub secret: SecretString,
    /// The acdID of the business unit.
    pub acd_id: String,
    /// The management units into which agents are put.
    pub units: ManagementUnits,
    /// How long an acknowledgement may take.
    pub acknowledged_within: Duration,
    /// How often it is looked for.
    pub ask_after: Duration,
}

/// The agents of one acd of a WFM that reads files.
pub struct WfmFile {
    exchange: Exchange,
}

impl WfmFile {
    /// How often an acknowledgement is looked for.
    pub const ASK_AFTER: Duration = Duration::from_secs(5);

    /// Makes the connector; looks nowhere yet. The clock dates the signatures of requests.
    ///
    /// # Errors
    /// [`ConnectorError::Unsupported`] when there is no way to the place.
    pub fn new(
        http: &Http,
        settings: WfmFileSettings,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ConnectorError> {
        if !name::is_part(&settings.acd_id) {
            let reason = "its ACD ID cannot be part of a file's name".to_owned();
            return Err(ConnectorError::Unsupported { reason });
        }
        let place: Box<dyn Place> = match &settings.place {
            FilePlace::Folder { path } => Box::new(Folder::new(path.clone())),
            FilePlace::S3 { endpoint, region, bucket, prefix, access_key_id } => {
                let secret = &settings.secret;
                let bucket = S3Settings { endpoint, region, bucket, prefix, access_key_id, secret };
                Box::new(S3::new(http, clock, &bucket)?)
            }
            FilePlace::Sftp { host, port, path, user, host_key } => Box::new(Sftp::new(
                http,
                SftpSettings {
                    host: host.clone(),
                    port: *port,
                    folder: path.clone(),
                    user: user.clone(),
                    host_key: host_key.clone(),
                    secret: settings.secret.clone(),
                },
            )),
        };
        Ok(Self { exchange: Exchange::new(place, settings) })
    }
}

/// The fingerprint of the key that an SFTP server shows, `SHA256:…`, for people to compare. Nothing is told to it.
///
/// # Errors
/// [`ConnectorError::Unsupported`] when it may not be called or shows a key that is not spoken;
/// [`ConnectorError::Transient`] when it does not answer.
pub async fn host_key(http: &Http, host: &str, port: u16) -> Result<String, ConnectorError> {
    place::host_key(http, host, port).await
}

impl WfmTarget for WfmFile {
    fn write<'a>(&'a self, batch: &'a [WfmWrite], key: &'a str) -> Answer<'a, Vec<WfmReceipt>> {
        Box::pin(async move {
            if batch.len() > BATCH_MAX || !name::is_key(key) {
                let reason = format!("a batch holds at most {BATCH_MAX} agents under a plain key");
                return Err(ConnectorError::Unsupported { reason });
            }
            self.exchange.write(batch, key).await
        })
    }

    fn list<'a>(&'a self, _cursor: Option<&'a str>) -> Answer<'a, Option<WfmPage>> {
        Box::pin(self.exchange.list())
    }

    /// Files have no way to remove a record: that is for people of the WFM to do.
    fn mend(&self, _agent_number: i64) -> Answer<'_, u64> {
        Box::pin(async { Ok(0) })
    }

    fn probe(&self) -> Answer<'_, ()> {
        Box::pin(self.exchange.probe())
    }
}

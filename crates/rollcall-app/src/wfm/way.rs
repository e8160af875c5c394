//! The way from a link to its WFM, as it is given when the link is made.

use secrecy::{ExposeSecret as _, SecretString};

use rollcall_domain::wfm::{FilePlace, FileTransport, Transport};

use super::Result;
use crate::error::ChangeError;

const ADDRESS_MAX_BYTES: usize = 1_000;
const CLIENT_MAX_BYTES: usize = 256;

/// How a link that is to be made reaches its WFM.
#[derive(Clone, Debug)]
pub enum NewWay {
    /// By HTTP.
    Http {
        /// Where the WFM answers.
        base_url: String,
        /// The client id for the WFM's token endpoint.
        client_id: String,
        /// The client secret.
        client_secret: SecretString,
    },
    /// By files.
    File {
        /// Where they are, and how long the WFM may take.
        transport: FileTransport,
        /// For the place: a password or a private key in OpenSSH's form for SFTP, the secret access key for S3.
        secret: Option<SecretString>,
    },
}

/// The same, checked, as it is kept.
pub(super) struct Way {
    pub(super) transport: Transport,
    /// In one line.
    pub(super) address: String,
    pub(super) client_id: String,
    pub(super) secret: SecretString,
}

impl Way {
    /// The way of a link that is made: whatever is not a folder needs its secret.
    pub(super) fn of(new: NewWay) -> Result<Self> {
        let way = Self::without_secret(new)?;
        if way.secret.expose_secret().is_empty() {
            match &way.transport {
                Transport::Http => {
                    return Err(invalid(
                        "the WFM needs the client secret that belongs to the client id",
                    ));
                }
                Transport::File(file) => match file.place {
                    FilePlace::Folder { .. } => {}
                    FilePlace::Sftp { .. } => {
                        return Err(invalid("SFTP needs a password or a private key"));
                    }
                    FilePlace::S3 { .. } => {
                        return Err(invalid("S3 needs the secret of its access key"));
                    }
                },
            }
        }
        Ok(way)
    }

    /// The same where a secret is at hand already, and an empty one stands for it.
    pub(super) fn without_secret(new: NewWay) -> Result<Self> {
        match new {
            NewWay::Http { base_url, client_id, client_secret } => {
                let address = base_url.trim().trim_end_matches('/').to_owned();
                if address.is_empty() || address.len() > ADDRESS_MAX_BYTES {
                    return Err(invalid("a WFM link needs the address of the WFM"));
                }
                let client_id = client_id.trim().to_owned();
                if client_id.is_empty() || client_id.len() > CLIENT_MAX_BYTES {
                    return Err(invalid(
                        "the WFM needs a client id, by which it knows who asks: 1 to 256 characters",
                    ));
                }
                Ok(Self { transport: Transport::Http, address, client_id, secret: client_secret })
            }
            NewWay::File { transport, secret } => {
                transport.check().map_err(|error| invalid(&error.to_string()))?;
                if matches!(transport.place, FilePlace::Folder { .. }) && secret.is_some() {
                    return Err(invalid(
                        "a folder has no secret: the hub opens it as its own user",
                    ));
                }
                let (address, client_id) = (transport.place.address(), String::new());
                let secret = secret.unwrap_or_default();
                Ok(Self { transport: Transport::File(transport), address, client_id, secret })
            }
        }
    }
}

fn invalid(text: &str) -> ChangeError {
    ChangeError::Invalid(text.to_owned())
}

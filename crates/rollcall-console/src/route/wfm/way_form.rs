//! The form of a way to a WFM, as the browser sends it.

use rollcall_app::wfm::{NewWay, WfmLink};
use rollcall_domain::wfm::{FilePlace, FileTransport, Transport, UNKNOWN_HOST_KEY};
use secrecy::SecretString;
use serde::Deserialize;

use crate::view::wfm::way::WayFields;

/// The port of SSH (RFC 4253 §4.1).
const SSH_PORT: u16 = 22;
/// The region that most storages besides Amazon's expect.
const REGION: &str = "us-east-1";

/// What was typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct WayForm {
    transport: String,
    url: String,
    client_id: String,
    client_secret: String,
    host: String,
    port: String,
    path: String,
    user: String,
    host_key: String,
    sftp_secret: String,
    endpoint: String,
    region: String,
    bucket: String,
    prefix: String,
    key_id: String,
    s3_secret: String,
}

impl WayForm {
    /// Which transport was chosen.
    pub(super) fn transport(&self) -> &str {
        &self.transport
    }

    /// What is shown again: everything but the secrets.
    pub(super) fn fields(&self) -> WayFields {
        WayFields {
            transport: self.transport.clone(),
            url: self.url.clone(),
            client_id: self.client_id.clone(),
            host: self.host.clone(),
            port: self.port.clone(),
            path: self.path.clone(),
            user: self.user.clone(),
            host_key: self.host_key.clone(),
            endpoint: self.endpoint.clone(),
            region: self.region.clone(),
            bucket: self.bucket.clone(),
            prefix: self.prefix.clone(),
            key_id: self.key_id.clone(),
            keeps_secret: false,
        }
    }

    /// The way that was typed, by a transport. Never a folder of this machine: that is the operator's to set.
    pub(super) fn way(&self, transport: &str, acknowledged_within_s: u64) -> NewWay {
        let place = match transport {
            "sftp" => FilePlace::Sftp {
                host: text(&self.host),
                // 0 answers nobody, and the try says so.
                port: self.port.trim().parse().unwrap_or(0),
                path: text(&self.path),
                user: text(&self.user),
                host_key: match self.host_key.trim() {
                    "" => UNKNOWN_HOST_KEY.to_owned(),
                    given => given.to_owned(),
                },
            },
            "s3" => FilePlace::S3 {
                endpoint: text(&self.endpoint).trim_end_matches('/').to_owned(),
                region: text(&self.region),
                bucket: text(&self.bucket),
                prefix: text(&self.prefix),
                access_key_id: text(&self.key_id),
            },
            _ => {
                return NewWay::Http {
                    base_url: text(&self.url),
                    client_id: text(&self.client_id),
                    client_secret: secret(&self.client_secret),
                };
            }
        };
        let typed = if transport == "sftp" { &self.sftp_secret } else { &self.s3_secret };
        let transport = FileTransport { place, acknowledged_within_s };
        NewWay::File { transport, secret: Some(secret(typed)) }
    }
}

fn text(typed: &str) -> String {
    typed.trim().to_owned()
}

/// A browser ends the lines of a text with CR and LF (WHATWG HTML, form submission); a private key has none.
fn secret(typed: &str) -> SecretString {
    typed.replace("\r\n", "\n").into()
}

/// An empty form.
pub(super) fn blank() -> WayFields {
    WayFields {
        transport: "http".to_owned(),
        port: SSH_PORT.to_string(),
        region: REGION.to_owned(),
        ..WayFields::default()
    }
}

/// The form of a link as it is; nothing for a folder of this machine, which is the operator's to set.
pub(super) fn of(link: &WfmLink) -> Option<WayFields> {
    let fields = WayFields { keeps_secret: true, ..WayFields::default() };
    let file = match &link.transport {
        Transport::Http => {
            let (url, client_id) = (link.base_url.clone(), link.client_id.clone());
            return Some(WayFields { transport: "http".to_owned(), url, client_id, ..fields });
        }
        Transport::File(file) => file,
    };
    match file.place.clone() {
        FilePlace::Folder { .. } => None,
        FilePlace::Sftp { host, port, path, user, host_key } => {
            let (transport, port) = ("sftp".to_owned(), port.to_string());
            Some(WayFields { transport, host, port, path, user, host_key, ..fields })
        }
        FilePlace::S3 { endpoint, region, bucket, prefix, access_key_id } => Some(WayFields {
            transport: "s3".to_owned(),
            endpoint,
            region,
            bucket,
            prefix,
            key_id: access_key_id,
            ..fields
        }),
    }
}

/// How long the WFM of a link may take to acknowledge a file.
pub(super) fn within(transport: &Transport) -> u64 {
    match transport {
        Transport::Http => FileTransport::WITHIN_DEFAULT_S,
        Transport::File(file) => file.acknowledged_within_s,
    }
}

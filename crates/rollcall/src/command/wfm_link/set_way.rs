//! `rollcall wfm-link set-way`: where a link leads and as whom, such as with a key that was rotated.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Result, bail};
use rollcall_app::wfm::{NewWay, WayChange, WfmLink};
use rollcall_domain::source::Actor;
use rollcall_domain::wfm::{FilePlace, FileTransport, Transport};
use rollcall_sync::Probe;
use secrecy::SecretString;

use super::{LinkArgs, find};
use crate::setting::secret_of;
use crate::terminal::say;
use crate::wfm_target::{Targets, http};

#[derive(Debug, clap::Args)]
pub(crate) struct SetWay {
    /// http: the address of the WFM. s3: that of the storage.
    #[arg(long)]
    url: Option<String>,
    /// folder, sftp: the whole path of the folder.
    #[arg(long)]
    path: Option<String>,
    /// sftp: the name or number of the server.
    #[arg(long)]
    host: Option<String>,
    /// sftp: its port.
    #[arg(long)]
    port: Option<u16>,
    /// sftp: the fingerprint of its host key.
    #[arg(long, value_name = "FINGERPRINT")]
    host_key: Option<String>,
    /// As whom: the OAuth client, the user of the SFTP server, or the id of the S3 access key.
    #[arg(long)]
    client_id: Option<String>,
    /// A file that holds the secret. Needed where anything else about the place changes.
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// Takes it without asking the WFM whether it answers.
    #[arg(long)]
    untried: bool,
    #[command(flatten)]
    link: LinkArgs,
}

impl SetWay {
    pub(crate) async fn carry_out(self) -> Result<()> {
        let (open, detail) = find(&self.link).await?;
        self.refuse_unfit(&detail.link.transport)?;
        let file = self.client_secret_file.as_deref();
        let typed = file.map(|file| secret_of("--client-secret-file", file)).transpose()?;
        let change = WayChange { link: detail.link.id, way: self.way(&detail.link, typed) };
        let (app, tenant) = (&open.installation.app, open.id());
        if self.untried {
            app.change_way(tenant, Actor::System, change).await?;
        } else {
            let targets = Targets::new(&open.installation, http(open.settings.outbound)?);
            let probe = Probe::new(Arc::new(targets));
            let trial = app.try_way(tenant, Actor::System, change, &probe).await?;
            app.take_tried_way(tenant, Actor::System, &trial.ticket).await?;
        }
        say("The WFM is reached in the new way from now on.");
        Ok(())
    }

    /// What is named has to be of the link's kind of way, and something has to be named.
    fn refuse_unfit(&self, transport: &Transport) -> Result<()> {
        let (kind, fitting) = fitting(transport);
        let named = [
            ("--url", self.url.is_some()),
            ("--path", self.path.is_some()),
            ("--host", self.host.is_some()),
            ("--port", self.port.is_some()),
            ("--host-key", self.host_key.is_some()),
            ("--client-id", self.client_id.is_some()),
            ("--client-secret-file", self.client_secret_file.is_some()),
        ];
        let mut named =
            named.iter().filter(|(_, is_named)| *is_named).map(|(name, _)| *name).peekable();
        let all = fitting.join(", ");
        if named.peek().is_none() {
            bail!("nothing is named that changes; of a link {kind} that can be {all}");
        }
        match named.find(|name| !fitting.contains(name)) {
            Some(name) => bail!("{name} is nothing of a link {kind}, of which can change: {all}"),
            None => Ok(()),
        }
    }

    /// The way of the link, with what was named in place of what it was.
    fn way(&self, link: &WfmLink, typed: Option<SecretString>) -> NewWay {
        let or = |given: &Option<String>, kept: String| given.clone().unwrap_or(kept);
        let file = match link.transport.clone() {
            Transport::Http => {
                return NewWay::Http {
                    base_url: or(&self.url, link.base_url.clone()),
                    client_id: or(&self.client_id, link.client_id.clone()),
                    client_secret: typed.unwrap_or_default(),
                };
            }
            Transport::File(file) => file,
        };
        let place = match file.place {
            FilePlace::Folder { path } => FilePlace::Folder { path: or(&self.path, path) },
            FilePlace::Sftp { host, port, path, user, host_key } => FilePlace::Sftp {
                host: or(&self.host, host),
                port: self.port.unwrap_or(port),
                path: or(&self.path, path),
                user: or(&self.client_id, user),
                host_key: or(&self.host_key, host_key),
            },
            FilePlace::S3 { endpoint, region, bucket, prefix, access_key_id } => FilePlace::S3 {
                endpoint: or(&self.url, endpoint),
                region,
                bucket,
                prefix,
                access_key_id: or(&self.client_id, access_key_id),
            },
        };
        NewWay::File { transport: FileTransport { place, ..file }, secret: typed }
    }
}

/// A kind of way in words, and the options that belong to it.
fn fitting(transport: &Transport) -> (&'static str, &'static [&'static str]) {
    let file = match transport {
        Transport::Http => return ("over HTTP", &["--url", "--client-id", "--client-secret-file"]),
        Transport::File(file) => file,
    };
    match file.place {
        FilePlace::Folder { .. } => ("by a folder", &["--path"]),
        FilePlace::Sftp { .. } => (
            "by SFTP",
            &["--host", "--port", "--path", "--host-key", "--client-id", "--client-secret-file"],
        ),
        FilePlace::S3 { .. } => ("by S3", &["--url", "--client-id", "--client-secret-file"]),
    }
}

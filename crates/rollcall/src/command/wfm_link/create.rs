//! `rollcall wfm-link create`: makes a link, over HTTP or by files.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Error, Result, anyhow, bail};
use clap::ValueEnum;
use rollcall_app::wfm::{NewLink, NewWay, Trial, TrialError};
use rollcall_domain::source::Actor;
use rollcall_domain::structure::BusinessUnit;
use rollcall_domain::wfm::{FilePlace, FileTransport};
use rollcall_sync::Probe;
use secrecy::SecretString;

use crate::command::tenant_args::{OpenTenant, TenantArgs};
use crate::setting::secret_of;
use crate::terminal::say;
use crate::wfm_target::{Targets, http};

/// The port of SSH (RFC 4253 §4.1).
const SSH_PORT: u16 = 22;

#[derive(Debug, clap::Args)]
pub(crate) struct Create {
    /// Makes it without asking the WFM whether it answers, such as for one that is not there yet.
    #[arg(long)]
    untried: bool,
    #[command(flatten)]
    wanted: Wanted,
}

/// The link that is wanted.
#[derive(Debug, clap::Args)]
pub(crate) struct Wanted {
    /// The ACD ID of the business unit at the WFM.
    #[arg(long)]
    acd_id: String,
    /// How the WFM is reached.
    #[arg(long, value_enum, default_value_t = Way::Http)]
    transport: Way,
    #[command(flatten)]
    place: Place,
    /// As whom: the OAuth client, the user of the SFTP server, or the id of the S3 access key.
    #[arg(long)]
    client_id: Option<String>,
    /// A file that holds the secret: the client's, the user's password or private key, or that of the access key.
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// The business unit by name; needed where there are several.
    #[arg(long)]
    business_unit: Option<String>,
    #[command(flatten)]
    tenant: TenantArgs,
}

/// The transports as they are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Way {
    /// The WFM answers to HTTP.
    Http,
    /// Files in a folder of this machine.
    Folder,
    /// Files in a folder of an SFTP server.
    Sftp,
    /// Files in a bucket of a storage that speaks S3.
    S3,
}

/// Where the WFM or its files are.
#[derive(Debug, clap::Args)]
struct Place {
    /// http: the address of the WFM. s3: the address of the storage, without the bucket.
    #[arg(long)]
    url: Option<String>,
    /// folder, sftp: the whole path of the folder.
    #[arg(long)]
    path: Option<String>,
    /// sftp: the name or number of the server.
    #[arg(long)]
    host: Option<String>,
    /// sftp: its port.
    #[arg(long, default_value_t = SSH_PORT)]
    port: u16,
    /// sftp: the fingerprint of its Ed25519 or ECDSA host key, as ssh-keygen -l prints it: SHA256:…
    #[arg(long, value_name = "FINGERPRINT")]
    host_key: Option<String>,
    /// s3: the region that requests are signed for.
    #[arg(long, default_value = "us-east-1")]
    region: String,
    /// s3: the bucket.
    #[arg(long)]
    bucket: Option<String>,
    /// s3: what the names of the files begin with, such as in/4471/.
    #[arg(long, default_value = "")]
    prefix: String,
    /// For files: the seconds in which the WFM acknowledges one, 60 to 86400.
    #[arg(long, value_name = "SECONDS", default_value_t = FileTransport::WITHIN_DEFAULT_S)]
    acknowledged_within_s: u64,
}

impl Create {
    /// Makes the link exactly as it was tried.
    pub(crate) async fn carry_out(self) -> Result<()> {
        let (open, new) = self.wanted.prepare().await?;
        let (app, tenant) = (&open.installation.app, open.id());
        let link = if self.untried {
            app.create_link(tenant, Actor::System, new).await?
        } else {
            let trial = try_link(&open, new).await.map_err(not_linked)?;
            app.create_tried_link(tenant, Actor::System, &trial.ticket).await?
        };
        say(link.id);
        Ok(())
    }
}

impl Wanted {
    /// The same without the link.
    pub(crate) async fn attempt(self) -> Result<()> {
        let (open, new) = self.prepare().await?;
        let trial = try_link(&open, new).await?;
        let first = &trial.first;
        say(serde_json::json!({
            "businessUnit": trial.business_unit, "acdId": trial.link.acd_id, "address": trial.link.base_url,
            "agentsThere": trial.met.read.map(|_| trial.met.total), "agentsRead": trial.met.read,
            "new": first.arriving.count, "matching": first.matching.count,
            "overwritten": first.overwritten.count, "departing": first.departing.count,
            "notSent": first.unsent, "brakeStops": trial.stops,
        }));
        Ok(())
    }

    async fn prepare(&self) -> Result<(OpenTenant, NewLink)> {
        let way = self.way()?;
        let open = self.tenant.open().await?;
        let units = open.installation.app.business_units(open.id()).await?;
        let business_unit = choose(units, self.business_unit.as_deref())?.id;
        Ok((open, NewLink { business_unit, acd_id: self.acd_id.clone(), way }))
    }

    fn way(&self) -> Result<NewWay> {
        let place = match self.transport {
            Way::Http => {
                return Ok(NewWay::Http {
                    base_url: self.url()?,
                    client_id: needed(self.client_id.as_ref(), "--client-id")?,
                    client_secret: self.secret()?.context("no --client-secret-file")?,
                });
            }
            Way::Sftp => FilePlace::Sftp {
                host: needed(self.place.host.as_ref(), "--host")?,
                port: self.place.port,
                path: needed(self.place.path.as_ref(), "--path")?,
                user: needed(self.client_id.as_ref(), "--client-id")?,
                host_key: needed(self.place.host_key.as_ref(), "--host-key")?,
            },
            Way::S3 => FilePlace::S3 {
                endpoint: self.url()?.trim_end_matches('/').to_owned(),
                region: self.place.region.clone(),
                bucket: needed(self.place.bucket.as_ref(), "--bucket")?,
                prefix: self.place.prefix.clone(),
                access_key_id: needed(self.client_id.as_ref(), "--client-id")?,
            },
            Way::Folder => FilePlace::Folder { path: needed(self.place.path.as_ref(), "--path")? },
        };
        let acknowledged_within_s = self.place.acknowledged_within_s;
        let transport = FileTransport { place, acknowledged_within_s };
        Ok(NewWay::File { transport, secret: self.secret()? })
    }

    fn url(&self) -> Result<String> {
        needed(self.place.url.as_ref(), "--url")
    }

    fn secret(&self) -> Result<Option<SecretString>> {
        let file = self.client_secret_file.as_deref();
        file.map(|file| secret_of("--client-secret-file", file)).transpose()
    }
}

/// The same refusal, with the way on where it is the WFM that could not be asked.
fn not_linked(error: Error) -> Error {
    match error.downcast_ref::<TrialError>() {
        Some(TrialError::Unreached(why)) => anyhow!(
            "{why}; nothing was linked. Correct what was given, or link a WFM that cannot be asked yet with --untried"
        ),
        _ => error,
    }
}

async fn try_link(open: &OpenTenant, new: NewLink) -> Result<Trial> {
    let targets = Targets::new(&open.installation, http(open.settings.outbound)?);
    let probe = Probe::new(Arc::new(targets));
    Ok(open.installation.app.try_link(open.id(), Actor::System, new, &probe).await?)
}

fn needed(value: Option<&String>, name: &str) -> Result<String> {
    value.cloned().with_context(|| format!("this transport needs {name}"))
}

fn choose(units: Vec<BusinessUnit>, wanted: Option<&str>) -> Result<BusinessUnit> {
    let fits = |unit: &BusinessUnit| wanted.is_none_or(|wanted| unit.name == wanted);
    let mut fitting = units.into_iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(unit), None) => Ok(unit),
        (None, _) => bail!("there is no business unit {:?}", wanted.unwrap_or_default()),
        _ => bail!("there are several business units; name one with --business-unit"),
    }
}

//! Where settings come from: the options that every command has, the file, the environment.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use config::{Config, Environment, File, FileFormat};

use super::Settings;

/// Variables that begin like ours but are not: Kubernetes sets the first two for every service that is
/// called `rollcall` (kubernetes.io, "Service", environment variables), our own tests the third; the last
/// one is read by `rollcall scim check` alone.
const NOT_OURS: &[&str] =
    &["ROLLCALL_PORT", "ROLLCALL_SERVICE_", "ROLLCALL_TEST_", "ROLLCALL_SCIM_TOKEN"];

/// Which configuration a command works with.
#[derive(clap::Args, Clone, Debug, Default)]
pub(crate) struct ConfigArgs {
    /// The configuration file (TOML); without it, defaults and the environment count.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The data folder, in place of `data_dir`.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) data: Option<PathBuf>,
}

impl ConfigArgs {
    /// Reads everything; refuses names that are not known.
    pub(crate) fn load(&self) -> Result<Settings> {
        self.load_with(None)
    }

    /// The same with an address to listen on, in place of `listen`.
    pub(crate) fn load_with(&self, listen: Option<SocketAddr>) -> Result<Settings> {
        let mut builder = Config::builder();
        if let Some(path) = &self.config {
            builder = builder.add_source(File::from(path.as_path()).format(FileFormat::Toml));
        }
        let read = builder.add_source(environment()).build();
        let read = read.and_then(Config::try_deserialize::<Settings>);
        let mut settings = read.context("the configuration was refused")?;
        if let Some(folder) = &self.data {
            settings.data_dir.clone_from(folder);
        }
        if let Some(listen) = listen {
            settings.listen = listen;
        }
        settings.check()
    }
}

/// `ROLLCALL_LISTEN`, `ROLLCALL_DATABASE__URL` and so on.
fn environment() -> Environment {
    let ours = |name: &str| {
        name.starts_with("ROLLCALL_") && !NOT_OURS.iter().any(|start| name.starts_with(start))
    };
    // Through strings that are no Unicode one would not get; a name of ours has none of those.
    let variables: HashMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| ours(name))
        .collect();
    Environment::with_prefix("ROLLCALL")
        .prefix_separator("_")
        .separator("__")
        .source(Some(variables))
}

//! The configuration: defaults, then a TOML file, then the environment, then what was typed.
//!
//! An unknown name is refused, so that a misspelt setting cannot be one that silently does nothing.
//! Each secret has a twin that ends in `_file` and names a file which holds it.

mod describe;
mod mail;
mod source;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use http::Uri;
use rollcall_storage::Database;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::server::Proxies;

pub(crate) use mail::MailSettings;
pub(crate) use source::ConfigArgs;

/// All settings. Their names in the file are those of the fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// Where the hub listens.
    pub(crate) listen: SocketAddr,
    /// The address that people and identity providers use, without a trailing slash; from the listener
    /// if absent.
    pub(crate) public_url: Option<String>,
    /// The proxies that are believed when they say for whom they ask.
    pub(crate) trusted_proxies: Proxies,
    /// The folder for the embedded store and the key.
    pub(crate) data_dir: PathBuf,
    /// Where the data lives.
    pub(crate) database: DatabaseSettings,
    /// What secrets are sealed with.
    pub(crate) secrets: SecretsSettings,
    /// Which systems may be called.
    pub(crate) outbound: OutboundSettings,
    /// What is logged, and how.
    pub(crate) log: LogSettings,
    /// Through which server notices go out.
    pub(crate) mail: MailSettings,
    /// Where what is measured can be read.
    pub(crate) metrics: MetricsSettings,
    /// Where traces go.
    pub(crate) trace: TraceSettings,
}

/// `[trace]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TraceSettings {
    /// The address of a collector that takes OTLP over HTTP; nothing is traced if absent.
    pub(crate) otlp_endpoint: Option<String>,
    /// The share of traces that is kept, from 0 to 1.
    pub(crate) ratio: f64,
    /// Whether a caller may say which trace its request belongs to.
    pub(crate) trust_callers: bool,
}

impl Default for TraceSettings {
    fn default() -> Self {
        Self { otlp_endpoint: None, ratio: 1.0, trust_callers: false }
    }
}

/// `[metrics]`.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MetricsSettings {
    /// Where it listens; nothing is measured if absent.
    pub(crate) listen: Option<SocketAddr>,
}

/// `[database]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct DatabaseSettings {
    /// `postgres://…` or `sqlite://path`; a file in `data_dir` if absent.
    url: Option<SecretString>,
    /// A file that holds the url.
    url_file: Option<PathBuf>,
}

/// `[secrets]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SecretsSettings {
    /// The key itself: 32 bytes in hex or base64.
    pub(crate) key: Option<SecretString>,
    /// A file that holds the key; `secrets.key` in `data_dir` if absent, made at the first start.
    pub(crate) key_file: Option<PathBuf>,
}

/// `[outbound]`.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OutboundSettings {
    /// Whether this machine may be called, also without TLS.
    pub(crate) allow_loopback: bool,
    /// Whether private networks may be called.
    pub(crate) allow_private: bool,
}

/// `[log]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LogSettings {
    /// For people, or for a collector.
    pub(crate) format: LogFormat,
    /// `error`, `warn`, `info`, `debug`, `trace`, also by part (`info,rollcall_sync=debug`).
    pub(crate) level: String,
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// Text.
    #[default]
    Human,
    /// One JSON object each.
    Json,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            public_url: None,
            trusted_proxies: Proxies::default(),
            data_dir: PathBuf::from("rollcall-data"),
            database: DatabaseSettings::default(),
            secrets: SecretsSettings::default(),
            outbound: OutboundSettings::default(),
            log: LogSettings::default(),
            mail: MailSettings::default(),
            metrics: MetricsSettings::default(),
            trace: TraceSettings::default(),
        }
    }
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { format: LogFormat::default(), level: "info".to_owned() }
    }
}

impl Settings {
    /// Where the data lives, with the password read from its file.
    pub(crate) fn database(&self) -> Result<Database> {
        let Some(url) =
            secret("database.url", self.database.url.as_ref(), self.database.url_file.as_deref())?
        else {
            return Ok(Database::Sqlite(self.data_dir.join("rollcall.db")));
        };
        let text = url.expose_secret();
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Database::Postgres(url));
        }
        // The rest is not shown: it may hold a password whose scheme is misspelt.
        let Some(path) = text.strip_prefix("sqlite:") else {
            bail!("database.url begins with neither postgres:// nor sqlite://")
        };
        let path = path.strip_prefix("//").unwrap_or(path);
        ensure!(!path.is_empty(), "database.url names no file after sqlite://");
        Ok(Database::Sqlite(PathBuf::from(path)))
    }

    /// The file of the key, where it is not given as a value.
    pub(crate) fn key_file(&self) -> PathBuf {
        self.secrets.key_file.clone().unwrap_or_else(|| self.data_dir.join("secrets.key"))
    }

    /// The address under which a browser on this machine or the configured one reaches the hub.
    pub(crate) fn url(&self, listening: SocketAddr) -> String {
        self.public_url.clone().unwrap_or_else(|| local_url(listening))
    }

    fn check(mut self) -> Result<Self> {
        ensure!(
            (0.0..=1.0).contains(&self.trace.ratio),
            "trace.ratio {} is not from 0 to 1",
            self.trace.ratio
        );
        if let Some(url) = &self.public_url {
            let parsed: Uri = url.parse().context("public_url is not an address")?;
            let scheme = parsed.scheme_str().unwrap_or_default();
            ensure!(
                ["http", "https"].contains(&scheme) && parsed.query().is_none(),
                "public_url {url:?} is not of the form https://host"
            );
            self.public_url = Some(url.trim_end_matches('/').to_owned());
        }
        Ok(self)
    }
}

/// The address of a listener for a caller on the same machine: an unspecified one is reached by loopback.
pub(crate) fn local_url(listening: SocketAddr) -> String {
    let mut address = listening;
    if address.ip().is_unspecified() {
        address.set_ip(Ipv4Addr::LOCALHOST.into());
    }
    format!("http://{address}")
}

/// A secret that is given as a value or in a file; both at once would leave open which one counts.
pub(crate) fn secret(
    name: &str,
    value: Option<&SecretString>,
    file: Option<&Path>,
) -> Result<Option<SecretString>> {
    match (value, file) {
        (Some(_), Some(_)) => bail!("{name} and {name}_file are both set; keep one of them"),
        (Some(value), None) => Ok(Some(value.clone())),
        (None, Some(path)) => Ok(Some(secret_of(&format!("{name}_file"), path)?)),
        (None, None) => Ok(None),
    }
}

/// The secret in a file that a setting or an option of a command names, such as `--client-secret-file`.
pub(crate) fn secret_of(name: &str, file: &Path) -> Result<SecretString> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{name}: {} cannot be read", file.display()))?;
    let text = text.trim();
    ensure!(!text.is_empty(), "{name}: {} is empty", file.display());
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(url: &str) -> Result<Database> {
        let database = DatabaseSettings { url: Some(url.into()), url_file: None };
        Settings { database, ..Settings::default() }.database()
    }

    #[test]
    fn the_url_decides_the_database() {
        assert!(matches!(database("postgres://a@b/c"), Ok(Database::Postgres(_))));
        for (url, path) in [("sqlite:///var/a.db", "/var/a.db"), ("sqlite:a.db", "a.db")] {
            let Ok(Database::Sqlite(found)) = database(url) else { panic!("{url}") };
            assert_eq!(found, Path::new(path));
        }
        let refused = database("postgre://user:geheim@host/db").unwrap_err().to_string();
        assert!(!refused.contains("geheim"), "{refused}");
        let Ok(Database::Sqlite(path)) = Settings::default().database() else { panic!() };
        assert_eq!(path, Path::new("rollcall-data/rollcall.db"));
    }

    #[test]
    fn a_public_url_is_an_address_of_the_web() {
        let check = |url: &str| {
            Settings { public_url: Some(url.to_owned()), ..Settings::default() }.check()
        };
        let kept = check("https://people.example.com/").unwrap().public_url;
        assert_eq!(kept.as_deref(), Some("https://people.example.com"));
        for wrong in ["people.example.com", "ftp://example.com", "https://a/?b", "a b"] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_unspecified_listener_is_reached_by_loopback() {
        assert_eq!(local_url("0.0.0.0:80".parse().unwrap()), "http://127.0.0.1:80");
        assert_eq!(local_url("[::1]:80".parse().unwrap()), "http://[::1]:80");
    }
}

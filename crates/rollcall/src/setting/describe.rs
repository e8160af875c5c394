//! The effective configuration as a person may see it: a TOML file again, its secrets left out.

use std::fmt::Write as _;

use rollcall_storage::Database;
use secrecy::ExposeSecret as _;

use super::{LogFormat, Settings};

impl Settings {
    /// All settings as they count.
    ///
    /// # Errors
    /// When a secret is named twice or its file cannot be read.
    pub(crate) fn describe(&self) -> anyhow::Result<String> {
        let mut text = String::new();
        let mut line = |name: &str, value: &str| {
            // A string of JSON is one of TOML (toml.io, "String"): both escape in the same way.
            let value = serde_json::Value::from(value);
            let _ = writeln!(text, "{name} = {value}");
        };
        line("listen", &self.listen.to_string());
        if let Some(url) = &self.public_url {
            line("public_url", url);
        }
        line("trusted_proxies", &self.trusted_proxies.to_string());
        line("data_dir", &self.data_dir.to_string_lossy());
        line("database.url", &database(&self.database()?));
        match self.secrets.key {
            Some(_) => line("secrets.key", "(set, not shown)"),
            None => line("secrets.key_file", &self.key_file().to_string_lossy()),
        }
        if let Some(listen) = self.metrics.listen {
            line("metrics.listen", &listen.to_string());
        }
        if let Some(endpoint) = &self.trace.otlp_endpoint {
            line("trace.otlp_endpoint", endpoint);
        }
        for (name, value) in self.mail.describe()? {
            line(name, &value);
        }
        if let Some(smtp) = self.mail.smtp()? {
            let _ = writeln!(text, "mail.port = {}", smtp.port);
        }
        if self.trace.otlp_endpoint.is_some() {
            let _ = writeln!(text, "trace.ratio = {:?}", self.trace.ratio);
            let _ = writeln!(text, "trace.trust_callers = {}", self.trace.trust_callers);
        }
        let _ = writeln!(text, "outbound.allow_loopback = {}", self.outbound.allow_loopback);
        let _ = writeln!(text, "outbound.allow_private = {}", self.outbound.allow_private);
        let format = match self.log.format {
            LogFormat::Human => "human",
            LogFormat::Json => "json",
        };
        let level = serde_json::Value::from(self.log.level.as_str());
        let _ = write!(text, "log.format = \"{format}\"\nlog.level = {level}");
        Ok(text)
    }
}

/// The address of a database without the password, wherever it stands in it.
pub(crate) fn database(database: &Database) -> String {
    let url = match database {
        Database::Sqlite(path) => return format!("sqlite://{}", path.display()),
        Database::Postgres(url) => url.expose_secret(),
    };
    let url = url.split_once('?').map_or(url, |(url, _)| url);
    match url.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?))) {
        Some((scheme, (who, place))) => {
            let user = who.split_once(':').map_or(who, |(user, _)| user);
            format!("{scheme}://{user}@{place}")
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        for (url, shown) in [
            ("postgres://rollcall:ge:h@im@db/people", "postgres://rollcall@db/people"),
            ("postgres://db/people?password=geheim", "postgres://db/people"),
            ("postgres://rollcall@db/people", "postgres://rollcall@db/people"),
        ] {
            assert_eq!(database(&Database::Postgres(url.into())), shown);
        }
    }
}

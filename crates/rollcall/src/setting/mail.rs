//! `[mail]`: the server through which notices go out.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use rollcall_connector_smtp::{Protection, SmtpSettings};
use secrecy::SecretString;
use serde::Deserialize;

use super::secret;

/// `[mail]`. Without a host no mail is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MailSettings {
    /// The name of the mail server.
    pub(crate) host: Option<String>,
    /// Its port; 587 with `starttls`, 465 with `tls`, 25 without if absent.
    port: Option<u16>,
    /// How the connection is protected.
    tls: MailTls,
    /// The user name, where the server asks for one.
    user: Option<String>,
    /// The password.
    password: Option<SecretString>,
    /// A file that holds the password.
    password_file: Option<PathBuf>,
    /// The sender: `rollcall@example.com` or `Rollcall <rollcall@example.com>`.
    from: Option<String>,
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum MailTls {
    /// TLS after a plain greeting.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// None, for a relay on the same machine.
    None,
}

impl MailSettings {
    /// How mail is handed over; `None` where no server is set.
    ///
    /// # Errors
    /// When settings are missing or contradict each other.
    pub(crate) fn smtp(&self) -> Result<Option<SmtpSettings>> {
        let Some(host) = &self.host else {
            ensure!(
                self.from.is_none() && self.user.is_none(),
                "mail.host is missing: the other settings of [mail] do nothing without it"
            );
            return Ok(None);
        };
        let Some(from) = &self.from else {
            anyhow::bail!("mail.from is missing: the address in whose name notices are sent")
        };
        let password =
            secret("mail.password", self.password.as_ref(), self.password_file.as_deref())?;
        ensure!(
            self.user.is_some() == password.is_some(),
            "mail.user and mail.password belong together; one of them is missing"
        );
        ensure!(
            password.is_none() || self.tls != MailTls::None,
            "mail.password is not sent without TLS; set mail.tls"
        );
        let (protection, port) = match self.tls {
            MailTls::Starttls => (Protection::StartTls, 587),
            MailTls::Tls => (Protection::Tls, 465),
            MailTls::None => (Protection::Plain, 25),
        };
        Ok(Some(SmtpSettings {
            host: host.clone(),
            port: self.port.unwrap_or(port),
            protection,
            credentials: self.user.clone().zip(password),
            from: from.clone(),
        }))
    }

    /// As lines of the effective configuration, without the password.
    ///
    /// # Errors
    /// As [`Self::smtp`].
    pub(crate) fn describe(&self) -> Result<Vec<(&'static str, String)>> {
        let Some(smtp) = self.smtp()? else { return Ok(Vec::new()) };
        let tls = match self.tls {
            MailTls::Starttls => "starttls",
            MailTls::Tls => "tls",
            MailTls::None => "none",
        };
        let mut lines = vec![("mail.host", smtp.host), ("mail.tls", tls.to_owned())];
        lines.push(("mail.from", smtp.from));
        if let Some((user, _)) = smtp.credentials {
            lines.push(("mail.user", user));
            lines.push(("mail.password", "(set, not shown)".to_owned()));
        }
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    use config::{Config, File, FileFormat};

    use super::*;

    fn settings(text: &str) -> Result<Option<SmtpSettings>> {
        let read = Config::builder().add_source(File::from_str(text, FileFormat::Toml)).build();
        read?.try_deserialize::<MailSettings>()?.smtp()
    }

    #[test]
    fn a_server_needs_a_sender_and_a_password_needs_tls() {
        assert!(settings("").unwrap().is_none());
        let smtp = settings("host = 'mail'\nfrom = 'a@b.example'").unwrap().unwrap();
        assert_eq!((smtp.port, smtp.protection), (587, Protection::StartTls));
        let smtp = settings("host = 'mail'\nfrom = 'a@b.example'\ntls = 'tls'").unwrap().unwrap();
        assert_eq!(smtp.port, 465);
        for (wrong, why) in [
            ("host = 'mail'", "mail.from is missing"),
            ("from = 'a@b.example'", "mail.host is missing"),
            ("host = 'mail'\nfrom = 'a@b.example'\nuser = 'u'", "belong together"),
            (
                "host = 'mail'\nfrom = 'a@b.example'\ntls = 'none'\nuser = 'u'\npassword = 'p'",
                "not sent without TLS",
            ),
        ] {
            let error = settings(wrong).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }
}

//! Mail over SMTP (RFC 5321), one connection for each mail: notices are few.
//!
//! The server is the operator's own setting, so that it may stand anywhere, also in a private network.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use rollcall_connector::ConnectorError;
use rollcall_connector::mail::{Mail, Mailer};
use rollcall_connector::wfm::Answer;
use secrecy::{ExposeSecret, SecretString};

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// TLS after a plain greeting (RFC 3207), or no mail.
    StartTls,
    /// TLS from the first byte (RFC 8314 §3.3).
    Tls,
    /// None.
    Plain,
}

/// The mail server, and as whom mail is handed over.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub protection: Protection,
    /// User name and password, where it asks for them.
    pub credentials: Option<(String, SecretString)>,
    /// The sender's address, alone or with a name: `Rollcall <rollcall@example.com>`.
    pub from: String,
}

/// A mail server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// The longest wait for an answer of the server.
const PATIENCE: Duration = Duration::from_secs(20);
/// Bounds the whole hand-over, whose answers are several.
const TOTAL: Duration = Duration::from_secs(60);

impl Smtp {
    /// Makes the connector; calls nobody yet.
    ///
    /// # Errors
    /// [`ConnectorError::Unsupported`] when the sender is no address, or TLS cannot be set up.
    pub fn new(settings: &SmtpSettings) -> Result<Self, ConnectorError> {
        let unfit = |reason: String| ConnectorError::Unsupported { reason };
        let from = settings.from.parse().map_err(|error| {
            unfit(format!("the sender {:?} is no address: {error}", settings.from))
        })?;
        let tls = |error: lettre::transport::smtp::Error| unfit(format!("no TLS: {error}"));
        let host = settings.host.as_str();
        let builder = match settings.protection {
            Protection::StartTls => {
                AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(host).map_err(tls)?
            }
            Protection::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(host).map_err(tls)?,
            Protection::Plain => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host),
        };
        let mut builder = builder.port(settings.port).timeout(Some(PATIENCE));
        if let Some((user, password)) = &settings.credentials {
            let password = password.expose_secret().to_owned();
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        Ok(Self { transport: builder.build(), from })
    }

    fn message(&self, mail: &Mail) -> Result<Message, ConnectorError> {
        let unfit = |reason: String| ConnectorError::Rejected { reason };
        let mut builder =
            Message::builder().from(self.from.clone()).subject(one_line(&mail.subject));
        for to in &mail.to {
            let address: Address =
                to.parse().map_err(|_| unfit(format!("{to:?} is no e-mail address")))?;
            builder = builder.to(Mailbox::new(None, address));
        }
        builder
            // RFC 3834 §5: nobody's out-of-office answers it.
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .map_err(|error| unfit(format!("the mail cannot be written: {error}")))
    }
}

impl Mailer for Smtp {
    fn send<'a>(&'a self, mail: &'a Mail) -> Answer<'a, ()> {
        Box::pin(async move {
            let message = self.message(mail)?;
            match tokio::time::timeout(TOTAL, self.transport.send(message)).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(failure(&error)),
                Err(_) => Err(ConnectorError::Transient {
                    reason: format!("the mail server took longer than {} s", TOTAL.as_secs()),
                }),
            }
        })
    }
}

fn failure(error: &lettre::transport::smtp::Error) -> ConnectorError {
    // 535 and its like (RFC 4954 §6) are permanent, and about the credentials.
    let code = error.status().map(|code| code.to_string());
    let reason = match &code {
        Some(code) => format!("the mail server answered {code}"),
        None => format!("the mail server cannot be reached or does not speak as expected: {error}"),
    };
    match code.as_deref() {
        Some("530" | "534" | "535" | "538") => ConnectorError::Unauthorized { reason },
        _ if error.is_permanent() => ConnectorError::Rejected { reason },
        _ => ConnectorError::Transient { reason },
    }
}

/// A subject has no line breaks.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// `Auto-Submitted: auto-generated` (RFC 3834 §5).
#[derive(Clone)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn smtp(from: &str) -> Result<Smtp, ConnectorError> {
        Smtp::new(&SmtpSettings {
            host: "localhost".into(),
            port: 25,
            protection: Protection::Plain,
            credentials: None,
            from: from.into(),
        })
    }

    fn mail(to: &str) -> Mail {
        Mail {
            to: vec![to.into()],
            subject: "A run\r\nBcc: x@example.com".into(),
            text: "Hello.\n".into(),
        }
    }

    #[test]
    fn a_message_has_one_line_of_subject_and_says_that_a_machine_wrote_it() {
        let smtp = smtp("Rollcall <rollcall@example.com>").unwrap();
        let message = smtp.message(&mail("ops@example.com")).unwrap().formatted();
        let text = String::from_utf8(message).unwrap();
        assert!(text.contains("Auto-Submitted: auto-generated\r\n"), "{text}");
        assert!(!text.contains("\r\nBcc:"), "{text}");
        assert!(text.contains("To: ops@example.com\r\n"), "{text}");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        assert!(matches!(smtp("nobody"), Err(ConnectorError::Unsupported { .. })));
        let smtp = smtp("rollcall@example.com").unwrap();
        let refused = smtp.message(&mail("nobody")).unwrap_err();
        assert!(matches!(refused, ConnectorError::Rejected { .. }));
    }
}

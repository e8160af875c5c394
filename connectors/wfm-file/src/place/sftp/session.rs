//! A session: the connection, the server's identity proven, ours proven, and SFTP begun.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rollcall_connector::{ConnectorError, Http};
use russh::client::{self, AuthResult, Handle};
use russh::keys::PublicKeyOrCertificate;
use russh::keys::{HashAlg, PrivateKeyWithHashAlg, decode_secret_key};
use russh_sftp::client::RawSftpSession;
use secrecy::ExposeSecret as _;

use super::SftpSettings;

/// A session that nobody uses for so long is ended.
const IDLE_MAX: Duration = Duration::from_secs(60);
/// How the text of a private key begins.
const KEY_START: &str = "-----BEGIN";

/// A session.
pub(super) struct Session {
    ssh: Handle<HostKey>,
    pub(super) sftp: RawSftpSession,
}

impl Session {
    /// Connects and proves who is who.
    pub(super) async fn open(http: &Http, settings: &SftpSettings) -> Result<Self, ConnectorError> {
        let stream = http.connect(&settings.host, settings.port).await?;
        let found = Arc::new(OnceLock::new());
        let expected = settings.host_key.clone();
        let handler = HostKey { expected, found: Arc::clone(&found) };
        let config = client::Config { inactivity_timeout: Some(IDLE_MAX), ..Default::default() };
        let connected = client::connect_stream(Arc::new(config), stream, handler).await;
        let mut ssh = connected.map_err(|error| unlike(&error, found.get()))?;
        log_in(&mut ssh, settings).await?;
        let channel = ssh.channel_open_session().await.map_err(|_| broken())?;
        channel.request_subsystem(true, "sftp").await.map_err(|_| broken())?;
        let sftp = RawSftpSession::new(channel.into_stream());
        match sftp.init().await {
            Ok(_) => Ok(Self { ssh, sftp }),
            Err(_) => {
                let reason = "the server offers no SFTP".to_owned();
                Err(ConnectorError::Unsupported { reason })
            }
        }
    }

    /// Whether it can be used again.
    pub(super) fn is_open(&self) -> bool {
        !self.ssh.is_closed()
    }
}

/// The fingerprint of the key that a server shows: `SHA256:…`. The connection ends there, before anything is told.
pub(super) async fn host_key(http: &Http, host: &str, port: u16) -> Result<String, ConnectorError> {
    let stream = http.connect(host, port).await?;
    let found = Arc::new(OnceLock::new());
    // No key has an empty fingerprint, so every one is refused.
    let handler = HostKey { expected: String::new(), found: Arc::clone(&found) };
    let config = client::Config { inactivity_timeout: Some(IDLE_MAX), ..Default::default() };
    match client::connect_stream(Arc::new(config), stream, handler).await {
        Ok(_) => Err(broken()),
        Err(error) => found.get().cloned().ok_or_else(|| unlike(&error, None)),
    }
}

/// Proves who we are: by a private key where the secret is one, else by a password.
async fn log_in(ssh: &mut Handle<HostKey>, settings: &SftpSettings) -> Result<(), ConnectorError> {
    let (user, secret) = (settings.user.as_str(), settings.secret.expose_secret());
    let answer = if secret.trim_start().starts_with(KEY_START) {
        let key = decode_secret_key(secret, None).map_err(|_| {
            let reason = "its private key cannot be read; it has to be one in OpenSSH's form, Ed25519 or ECDSA, without a \
                          passphrase"
                .to_owned();
            ConnectorError::Unsupported { reason }
        })?;
        let key = PrivateKeyWithHashAlg::new(Arc::new(key), None);
        ssh.authenticate_publickey(user, key).await
    } else {
        ssh.authenticate_password(user, secret.trim_end_matches(['\r', '\n'])).await
    };
    match answer {
        Ok(AuthResult::Success) => Ok(()),
        Ok(AuthResult::Failure { .. }) => {
            let reason = "the server refuses the user with this password or key".to_owned();
            Err(ConnectorError::Unauthorized { reason })
        }
        Err(_) => Err(broken()),
    }
}

/// Compares the server's key with the one that is known.
pub(super) struct HostKey {
    expected: String,
    /// The fingerprint of the server's key, where it is another one.
    found: Arc<OnceLock<String>>,
}

impl client::Handler for HostKey {
    type Error = russh::Error;

    async fn check_server_key(
        &mut self,
        offered: &PublicKeyOrCertificate,
    ) -> Result<bool, Self::Error> {
        let key = match offered {
            PublicKeyOrCertificate::PublicKey { key, .. } => key.fingerprint(HashAlg::Sha256),
            // Nobody here knows who signs certificates; the key in it may be known.
            PublicKeyOrCertificate::Certificate(certificate) => {
                certificate.public_key().fingerprint(HashAlg::Sha256)
            }
        };
        let found = key.to_string();
        let is_known = found == self.expected;
        if !is_known {
            // The key is offered once in a connection.
            let _ = self.found.set(found);
        }
        Ok(is_known)
    }
}

fn unlike(error: &russh::Error, found: Option<&String>) -> ConnectorError {
    match (error, found) {
        (_, Some(found)) => {
            let reason = format!(
                "the host key of the server is {found}, and another one was set; nothing was told to it"
            );
            ConnectorError::Unsupported { reason }
        }
        (russh::Error::NoCommonAlgo { .. }, None) => {
            let reason = "the server and the hub know no common algorithm; it needs a host key that is Ed25519 or ECDSA";
            ConnectorError::Unsupported { reason: reason.to_owned() }
        }
        _ => broken(),
    }
}

fn broken() -> ConnectorError {
    ConnectorError::Transient { reason: "the connection to the server broke".to_owned() }
}

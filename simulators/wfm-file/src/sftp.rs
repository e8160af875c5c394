//! An SFTP server over a folder, for one user, on loopback.

mod folder;

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use russh::keys::ssh_key::LineEnding;
use russh::keys::ssh_key::private::{Ed25519Keypair, KeypairData};
use russh::keys::{HashAlg, PrivateKey};
use russh::server::{Auth, ChannelOpenHandle, Config, Handler, Msg, Session, VerifiedPublicKey};
use russh::{Channel, ChannelId};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use folder::Files;

/// What the server is, and who may come in.
#[derive(Clone, Debug)]
pub struct SftpOptions {
    /// The one user.
    pub user: String,
    /// The user's password.
    pub password: String,
    /// What its host key is made of: another seed, another key.
    pub seed: u8,
}

impl Default for SftpOptions {
    fn default() -> Self {
        Self { user: "rollcall".to_owned(), password: "demo-password".to_owned(), seed: 1 }
    }
}

/// A running server. Dropped, it stops.
pub struct Sftp {
    address: SocketAddr,
    host_key: String,
    server: JoinHandle<()>,
}

/// The seed of the key with which the user may come in.
const USER_SEED: u8 = 200;

impl Sftp {
    /// Starts on loopback, over a folder, which is `/in` there.
    ///
    /// # Errors
    /// When no port or key can be had.
    pub async fn start(folder: &Path, options: SftpOptions) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let key = key(options.seed).map_err(io::Error::other)?;
        let host_key = key.fingerprint(HashAlg::Sha256).to_string();
        let user_key = self::key(USER_SEED).map_err(io::Error::other)?;
        let user_key = user_key.fingerprint(HashAlg::Sha256).to_string();
        let config = Arc::new(Config {
            auth_rejection_time: Duration::ZERO,
            keys: vec![key],
            ..Config::default()
        });
        let folder = folder.to_owned();
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let visitor = Visitor {
                    folder: folder.clone(),
                    options: options.clone(),
                    user_key: user_key.clone(),
                    channels: HashMap::new(),
                };
                let config = Arc::clone(&config);
                tokio::spawn(async move {
                    // A visitor who is turned away or breaks off ends here.
                    if let Ok(session) = russh::server::run_stream(config, stream, visitor).await {
                        let _ = session.await;
                    }
                });
            }
        });
        Ok(Self { address, host_key, server })
    }

    /// Its port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The fingerprint of its key.
    #[must_use]
    pub fn host_key(&self) -> &str {
        &self.host_key
    }

    /// A private key with which the user may come in, in OpenSSH's form.
    ///
    /// # Errors
    /// When none can be made.
    pub fn user_key() -> io::Result<String> {
        let text = key(USER_SEED).and_then(|key| Ok(key.to_openssh(LineEnding::LF)?.to_string()));
        text.map_err(io::Error::other)
    }
}

impl Drop for Sftp {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// The key of a seed: always the same one.
fn key(seed: u8) -> Result<PrivateKey, russh::keys::ssh_key::Error> {
    let pair = Ed25519Keypair::from_seed(&[seed; 32]);
    PrivateKey::new(KeypairData::Ed25519(pair), "simulated")
}

/// Somebody who is connected.
struct Visitor {
    folder: PathBuf,
    options: SftpOptions,
    user_key: String,
    channels: HashMap<ChannelId, Channel<Msg>>,
}

impl Handler for Visitor {
    type Error = russh::Error;

    async fn auth_password(&mut self, user: &str, password: &str) -> Result<Auth, Self::Error> {
        let is_known = user == self.options.user && password == self.options.password;
        Ok(if is_known { Auth::Accept } else { Auth::reject() })
    }

    async fn auth_publickey(
        &mut self,
        user: &str,
        key: VerifiedPublicKey<'_>,
    ) -> Result<Auth, Self::Error> {
        let fingerprint = key.public_key.fingerprint(HashAlg::Sha256).to_string();
        let is_known = user == self.options.user && fingerprint == self.user_key;
        Ok(if is_known { Auth::Accept } else { Auth::reject() })
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.channels.insert(channel.id(), channel);
        reply.accept().await;
        Ok(())
    }

    async fn subsystem_request(
        &mut self,
        id: ChannelId,
        name: &str,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        match self.channels.remove(&id) {
            Some(channel) if name == "sftp" => {
                session.channel_success(id)?;
                let files = Files::new(self.folder.clone());
                russh_sftp::server::run(channel.into_stream(), files).await;
            }
            _ => session.channel_failure(id)?,
        }
        Ok(())
    }
}

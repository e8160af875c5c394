//! How an application proves who it is.

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use rollcall_domain::time;
use rollcall_storage::oauth_application::OauthApplication;
use rollcall_storage::{StorageError, credential};

use super::Client;
use crate::app::App;
use crate::secret;
use crate::short_token::Whose;

/// What an application presents.
#[derive(Debug)]
pub enum Proof {
    /// Its id and its secret (RFC 6749 §2.3.1).
    Secret {
        /// The id.
        client_id: String,
        /// The secret.
        secret: SecretString,
    },
}

/// What came of it.
#[derive(Debug)]
pub enum Proven {
    /// It is the application that it says.
    Client(Box<Client>),
    /// It is not, or not any more, for a reason that the owner of the connection may read.
    Refused(Whose, String),
    /// There is no such application.
    Unknown,
}

impl App {
    /// Says which application it is that presents a proof.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn oauth_client(&self, proof: &Proof) -> Result<Proven, StorageError> {
        let Proof::Secret { client_id, secret } = proof;
        let wanted = client_id.clone();
        let hash = secret::hash(secret.expose_secret());
        let found = self
            .storage
            .read_installation(move |session| credential::find_application(session, &wanted))
            .await?;
        let Some((tenant, application)) = found else { return Ok(Proven::Unknown) };
        let client = Client { tenant, application };
        let name = &client.application.name;
        if !bool::from(client.application.secret_hash.as_bytes().ct_eq(hash.as_bytes())) {
            let reason =
                format!("What the application {name} sent is not its secret. Nothing was issued.");
            return Ok(Proven::Refused(client.whose(), reason));
        }
        Ok(match end(&client.application) {
            Some(reason) => Proven::Refused(client.whose(), reason),
            None => Proven::Client(Box::new(client)),
        })
    }
}

/// Why an application opens nothing, as a sentence.
pub(crate) fn end(application: &OauthApplication) -> Option<String> {
    application.revoked_at.map(|at| revoked(&application.name, at))
}

/// That an application was revoked.
pub(crate) fn revoked(name: &str, at: jiff::Timestamp) -> String {
    format!("The application {name} was revoked at {}.", time::to_text(at))
}

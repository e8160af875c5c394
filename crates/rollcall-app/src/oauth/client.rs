//! How an application proves who it is.

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use rollcall_domain::time;
use rollcall_storage::access::oauth_application::{self, OauthApplication};
use rollcall_storage::{StorageError, access::credential};

use super::{Client, assertion};
use crate::app::App;
use crate::secret;
use crate::short_token::Whose;

/// What an application presents.
#[derive(Debug)]
pub struct Proof {
    /// The id that it says to be.
    pub client_id: String,
    /// What shall prove it.
    pub by: By,
}

/// What an application proves itself by.
#[derive(Debug)]
pub enum By {
    /// Its secret (RFC 6749 §2.3.1).
    Secret(SecretString),
    /// An assertion that it signed (RFC 7523 §2.2).
    Assertion {
        /// The JWT.
        jwt: SecretString,
        /// The names of this server, to one of which it must be made out.
        audiences: Vec<String>,
    },
}

/// What came of it.
#[derive(Debug)]
pub enum Proven {
    /// It is the application that it says.
    Client(Box<Client>),
    /// It is, but not any more, for a reason that the owner of the connection may read.
    Refused(Whose, String),
    /// It is not, for such a reason.
    Unproven(Whose, String),
    /// There is no such application.
    Unknown,
}

impl App {
    /// Says which application it is that presents a proof.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn oauth_client(&self, proof: &Proof) -> Result<Proven, StorageError> {
        let wanted = proof.client_id.clone();
        let found = self
            .storage
            .read_installation(move |session| credential::find_application(session, &wanted))
            .await?;
        let Some((tenant, application)) = found else { return Ok(Proven::Unknown) };
        let client = Client { tenant, application };
        let refusal = match &proof.by {
            By::Secret(secret) => wrong_secret(&client, secret),
            By::Assertion { jwt, audiences } => {
                self.wrong_assertion(&client, jwt.expose_secret(), audiences).await?
            }
        };
        Ok(match (refusal, end(&client.application)) {
            (Some(reason), _) => Proven::Unproven(client.whose(), reason),
            (None, Some(reason)) => Proven::Refused(client.whose(), reason),
            (None, None) => Proven::Client(Box::new(client)),
        })
    }

    /// Why an assertion proves nothing. One that does is used with that: each counts once.
    async fn wrong_assertion(
        &self,
        client: &Client,
        jwt: &str,
        audiences: &[String],
    ) -> Result<Option<String>, StorageError> {
        let (application, now) = (&client.application, self.now());
        let Some(keys) = &application.keys else {
            let name = &application.name;
            return Ok(Some(format!("The application {name} has no public key for assertions.")));
        };
        let made_out = (application.client_id.as_str(), audiences);
        let checked = match assertion::check(keys, jwt, made_out, now) {
            Ok(checked) => checked,
            Err(reason) => return Ok(Some(reason.to_owned())),
        };
        let id = application.id;
        let fresh = self
            .storage
            .write(client.tenant, move |tx| {
                let until = (now, checked.expires_at);
                let fresh = oauth_application::take_assertion(tx, id, &checked.mark, until)?;
                if fresh {
                    oauth_application::note_key_use(tx, id, &checked.key, now)?;
                }
                Ok::<_, StorageError>(fresh)
            })
            .await?;
        Ok((!fresh).then(|| "The assertion was used before; each counts once.".to_owned()))
    }
}

fn wrong_secret(client: &Client, secret: &SecretString) -> Option<String> {
    let hash = secret::hash(secret.expose_secret());
    let fits = client.application.secret_hash.as_bytes().ct_eq(hash.as_bytes());
    let name = &client.application.name;
    (!bool::from(fits))
        .then(|| format!("What the application {name} sent is not its secret. Nothing was issued."))
}

/// Why an application opens nothing, as a sentence.
pub(crate) fn end(application: &OauthApplication) -> Option<String> {
    application.revoked_at.map(|at| revoked(&application.name, at))
}

/// That an application was revoked.
pub(crate) fn revoked(name: &str, at: jiff::Timestamp) -> String {
    format!("The application {name} was revoked at {}.", time::to_text(at))
}

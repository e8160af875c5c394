//! OAuth 2.0 for the clients of SCIM connections (RFC 6749, with what RFC 9700 asks of a server today): who may
//! ask, what an administrator allowed, and the tokens of an hour that come of it.
//!
//! The rules are ours, since they are rows and comparisons in one transaction each. What HTTP and browsers have to
//! do with it is the transports' part.

mod application;
mod assertion;
mod client;
mod consent;
mod grant;
mod issuer;
mod public_key;
mod revocation;

use rollcall_domain::TenantId;

pub(crate) use client::revoked as application_revoked;
pub(crate) use grant::revoked as grant_revoked;

pub use application::{LIVE_APPLICATIONS_MAX, NewApplication, RegisteredApplication, public_keys};
pub use assertion::{SIGNATURES, claimed_client};
pub use client::{By, Proof, Proven};
pub use consent::{CODE_LIFETIME, Consent, is_challenge};
pub use grant::REFRESH_LIFETIME;
pub use issuer::issuer;
pub use public_key::{PUBLIC_KEYS_MAX, PublicKey};
pub use rollcall_storage::access::oauth_application::OauthApplication;

use crate::short_token::Whose;

/// The only scope there is; the SCIM profile of OpenID IPSIE calls it so.
pub const SCOPE: &str = "scim";

/// An application that proved who it is.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its tenant.
    pub tenant: TenantId,
    /// The application.
    pub application: OauthApplication,
}

impl Client {
    /// The connection that it opens.
    #[must_use]
    pub fn whose(&self) -> Whose {
        Whose { tenant: self.tenant, connection: self.application.connection }
    }
}

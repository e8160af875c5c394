//! Who asks: the connection that the request's bearer token opens, and where it reached us.

use axum::extract::FromRequestParts;
use http::HeaderValue;
use http::header;
use http::request::Parts;

use rollcall_app::access::ScimAccess;
use rollcall_scim::{Dialect, DialectName};

use crate::scim::answer;
use crate::scim::failure::Failure;
use crate::scim::{BASE, Scim};

/// A caller who proved which connection it is.
pub(crate) struct Caller {
    /// The tenant and connection.
    pub(crate) access: ScimAccess,
    /// How its client speaks.
    pub(crate) dialect: Dialect,
    /// Where SCIM stands, for locations: `https://host/scim/v2`.
    pub(crate) base_url: String,
    /// The media type that it reads.
    pub(crate) media_type: HeaderValue,
}

/// Longer tokens are none of ours, and are not hashed.
const TOKEN_MAX_BYTES: usize = 256;

impl FromRequestParts<Scim> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, scim: &Scim) -> Result<Self, Failure> {
        let token = bearer(parts).ok_or_else(Failure::unauthorized)?;
        let found = scim.app.scim_access(token).await.map_err(|error| Failure::storage(&error))?;
        let access = found.ok_or_else(Failure::unauthorized)?;
        let dialect =
            access.dialect.parse::<DialectName>().map(DialectName::dialect).unwrap_or_default();
        Ok(Self {
            access,
            dialect,
            base_url: base_url(parts, scim),
            media_type: answer::media_type(&parts.headers),
        })
    }
}

/// The token of `Authorization: Bearer …`; the scheme in any case (RFC 7235 §2.1).
fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && token.len() <= TOKEN_MAX_BYTES)
        .then_some(token)
}

fn base_url(parts: &Parts, scim: &Scim) -> String {
    if let Some(public_url) = &scim.options.public_url {
        return [public_url.as_str(), BASE].concat();
    }
    let host =
        parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    ["http://", host, BASE].concat()
}

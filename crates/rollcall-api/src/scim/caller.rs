//! Who asks: the connection that the request's bearer token opens, and where it reached us.

use axum::extract::{FromRequestParts, Path};
use http::HeaderValue;
use http::request::Parts;

use rollcall_app::access::{Presented, ScimAccess};
use rollcall_app::scim_connection::TOKEN_PREFIX;
use rollcall_app::security_event::Receiver;
use rollcall_scim::{Dialect, DialectName, Schemas};

use crate::bearer;
use crate::origin::origin;
use crate::scim::answer;
use crate::scim::failure::Failure;
use crate::scim::journal::Note;
use crate::scim::schema::schemas;
use crate::scim::service::{BASE, Scim};

/// A caller who proved which connection it is.
#[derive(Clone)]
pub(crate) struct Caller {
    /// The tenant and connection.
    pub(crate) access: ScimAccess,
    /// How its client speaks.
    pub(crate) dialect: Dialect,
    /// Where SCIM stands, for locations: `https://host/scim/v2`.
    pub(crate) base_url: String,
    /// The media type that it reads.
    pub(crate) media_type: HeaderValue,
    /// What its journal will say of the request.
    pub(crate) note: Note,
}

impl Caller {
    /// The schemas that the caller's tenant serves.
    pub(crate) fn schemas(&self) -> &'static Schemas {
        schemas(self.access.optional)
    }
}

/// The last part of a path. What is no text, such as `%FF`, is empty, and names nothing.
pub(crate) struct Named(pub(crate) String);

impl FromRequestParts<Scim> for Named {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, scim: &Scim) -> Result<Self, Failure> {
        let path = Path::<String>::from_request_parts(parts, scim).await;
        Ok(Self(path.map(|Path(name)| name).unwrap_or_default()))
    }
}

impl FromRequestParts<Scim> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, scim: &Scim) -> Result<Self, Failure> {
        let token =
            bearer::token(&parts.headers, Some(TOKEN_PREFIX)).ok_or_else(Failure::unauthorized)?;
        let found = scim.app.scim_access(token).await.map_err(|error| Failure::storage(&error))?;
        let note = parts.extensions.get::<Note>().cloned().unwrap_or_default();
        let access = match found {
            Presented::Open(access) => access,
            Presented::Closed { tenant, connection, reason } => {
                note.belongs_to(tenant, connection);
                return Err(Failure::unauthorized().because(reason));
            }
            Presented::Unknown => return Err(Failure::unauthorized()),
        };
        note.belongs_to(access.tenant, access.connection);
        let dialect =
            access.dialect.parse::<DialectName>().map(DialectName::dialect).unwrap_or_default();
        note.speaks(dialect.name);
        Ok(Self {
            access,
            dialect,
            base_url: base_url(parts, scim),
            media_type: answer::media_type(&parts.headers),
            note,
        })
    }
}

/// A receiver of security events that proved which one it is.
pub(crate) struct EventReceiver(pub(crate) Receiver);

impl FromRequestParts<Scim> for EventReceiver {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, scim: &Scim) -> Result<Self, Failure> {
        let token = bearer::token(&parts.headers, None).ok_or_else(Failure::unauthorized)?;
        let found = scim.app.event_receiver(token).await;
        let found = found.map_err(|error| Failure::storage(&error))?;
        found.map(Self).ok_or_else(Failure::unauthorized)
    }
}

/// Where the client believes to have reached SCIM.
fn base_url(parts: &Parts, scim: &Scim) -> String {
    [origin(&parts.headers, scim.options.public_url.as_deref()).as_str(), BASE].concat()
}

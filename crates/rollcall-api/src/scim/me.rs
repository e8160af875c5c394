//! `/Me` (RFC 7644 §3.11): the person whom a token stands for. That of an access key stands for the key's owner,
//! if the connection sees them; every other token of a connection stands for nobody.

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::HeaderMap;

use rollcall_app::access::Standing;
use rollcall_scim::ErrorKind;

use crate::scim::caller::{Caller, Named};
use crate::scim::failure::Failure;
use crate::scim::service::Scim;
use crate::scim::users;

/// `GET /Me`.
pub(crate) async fn get(
    state: State<Scim>,
    caller: Caller,
    query: RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let id = owner(&state, &caller).await?;
    users::get::get(state, caller, id, query, headers).await
}

/// `PUT /Me`.
pub(crate) async fn replace(
    state: State<Scim>,
    caller: Caller,
    query: RawQuery,
    headers: HeaderMap,
    sent: Body,
) -> Result<Response, Failure> {
    let id = owner(&state, &caller).await?;
    users::replace::replace(state, caller, id, query, headers, sent).await
}

/// `PATCH /Me`.
pub(crate) async fn patch(
    state: State<Scim>,
    caller: Caller,
    query: RawQuery,
    headers: HeaderMap,
    sent: Body,
) -> Result<Response, Failure> {
    let id = owner(&state, &caller).await?;
    users::patch::patch(state, caller, id, query, headers, sent).await
}

/// `DELETE /Me`: the key ends with its owner.
pub(crate) async fn delete(
    state: State<Scim>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let id = owner(&state, &caller).await?;
    users::delete::delete(state, caller, id, headers).await
}

/// `POST /Me`: whoever has a token is there already.
pub(crate) async fn create(_: Caller) -> Failure {
    let detail = "Nobody is made by /Me: whom a token stands for is there. Send a POST to /Users.";
    Failure::new(ErrorKind::NotImplemented, detail)
}

/// The id of the person whom the token stands for.
async fn owner(scim: &Scim, caller: &Caller) -> Result<Named, Failure> {
    let standing = scim.app.stands_for(&caller.access).await;
    match standing.map_err(|error| Failure::storage(&error))? {
        Standing::For(id) => Ok(Named(id.to_string())),
        Standing::Unseen => {
            let detail = "The owner of the access key is no user of this connection.";
            Err(Failure::new(ErrorKind::NotFound, detail))
        }
        Standing::Nobody => {
            let detail = "The token is a SCIM connection's and stands for no user, so there is no /Me; \
                          name the user: /Users/{id}.";
            Err(Failure::new(ErrorKind::NotImplemented, detail))
        }
    }
}

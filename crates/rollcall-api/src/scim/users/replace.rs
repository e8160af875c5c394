//! `PUT /Users/{id}` (RFC 7644 §3.5.1).

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

use rollcall_domain::employee::Status;
use rollcall_scim::{ErrorKind, ScimError, normalise};

use crate::scim::caller::{Caller, Named};
use crate::scim::failure::Failure;
use crate::scim::schema::schemas;
use crate::scim::service::Scim;
use crate::scim::wish::Taken;
use crate::scim::{body, request, user, users, wish};

/// Puts a resource in the place of another. What only the server writes is passed over, since clients
/// send back what they read (Okta O5); another `id` is refused.
pub(crate) async fn replace(
    State(scim): State<Scim>,
    caller: Caller,
    Named(id): Named,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    request: Body,
) -> Result<Response, Failure> {
    let projection = request::projection(&request::query(query.as_deref())?)?;
    let id = users::id(&id)?;
    let body = body::read((&headers, &caller.note), request, &scim.limits).await?;
    let taken = Taken::from(&caller);
    let mut normalised = normalise(body, schemas(taken.optional), &caller.dialect)?;
    let is_other = normalised.sent_id.as_deref().is_some_and(|sent| sent != id.to_string());
    if is_other && !caller.dialect.ignore_sent_id {
        return Err(Failure::new(
            ErrorKind::Mutability,
            "The body's id is not the one of the URL; ids never change.",
        ));
    }
    normalised.ignored.extend(wish::withhold(&mut normalised.attributes, taken));
    caller.note.ignored(std::mem::take(&mut normalised.ignored));
    let (attributes, dialect) = (normalised.attributes, caller.dialect);
    let apply = move |present: &Map<String, Value>| -> Result<_, ScimError> {
        let active = present.get("active").and_then(Value::as_bool).unwrap_or(true);
        let wishes = wish::stated(present, &attributes, taken);
        user::claim(attributes.clone(), Status::from_active(active), &dialect, wishes)
    };
    let precondition = request::precondition(&headers);
    let changed = scim.app.reprovision(&caller.access, id, precondition, apply).await?;
    caller.note.written(changed.written);
    Ok(users::answer(StatusCode::OK, &caller, &changed.person, &projection))
}

//! `POST /Users` (RFC 7644 §3.3).

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde_json::Map;

use rollcall_app::provision::{Arrival, Provisioned, ScimClaim};
use rollcall_domain::employee::Status;
use rollcall_scim::normalise;

use crate::scim::caller::Caller;
use crate::scim::failure::Failure;
use crate::scim::schema::schemas;
use crate::scim::service::Scim;
use crate::scim::wish::Taken;
use crate::scim::{body, request, user, users, wish};

/// Makes a user, or brings back the one that this connection deleted.
pub(crate) async fn create(
    State(scim): State<Scim>,
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    request: Body,
) -> Result<Response, Failure> {
    let projection = request::projection(&request::query(query.as_deref())?)?;
    let body = body::read((&headers, &caller.note), request, &scim.limits).await?;
    let taken = Taken::from(&caller);
    let mut normalised = normalise(body, schemas(taken.optional), &caller.dialect)?;
    let template = wish::template(&mut normalised.attributes);
    normalised.ignored.extend(wish::withhold(&mut normalised.attributes, taken));
    caller.note.ignored(std::mem::take(&mut normalised.ignored));
    let wishes = wish::stated(&Map::new(), &normalised.attributes, taken);
    let claim = user::claim(normalised.attributes, Status::Active, &caller.dialect, wishes)?;
    let claim = ScimClaim { template, ..claim };
    let Provisioned { person, arrival } = scim.app.provision(&caller.access, claim).await?;
    match arrival {
        Arrival::Made => {}
        Arrival::Restored => caller.note.effect("restored"),
        Arrival::TakenOver => caller.note.effect("took over"),
    }
    Ok(users::answer(StatusCode::CREATED, &caller, &person, &projection))
}

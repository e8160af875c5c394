//! Forms of a session: each carries the session's token, or it is refused before anyone reads it.

use axum::extract::{Form, FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::ConsoleError;
use crate::visit::Visit;

/// A form that was made for this session, with the fields `T`, which must be texts.
pub(crate) struct OwnForm<T>(pub(crate) T);

#[derive(Deserialize)]
struct Carried<T> {
    #[serde(default)]
    csrf: String,
    #[serde(flatten)]
    fields: T,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for OwnForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let visit = request.extensions().get::<Visit>().cloned();
        let Form(carried) = Form::<Carried<T>>::from_request(request, state)
            .await
            .map_err(|_| (StatusCode::BAD_REQUEST, "The form is incomplete.\n").into_response())?;
        match visit {
            Some(visit) if visit.viewer.owns_form(&carried.csrf) => Ok(Self(carried.fields)),
            _ => Err(ConsoleError::StaleForm.into_response()),
        }
    }
}

/// A form without fields of its own.
#[derive(Deserialize)]
pub(crate) struct Nothing {}

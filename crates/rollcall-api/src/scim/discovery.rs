//! What this server serves: true, and complete for it (RFC 7644 §4).

use axum::extract::RawQuery;
use axum::response::Response;
use http::StatusCode;
use serde_json::Value;

use rollcall_scim::{
    AuthenticationScheme, ErrorKind, ListWriter, Pagination, ResourceType, Schema, ServiceProvider,
};

use crate::scim::caller::{Caller, Named};
use crate::scim::failure::Failure;
use crate::scim::schema::SCHEMAS;
use crate::scim::{PAGE_SIZE, answer, users};

const USER: ResourceType = ResourceType {
    name: "User",
    endpoint: "/Users",
    description: "A person of the contact centre.",
    schemas: SCHEMAS,
};

/// `GET /ServiceProviderConfig`.
pub(crate) async fn service_provider_config(caller: Caller) -> Response {
    let provider = ServiceProvider {
        base_url: caller.base_url.clone(),
        documentation_uri: None,
        patch: true,
        bulk: None,
        filter_max_results: Some(PAGE_SIZE.most),
        change_password: false,
        sort: false,
        etag: true,
        pagination: Pagination {
            cursor_timeout_seconds: None,
            default_page_size: PAGE_SIZE.default,
            max_page_size: PAGE_SIZE.most,
        },
        authentication_schemes: vec![AuthenticationScheme::BEARER],
    };
    one(&caller, &provider.to_json())
}

/// `GET /ResourceTypes`.
pub(crate) async fn resource_types(
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    list(&caller, query.as_deref(), &[USER.to_json(&caller.base_url)])
}

/// `GET /ResourceTypes/{id}`.
pub(crate) async fn resource_type(caller: Caller, Named(id): Named) -> Result<Response, Failure> {
    if id == USER.name {
        Ok(one(&caller, &USER.to_json(&caller.base_url)))
    } else {
        Err(Failure::new(ErrorKind::NotFound, "There is no such resource type."))
    }
}

/// `GET /Schemas`.
pub(crate) async fn schemas(
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let all: Vec<Value> = served().map(|schema| schema.to_json(&caller.base_url)).collect();
    list(&caller, query.as_deref(), &all)
}

/// `GET /Schemas/{id}`.
pub(crate) async fn schema(caller: Caller, Named(id): Named) -> Result<Response, Failure> {
    let found = served().find(|schema| schema.is(&id));
    let schema =
        found.ok_or_else(|| Failure::new(ErrorKind::NotFound, "There is no such schema."))?;
    Ok(one(&caller, &schema.to_json(&caller.base_url)))
}

fn served() -> impl Iterator<Item = &'static Schema> {
    std::iter::once(SCHEMAS.core).chain(SCHEMAS.extensions.iter().copied())
}

fn one(caller: &Caller, resource: &Value) -> Response {
    answer::json(StatusCode::OK, caller.media_type.clone(), resource.to_string().into_bytes())
}

/// Lists are whole here: RFC 7644 §4 forbids filters on them, and asks for 403.
fn list(caller: &Caller, query: Option<&str>, resources: &[Value]) -> Result<Response, Failure> {
    if users::query(query)?.filter.is_some() {
        return Err(Failure::new(
            ErrorKind::Forbidden,
            "Discovery lists cannot be filtered (RFC 7644, section 4).",
        ));
    }
    let mut body = Vec::with_capacity(16 * 1_024);
    let mut writer = ListWriter::start(&mut body, resources.len() as u64, 1);
    for resource in resources {
        writer.push(resource.to_string().as_bytes());
    }
    writer.finish();
    Ok(answer::json(StatusCode::OK, caller.media_type.clone(), body))
}

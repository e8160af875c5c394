//! What this server serves: true, and complete for it (RFC 7644 §4).

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::StatusCode;
use serde_json::Value;

use rollcall_app::security_event::EVENT_URIS;
use rollcall_domain::policy::GroupMeaning;
use rollcall_scim::{
    AuthenticationScheme, ErrorKind, ListWriter, Pagination, ResourceType, Schema, SecurityEvents,
    ServiceProvider,
};

use crate::scim::caller::{Caller, Named};
use crate::scim::failure::Failure;
use crate::scim::page::CURSOR_LIFETIME_S;
use crate::scim::schema::{GROUP_SCHEMAS, published};
use crate::scim::service::{PAGE_SIZE, Scim};
use crate::scim::{answer, bulk, catalogue, request};

const GROUP: ResourceType = ResourceType {
    name: "Group",
    endpoint: "/Groups",
    description: "A team or a role, as the connection is set.",
    schemas: GROUP_SCHEMAS,
};

/// The resource types that a connection serves.
fn types(caller: &Caller) -> impl Iterator<Item = ResourceType> + use<> {
    let user = ResourceType {
        name: "User",
        endpoint: "/Users",
        description: "A person of the contact centre.",
        schemas: *caller.schemas(),
    };
    let serves_groups = caller.access.policy.groups != GroupMeaning::None;
    let catalogue = catalogue::types(caller).iter().copied();
    std::iter::once(user).chain(serves_groups.then_some(GROUP)).chain(catalogue)
}

/// `GET /ServiceProviderConfig`.
pub(crate) async fn service_provider_config(
    State(scim): State<Scim>,
    caller: Caller,
) -> Result<Response, Failure> {
    // Told to who has subscribed: clients that are older than RFC 9967 refuse a configuration with an
    // attribute that they do not know.
    let subscribed = !scim.app.event_streams(caller.access.tenant).await?.is_empty();
    let events = SecurityEvents { asynchronous_requests: true, event_uris: EVENT_URIS };
    let provider = ServiceProvider {
        base_url: caller.base_url.clone(),
        documentation_uri: None,
        patch: true,
        bulk: Some(bulk::BOUNDS),
        filter_max_results: Some(PAGE_SIZE.most),
        change_password: false,
        sort: true,
        etag: true,
        pagination: Pagination {
            cursor_timeout_seconds: Some(CURSOR_LIFETIME_S),
            default_page_size: PAGE_SIZE.default,
            max_page_size: PAGE_SIZE.most,
        },
        security_events: subscribed.then_some(events),
        authentication_schemes: vec![AuthenticationScheme::BEARER, AuthenticationScheme::OAUTH2],
    };
    Ok(one(&caller, &provider.to_json()))
}

/// `GET /ResourceTypes`.
pub(crate) async fn resource_types(
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let types: Vec<Value> = types(&caller).map(|it| it.to_json(&caller.base_url)).collect();
    list(&caller, query.as_deref(), &types)
}

/// `GET /ResourceTypes/{id}`.
pub(crate) async fn resource_type(caller: Caller, Named(id): Named) -> Result<Response, Failure> {
    match types(&caller).find(|found| found.name == id) {
        Some(found) => Ok(one(&caller, &found.to_json(&caller.base_url))),
        None => Err(Failure::new(ErrorKind::NotFound, "There is no such resource type.")),
    }
}

/// `GET /Schemas`.
pub(crate) async fn schemas(
    State(scim): State<Scim>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let names = scim.app.agent_names(&caller.access).await?;
    let all: Vec<Value> =
        served(&caller).map(|schema| published(schema, &caller.base_url, &names)).collect();
    list(&caller, query.as_deref(), &all)
}

/// `GET /Schemas/{id}`.
pub(crate) async fn schema(
    State(scim): State<Scim>,
    caller: Caller,
    Named(id): Named,
) -> Result<Response, Failure> {
    let found = served(&caller).find(|schema| schema.is(&id));
    let schema =
        found.ok_or_else(|| Failure::new(ErrorKind::NotFound, "There is no such schema."))?;
    let names = scim.app.agent_names(&caller.access).await?;
    Ok(one(&caller, &published(schema, &caller.base_url, &names)))
}

fn served(caller: &Caller) -> impl Iterator<Item = &'static Schema> + use<> {
    types(caller).flat_map(|it| {
        std::iter::once(it.schemas.core).chain(it.schemas.extensions.iter().copied())
    })
}

fn one(caller: &Caller, resource: &Value) -> Response {
    answer::json(StatusCode::OK, caller.media_type.clone(), resource.to_string().into_bytes())
}

/// Lists are whole here: RFC 7644 §4 forbids filters on them, and asks for 403.
fn list(caller: &Caller, query: Option<&str>, resources: &[Value]) -> Result<Response, Failure> {
    if request::query(query)?.filter.is_some() {
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

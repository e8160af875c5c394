//! `/Roles` and `/Entitlements` in Okta's manner (docs/scim-clients.md, O19): what can be granted to people.
//! A connection of another dialect does not have them.
//!
//! An entitlement is a team. That is what decides here what a person is entitled to, for a team's features are
//! those of its people; a way to sign in is none.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::StatusCode;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

use rollcall_app::entitlement::{GrantKind, Grantable};
use rollcall_scim::{DialectName, ErrorKind, Filter, ResourceType, Sort};

use crate::scim::caller::{Caller, Named};
use crate::scim::failure::Failure;
use crate::scim::page::{Ranking, Shown, Window};
use crate::scim::schema::{ENTITLEMENT_SCHEMAS, ROLE_SCHEMAS};
use crate::scim::service::Scim;
use crate::scim::{answer, request};

/// Longer descriptions are cut: Okta takes 1,000 characters (developer.okta.com, "Build a SCIM 2.0 server
/// with entitlements").
const DESCRIPTION_MAX_CHARS: usize = 1_000;

const ROLE: ResourceType = ResourceType {
    name: "Role",
    endpoint: "/Roles",
    description: "A role that can be granted.",
    schemas: ROLE_SCHEMAS,
};

const ENTITLEMENT: ResourceType = ResourceType {
    name: "Entitlement",
    endpoint: "/Entitlements",
    description: "A team that people can be put into.",
    schemas: ENTITLEMENT_SCHEMAS,
};

/// The resource types of what can be granted, where the connection's client looks for them.
pub(crate) fn types(caller: &Caller) -> &'static [ResourceType] {
    if caller.dialect.name == DialectName::Okta { &[ROLE, ENTITLEMENT] } else { &[] }
}

/// `GET /Roles`.
pub(crate) async fn roles(
    State(scim): State<Scim>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    list(&scim, caller, query.as_deref(), (GrantKind::Role, &ROLE)).await
}

/// `GET /Roles/{id}`.
pub(crate) async fn role(
    State(scim): State<Scim>,
    caller: Caller,
    Named(id): Named,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    get(&scim, caller, (&id, query.as_deref()), (GrantKind::Role, &ROLE)).await
}

/// `GET /Entitlements`.
pub(crate) async fn entitlements(
    State(scim): State<Scim>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    list(&scim, caller, query.as_deref(), (GrantKind::Team, &ENTITLEMENT)).await
}

/// `GET /Entitlements/{id}`.
pub(crate) async fn entitlement(
    State(scim): State<Scim>,
    caller: Caller,
    Named(id): Named,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    get(&scim, caller, (&id, query.as_deref()), (GrantKind::Team, &ENTITLEMENT)).await
}

type Kind = (GrantKind, &'static ResourceType);

/// There are hundreds of roles and teams at the most, so all of them are looked at.
async fn list(
    scim: &Scim,
    caller: Caller,
    query: Option<&str>,
    (kind, it): Kind,
) -> Result<Response, Failure> {
    check_served(&caller)?;
    let query = request::query(query)?;
    let projection = request::projection(&query)?;
    let window = Window::read(scim, &caller, &query, it.endpoint)?;
    let sort = Sort::parse(query.sort_by.as_deref(), query.sort_order.as_deref(), &it.schemas)?;
    let filter = match query.filter.as_deref() {
        Some(text) => Some(Filter::parse(text, &scim.limits)?.bind(&it.schemas)?),
        None => None,
    };
    let mut ranking = Ranking::new(sort);
    let mut found = HashMap::new();
    for grantable in scim.app.grantable(&caller.access, kind).await? {
        let resource = resource(&grantable, it, &caller.base_url);
        if filter.as_ref().is_none_or(|filter| filter.matches(&resource)) {
            ranking.take(grantable.id, &resource);
            found.insert(grantable.id, resource);
        }
    }
    let cut = ranking.cut(&window);
    let (total, ids) = (cut.total, cut.ids());
    let next = match &cut.next(Shown::All) {
        Some(place) => Some(place.cursor(scim, &caller, &query, it.endpoint)?),
        None => None,
    };
    caller.note.effect(format!("found {total}"));
    let mut body = Vec::with_capacity(256 + ids.len() * 300);
    let mut writer = window.start(&mut body, total, next.as_deref());
    for mut resource in ids.iter().filter_map(|id| found.remove(id)) {
        projection.apply(&mut resource, &it.schemas);
        writer.push(Value::Object(resource).to_string().as_bytes());
    }
    writer.finish();
    Ok(answer::json(StatusCode::OK, caller.media_type, body))
}

async fn get(
    scim: &Scim,
    caller: Caller,
    (id, query): (&str, Option<&str>),
    (kind, it): Kind,
) -> Result<Response, Failure> {
    check_served(&caller)?;
    let projection = request::projection(&request::query(query)?)?;
    let all = scim.app.grantable(&caller.access, kind).await?;
    let found = all.iter().find(|grantable| grantable.id.to_string() == id).ok_or_else(|| {
        let noun = it.name.to_ascii_lowercase();
        Failure::new(ErrorKind::NotFound, format!("There is no such {noun}."))
    })?;
    let mut resource = resource(found, it, &caller.base_url);
    projection.apply(&mut resource, &it.schemas);
    let body = Value::Object(resource).to_string().into_bytes();
    Ok(answer::json(StatusCode::OK, caller.media_type, body))
}

fn check_served(caller: &Caller) -> Result<(), Failure> {
    if types(caller).is_empty() { Err(Failure::no_endpoint()) } else { Ok(()) }
}

/// A role or team as a client reads it. `type` is the name of the resource type, as Okta expects.
fn resource(grantable: &Grantable, it: &ResourceType, base_url: &str) -> Map<String, Value> {
    let id = grantable.id.to_string();
    let meta = json!({
        "resourceType": it.name,
        "location": format!("{base_url}{}/{id}", it.endpoint),
    });
    let mut resource = Map::new();
    resource.insert("schemas".to_owned(), json!([it.schemas.core.id]));
    resource.insert("id".to_owned(), id.into());
    resource.insert("displayName".to_owned(), grantable.name.clone().into());
    resource.insert("type".to_owned(), it.name.into());
    if let Some(description) = &grantable.description {
        let cut: String = description.chars().take(DESCRIPTION_MAX_CHARS).collect();
        resource.insert("description".to_owned(), cut.into());
    }
    resource.insert("meta".to_owned(), meta);
    resource
}

//! SCIM 2.0 over HTTP (RFC 7644): one file per operation, below `users`.

mod answer;
mod body;
mod bulk;
mod caller;
mod catalogue;
mod discovery;
mod events;
mod failure;
mod group;
mod groups;
mod journal;
mod me;
mod page;
mod request;
mod schema;
mod search;
mod selection;
mod service;
mod user;
mod users;
mod wish;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, any, get, post};

use rollcall_app::App;
use rollcall_scim::Limits;

use crate::Options;
use crate::scim::caller::Caller;
use crate::scim::failure::Failure;
use crate::scim::service::{BASE, Scim};

/// Every route with its methods.
pub(crate) const ROUTES: &[(&str, &[&str])] = &[
    ("/scim/v2/Users", &["GET", "POST"]),
    ("/scim/v2/Users/{id}", &["GET", "PUT", "PATCH", "DELETE"]),
    ("/scim/v2/Users/.search", &["POST"]),
    ("/scim/v2/Groups", &["GET", "POST"]),
    ("/scim/v2/Groups/{id}", &["GET", "PUT", "PATCH", "DELETE"]),
    ("/scim/v2/Groups/.search", &["POST"]),
    ("/scim/v2/Roles", &["GET"]),
    ("/scim/v2/Roles/{id}", &["GET"]),
    ("/scim/v2/Entitlements", &["GET"]),
    ("/scim/v2/Entitlements/{id}", &["GET"]),
    ("/scim/v2/.search", &["POST"]),
    (BASE, &["GET"]),
    ("/scim/v2/Bulk", &["POST"]),
    ("/scim/v2/Bulk/{id}", &["GET"]),
    ("/scim/v2/Events/{id}", &["POST"]),
    ("/scim/v2/Me", &["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ("/scim/v2/ServiceProviderConfig", &["GET"]),
    ("/scim/v2/ResourceTypes", &["GET"]),
    ("/scim/v2/ResourceTypes/{id}", &["GET"]),
    ("/scim/v2/Schemas", &["GET"]),
    ("/scim/v2/Schemas/{id}", &["GET"]),
];

pub(crate) fn router(app: App, options: Options) -> Router {
    let scim = Scim { app, options: Arc::new(options), limits: Limits::default() };
    let mut router = Router::new();
    for (path, methods) in ROUTES {
        let served = match *path {
            "/scim/v2/Users" => get(users::list::list).post(users::create::create),
            "/scim/v2/Users/{id}" => get(users::get::get)
                .put(users::replace::replace)
                .patch(users::patch::patch)
                .delete(users::delete::delete),
            "/scim/v2/Groups" => get(groups::list::list).post(groups::create::create),
            "/scim/v2/Groups/{id}" => get(groups::get::get)
                .put(groups::replace::replace)
                .patch(groups::patch::patch)
                .delete(groups::delete::delete),
            "/scim/v2/Groups/.search" => post(groups::search::search),
            "/scim/v2/Users/.search" => post(users::search::search),
            "/scim/v2/Roles" => get(catalogue::roles),
            "/scim/v2/Roles/{id}" => get(catalogue::role),
            "/scim/v2/Entitlements" => get(catalogue::entitlements),
            "/scim/v2/Entitlements/{id}" => get(catalogue::entitlement),
            "/scim/v2/.search" => post(search::search),
            BASE => get(search::list),
            "/scim/v2/Bulk" => post(bulk::bulk),
            "/scim/v2/Bulk/{id}" => get(bulk::later::result),
            "/scim/v2/Events/{id}" => post(events::poll),
            "/scim/v2/Me" => {
                get(me::get).post(me::create).put(me::replace).patch(me::patch).delete(me::delete)
            }
            "/scim/v2/ServiceProviderConfig" => get(discovery::service_provider_config),
            "/scim/v2/ResourceTypes" => get(discovery::resource_types),
            "/scim/v2/ResourceTypes/{id}" => get(discovery::resource_type),
            "/scim/v2/Schemas" => get(discovery::schemas),
            _ => get(discovery::schema),
        };
        let served = refusing_other_methods(served, methods);
        // Clients append slashes to what they are given (docs/scim-clients.md, C1).
        router = router.route(path, served.clone()).route(&format!("{path}/"), served);
    }
    router
        .route(&format!("{BASE}/{{*rest}}"), any(unknown))
        .layer(from_fn_with_state(scim.clone(), journal::keep))
        .with_state(scim)
}

pub(crate) async fn carry_out(app: App) {
    let scim = Scim { app, options: Arc::default(), limits: Limits::default() };
    bulk::later::carry_out(&scim).await;
}

/// A known route answers a method that it lacks with 405 and the methods that it has, and only to who
/// may know the route at all.
fn refusing_other_methods(
    served: MethodRouter<Scim>,
    methods: &'static [&'static str],
) -> MethodRouter<Scim> {
    served.fallback(move |_: Caller| async move { Failure::method_not_allowed(methods) })
}

async fn unknown(_: Caller) -> Failure {
    Failure::no_endpoint()
}

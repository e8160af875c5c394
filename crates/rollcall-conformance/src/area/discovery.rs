//! What the server says of itself: configuration and resource types (RFC 7643 §5, §6; RFC 7644 §4).

use reqwest::Method;
use serde_json::{Value, json};

use crate::check::{Area, Check, must, provider, should};
use crate::json;
use crate::offer::Feature;
use crate::outcome::{Outcome, Stop, require};
use crate::person::{GROUP, USER};
use crate::probe::{List, Probe};
use crate::request::Request;

pub(crate) const AREA: Area = Area {
    name: "discovery",
    title: "ServiceProviderConfig and ResourceTypes, and what may not be done to them",
    needs: &[],
    checks: &[CONFIG, TYPES, METHODS],
};

const CONFIG_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";

const CONFIG: &[Check] = &[
    must(
        "discovery.config",
        "RFC 7644 §4",
        "/ServiceProviderConfig is one resource of its schema",
        &async |probe: &mut Probe| {
            let config = probe.read("/ServiceProviderConfig").await?;
            let schemas = json::list(&config, "/schemas");
            require!(
                schemas.iter().any(|urn| urn == CONFIG_SCHEMA),
                "schemas lacks {CONFIG_SCHEMA}"
            );
            Ok(())
        },
    ),
    must(
        "discovery.config.complete",
        "RFC 7643 §5",
        "every required member is there, with its type, also for what is not supported",
        &config_is_complete,
    ),
    must(
        "discovery.config.schemes",
        "RFC 7643 §5",
        "each of authenticationSchemes has type, name and description",
        &async |probe: &mut Probe| {
            let config = probe.read("/ServiceProviderConfig").await?;
            require!(
                config.get("authenticationSchemes").is_some_and(Value::is_array),
                "authenticationSchemes is no list"
            );
            for scheme in json::list(&config, "/authenticationSchemes") {
                for member in ["/type", "/name", "/description"] {
                    json::text(scheme, member)?;
                }
            }
            Ok(())
        },
    ),
    should(
        "discovery.config.meta",
        "RFC 7643 §3.1",
        "meta names the type and the place",
        &async |probe: &mut Probe| {
            let config = probe.read("/ServiceProviderConfig").await?;
            json::same(&config, "/meta/resourceType", "ServiceProviderConfig")?;
            let location = json::text(&config, "/meta/location")?;
            require!(location.ends_with("/ServiceProviderConfig"), "meta.location is {location:?}");
            Ok(())
        },
    ),
    must(
        "discovery.config.pagination",
        "RFC 9865 §4",
        "where pagination is told, cursor and index are booleans and sizes are numbers",
        &async |probe: &mut Probe| {
            let config = probe.read("/ServiceProviderConfig").await?;
            let Some(pagination) = config.get("pagination") else {
                return Err(Stop::NotOffered("pagination is not told".to_owned()));
            };
            for flag in ["cursor", "index"] {
                let found = pagination.get(flag).is_some_and(Value::is_boolean);
                require!(found, "pagination.{flag} is no boolean");
            }
            for number in ["defaultPageSize", "maxPageSize", "cursorTimeout"] {
                let found = pagination.get(number);
                require!(found.is_none_or(Value::is_u64), "pagination.{number} is no number");
            }
            Ok(())
        },
    ),
    must(
        "discovery.config.events",
        "RFC 9967, securityEvents",
        "where securityEvents is told, asyncRequest is none, long or request, and eventUris is a list",
        &async |probe: &mut Probe| {
            let config = probe.read("/ServiceProviderConfig").await?;
            let Some(events) = config.get("securityEvents") else {
                return Err(Stop::NotOffered("securityEvents is not told".to_owned()));
            };
            let asynchronous = json::text(events, "/asyncRequest")?;
            let known = ["none", "long", "request"].contains(&asynchronous);
            require!(known, "asyncRequest is {asynchronous:?}");
            require!(events.get("eventUris").is_some_and(Value::is_array), "eventUris is no list");
            Ok(())
        },
    ),
    provider(
        "discovery.no-nulls",
        "Microsoft Entra: schema discovery",
        "none of the discovery endpoints writes a null",
        &async |probe: &mut Probe| {
            for path in ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"] {
                let place = json::null_place(&probe.read(path).await?);
                require!(place.is_none(), "{path} has a null at {}", place.unwrap_or_default());
            }
            Ok(())
        },
    ),
];

/// Whether a value is of a type.
type Fits = fn(&Value) -> bool;

/// The members of RFC 7643 §5 and what they hold.
const MEMBERS: &[(&str, Fits)] = &[
    ("/patch/supported", Value::is_boolean),
    ("/bulk/supported", Value::is_boolean),
    ("/bulk/maxOperations", Value::is_u64),
    ("/bulk/maxPayloadSize", Value::is_u64),
    ("/filter/supported", Value::is_boolean),
    ("/filter/maxResults", Value::is_u64),
    ("/changePassword/supported", Value::is_boolean),
    ("/sort/supported", Value::is_boolean),
    ("/etag/supported", Value::is_boolean),
    ("/authenticationSchemes", Value::is_array),
];

async fn config_is_complete(probe: &mut Probe) -> Outcome {
    let config = probe.read("/ServiceProviderConfig").await?;
    for (pointer, fits) in MEMBERS {
        let found = json::at(&config, pointer)?;
        require!(fits(found), "{pointer} is {}", json::show(found));
    }
    Ok(())
}

const TYPES: &[Check] = &[
    must(
        "discovery.types",
        "RFC 7644 §4, RFC 7643 §6",
        "/ResourceTypes is a list whose entries have name, endpoint and schema",
        &async |probe: &mut Probe| {
            let list = probe.list("/ResourceTypes", &[]).await?;
            require!(!list.resources.is_empty(), "the list is empty");
            for one in &list.resources {
                for member in ["/name", "/endpoint", "/schema"] {
                    json::text(one, member)?;
                }
                for extension in json::list(one, "/schemaExtensions") {
                    json::text(extension, "/schema")?;
                    let required = extension.get("required").is_some_and(Value::is_boolean);
                    require!(required, "a schema extension has no boolean called required");
                }
            }
            Ok(())
        },
    ),
    must(
        "discovery.types.user",
        "RFC 7643 §4.1, §6",
        "the type at /Users has the core schema of User",
        &async |probe: &mut Probe| type_has(probe, "/Users", USER).await,
    ),
    must(
        "discovery.types.group",
        "RFC 7643 §4.2, §6",
        "the type at /Groups has the core schema of Group",
        &async |probe: &mut Probe| type_has(probe, "/Groups", GROUP).await,
    )
    .needs(&[Feature::Groups]),
    should(
        "discovery.types.one",
        "RFC 7643 §6",
        "each resource type is answered at /ResourceTypes/NAME",
        &async |probe: &mut Probe| {
            let list = probe.list("/ResourceTypes", &[]).await?;
            for one in &list.resources {
                let name = json::text(one, "/name")?;
                let alone = probe.read(&format!("/ResourceTypes/{name}")).await?;
                json::same(&alone, "/name", name)?;
                json::same(&alone, "/endpoint", json::at(one, "/endpoint")?.clone())?;
            }
            Ok(())
        },
    ),
    must(
        "discovery.types.unknown",
        "RFC 7644 §3.12",
        "a resource type that is none is refused with 404 and a SCIM error",
        &async |probe: &mut Probe| probe.get("/ResourceTypes/NoSuchType").await?.refused(404),
    ),
    must(
        "discovery.whole",
        "RFC 7644 §4",
        "count and startIndex do not cut the lists of discovery",
        &async |probe: &mut Probe| {
            for endpoint in ["/ResourceTypes", "/Schemas"] {
                let whole = probe.list(endpoint, &[]).await?.resources.len();
                let cut = [("startIndex", "2"), ("count", "1")];
                let cut = probe.list(endpoint, &cut).await?.resources.len();
                require!(whole == cut, "{endpoint} lists {cut} of {whole}");
            }
            Ok(())
        },
    ),
    should(
        "discovery.filter",
        "RFC 7644 §4",
        "a filter on a list of discovery is refused with 403",
        &async |probe: &mut Probe| {
            for endpoint in ["/ResourceTypes", "/Schemas"] {
                let path = format!("{endpoint}?filter=name%20eq%20%22User%22");
                probe.get(&path).await?.refused(403)?;
            }
            Ok(())
        },
    ),
];

async fn type_has(probe: &mut Probe, endpoint: &str, urn: &str) -> Outcome {
    let answer = probe.get("/ResourceTypes").await?;
    let list = List::read(&answer)?;
    let mut all = list.resources.iter();
    let found = all.find(|one| {
        json::text(one, "/endpoint").is_ok_and(|found| found.trim_end_matches('/') == endpoint)
    });
    let found =
        found.ok_or_else(|| Stop::Failed(format!("no type has the endpoint {endpoint}")))?;
    json::same(found, "/schema", urn)
}

const METHODS: &[Check] = &[
    should(
        "discovery.config.methods",
        "RFC 7644 §4, RFC 9110 §15.5.6",
        "/ServiceProviderConfig answers POST, PUT, PATCH and DELETE with 405 or 501",
        &async |probe: &mut Probe| read_only(probe, "/ServiceProviderConfig").await,
    ),
    should(
        "discovery.types.methods",
        "RFC 7644 §4, RFC 9110 §15.5.6",
        "/ResourceTypes answers POST, PUT, PATCH and DELETE with 405 or 501",
        &async |probe: &mut Probe| read_only(probe, "/ResourceTypes").await,
    ),
    should(
        "discovery.schemas.methods",
        "RFC 7644 §4, RFC 9110 §15.5.6",
        "/Schemas answers POST, PUT, PATCH and DELETE with 405 or 501",
        &async |probe: &mut Probe| read_only(probe, "/Schemas").await,
    ),
];

async fn read_only(probe: &mut Probe, path: &str) -> Outcome {
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let request = Request::new(method.clone(), path);
        let request = if method == Method::DELETE { request } else { request.json(&json!({})) };
        probe.send(request).await?.refused_by(&[405, 501])?;
    }
    Ok(())
}

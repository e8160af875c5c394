//! Many operations in one request (RFC 7644 §3.7).

use serde_json::{Value, json};

use crate::check::{Area, Check, must, should};
use crate::json;
use crate::offer::Feature;
use crate::outcome::{Outcome, Stop, require};
use crate::person::{ENTERPRISE, USER, address, group, person, set};
use crate::probe::Probe;
use crate::text::quoted;

mod later;
mod limit;
mod reference;

pub(crate) const AREA: Area = Area {
    name: "bulk",
    title: "Bulk: operations, references by bulkId, failures, limits, requests that are done later",
    needs: &[Feature::Bulk],
    checks: &[OPERATIONS, FAILURES, reference::CHECKS, limit::CHECKS, later::CHECKS],
};

const SECTION: &str = "RFC 7644 §3.7";

/// The body of a bulk request.
fn request(operations: &[Value]) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": operations,
    })
}

/// Sends operations; answers what is said of each, in their order.
async fn send(probe: &mut Probe, operations: &[Value]) -> Result<Vec<Value>, Stop> {
    let body = probe.post("/Bulk", &request(operations)).await?.ok(200)?;
    let schema = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
    let fits = json::list(&body, "/schemas").iter().any(|urn| urn == schema);
    require!(fits, "schemas lacks {schema}");
    Ok(json::list(&body, "/Operations").to_vec())
}

/// Requires as many results as there are statuses, each with its status as a text.
fn statuses(results: &[Value], expected: &[&str]) -> Outcome {
    let found: Vec<String> = results
        .iter()
        .map(|one| {
            one.get("status").map_or("none".to_owned(), |status| {
                status.as_str().map_or_else(|| format!("the number {status}"), str::to_owned)
            })
        })
        .collect();
    require!(found == expected, "the statuses are {found:?} instead of {expected:?}");
    Ok(())
}

/// The creation of a user.
fn create(bulk_id: &str, name: &str) -> Value {
    json!({"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": person(name)})
}

fn create_group(bulk_id: &str, name: &str, members: &[&str]) -> Value {
    json!({"method": "POST", "path": "/Groups", "bulkId": bulk_id, "data": group(name, members)})
}

/// `/Users/ID` at the end of the location of a result.
fn path_of(result: Option<&Value>) -> Result<String, Stop> {
    let location = json::text(result.unwrap_or(&Value::Null), "/location")?;
    let at = location.rfind("/Users/").or_else(|| location.rfind("/Groups/"));
    let path = at.and_then(|at| location.get(at..));
    let path = path.ok_or_else(|| Stop::Failed(format!("the location is {location:?}")))?;
    Ok(path.to_owned())
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

const OPERATIONS: &[Check] = &[
    must(
        "bulk.create",
        SECTION,
        "a creation is told with its bulkId, method, status 201 and location",
        &async |probe: &mut Probe| {
            let name = probe.fresh("bulk");
            let results = send(probe, &[create("one", &name)]).await?;
            statuses(&results, &["201"])?;
            let result = results.first().cloned().unwrap_or_default();
            json::same(&result, "/bulkId", "one")?;
            json::same(&result, "/method", "POST")?;
            let path = path_of(results.first())?;
            json::same(&probe.read(&path).await?, "/userName", address(&name))
        },
    ),
    must(
        "bulk.each-method",
        SECTION,
        "PUT, PATCH and DELETE are carried out, and told with their status",
        &async |probe: &mut Probe| {
            let put = probe.user("put").await?;
            let patched = probe.user("patched").await?;
            let gone = probe.user("gone").await?;
            let mut body = person(&put.name);
            set(&mut body, "active", false);
            let operations = json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": [{"op": "replace", "path": "name.givenName", "value": "Bea"}],
            });
            let results = send(
                probe,
                &[
                    json!({"method": "PUT", "path": put.path, "data": body}),
                    json!({"method": "PATCH", "path": patched.path, "data": operations}),
                    json!({"method": "DELETE", "path": gone.path}),
                ],
            )
            .await?;
            let status = |at: usize| {
                results.get(at).and_then(|one| one.get("status")?.as_str()).unwrap_or_default()
            };
            require!(results.len() == 3, "there are {} results", results.len());
            require!(status(0) == "200", "PUT has status {:?}", status(0));
            require!(["200", "204"].contains(&status(1)), "PATCH has status {:?}", status(1));
            require!(status(2) == "204", "DELETE has status {:?}", status(2));
            json::same(&probe.read(&put.path).await?, "/active", false)?;
            json::same(&probe.read(&patched.path).await?, "/name/givenName", "Bea")?;
            probe.get(&gone.path).await?.refused(404)
        },
    ),
    should(
        "bulk.order",
        SECTION,
        "results stand in the order of the operations",
        &async |probe: &mut Probe| {
            let names: Vec<String> = (0..5).map(|_| probe.fresh("order")).collect();
            let operations: Vec<Value> = names.iter().map(|name| create(name, name)).collect();
            let results = send(probe, &operations).await?;
            let told: Vec<&str> =
                results.iter().filter_map(|one| one.get("bulkId")?.as_str()).collect();
            require!(told == names, "the bulkIds are {told:?}");
            Ok(())
        },
    ),
    should(
        "bulk.version",
        "RFC 7644 §3.7, §3.14",
        "a creation is told with the version of the resource",
        &async |probe: &mut Probe| {
            probe.offered(Feature::ETag)?;
            let name = probe.fresh("version");
            let results = send(probe, &[create("one", &name)]).await?;
            let version = json::text(results.first().unwrap_or(&Value::Null), "/version")?;
            let path = path_of(results.first())?;
            json::same(&probe.read(&path).await?, "/meta/version", version)
        },
    ),
];

const FAILURES: &[Check] = &[
    must(
        "bulk.failure",
        "RFC 7644 §3.7.3",
        "what fails is told with its status and a SCIM error, and the others are carried out",
        &async |probe: &mut Probe| {
            let taken = probe.user("taken").await?;
            let name = probe.fresh("after");
            let operations = [create("one", &taken.name), create("two", &name)];
            let results = send(probe, &operations).await?;
            statuses(&results, &["409", "201"])?;
            let error = json::at(results.first().unwrap_or(&Value::Null), "/response")?.clone();
            json::same(&error, "/scimType", "uniqueness")?;
            json::same(&error, "/status", "409")?;
            json::same(&probe.read(&path_of(results.get(1))?).await?, "/userName", address(&name))
        },
    ),
    must(
        "bulk.outdated",
        "RFC 7644 §3.7, §3.14",
        "a change of another version than the present one is told with status 412",
        &async |probe: &mut Probe| {
            let made = probe.user("outdated").await?;
            let version = "W/\"a-version-that-never-was\"";
            let operation = json!({"method": "DELETE", "path": made.path, "version": version});
            statuses(&send(probe, &[operation]).await?, &["412"])?;
            probe.read(&made.path).await.map(drop)
        },
    )
    .needs(&[Feature::ETag]),
    must(
        "bulk.unknown-resource",
        "RFC 7644 §3.7.3",
        "a change of nobody is told with status 404",
        &async |probe: &mut Probe| {
            let path = format!("/Users/{}", probe.fresh("nobody"));
            let results = send(probe, &[json!({"method": "DELETE", "path": path})]).await?;
            statuses(&results, &["404"])
        },
    ),
    must(
        "bulk.fail-on-errors",
        "RFC 7644 §3.7, §3.7.3",
        "with failOnErrors 1 nothing after the first failure is carried out",
        &async |probe: &mut Probe| {
            let taken = probe.user("taken").await?;
            let after = probe.fresh("after");
            let mut body = request(&[create("one", &taken.name), create("two", &after)]);
            set(&mut body, "failOnErrors", 1);
            let answer = probe.post("/Bulk", &body).await?;
            answer.status(200)?;
            let results = json::list(&answer.json()?, "/Operations").to_vec();
            let first = results.first().and_then(|one| one.get("status")?.as_str());
            require!(first == Some("409"), "the first status is {first:?}");
            let made = results.iter().any(|one| one.get("status").is_some_and(|it| it == "201"));
            require!(!made, "the second was carried out");
            probe.offered(Feature::Filter)?;
            let filter = format!("userName eq {}", quoted(&address(&after)));
            probe.find(&filter).await?.nothing()
        },
    ),
    must(
        "bulk.without-bulk-id",
        SECTION,
        "a creation without bulkId is refused, and creates nobody",
        &async |probe: &mut Probe| {
            let name = probe.fresh("anonymous");
            let operation = json!({"method": "POST", "path": "/Users", "data": person(&name)});
            let answer = probe.post("/Bulk", &request(&[operation])).await?;
            if answer.is_success() {
                let body = answer.json()?;
                let status = json::text(&body, "/Operations/0/status")?;
                require!(status.starts_with('4'), "the status is {status}");
            } else {
                answer.refused(400)?;
            }
            probe.offered(Feature::Filter)?;
            let filter = format!("userName eq {}", quoted(&address(&name)));
            probe.find(&filter).await?.nothing()
        },
    ),
    must(
        "bulk.method",
        SECTION,
        "a method other than POST, PUT, PATCH and DELETE is refused",
        &async |probe: &mut Probe| {
            let made = probe.user("read").await?;
            let operation = json!({"method": "GET", "path": made.path});
            let answer = probe.post("/Bulk", &request(&[operation])).await?;
            if !answer.is_success() {
                return answer.refused(400);
            }
            let body = answer.json()?;
            let status = json::text(&body, "/Operations/0/status")?;
            require!(status.starts_with('4') || status == "501", "the status is {status}");
            Ok(())
        },
    ),
    must(
        "bulk.body",
        "RFC 7644 §3.12",
        "a body without Operations is refused with 400",
        &async |probe: &mut Probe| {
            let schema = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
            let body = json!({"schemas": [schema], "operation": []});
            probe.post("/Bulk", &body).await?.refused(400)
        },
    ),
];

/// The creation of a user with a manager.
fn create_managed(bulk_id: &str, name: &str, manager: &str) -> Value {
    let mut data = person(name);
    set(&mut data, "schemas", json!([USER, ENTERPRISE]));
    set(&mut data, ENTERPRISE, json!({"manager": {"value": manager}}));
    json!({"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": data})
}

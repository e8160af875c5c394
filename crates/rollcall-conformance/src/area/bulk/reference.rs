//! References to what the same request makes (RFC 7644 §3.7.1, §3.7.2).

use serde_json::json;

use super::{create, create_group, create_managed, id_of, path_of, request, send, statuses};
use crate::check::{Check, must};
use crate::json;
use crate::offer::Feature;
use crate::outcome::require;
use crate::person::ENTERPRISE;
use crate::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    must(
        "bulk.reference.back",
        "RFC 7644 §3.7.2",
        "bulkId:x in a value is the id of what was made before",
        &async |probe: &mut Probe| {
            let (user, group) = (probe.fresh("member"), probe.fresh("group"));
            let operations = [create("u", &user), create_group("g", &group, &["bulkId:u"])];
            member_of_group(probe, &operations, 0, 1).await
        },
    )
    .needs(&[Feature::Groups]),
    must(
        "bulk.reference.forward",
        "RFC 7644 §3.7.2",
        "bulkId:x in a value may be made later in the request",
        &async |probe: &mut Probe| {
            let (user, group) = (probe.fresh("member"), probe.fresh("group"));
            let operations = [create_group("g", &group, &["bulkId:u"]), create("u", &user)];
            member_of_group(probe, &operations, 1, 0).await
        },
    )
    .needs(&[Feature::Groups]),
    must(
        "bulk.reference.circle",
        "RFC 7644 §3.7.1",
        "two creations may refer to each other",
        &async |probe: &mut Probe| {
            let (one, other) = (probe.fresh("one"), probe.fresh("other"));
            let operations = [
                create_managed("one", &one, "bulkId:other"),
                create_managed("other", &other, "bulkId:one"),
            ];
            let results = send(probe, &operations).await?;
            statuses(&results, &["201", "201"])?;
            let (one, other) = (path_of(results.first())?, path_of(results.get(1))?);
            let manager = format!("/{ENTERPRISE}/manager/value");
            json::same(&probe.read(&one).await?, &manager, id_of(&other))?;
            json::same(&probe.read(&other).await?, &manager, id_of(&one))
        },
    )
    .needs(&[Feature::Enterprise]),
    must(
        "bulk.reference.path",
        "RFC 7644 §3.7.2",
        "bulkId:x in a path is the id of what was made before",
        &async |probe: &mut Probe| {
            let name = probe.fresh("patched");
            let data = json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": [{"op": "replace", "path": "name.givenName", "value": "Bea"}],
            });
            let patch = json!({"method": "PATCH", "path": "/Users/bulkId:u", "data": data});
            let results = send(probe, &[create("u", &name), patch]).await?;
            require!(results.len() == 2, "there are {} results", results.len());
            let user = probe.read(&path_of(results.first())?).await?;
            json::same(&user, "/name/givenName", "Bea")
        },
    ),
    must(
        "bulk.reference.unknown",
        "RFC 7644 §3.7.2, §3.7.3",
        "a path with a bulkId that nothing has is refused",
        &async |probe: &mut Probe| {
            let delete = json!({"method": "DELETE", "path": "/Users/bulkId:nothing"});
            let answer = probe.post("/Bulk", &request(&[delete])).await?;
            if !answer.is_success() {
                return answer.declined();
            }
            let body = answer.json()?;
            let status = json::text(&body, "/Operations/0/status")?;
            require!(status.starts_with('4'), "the status is {status}");
            Ok(())
        },
    ),
];

/// Carries out a creation of a user and of a group, and requires that the one is in the other.
async fn member_of_group(
    probe: &mut Probe,
    operations: &[serde_json::Value],
    user: usize,
    group: usize,
) -> crate::outcome::Outcome {
    let results = send(probe, operations).await?;
    statuses(&results, &["201", "201"])?;
    let user = path_of(results.get(user))?;
    let group = probe.read(&path_of(results.get(group))?).await?;
    let found = json::values(&group, "/members");
    require!(found == [id_of(&user)], "members are {found:?}");
    Ok(())
}

//! What a PATCH may not do, and how that is told (RFC 7644 §3.5.2, §3.12).

use serde_json::{Value, json};

use crate::check::{Check, must, should};
use crate::json;
use crate::outcome::Outcome;
use crate::person::address;
use crate::probe::Probe;
use crate::request::Request;

pub(super) const CHECKS: &[Check] = &[
    should(
        "patch.refuses.read-only",
        "RFC 7644 §3.5.2",
        "a change of id is refused with 400 and scimType mutability",
        &async |probe: &mut Probe| {
            let operation = json!([{"op": "replace", "path": "id", "value": "another"}]);
            refused_as(probe, operation, "mutability").await
        },
    ),
    must(
        "patch.refuses.operation",
        "RFC 7644 §3.5.2",
        "an operation other than add, replace and remove is refused with 400",
        &async |probe: &mut Probe| {
            let made = probe.user("refused").await?;
            let operations = json!([{"op": "upsert", "path": "title", "value": "x"}]);
            probe.patch(&made.path, operations).await?.refused(400)
        },
    ),
    must(
        "patch.refuses.path",
        "RFC 7644 §3.12, table 9",
        "a path that is not well-formed is refused with 400",
        &async |probe: &mut Probe| {
            let made = probe.user("refused").await?;
            for path in ["emails[type eq", "emails[type eq \"work\"", "name..givenName"] {
                let operations = json!([{"op": "replace", "path": path, "value": "x"}]);
                probe.patch(&made.path, operations).await?.refused(400)?;
            }
            Ok(())
        },
    ),
    should(
        "patch.refuses.unknown",
        "RFC 7644 §3.12, table 9",
        "a path to no attribute is refused with 400 and scimType invalidPath",
        &async |probe: &mut Probe| {
            let operation = json!([{"op": "replace", "path": "noSuchThing", "value": "x"}]);
            refused_as(probe, operation, "invalidPath").await
        },
    ),
    must(
        "patch.refuses.in-silence",
        "RFC 7644 §3.5.2.3",
        "replace where the filter selects nothing is refused with noTarget, or makes the value: it does not succeed without effect",
        &async |probe: &mut Probe| {
            let made = probe.user("none").await?;
            let new = address(&probe.fresh("home"));
            let path = "emails[type eq \"home\"].value";
            let operations = json!([{"op": "replace", "path": path, "value": new}]);
            let answer = probe.patch(&made.path, operations).await?;
            if !answer.is_success() {
                return answer.refused_as(400, "noTarget");
            }
            let user = probe.read(&made.path).await?;
            json::same(json::element(&user, "/emails", "type", "home")?, "/value", new)
        },
    ),
    must(
        "patch.refuses.body",
        "RFC 7644 §3.5.2",
        "a body without Operations is refused with 400",
        &async |probe: &mut Probe| {
            let made = probe.user("refused").await?;
            let schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
            let body = json!({"schemas": [schema], "active": false});
            let request = Request::new(reqwest::Method::PATCH, &made.path).json(&body);
            probe.send(request).await?.refused(400)?;
            json::same(&probe.read(&made.path).await?, "/active", true)
        },
    ),
    should(
        "patch.refuses.value",
        "RFC 7644 §3.12, table 9",
        "a value of the wrong type is refused with 400 and scimType invalidValue",
        &async |probe: &mut Probe| {
            let operation = json!([{"op": "replace", "path": "active", "value": "perhaps"}]);
            refused_as(probe, operation, "invalidValue").await
        },
    ),
];

async fn refused_as(probe: &mut Probe, operations: Value, scim_type: &str) -> Outcome {
    let made = probe.user("refused").await?;
    probe.patch(&made.path, operations).await?.refused_as(400, scim_type)
}

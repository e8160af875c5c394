//! The limits that the configuration tells (RFC 7644 §3.7.4).

use serde_json::{Value, json};

use super::{SECTION, request};
use crate::check::{Check, must, should};
use crate::offer::Feature;
use crate::outcome::{Stop, require};
use crate::probe::Probe;
use crate::request::{Request, SCIM_JSON};

/// Above these, a limit is not tried: the request would be a burden.
const MOST_OPERATIONS: u64 = 20_000;
const MOST_BYTES: u64 = 32 * 1024 * 1024;

pub(super) const CHECKS: &[Check] = &[
    must(
        "bulk.limit.told",
        "RFC 7643 §5",
        "maxOperations and maxPayloadSize are told, and are not 0",
        &async |probe: &mut Probe| {
            for pointer in ["/bulk/maxOperations", "/bulk/maxPayloadSize"] {
                let number = probe.offer.number(pointer).unwrap_or(0);
                require!(number > 0, "{pointer} is missing or 0");
            }
            Ok(())
        },
    ),
    must(
        "bulk.limit.operations",
        "RFC 7644 §3.7.4",
        "one operation above maxOperations is refused with 413, and none is carried out",
        &async |probe: &mut Probe| {
            let most = limit(probe, "/bulk/maxOperations", MOST_OPERATIONS)?;
            let made = probe.user("kept").await?;
            let nobody = format!("/Users/{}", probe.fresh("nobody"));
            let mut operations = vec![json!({"method": "DELETE", "path": made.path})];
            let rest = json!({"method": "DELETE", "path": nobody});
            operations.resize(most.saturating_add(1), rest);
            probe.post("/Bulk", &request(&operations)).await?.refused(413)?;
            probe.read(&made.path).await.map(drop)
        },
    ),
    must(
        "bulk.limit.size",
        "RFC 7644 §3.7.4",
        "a body above maxPayloadSize is refused with 413",
        &async |probe: &mut Probe| {
            let most = limit(probe, "/bulk/maxPayloadSize", MOST_BYTES)?;
            let mut body = request(&[json!({"method": "DELETE", "path": "/Users/nobody"})]);
            crate::person::set(&mut body, "padding", "x".repeat(most));
            let request = Request::new(reqwest::Method::POST, "/Bulk").raw(body.to_string());
            // A server that closes before all of it arrived has refused it too, but cannot say so.
            match probe.send(request.header("content-type", SCIM_JSON)).await {
                Err(Stop::Failed(reason)) => Err(Stop::NotOffered(reason)),
                other => other?.refused(413),
            }
        },
    ),
    should(
        "bulk.limit.empty",
        SECTION,
        "no operations at all are answered or refused, and the server stays up",
        &async |probe: &mut Probe| {
            let answer = probe.post("/Bulk", &request(&[])).await?;
            require!(answer.status < 500, "the status is {}", answer.status);
            Ok(())
        },
    ),
    should(
        "bulk.limit.search",
        "RFC 7644 §3.7",
        "operations on what is no resource are told with an error",
        &async |probe: &mut Probe| {
            probe.offered(Feature::Bulk)?;
            let operation =
                json!({"method": "POST", "path": "/NoSuchThings", "bulkId": "x", "data": {}});
            let answer = probe.post("/Bulk", &request(&[operation])).await?;
            if !answer.is_success() {
                return answer.declined();
            }
            let body = answer.json()?;
            let status = body.pointer("/Operations/0/status").and_then(Value::as_str);
            require!(status.is_some_and(|it| it.starts_with('4')), "the status is {status:?}");
            Ok(())
        },
    ),
];

fn limit(probe: &Probe, pointer: &str, most: u64) -> Result<usize, Stop> {
    let told = probe.offer.number(pointer).filter(|told| (1..=most).contains(told));
    let told = told.and_then(|told| usize::try_from(told).ok());
    told.ok_or_else(|| Stop::NotOffered(format!("{pointer} is not told, or too large to try")))
}

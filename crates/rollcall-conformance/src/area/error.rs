//! Refusals: their bodies, and that what is refused leaves nothing (RFC 7644 §3.12).

use reqwest::Method;
use serde_json::json;

use crate::check::{Area, Check, must, should};
use crate::outcome::{Outcome, require};
use crate::person::{address, person, remove, set};
use crate::probe::Probe;
use crate::request::{Request, SCIM_JSON};
use crate::text::quoted;

pub(crate) const AREA: Area = Area {
    name: "error",
    title: "refusals: their status, their body, and that they leave nothing behind",
    needs: &[],
    checks: &[ADDRESSES, BODIES],
};

const ADDRESSES: &[Check] = &[
    must(
        "error.unknown-user",
        "RFC 7644 §3.12",
        "GET, PUT, PATCH and DELETE of a user that is not there are refused with 404 and a SCIM error",
        &async |probe: &mut Probe| {
            let name = probe.fresh("nobody");
            let path = format!("/Users/{name}");
            let operations = json!([{"op": "replace", "path": "active", "value": false}]);
            probe.get(&path).await?.refused(404)?;
            probe.put(&path, &person(&name)).await?.refused(404)?;
            probe.patch(&path, operations).await?.refused_by(&[404, 501])?;
            probe.delete(&path).await?.refused(404)
        },
    ),
    must(
        "error.unknown-endpoint",
        "RFC 7644 §3.12",
        "an endpoint that is none is refused with 404 and a SCIM error, not with a page for people",
        &async |probe: &mut Probe| {
            let path = format!("/{}", probe.fresh("NoSuchEndpoint"));
            probe.get(&path).await?.refused(404)
        },
    ),
    should(
        "error.method",
        "RFC 9110 §15.5.6",
        "a method that an endpoint lacks is refused with 405 or 501; 405 has an Allow header",
        &async |probe: &mut Probe| {
            let user = probe.user("method").await?;
            for (method, path) in [
                (Method::PUT, "/Users"),
                (Method::PATCH, "/Users"),
                (Method::POST, user.path.as_str()),
            ] {
                let request = Request::new(method, path).json(&json!({}));
                let answer = probe.send(request).await?;
                answer.refused_by(&[405, 501])?;
                let allow = answer.status != 405 || answer.header("allow").is_some();
                require!(allow, "the answer to {} has no Allow header", answer.to);
            }
            Ok(())
        },
    ),
    should(
        "error.odd-ids",
        "RFC 7644 §3.12",
        "ids that cannot be ids are refused with 404 or 400, and a SCIM error",
        &async |probe: &mut Probe| {
            for id in ["%00", "%27%20or%201=1", "..%2fUsers", "%F0%9F%98%80", &"9".repeat(500)] {
                probe.get(&format!("/Users/{id}")).await?.refused_by(&[400, 404])?;
            }
            Ok(())
        },
    ),
    should(
        "error.detail",
        "RFC 7644 §3.12",
        "a refusal says in detail what was refused",
        &async |probe: &mut Probe| {
            let answer = probe.post("/Users", &json!({"schemas": []})).await?;
            answer.declined()?;
            let detail = answer.detail().unwrap_or_default();
            require!(!detail.trim().is_empty(), "detail is missing or empty");
            Ok(())
        },
    ),
];

const BODIES: &[Check] = &[
    must(
        "error.no-json",
        "RFC 7644 §3.12",
        "a body that is no JSON is refused with 400",
        &async |probe: &mut Probe| {
            for body in ["{", "userName=a", "{\"userName\": }"] {
                send_text(probe, body).await?.refused(400)?;
            }
            Ok(())
        },
    ),
    should(
        "error.no-json.type",
        "RFC 7644 §3.12, table 9",
        "a body that is no JSON is refused with scimType invalidSyntax",
        &async |probe: &mut Probe| send_text(probe, "{").await?.refused_as(400, "invalidSyntax"),
    ),
    must(
        "error.no-object",
        "RFC 7644 §3.3",
        "JSON that is no object is refused with 400",
        &async |probe: &mut Probe| {
            for body in ["[]", "\"text\"", "null", "1"] {
                send_text(probe, body).await?.refused(400)?;
            }
            Ok(())
        },
    ),
    must(
        "error.required",
        "RFC 7643 §4.1.1, §7",
        "a user without userName is refused with 400, and nothing is created",
        &async |probe: &mut Probe| {
            let name = probe.fresh("unnamed");
            let mut body = person(&name);
            remove(&mut body, "userName");
            probe.post("/Users", &body).await?.refused(400)?;
            nobody_has_external_id(probe, &name).await
        },
    ),
    should(
        "error.required.type",
        "RFC 7644 §3.12, table 9",
        "a missing required value is refused with scimType invalidValue",
        &async |probe: &mut Probe| {
            let mut body = person(&probe.fresh("unnamed"));
            remove(&mut body, "userName");
            probe.post("/Users", &body).await?.refused_as(400, "invalidValue")
        },
    ),
    should(
        "error.wrong-type",
        "RFC 7643 §2.3, RFC 7644 §3.12",
        "values of the wrong type are refused with 400, and nothing is created",
        &async |probe: &mut Probe| {
            for (member, value) in [
                ("name", json!("text")),
                ("emails", json!("text")),
                ("active", json!("perhaps")),
                ("userName", json!({"a": 1})),
            ] {
                let mut body = person(&probe.fresh("typed"));
                set(&mut body, member, value);
                probe.post("/Users", &body).await?.refused(400)?;
            }
            Ok(())
        },
    ),
    should(
        "error.depth",
        "RFC 8259 §9",
        "a body of 5,000 nested lists is refused, and the server stays up",
        &async |probe: &mut Probe| {
            let body = format!("{{\"a\": {}{}}}", "[".repeat(5_000), "]".repeat(5_000));
            let status = send_text(probe, &body).await?.status;
            require!((400..500).contains(&status), "the status is {status}");
            probe.get("/Users?startIndex=1&count=1").await?.status(200).map(drop)
        },
    ),
    must(
        "error.leaves-nothing",
        "RFC 7644 §3.3",
        "a creation that was refused cannot be found afterwards",
        &async |probe: &mut Probe| {
            let name = probe.fresh("refused");
            let mut body = person(&name);
            set(&mut body, "emails", json!({"value": {"a": 1}}));
            let answer = probe.post("/Users", &body).await?;
            require!(answer.status != 500, "the status is 500");
            if answer.is_success() {
                return Ok(());
            }
            let filter = format!("userName eq {}", quoted(&address(&name)));
            probe.find(&filter).await?.nothing()
        },
    )
    .needs(&[crate::offer::Feature::Filter]),
];

async fn send_text(
    probe: &mut Probe,
    body: &str,
) -> Result<crate::answer::Answer, crate::outcome::Stop> {
    let request = Request::new(Method::POST, "/Users").raw(body);
    probe.send(request.header("content-type", SCIM_JSON)).await
}

async fn nobody_has_external_id(probe: &mut Probe, name: &str) -> Outcome {
    if probe.offered(crate::offer::Feature::Filter).is_err() {
        return Ok(());
    }
    let filter = format!("externalId eq {}", quoted(&format!("ext-{name}")));
    probe.find(&filter).await?.nothing()
}

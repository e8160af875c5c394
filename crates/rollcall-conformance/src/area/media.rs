//! Media types, addresses and parameters as clients write them (RFC 7644 §3.1, §3.8, §8.1).

use crate::check::{Area, Check, must, provider, should};
use crate::outcome::{Outcome, require};
use crate::person::person;
use crate::probe::Probe;
use crate::request::{Request, SCIM_JSON};
use crate::resource::Resource;
use reqwest::Method;

pub(crate) const AREA: Area = Area {
    name: "media",
    title: "media types, slashes and unknown parameters",
    needs: &[],
    checks: &[ANSWERS, BODIES],
};

const ANSWERS: &[Check] = &[
    must(
        "media.default",
        "RFC 7644 §3.8",
        "to a client that takes anything, answers are application/scim+json",
        &async |probe: &mut Probe| answered_as(probe, "*/*", &[SCIM_JSON]).await,
    ),
    must(
        "media.accept-scim",
        "RFC 7644 §3.8",
        "Accept: application/scim+json is answered with it",
        &async |probe: &mut Probe| answered_as(probe, SCIM_JSON, &[SCIM_JSON]).await,
    ),
    should(
        "media.accept-json",
        "RFC 7644 §3.8",
        "Accept: application/json is answered with JSON",
        &async |probe: &mut Probe| {
            answered_as(probe, "application/json", &["application/json", SCIM_JSON]).await
        },
    ),
    provider(
        "media.accept-list",
        "RFC 9110 §12.5.1",
        "a list of types with weights and a charset is answered",
        &async |probe: &mut Probe| {
            let accept = "application/scim+json;q=0.9, application/json; charset=utf-8, */*;q=0.1";
            answered_as(probe, accept, &["application/json", SCIM_JSON]).await
        },
    ),
    must(
        "media.errors",
        "RFC 7644 §3.12, §8.1",
        "errors are application/scim+json too",
        &async |probe: &mut Probe| {
            let path = format!("/Users/{}", probe.fresh("nobody"));
            let answer = probe.get(&path).await?;
            answer.refused(404)?;
            require!(answer.media_type() == SCIM_JSON, "the type is {:?}", answer.media_type());
            Ok(())
        },
    ),
    provider(
        "media.slash",
        "Okta, Entra and others",
        "an address that ends in a slash is the same address",
        &async |probe: &mut Probe| {
            probe.list("/Users/", &[("startIndex", "1"), ("count", "1")]).await.map(drop)
        },
    ),
    provider(
        "media.unknown-parameter",
        "Microsoft Entra: aadOptscim062020",
        "a parameter that nobody knows changes nothing",
        &async |probe: &mut Probe| {
            let user = probe.user("flagged").await?;
            let answer = probe.get(&format!("{}?aadOptscim062020", user.path)).await?;
            crate::json::same(&answer.ok(200)?, "/id", user.id)
        },
    ),
];

async fn answered_as(probe: &mut Probe, accept: &str, expected: &[&str]) -> Outcome {
    for path in ["/Users?startIndex=1&count=1", "/ServiceProviderConfig"] {
        let answer = probe.send(Request::get(path).header("accept", accept)).await?;
        answer.ok(200)?;
        let found = answer.media_type();
        require!(expected.contains(&found.as_str()), "{path} is answered as {found:?}");
    }
    Ok(())
}

const BODIES: &[Check] = &[
    must(
        "media.body-scim",
        "RFC 7644 §3.1",
        "a body of application/scim+json is read",
        &async |probe: &mut Probe| created_from(probe, Some(SCIM_JSON)).await,
    ),
    should(
        "media.body-json",
        "RFC 7644 §3.1",
        "a body of application/json is read",
        &async |probe: &mut Probe| created_from(probe, Some("application/json")).await,
    ),
    provider(
        "media.body-charset",
        "Microsoft Entra, Okta",
        "a body of application/scim+json; charset=utf-8 is read",
        &async |probe: &mut Probe| {
            created_from(probe, Some("application/scim+json; charset=utf-8")).await
        },
    ),
    provider(
        "media.body-untyped",
        "scripts and older clients",
        "a body without a media type is read as JSON",
        &async |probe: &mut Probe| created_from(probe, None).await,
    ),
    should(
        "media.body-other",
        "RFC 9110 §15.5.16",
        "a body that says it is XML is refused with 415 or 400",
        &async |probe: &mut Probe| {
            let request = Request::new(Method::POST, "/Users").raw("<user/>");
            let answer = probe.send(request.header("content-type", "application/xml")).await?;
            answer.refused_by(&[400, 415])
        },
    ),
    should(
        "media.utf-8",
        "RFC 7644 §3.1, RFC 8259 §8.1",
        "a body that is no UTF-8 is refused with 400",
        &async |probe: &mut Probe| {
            let mut body = person(&probe.fresh("bytes")).to_string().into_bytes();
            body.splice(1..1, b"\"title\": \"\xff\xfe\", ".iter().copied());
            let request = Request::new(Method::POST, "/Users").raw(body);
            probe.send(request.header("content-type", SCIM_JSON)).await?.refused(400)
        },
    ),
];

async fn created_from(probe: &mut Probe, content_type: Option<&str>) -> Outcome {
    let name = probe.fresh("typed");
    let mut request = Request::new(Method::POST, "/Users").raw(person(&name).to_string());
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    Resource::made("/Users", name, &probe.send(request).await?).map(drop)
}

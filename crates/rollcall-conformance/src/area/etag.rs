//! Versions (RFC 7644 §3.14).

use serde_json::json;

use crate::check::{Area, Check, must, should};
use crate::json;
use crate::offer::Feature;
use crate::outcome::{Outcome, Stop, require};
use crate::person::person;
use crate::probe::Probe;
use crate::request::Request;
use crate::resource::Resource;

pub(crate) const AREA: Area = Area {
    name: "etag",
    title: "versions: ETag, If-Match, If-None-Match",
    needs: &[Feature::ETag],
    checks: &[VERSIONS, CONDITIONS],
};

const VERSIONS: &[Check] = &[
    must(
        "etag.same",
        "RFC 7644 §3.14",
        "the ETag header is meta.version, in creation and reading",
        &async |probe: &mut Probe| {
            let name = probe.fresh("version");
            let answer = probe.post("/Users", &person(&name)).await?;
            let made = Resource::made("/Users", name, &answer)?;
            for answer in [answer, probe.get(&made.path).await?] {
                let header = answer.header("etag").unwrap_or_default().to_owned();
                json::same(&answer.json()?, "/meta/version", header)?;
            }
            Ok(())
        },
    ),
    must(
        "etag.form",
        "RFC 9110 §8.8.3",
        "a version is a text in quotes, with W/ before it or without",
        &async |probe: &mut Probe| {
            let made = probe.user("version").await?;
            let version = version(probe, &made).await?;
            let quoted = version.strip_prefix("W/").unwrap_or(&version);
            let fits = quoted.len() > 2 && quoted.starts_with('"') && quoted.ends_with('"');
            require!(fits, "the version is {version}");
            Ok(())
        },
    ),
    must(
        "etag.changes",
        "RFC 7644 §3.14",
        "a change makes another version",
        &async |probe: &mut Probe| {
            let made = probe.user("version").await?;
            let before = version(probe, &made).await?;
            probe.put(&made.path, &renamed(&made)).await?.status(200)?;
            let after = version(probe, &made).await?;
            require!(before != after, "the version is still {after}");
            Ok(())
        },
    ),
    should(
        "etag.stays",
        "RFC 7644 §3.14",
        "a replacement that changes nothing keeps the version",
        &async |probe: &mut Probe| {
            let made = probe.user("version").await?;
            let before = version(probe, &made).await?;
            probe.put(&made.path, &person(&made.name)).await?.status(200)?;
            let after = version(probe, &made).await?;
            require!(before == after, "the version went from {before} to {after}");
            Ok(())
        },
    ),
];

async fn version(probe: &mut Probe, made: &Resource) -> Result<String, Stop> {
    let answer = probe.get(&made.path).await?;
    answer.status(200)?;
    let version = answer.header("etag").map(str::to_owned);
    version.ok_or_else(|| Stop::Failed("there is no ETag header".to_owned()))
}

fn renamed(made: &Resource) -> serde_json::Value {
    let mut body = person(&made.name);
    crate::person::set(&mut body, "name", json!({"givenName": "Bea", "familyName": "Other"}));
    body
}

const OLD: &str = "W/\"a-version-that-never-was\"";

const CONDITIONS: &[Check] = &[
    must(
        "etag.if-match.put",
        "RFC 7644 §3.14, RFC 9110 §13.1.1",
        "PUT with the present version succeeds, with another it is refused with 412",
        &async |probe: &mut Probe| {
            let made = probe.user("match").await?;
            let request = Request::put(&made.path, &renamed(&made));
            probe.send(request.clone().header("if-match", OLD)).await?.refused(412)?;
            json::same(&probe.read(&made.path).await?, "/name/givenName", "Ana")?;
            let present = version(probe, &made).await?;
            probe.send(request.header("if-match", present)).await?.status(200).map(drop)
        },
    ),
    must(
        "etag.if-match.patch",
        "RFC 7644 §3.14, RFC 9110 §13.1.1",
        "PATCH with the present version succeeds, with another it is refused with 412",
        &async |probe: &mut Probe| {
            let made = probe.user("match").await?;
            let operations = json!([{"op": "replace", "path": "name.givenName", "value": "Bea"}]);
            let request = Request::patch(&made.path, &operations);
            probe.send(request.clone().header("if-match", OLD)).await?.refused(412)?;
            json::same(&probe.read(&made.path).await?, "/name/givenName", "Ana")?;
            let present = version(probe, &made).await?;
            probe.send(request.header("if-match", present)).await?.one_of(&[200, 204]).map(drop)
        },
    )
    .needs(&[Feature::Patch]),
    must(
        "etag.if-match.delete",
        "RFC 7644 §3.14, RFC 9110 §13.1.1",
        "DELETE with the present version succeeds, with another it is refused with 412",
        &async |probe: &mut Probe| {
            let made = probe.user("match").await?;
            let request = Request::delete(&made.path);
            probe.send(request.clone().header("if-match", OLD)).await?.refused(412)?;
            let present = version(probe, &made).await?;
            probe.send(request.header("if-match", present)).await?.status(204).map(drop)
        },
    ),
    must(
        "etag.if-match.outdated",
        "RFC 7644 §3.14",
        "of two writers who read the same version, the second is refused with 412",
        &async |probe: &mut Probe| {
            let made = probe.user("match").await?;
            let present = version(probe, &made).await?;
            let first = Request::put(&made.path, &renamed(&made)).header("if-match", &present);
            probe.send(first).await?.status(200)?;
            let second = Request::put(&made.path, &person(&made.name)).header("if-match", &present);
            probe.send(second).await?.refused(412)?;
            json::same(&probe.read(&made.path).await?, "/name/givenName", "Bea")
        },
    ),
    must(
        "etag.if-match.any",
        "RFC 9110 §13.1.1",
        "If-Match: * is fulfilled by every version",
        &async |probe: &mut Probe| {
            let made = probe.user("match").await?;
            let request = Request::put(&made.path, &renamed(&made)).header("if-match", "*");
            probe.send(request).await?.status(200).map(drop)
        },
    ),
    must(
        "etag.if-match.list",
        "RFC 9110 §13.1.1",
        "If-Match is fulfilled when one of several versions is the present one",
        &async |probe: &mut Probe| {
            let made = probe.user("match").await?;
            let present = version(probe, &made).await?;
            let list = format!("{OLD}, {present}");
            let request = Request::put(&made.path, &renamed(&made)).header("if-match", list);
            probe.send(request).await?.status(200).map(drop)
        },
    ),
    must(
        "etag.if-none-match",
        "RFC 7644 §3.14, RFC 9110 §13.1.2",
        "GET of the version that the client has is answered with 304 and no body",
        &async |probe: &mut Probe| {
            let made = probe.user("none").await?;
            let present = version(probe, &made).await?;
            let request = Request::get(&made.path).header("if-none-match", present);
            let answer = probe.send(request).await?;
            answer.status(304)?;
            require!(answer.body.is_empty(), "there is a body");
            Ok(())
        },
    ),
    must(
        "etag.if-none-match.other",
        "RFC 9110 §13.1.2",
        "GET with another version is answered with 200 and the user",
        &async |probe: &mut Probe| other_version(probe).await,
    ),
];

async fn other_version(probe: &mut Probe) -> Outcome {
    let made = probe.user("none").await?;
    let request = Request::get(&made.path).header("if-none-match", OLD);
    let user = probe.send(request).await?.ok(200)?;
    json::same(&user, "/id", made.id)
}

//! Names that are taken (RFC 7644 §3.3, §3.5; RFC 7643 §4.1.1).

use serde_json::json;

use crate::check::{Area, Check, must, provider, should};
use crate::json;
use crate::offer::Feature;
use crate::outcome::require;
use crate::person::{address, person, set};
use crate::probe::Probe;
use crate::resource::Resource;
use crate::text::quoted;

pub(crate) const AREA: Area = Area {
    name: "uniqueness",
    title: "names that are taken, and what may be shared",
    needs: &[],
    checks: &[CHECKS],
};

const CHECKS: &[Check] = &[
    must(
        "uniqueness.create",
        "RFC 7644 §3.3",
        "a second user of the same name is refused with 409 and scimType uniqueness",
        &async |probe: &mut Probe| {
            let made = probe.user("taken").await?;
            let mut body = person(&probe.fresh("second"));
            set(&mut body, "userName", address(&made.name));
            probe.post("/Users", &body).await?.refused_as(409, "uniqueness")
        },
    ),
    must(
        "uniqueness.case",
        "RFC 7643 §4.1.1",
        "a user name that differs only in case is taken too",
        &async |probe: &mut Probe| {
            let made = probe.user("taken").await?;
            let mut body = person(&probe.fresh("second"));
            set(&mut body, "userName", address(&made.name).to_uppercase());
            probe.post("/Users", &body).await?.refused(409)
        },
    ),
    must(
        "uniqueness.put",
        "RFC 7644 §3.5.1, §3.12",
        "a replacement cannot take another's user name, and changes nothing",
        &async |probe: &mut Probe| {
            let (one, other) = (probe.user("one").await?, probe.user("other").await?);
            let mut body = person(&other.name);
            set(&mut body, "userName", address(&one.name));
            probe.put(&other.path, &body).await?.refused(409)?;
            json::same(&probe.read(&other.path).await?, "/userName", address(&other.name))
        },
    ),
    must(
        "uniqueness.patch",
        "RFC 7644 §3.5.2, §3.12",
        "a PATCH cannot take another's user name, and changes nothing",
        &async |probe: &mut Probe| {
            let (one, other) = (probe.user("one").await?, probe.user("other").await?);
            let operations =
                json!([{"op": "replace", "path": "userName", "value": address(&one.name)}]);
            probe.patch(&other.path, operations).await?.refused(409)?;
            json::same(&probe.read(&other.path).await?, "/userName", address(&other.name))
        },
    )
    .needs(&[Feature::Patch]),
    should(
        "uniqueness.detail",
        "RFC 7644 §3.12",
        "the refusal says in detail what is taken",
        &async |probe: &mut Probe| {
            let made = probe.user("taken").await?;
            let answer = probe.post("/Users", &person(&made.name)).await?;
            answer.refused(409)?;
            require!(answer.detail().is_some_and(|detail| !detail.is_empty()), "detail is missing");
            Ok(())
        },
    ),
    must(
        "uniqueness.own-name",
        "RFC 7643 §4.1.1",
        "a user may be replaced under its own name, and take it in other case",
        &async |probe: &mut Probe| {
            let made = probe.user("own").await?;
            let mut body = person(&made.name);
            probe.put(&made.path, &body).await?.status(200)?;
            set(&mut body, "userName", address(&made.name).to_uppercase());
            probe.put(&made.path, &body).await?.status(200).map(drop)
        },
    ),
    provider(
        "uniqueness.address",
        "Okta, Entra: people who share a mailbox",
        "two users may have the same e-mail address",
        &async |probe: &mut Probe| {
            let made = probe.user("shared").await?;
            let shared = json!([{"value": address(&made.name), "type": "work"}]);
            probe.created("sharing", |body| set(body, "emails", shared)).await.map(drop)
        },
    ),
    provider(
        "uniqueness.found",
        "Okta, authentik: a clash is followed by a look-up",
        "who has the name is found by a filter in any case",
        &async |probe: &mut Probe| {
            let made = probe.user("holder").await?;
            let name = address(&made.name).to_uppercase();
            probe.find(&format!("userName eq {}", quoted(&name))).await?.only(&made.id)
        },
    )
    .needs(&[Feature::Filter]),
    provider(
        "uniqueness.renamed",
        "people who marry",
        "a name that its user gave up can be taken by another",
        &async |probe: &mut Probe| {
            let made = probe.user("old").await?;
            let mut body = person(&made.name);
            set(&mut body, "userName", address(&probe.fresh("married")));
            probe.put(&made.path, &body).await?.status(200)?;
            let mut heir = person(&probe.fresh("heir"));
            set(&mut heir, "userName", address(&made.name));
            let answer = probe.post("/Users", &heir).await?;
            Resource::made("/Users", made.name, &answer).map(drop)
        },
    ),
];

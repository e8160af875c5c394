//! The end of a user, and what comes after it (RFC 7644 §3.6).

use serde_json::json;

use super::is_person;
use crate::check::{Check, must, provider, should};
use crate::json;
use crate::offer::Feature;
use crate::person::{address, person, set};
use crate::probe::Probe;
use crate::resource::Resource;
use crate::text::quoted;

pub(super) const CHECKS: &[Check] = &[
    must(
        "user.delete",
        "RFC 7644 §3.6",
        "a deletion is answered with 204 and no body",
        &async |probe: &mut Probe| {
            let made = probe.user("gone").await?;
            let answer = probe.delete(&made.path).await?;
            answer.status(204)?.empty()
        },
    ),
    must(
        "user.delete.then-404",
        "RFC 7644 §3.6",
        "a deleted user is 404 to GET, PUT, PATCH and DELETE",
        &async |probe: &mut Probe| {
            let made = probe.user("gone").await?;
            probe.delete(&made.path).await?.status(204)?;
            let operations = json!([{"op": "replace", "path": "active", "value": true}]);
            probe.get(&made.path).await?.refused(404)?;
            probe.put(&made.path, &person(&made.name)).await?.refused(404)?;
            probe.patch(&made.path, operations).await?.refused_by(&[404, 501])?;
            probe.delete(&made.path).await?.refused(404)
        },
    ),
    must(
        "user.delete.not-found",
        "RFC 7644 §3.6",
        "a deleted user is in no list any more",
        &async |probe: &mut Probe| {
            let made = probe.user("gone").await?;
            probe.delete(&made.path).await?.status(204)?;
            let filter = format!("userName eq {}", quoted(&address(&made.name)));
            probe.find(&filter).await?.nothing()
        },
    )
    .needs(&[Feature::Filter]),
    should(
        "user.delete.again",
        "RFC 7644 §3.6",
        "after a deletion the same user name can be created again",
        &async |probe: &mut Probe| {
            let made = probe.user("back").await?;
            probe.delete(&made.path).await?.status(204)?;
            let answer = probe.post("/Users", &person(&made.name)).await?;
            let back = Resource::made("/Users", made.name.clone(), &answer)?;
            is_person(&probe.read(&back.path).await?, &back.name)
        },
    ),
    provider(
        "user.inactive.visible",
        "Okta, Entra: deactivated people are looked up",
        "a deactivated user can be read and is found by filters, with active false",
        &async |probe: &mut Probe| {
            let made = probe.user("off").await?;
            let mut body = person(&made.name);
            set(&mut body, "active", false);
            probe.put(&made.path, &body).await?.status(200)?;
            json::same(&probe.read(&made.path).await?, "/active", false)?;
            let filter = format!("userName eq {}", quoted(&address(&made.name)));
            let list = probe.find(&filter).await?;
            list.only(&made.id)?;
            json::same(&list.body, "/Resources/0/active", false)
        },
    ),
];

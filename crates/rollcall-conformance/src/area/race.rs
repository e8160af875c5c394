//! Requests side by side. Identity providers send many at a time; what is answered with success must be there
//! afterwards.

use serde_json::json;

use crate::check::{Area, Check, must, provider};
use crate::json;
use crate::offer::Feature;
use crate::outcome::require;
use crate::person::{address, person};
use crate::probe::Probe;
use crate::request::Request;
use crate::text::quoted;

pub(crate) const AREA: Area = Area {
    name: "race",
    title: "requests side by side: no double, no lost change",
    needs: &[],
    checks: &[CHECKS],
};

/// As many requests as run side by side.
const WRITERS: usize = 8;

const CHECKS: &[Check] = &[
    must(
        "race.create",
        "RFC 7643 §4.1.1, RFC 7644 §3.3",
        "of eight creations of one user name at the same time, one succeeds",
        &async |probe: &mut Probe| {
            let name = probe.fresh("race");
            let requests = vec![Request::post("/Users", &person(&name)); WRITERS];
            let answers = probe.send_all(&requests).await?;
            let made = answers.iter().filter(|answer| answer.is_success()).count();
            require!(made == 1, "{made} of {WRITERS} succeeded");
            for answer in answers.iter().filter(|answer| !answer.is_success()) {
                answer.refused_by(&[409, 429, 503])?;
            }
            if probe.offered(Feature::Filter).is_ok() {
                let filter = format!("userName eq {}", quoted(&address(&name)));
                let found = probe.find(&filter).await?.total;
                require!(found == 1, "{found} users have the name");
            }
            Ok(())
        },
    ),
    must(
        "race.patch",
        "RFC 7644 §3.5.2",
        "of two changes of different attributes at the same time, none is lost",
        &async |probe: &mut Probe| {
            for _ in 0..4 {
                let made = probe.user("race").await?;
                let name = json!([{"op": "replace", "path": "name.givenName", "value": "Bea"}]);
                let off = json!([{"op": "replace", "path": "active", "value": false}]);
                let requests =
                    [Request::patch(&made.path, &name), Request::patch(&made.path, &off)];
                let answers = probe.send_all(&requests).await?;
                let user = probe.read(&made.path).await?;
                if answers.first().is_some_and(crate::answer::Answer::is_success) {
                    json::same(&user, "/name/givenName", "Bea")?;
                }
                if answers.get(1).is_some_and(crate::answer::Answer::is_success) {
                    json::same(&user, "/active", false)?;
                }
            }
            Ok(())
        },
    )
    .needs(&[Feature::Patch]),
    must(
        "race.members",
        "RFC 7644 §3.5.2.1",
        "of eight members that are added at the same time, none is lost",
        &async |probe: &mut Probe| {
            let group = probe.group("race", &[]).await?;
            let mut people = Vec::with_capacity(WRITERS);
            for _ in 0..WRITERS {
                people.push(probe.user("race").await?);
            }
            let add = |id: &str| json!([{"op": "add", "path": "members", "value": [{"value": id}]}]);
            let requests: Vec<Request> =
                people.iter().map(|one| Request::patch(&group.path, &add(&one.id))).collect();
            let answers = probe.send_all(&requests).await?;
            let members = probe.members(&group).await?;
            for (one, answer) in people.iter().zip(&answers) {
                let there = members.contains(&one.id);
                require!(there || !answer.is_success(), "a member that was added is not there");
            }
            require!(members.len() <= WRITERS, "there are {} members", members.len());
            Ok(())
        },
    )
    .needs(&[Feature::Groups, Feature::Patch]),
    provider(
        "race.all-succeed",
        "SailPoint: many changes of one group at a time, none repeated",
        "eight members that are removed at the same time are all removed, and no request is refused",
        &async |probe: &mut Probe| {
            let mut people = Vec::with_capacity(WRITERS);
            for _ in 0..WRITERS {
                people.push(probe.user("race").await?);
            }
            let group = probe.group("race", &people.iter().collect::<Vec<_>>()).await?;
            let remove = |id: &str| {
                json!([{"op": "remove", "path": format!("members[value eq \"{id}\"]")}])
            };
            let requests: Vec<Request> =
                people.iter().map(|one| Request::patch(&group.path, &remove(&one.id))).collect();
            for answer in probe.send_all(&requests).await? {
                answer.one_of(&[200, 204])?;
            }
            let left = probe.members(&group).await?;
            require!(left.is_empty(), "{} members are left", left.len());
            Ok(())
        },
    )
    .needs(&[Feature::Groups, Feature::Patch]),
];

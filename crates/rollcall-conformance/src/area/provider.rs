//! What identity providers other than Okta and Microsoft Entra ID send; each check's id names whose it is.

use serde_json::json;

use crate::check::{Area, Check, provider};
use crate::json;
use crate::offer::Feature;
use crate::outcome::require;
use crate::person::{address, person, remove, set};
use crate::probe::{List, Probe};
use crate::request::Request;
use crate::resource::Resource;

pub(crate) const AREA: Area = Area {
    name: "provider",
    title: "requests as Google, OneLogin, JumpCloud, Ping, authentik and others write them",
    needs: &[],
    checks: &[CHECKS],
};

const CHECKS: &[Check] = &[
    provider(
        "provider.google.test",
        "Google Workspace: set-up",
        "a list of one user is answered",
        &async |probe: &mut Probe| List::read(&probe.get("/Users?count=1").await?).map(drop),
    ),
    provider(
        "provider.google.suspended",
        "Google Workspace: deprovisioning",
        "a suspended user is created, activated, suspended and deleted",
        &async |probe: &mut Probe| {
            let made = probe.user_with("google", |body| set(body, "active", false)).await?;
            for active in [true, false] {
                let mut body = person(&made.name);
                set(&mut body, "active", active);
                probe.put(&made.path, &body).await?.status(200)?;
                json::same(&probe.read(&made.path).await?, "/active", active)?;
            }
            probe.delete(&made.path).await?.status(204).map(drop)
        },
    ),
    provider(
        "provider.onelogin.template",
        "OneLogin: JSON templates",
        "the URN of SCIM 1.1 and unresolved macros as empty texts are taken",
        &async |probe: &mut Probe| {
            let made = probe
                .created("onelogin", |body| {
                    set(body, "schemas", json!(["urn:scim:schemas:core:1.0"]));
                    set(body, "title", "");
                    set(body, "locale", "");
                })
                .await?;
            json::same(&made.body, "/userName", address(&made.name))
        },
    ),
    provider(
        "provider.onelogin.json",
        "OneLogin: content type",
        "a client that takes application/json alone is answered with it",
        &async |probe: &mut Probe| {
            let request = Request::get("/Users?count=1").header("accept", "application/json");
            let answer = probe.send(request).await?;
            answer.ok(200)?;
            let found = answer.media_type();
            require!(found == "application/json", "the type is {found:?}");
            Ok(())
        },
    ),
    provider(
        "provider.jumpcloud.test",
        "JumpCloud: test of the connection",
        "a user and a group are created, changed and deleted in one go",
        &async |probe: &mut Probe| {
            let user = probe.user("jumpcloud").await?;
            let group = probe.group("jumpcloud", &[]).await?;
            let mut body = person(&user.name);
            set(&mut body, "name", json!({"givenName": "Bea", "familyName": "Other"}));
            probe.put(&user.path, &body).await?.status(200)?;
            let add = json!([{"op": "add", "path": "members", "value": [{"value": user.id}]}]);
            probe.patch(&group.path, add).await?.one_of(&[200, 204])?;
            probe.delete(&group.path).await?.status(204)?;
            probe.delete(&user.path).await?.status(204).map(drop)
        },
    )
    .needs(&[Feature::Groups, Feature::Patch]),
    provider(
        "provider.ping.groups",
        "PingFederate: groups are matched by listing them",
        "all groups are listed, without their members where that is asked for",
        &async |probe: &mut Probe| {
            probe.group("ping", &[]).await?;
            let parameters = [("excludedAttributes", "members"), ("startIndex", "1")];
            let list = probe.list("/Groups", &parameters).await?;
            for one in &list.resources {
                json::text(one, "/displayName")?;
                require!(one.get("members").is_none(), "members are there");
            }
            Ok(())
        },
    )
    .needs(&[Feature::Groups]),
    provider(
        "provider.authentik.adopts",
        "authentik: a clash is followed by an adoption",
        "after 409 the user is found by userName and can be put",
        &async |probe: &mut Probe| {
            let made = probe.user("adopted").await?;
            let mut body = person(&made.name);
            set(&mut body, "externalId", format!("authentik-{}", made.name));
            probe.post("/Users", &body).await?.refused_as(409, "uniqueness")?;
            let filter = format!("userName eq \"{}\"", address(&made.name));
            probe.find(&filter).await?.only(&made.id)?;
            let user = probe.put(&made.path, &body).await?.ok(200)?;
            json::same(&user, "/externalId", format!("authentik-{}", made.name))
        },
    )
    .needs(&[Feature::Filter]),
    provider(
        "provider.authentik.patch",
        "authentik: groups",
        "a PATCH of a group with several attributes and no path is taken",
        &async |probe: &mut Probe| {
            let made = probe.group("authentik", &[]).await?;
            let name = probe.fresh("renamed");
            let value = json!({"displayName": name, "externalId": format!("ext-{name}")});
            let replace = json!([{"op": "replace", "value": value}]);
            let read = probe.patched(&made.path, replace).await?;
            json::same(&read, "/displayName", name.clone())?;
            json::same(&read, "/externalId", format!("ext-{name}"))
        },
    )
    .needs(&[Feature::Groups, Feature::Patch]),
    provider(
        "provider.keycloak.id",
        "Keycloak: bodies carry the client's own id",
        "an id of the client's in a creation is passed over, and the user has one of the server's",
        &async |probe: &mut Probe| {
            let name = probe.fresh("keycloak");
            let own = format!("local-{name}");
            let mut body = person(&name);
            set(&mut body, "id", own.clone());
            let answer = probe.post("/Users", &body).await?;
            let made = Resource::made("/Users", name, &answer)?;
            require!(made.id != own, "the id is the client's");
            Ok(())
        },
    ),
    provider(
        "provider.rippling.twice",
        "Rippling: a creation is sent twice",
        "the second creation is a clean 409, and one user is there",
        &async |probe: &mut Probe| {
            let made = probe.user("twice").await?;
            probe.post("/Users", &person(&made.name)).await?.refused_as(409, "uniqueness")?;
            let filter = format!("externalId eq \"ext-{}\"", made.name);
            probe.find(&filter).await?.only(&made.id)
        },
    )
    .needs(&[Feature::Filter]),
    provider(
        "provider.sailpoint.complex",
        "SailPoint: replace of one complex attribute",
        "replace of an attribute that has no value yet sets it",
        &async |probe: &mut Probe| {
            let made = probe.user_with("sailpoint", |body| remove(body, "displayName")).await?;
            probe.published(crate::person::USER, "nickName")?;
            let replace = json!([{"op": "replace", "path": "nickName", "value": "Nana"}]);
            json::same(&probe.patched(&made.path, replace).await?, "/nickName", "Nana")
        },
    )
    .needs(&[Feature::Patch]),
];

//! What Okta sends (Okta's SCIM 2.0 reference and provisioning FAQ, developer.okta.com). Its changes of
//! members are in `member.rs`.

use serde_json::{Value, json};

use crate::check::{Area, Check, provider};
use crate::json;
use crate::offer::Feature;
use crate::outcome::{Stop, require};
use crate::person::{USER, address, remove, set};
use crate::probe::Probe;
use crate::resource::Resource;
use crate::text::quoted;

pub(crate) const AREA: Area =
    Area { name: "okta", title: "requests as Okta writes them", needs: &[], checks: &[CHECKS] };

const SOURCE: &str = "Okta: SCIM 2.0 reference";

const CHECKS: &[Check] = &[
    provider(
        "okta.test",
        SOURCE,
        "the test of credentials, a list of one or two users, is answered",
        &async |probe: &mut Probe| {
            for query in ["startIndex=1&count=2", "count=1&startIndex=1"] {
                crate::probe::List::read(&probe.get(&format!("/Users?{query}")).await?)?;
            }
            Ok(())
        },
    ),
    provider(
        "okta.look-up",
        SOURCE,
        "the look-up before a creation finds one user or none",
        &async |probe: &mut Probe| {
            let made = probe.user("looked").await?;
            for (name, there) in [(made.name.clone(), true), (probe.fresh("nobody"), false)] {
                let filter = format!("userName eq {}", quoted(&address(&name)));
                let parameters =
                    [("filter", filter.as_str()), ("startIndex", "1"), ("count", "100")];
                let list = probe.list("/Users", &parameters).await?;
                if there { list.only(&made.id)? } else { list.nothing()? }
            }
            Ok(())
        },
    )
    .needs(&[Feature::Filter]),
    provider(
        "okta.create",
        SOURCE,
        "a creation with locale, groups and a password is answered with the whole user",
        &async |probe: &mut Probe| {
            let name = probe.fresh("okta");
            let body = json!({
                "schemas": [USER],
                "userName": address(&name),
                "name": {"givenName": "Test", "familyName": name},
                "emails": [{"primary": true, "value": address(&name), "type": "work"}],
                "displayName": "Test User",
                "locale": "en-US",
                "externalId": format!("00u{name}"),
                "groups": [],
                "password": "1mz050nq",
                "active": true,
            });
            let answer = probe.post("/Users", &body).await?;
            let made = Resource::made("/Users", name, &answer)?;
            json::same(&made.body, "/userName", address(&made.name))?;
            json::same(&made.body, "/externalId", format!("00u{}", made.name))?;
            json::absent(&made.body, "/password")
        },
    ),
    provider(
        "okta.deactivate",
        SOURCE,
        "a PATCH without a path switches off and on again",
        &async |probe: &mut Probe| {
            let made = probe.user("switched").await?;
            for active in [false, true, false] {
                let replace = json!([{"op": "replace", "value": {"active": active}}]);
                let user = probe.patched(&made.path, replace).await?;
                json::same(&user, "/active", active)?;
                json::same(&user, "/userName", address(&made.name))?;
            }
            Ok(())
        },
    )
    .needs(&[Feature::Patch]),
    provider(
        "okta.deactivate.put",
        SOURCE,
        "the user is read, switched off and put back whole",
        &async |probe: &mut Probe| {
            let made = probe.user("put").await?;
            for active in [false, true] {
                let mut whole = probe.read(&made.path).await?;
                set(&mut whole, "active", active);
                probe.put(&made.path, &whole).await?.status(200)?;
                json::same(&probe.read(&made.path).await?, "/active", active)?;
            }
            Ok(())
        },
    ),
    provider(
        "okta.password",
        SOURCE,
        "a PATCH with a password succeeds, and the password does not come back",
        &async |probe: &mut Probe| {
            let made = probe.user("password").await?;
            let replace = json!([{"op": "replace", "value": {"password": "An0ther-S3cret"}}]);
            json::absent(&probe.patched(&made.path, replace).await?, "/password")
        },
    )
    .needs(&[Feature::Patch]),
    provider(
        "okta.assigned-again",
        SOURCE,
        "somebody inactive is found and switched on, and stays the same user",
        &async |probe: &mut Probe| {
            let made = probe.user_with("again", |body| set(body, "active", false)).await?;
            let filter = format!("userName eq {}", quoted(&address(&made.name)));
            let found = probe.find(&filter).await?;
            found.only(&made.id)?;
            json::same(&found.body, "/Resources/0/active", false)?;
            let replace = json!([{"op": "replace", "value": {"active": true}}]);
            let user = probe.patched(&made.path, replace).await?;
            json::same(&user, "/active", true)?;
            json::same(&user, "/id", made.id)
        },
    )
    .needs(&[Feature::Filter, Feature::Patch]),
    provider(
        "okta.import",
        SOURCE,
        "an import of pages of 100 ends, and its numbers are numbers",
        &async |probe: &mut Probe| {
            probe.user("imported").await?;
            let list = probe.list("/Users", &[("startIndex", "1"), ("count", "100")]).await?;
            let expected = list.total.min(100);
            let found = u64::try_from(list.resources.len()).unwrap_or(u64::MAX);
            require!(found == expected, "the page has {found} users of {}", list.total);
            json::same(&list.body, "/itemsPerPage", found)
        },
    ),
    provider(
        "okta.entitlements",
        "Okta: SCIM with entitlements",
        "types with Okta's schemas of roles and entitlements are listed, each with id and displayName",
        &async |probe: &mut Probe| {
            let own = |one: &&Value| {
                let schema = one.get("schema").and_then(Value::as_str);
                schema.is_some_and(|urn| urn.starts_with("urn:okta:scim:schemas:core:1.0:"))
            };
            let types = probe.list("/ResourceTypes", &[]).await?.resources;
            let endpoints = types.iter().filter(own).map(|one| json::text(one, "/endpoint"));
            let endpoints = endpoints.collect::<Result<Vec<_>, _>>()?;
            if endpoints.is_empty() {
                return Err(Stop::NotOffered("ResourceTypes names no type of Okta's".to_owned()));
            }
            for endpoint in endpoints {
                let parameters = [("count", "1"), ("startIndex", "1")];
                for one in probe.list(endpoint, &parameters).await?.resources {
                    json::text(&one, "/id")?;
                    json::text(&one, "/displayName")?;
                }
            }
            Ok(())
        },
    ),
    provider(
        "okta.group.put",
        SOURCE,
        "a group is read and put back whole, with display in its members",
        &async |probe: &mut Probe| {
            let one = probe.user("one").await?;
            let made = probe.group("put", &[&one]).await?;
            let mut whole = probe.read(&made.path).await?;
            let members = json!([{"value": one.id, "display": address(&one.name)}]);
            set(&mut whole, "members", members);
            remove(&mut whole, "schemas");
            probe.put(&made.path, &whole).await?.one_of(&[200, 204])?;
            let found = probe.members(&made).await?;
            require!(found == [one.id], "members are {found:?}");
            Ok(())
        },
    )
    .needs(&[Feature::Groups]),
];

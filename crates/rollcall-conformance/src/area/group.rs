//! Groups from creation to deletion (RFC 7643 §4.2).

use serde_json::{Value, json};

use crate::check::{Area, Check, must, provider, should};
use crate::json;
use crate::offer::Feature;
use crate::outcome::require;
use crate::person::{GROUP, group, person, remove, set};
use crate::probe::Probe;
use crate::resource::Resource;
use crate::text::quoted;

pub(crate) const AREA: Area = Area {
    name: "group",
    title: "groups: creation, reading, replacement, deletion",
    needs: &[Feature::Groups],
    checks: &[LIFE, RELATIONS],
};

const LIFE: &[Check] = &[
    must(
        "group.create",
        "RFC 7644 §3.3, RFC 7643 §4.2",
        "a group is created with 201, its name, an id and its place",
        &async |probe: &mut Probe| {
            let name = probe.fresh("group");
            let answer = probe.post("/Groups", &group(&name, &[])).await?;
            let made = Resource::made("/Groups", name, &answer)?;
            json::same(&made.body, "/displayName", made.name.clone())?;
            json::same(&made.body, "/meta/resourceType", "Group")?;
            let location = json::text(&made.body, "/meta/location")?;
            require!(location.ends_with(&made.path), "meta.location is {location:?}");
            let schemas = json::list(&made.body, "/schemas");
            require!(schemas.iter().any(|urn| urn == GROUP), "schemas lacks {GROUP}");
            Ok(())
        },
    ),
    must(
        "group.create.members",
        "RFC 7643 §4.2",
        "members of a creation are kept",
        &async |probe: &mut Probe| {
            let (one, other) = (probe.user("one").await?, probe.user("other").await?);
            let group = probe.group("group", &[&one, &other]).await?;
            let mut expected = vec![one.id, other.id];
            expected.sort();
            let found = probe.members(&group).await?;
            require!(found == expected, "members are {found:?} instead of {expected:?}");
            Ok(())
        },
    ),
    should(
        "group.create.unnamed",
        "RFC 7643 §4.2",
        "a group without displayName is refused with 400",
        &async |probe: &mut Probe| {
            let mut body = group("", &[]);
            remove(&mut body, "displayName");
            probe.post("/Groups", &body).await?.refused(400)
        },
    ),
    provider(
        "group.create.without-members",
        "Okta, Entra: groups are made before they are filled",
        "a group is created without members, or with members null",
        &async |probe: &mut Probe| {
            for members in [None, Some(Value::Null)] {
                let name = probe.fresh("empty");
                let mut body = group(&name, &[]);
                match members {
                    None => remove(&mut body, "members"),
                    Some(null) => set(&mut body, "members", null),
                }
                let answer = probe.post("/Groups", &body).await?;
                Resource::made("/Groups", name, &answer)?;
            }
            Ok(())
        },
    ),
    must(
        "group.read",
        "RFC 7644 §3.4.1",
        "a group is read as it was created",
        &async |probe: &mut Probe| {
            let made = probe.group("read", &[]).await?;
            let read = probe.read(&made.path).await?;
            json::same(&read, "/id", made.id)?;
            json::same(&read, "/displayName", made.name)
        },
    ),
    must(
        "group.list",
        "RFC 7644 §3.4.2",
        "/Groups is a list of groups",
        &async |probe: &mut Probe| {
            probe.group("listed", &[]).await?;
            let list = probe.list("/Groups", &[("startIndex", "1"), ("count", "2")]).await?;
            require!(list.total > 0 && !list.resources.is_empty(), "the list is empty");
            for one in &list.resources {
                json::text(one, "/id")?;
                json::text(one, "/displayName")?;
            }
            Ok(())
        },
    ),
    must(
        "group.replace",
        "RFC 7644 §3.5.1",
        "a replacement sets name and members as a whole",
        &async |probe: &mut Probe| {
            let (one, other) = (probe.user("one").await?, probe.user("other").await?);
            let made = probe.group("replaced", &[&one]).await?;
            let name = probe.fresh("renamed");
            let answer = probe.put(&made.path, &group(&name, &[&other.id])).await?;
            answer.one_of(&[200, 204])?;
            let read = probe.read(&made.path).await?;
            json::same(&read, "/displayName", name)?;
            let found = json::values(&read, "/members");
            require!(found == [other.id], "members are {found:?}");
            Ok(())
        },
    ),
    must(
        "group.rename",
        "RFC 7644 §3.5.2.3",
        "replace of displayName leaves the members alone",
        &async |probe: &mut Probe| {
            let one = probe.user("one").await?;
            let made = probe.group("renamed", &[&one]).await?;
            let name = probe.fresh("named");
            let replace = json!([{"op": "replace", "path": "displayName", "value": name}]);
            let read = probe.patched(&made.path, replace).await?;
            json::same(&read, "/displayName", name)?;
            let found = json::values(&read, "/members");
            require!(found == [one.id], "members are {found:?}");
            Ok(())
        },
    )
    .needs(&[Feature::Patch]),
    must(
        "group.delete",
        "RFC 7644 §3.6",
        "a deletion is answered with 204; then the group is 404, and its members stay",
        &async |probe: &mut Probe| {
            let one = probe.user("one").await?;
            let made = probe.group("gone", &[&one]).await?;
            probe.delete(&made.path).await?.status(204)?;
            probe.get(&made.path).await?.refused(404)?;
            probe.delete(&made.path).await?.refused(404)?;
            json::same(&probe.read(&one.path).await?, "/active", true)
        },
    ),
    must(
        "group.unknown",
        "RFC 7644 §3.12",
        "a group that is not there is refused with 404 and a SCIM error",
        &async |probe: &mut Probe| {
            let path = format!("/Groups/{}", probe.fresh("nobody"));
            probe.get(&path).await?.refused(404)?;
            probe.put(&path, &group("x", &[])).await?.refused(404)?;
            probe.delete(&path).await?.refused(404)
        },
    ),
];

const RELATIONS: &[Check] = &[
    should(
        "group.of-user",
        "RFC 7643 §4.1.2",
        "a user shows the groups that it is in, and no more once it has left",
        &async |probe: &mut Probe| {
            let one = probe.user("one").await?;
            let made = probe.group("shown", &[&one]).await?;
            let read = probe.read(&one.path).await?;
            let shown = json::element(&read, "/groups", "value", &made.id)?;
            if shown.get("display").is_some() {
                json::same(shown, "/display", made.name.clone())?;
            }
            probe.put(&made.path, &group(&made.name, &[])).await?.one_of(&[200, 204])?;
            let left = json::values(&probe.read(&one.path).await?, "/groups");
            require!(!left.contains(&made.id), "the group is still shown");
            Ok(())
        },
    ),
    must(
        "group.of-user.read-only",
        "RFC 7643 §4.1.2",
        "groups cannot be changed from the user",
        &async |probe: &mut Probe| {
            let one = probe.user("one").await?;
            let made = probe.group("fixed", &[]).await?;
            let mut body = person(&one.name);
            set(&mut body, "groups", json!([{"value": made.id}]));
            probe.put(&one.path, &body).await?.status(200)?;
            let found = probe.members(&made).await?;
            require!(found.is_empty(), "members are {found:?}");
            Ok(())
        },
    ),
    should(
        "group.member-deleted",
        "RFC 7643 §4.2, RFC 7644 §3.6",
        "a user who is deleted is no member any more",
        &async |probe: &mut Probe| {
            let (one, other) = (probe.user("one").await?, probe.user("other").await?);
            let made = probe.group("left", &[&one, &other]).await?;
            probe.delete(&one.path).await?.status(204)?;
            let found = probe.members(&made).await?;
            require!(found == [other.id], "members are {found:?}");
            Ok(())
        },
    ),
    provider(
        "group.found",
        "Okta, Entra: groups are looked up by name",
        "displayName is found without regard to case, with quotes and backslashes in it",
        &async |probe: &mut Probe| {
            let name = format!("{} \"R&D\" \\ Zoë", probe.fresh("found"));
            let answer = probe.post("/Groups", &group(&name, &[])).await?;
            let made = Resource::made("/Groups", name.clone(), &answer)?;
            for name in [name.clone(), name.to_lowercase(), name.to_uppercase()] {
                let filter = format!("displayName eq {}", quoted(&name));
                let parameters =
                    [("filter", filter.as_str()), ("startIndex", "1"), ("count", "100")];
                probe.list("/Groups", &parameters).await?.only(&made.id)?;
            }
            Ok(())
        },
    )
    .needs(&[Feature::Filter]),
    provider(
        "group.external-id",
        "Microsoft Entra: groups have an externalId",
        "externalId of a group is kept, and groups are found by it",
        &async |probe: &mut Probe| {
            let name = probe.fresh("external");
            let mut body = group(&name, &[]);
            set(&mut body, "externalId", format!("ext-{name}"));
            let answer = probe.post("/Groups", &body).await?;
            let made = Resource::made("/Groups", name, &answer)?;
            json::same(&made.body, "/externalId", format!("ext-{}", made.name))?;
            let filter = format!("externalId eq \"ext-{}\"", made.name);
            probe.list("/Groups", &[("filter", &filter)]).await?.only(&made.id)
        },
    )
    .needs(&[Feature::Filter]),
];

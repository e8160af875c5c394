//! What an answer shows: `attributes` and `excludedAttributes` (RFC 7644 §3.9).

use serde_json::{Value, json};

use crate::check::{Area, Check, must, provider, should};
use crate::json;
use crate::offer::Feature;
use crate::outcome::{Outcome, require};
use crate::person::{ENTERPRISE, USER, address, person, set};
use crate::probe::Probe;
use crate::request::Request;
use crate::resource::Resource;
use crate::text::quoted;

pub(crate) const AREA: Area = Area {
    name: "projection",
    title: "attributes and excludedAttributes, wherever a resource is answered",
    needs: &[],
    checks: &[READING, WRITING],
};

const READING: &[Check] = &[
    must(
        "projection.attributes",
        "RFC 7644 §3.4.2.5, §3.9",
        "attributes shows what it names, and the id, and nothing else",
        &async |probe: &mut Probe| {
            let user = shown(probe, "attributes=userName,emails").await?;
            holds(&user, &["id", "userName", "emails"], &["name", "externalId", "active"])
        },
    ),
    must(
        "projection.part",
        "RFC 7644 §3.9, §3.10",
        "attributes=name.givenName shows this part alone",
        &async |probe: &mut Probe| {
            let user = shown(probe, "attributes=name.givenName").await?;
            json::same(&user, "/name/givenName", "Ana")?;
            json::absent(&user, "/name/familyName")?;
            json::absent(&user, "/userName")
        },
    ),
    must(
        "projection.list-part",
        "RFC 7644 §3.9, §3.10",
        "attributes=emails.value shows the values without their types",
        &async |probe: &mut Probe| {
            let user = shown(probe, "attributes=emails.value").await?;
            json::text(&user, "/emails/0/value")?;
            json::absent(&user, "/emails/0/type")
        },
    ),
    must(
        "projection.excluded",
        "RFC 7644 §3.4.2.5, §3.9",
        "excludedAttributes hides what it names, and nothing else",
        &async |probe: &mut Probe| {
            let user = shown(probe, "excludedAttributes=emails,name").await?;
            holds(&user, &["id", "userName", "externalId", "active", "meta"], &["emails", "name"])
        },
    ),
    must(
        "projection.excluded-part",
        "RFC 7644 §3.9, §3.10",
        "excludedAttributes=name.familyName hides this part alone",
        &async |probe: &mut Probe| {
            let user = shown(probe, "excludedAttributes=name.familyName").await?;
            json::same(&user, "/name/givenName", "Ana")?;
            json::absent(&user, "/name/familyName")
        },
    ),
    must(
        "projection.always",
        "RFC 7643 §7 (returned: always), RFC 7644 §3.9",
        "the id cannot be excluded",
        &async |probe: &mut Probe| {
            let user = shown(probe, "excludedAttributes=id,userName").await?;
            json::text(&user, "/id").map(drop)
        },
    ),
    must(
        "projection.case",
        "RFC 7643 §2.1",
        "names are read in any case",
        &async |probe: &mut Probe| {
            let user = shown(probe, "attributes=USERNAME,Name.GIVENNAME").await?;
            holds(&user, &["id", "userName", "name"], &["emails"])
        },
    ),
    must(
        "projection.urn",
        "RFC 7644 §3.10",
        "names may have their schema's URN before them",
        &async |probe: &mut Probe| {
            let user = shown(probe, &format!("attributes={USER}:userName")).await?;
            holds(&user, &["id", "userName"], &["emails", "name"])
        },
    ),
    must(
        "projection.extension",
        "RFC 7644 §3.10",
        "a part of an extension is shown by its URN and name",
        &async |probe: &mut Probe| {
            let extension = json!({"department": "Care", "employeeNumber": "7"});
            let made = probe
                .user_with("shown", |body| {
                    set(body, "schemas", json!([USER, ENTERPRISE]));
                    set(body, ENTERPRISE, extension);
                })
                .await?;
            let path = format!("{}?attributes={ENTERPRISE}:department", made.path);
            let user = probe.read(&path).await?;
            json::same(&user, &format!("/{ENTERPRISE}/department"), "Care")?;
            json::absent(&user, &format!("/{ENTERPRISE}/employeeNumber"))?;
            json::absent(&user, "/userName")
        },
    )
    .needs(&[Feature::Enterprise]),
    provider(
        "projection.spaces",
        "lists as people write them",
        "spaces after the commas do no harm",
        &async |probe: &mut Probe| {
            let user = shown(probe, "attributes=userName,%20emails").await?;
            holds(&user, &["id", "userName", "emails"], &["name"])
        },
    ),
    should(
        "projection.unknown",
        "RFC 7644 §3.9",
        "a name that nobody knows shows nothing, and is no failure of the server",
        &async |probe: &mut Probe| {
            let made = probe.user("shown").await?;
            let answer = probe.get(&format!("{}?attributes=noSuchThing", made.path)).await?;
            if answer.status == 400 {
                return answer.refused(400);
            }
            holds(&answer.ok(200)?, &["id"], &["userName", "emails"])
        },
    ),
    must(
        "projection.in-lists",
        "RFC 7644 §3.4.2.5",
        "both parameters work on lists too",
        &async |probe: &mut Probe| {
            let made = probe.user("shown").await?;
            let filter = format!("userName eq {}", quoted(&address(&made.name)));
            for (name, value, shown, hidden) in [
                ("attributes", "userName", "userName", "emails"),
                ("excludedAttributes", "emails", "name", "emails"),
            ] {
                let list = probe.list("/Users", &[("filter", &filter), (name, value)]).await?;
                list.only(&made.id)?;
                let user = list.resources.first().cloned().unwrap_or_default();
                holds(&user, &["id", shown], &[hidden])?;
            }
            Ok(())
        },
    )
    .needs(&[Feature::Filter]),
    provider(
        "projection.members",
        "Microsoft Entra: groups are read without their members",
        "excludedAttributes=members hides them, alone and in a list",
        &async |probe: &mut Probe| {
            let user = probe.user("member").await?;
            let group = probe.group("shown", &[&user]).await?;
            let read = probe.read(&format!("{}?excludedAttributes=members", group.path)).await?;
            json::same(&read, "/displayName", group.name.clone())?;
            require!(read.get("members").is_none(), "members is there");
            let filter = format!("displayName eq {}", quoted(&group.name));
            let parameters = [("excludedAttributes", "members"), ("filter", &filter)];
            let list = probe.list("/Groups", &parameters).await?;
            list.only(&group.id)?;
            require!(list.body.pointer("/Resources/0/members").is_none(), "members is in the list");
            Ok(())
        },
    )
    .needs(&[Feature::Groups, Feature::Filter]),
];

/// A user as a query shows it.
async fn shown(probe: &mut Probe, query: &str) -> Result<Value, crate::outcome::Stop> {
    let made = probe.user("shown").await?;
    probe.read(&format!("{}?{query}", made.path)).await
}

fn holds(resource: &Value, shown: &[&str], hidden: &[&str]) -> Outcome {
    for name in shown {
        require!(resource.get(name).is_some(), "{name} is not shown");
    }
    for name in hidden {
        require!(resource.get(name).is_none(), "{name} is shown");
    }
    Ok(())
}

const WRITING: &[Check] = &[
    must(
        "projection.on-create",
        "RFC 7644 §3.9",
        "attributes works on a creation",
        &async |probe: &mut Probe| {
            let name = probe.fresh("shown");
            let answer = probe.post("/Users?attributes=userName", &person(&name)).await?;
            let made = Resource::made("/Users", name, &answer)?;
            holds(&made.body, &["id", "userName"], &["emails", "name"])
        },
    ),
    must(
        "projection.on-replace",
        "RFC 7644 §3.9",
        "attributes works on a replacement",
        &async |probe: &mut Probe| {
            let made = probe.user("shown").await?;
            let path = format!("{}?attributes=userName", made.path);
            let user = probe.put(&path, &person(&made.name)).await?.ok(200)?;
            holds(&user, &["id", "userName"], &["emails", "name"])
        },
    ),
    must(
        "projection.on-patch",
        "RFC 7644 §3.5.2",
        "a PATCH with attributes is answered with 200 and what they name",
        &async |probe: &mut Probe| {
            let made = probe.user("shown").await?;
            let operations = json!([{"op": "replace", "path": "name.givenName", "value": "Bea"}]);
            let path = format!("{}?attributes=userName,name.givenName", made.path);
            let user = probe.send(Request::patch(path, &operations)).await?.ok(200)?;
            json::same(&user, "/name/givenName", "Bea")?;
            holds(&user, &["id", "userName"], &["emails"])
        },
    )
    .needs(&[Feature::Patch]),
];

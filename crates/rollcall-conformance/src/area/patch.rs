//! PATCH of users as RFC 7644 §3.5.2 has it. What providers write instead is in `okta.rs` and `entra.rs`.

use serde_json::{Value, json};

use crate::check::{Area, Check, must, should};
use crate::json;
use crate::offer::Feature;
use crate::outcome::require;
use crate::person::{ENTERPRISE, USER, address, set};
use crate::probe::Probe;
use crate::resource::Resource;

mod refusal;

pub(crate) const AREA: Area = Area {
    name: "patch",
    title: "PATCH: add, replace, remove, paths, refusals, all or nothing",
    needs: &[Feature::Patch],
    checks: &[ADD, REPLACE, REMOVE, WHOLE, refusal::CHECKS],
};

const ADD: &[Check] = &[
    must(
        "patch.add",
        "RFC 7644 §3.5.2.1",
        "add gives an attribute a value",
        &async |probe: &mut Probe| {
            probe.published(USER, "title")?;
            let made = probe.user("add").await?;
            let add = json!([{"op": "add", "path": "title", "value": "Lead"}]);
            json::same(&probe.patched(&made.path, add).await?, "/title", "Lead")
        },
    ),
    must(
        "patch.add.no-path",
        "RFC 7644 §3.5.2.1",
        "add without a path takes each member of the value",
        &async |probe: &mut Probe| {
            let made = probe.user("add").await?;
            let value = json!({"name": {"givenName": "Bea"}, "active": false});
            let user = probe.patched(&made.path, json!([{"op": "add", "value": value}])).await?;
            json::same(&user, "/name/givenName", "Bea")?;
            json::same(&user, "/name/familyName", made.name)?;
            json::same(&user, "/active", false)
        },
    ),
    must(
        "patch.add.to-list",
        "RFC 7644 §3.5.2.1",
        "add to a list keeps what is there",
        &async |probe: &mut Probe| {
            let made = probe.user("add").await?;
            let other = address(&probe.fresh("home"));
            let value = json!([{"value": other, "type": "home"}]);
            let add = json!([{"op": "add", "path": "emails", "value": value}]);
            let user = probe.patched(&made.path, add).await?;
            json::element(&user, "/emails", "value", &address(&made.name))?;
            let found = json::element(&user, "/emails", "value", &other)?;
            json::same(found, "/type", "home")
        },
    ),
    must(
        "patch.add.same",
        "RFC 7644 §3.5.2.1",
        "adding a value that is there changes nothing, not even lastModified",
        &async |probe: &mut Probe| {
            let made = probe.user("add").await?;
            let before = probe.read(&made.path).await?;
            let value = json::at(&before, "/emails")?.clone();
            let add = json!([{"op": "add", "path": "emails", "value": value}]);
            let after = probe.patched(&made.path, add).await?;
            require!(after == before, "it is {after} instead of {before}");
            Ok(())
        },
    ),
    must(
        "patch.add.primary",
        "RFC 7644 §3.5.2",
        "a new primary value takes the mark from the old one",
        &async |probe: &mut Probe| {
            let made = probe.user("add").await?;
            let other = address(&probe.fresh("home"));
            let value = json!([{"value": other, "type": "home", "primary": true}]);
            let add = json!([{"op": "add", "path": "emails", "value": value}]);
            let user = probe.patched(&made.path, add).await?;
            json::same(json::element(&user, "/emails", "value", &other)?, "/primary", true)?;
            let old = json::element(&user, "/emails", "value", &address(&made.name))?;
            let primary = old.get("primary").and_then(Value::as_bool).unwrap_or(false);
            require!(!primary, "both are primary");
            Ok(())
        },
    ),
];

const REPLACE: &[Check] = &[
    must(
        "patch.replace",
        "RFC 7644 §3.5.2.3",
        "replace changes an attribute, and is answered with 200 and the user or with 204",
        &async |probe: &mut Probe| {
            let made = probe.user("replace").await?;
            let name = address(&probe.fresh("renamed"));
            let replace = json!([{"op": "replace", "path": "userName", "value": name}]);
            let answer = probe.patch(&made.path, replace).await?;
            if answer.status == 204 {
                answer.empty()?;
            } else {
                json::same(&answer.ok(200)?, "/userName", name.clone())?;
            }
            json::same(&probe.read(&made.path).await?, "/userName", name)
        },
    ),
    must(
        "patch.replace.part",
        "RFC 7644 §3.5.2.3, §3.10",
        "replace of a part leaves the other parts alone",
        &async |probe: &mut Probe| {
            let made = probe.user("replace").await?;
            let replace = json!([{"op": "replace", "path": "name.givenName", "value": "Bea"}]);
            let user = probe.patched(&made.path, replace).await?;
            json::same(&user, "/name/givenName", "Bea")?;
            json::same(&user, "/name/familyName", made.name)
        },
    ),
    must(
        "patch.replace.complex",
        "RFC 7644 §3.5.2.3",
        "replace of a complex attribute sets the parts that the value has",
        &async |probe: &mut Probe| {
            let made = probe.user("replace").await?;
            let value = json!({"givenName": "Bea", "familyName": "Other"});
            let replace = json!([{"op": "replace", "path": "name", "value": value}]);
            let user = probe.patched(&made.path, replace).await?;
            json::same(&user, "/name/givenName", "Bea")?;
            json::same(&user, "/name/familyName", "Other")
        },
    ),
    must(
        "patch.replace.no-path",
        "RFC 7644 §3.5.2.3",
        "replace without a path sets the members of the value, and no others",
        &async |probe: &mut Probe| {
            let made = probe.user("replace").await?;
            let value = json!({"active": false, "externalId": format!("new-{}", made.name)});
            let replace = json!([{"op": "replace", "value": value}]);
            let user = probe.patched(&made.path, replace).await?;
            json::same(&user, "/active", false)?;
            json::same(&user, "/externalId", format!("new-{}", made.name))?;
            json::same(&user, "/userName", address(&made.name))
        },
    ),
    must(
        "patch.replace.list",
        "RFC 7644 §3.5.2.3",
        "replace of a list replaces all of it",
        &async |probe: &mut Probe| {
            let made = probe.user("replace").await?;
            let other = address(&probe.fresh("only"));
            let value = json!([{"value": other, "type": "work"}]);
            let replace = json!([{"op": "replace", "path": "emails", "value": value}]);
            let found = json::values(&probe.patched(&made.path, replace).await?, "/emails");
            require!(found == [other], "emails are {found:?}");
            Ok(())
        },
    ),
    must(
        "patch.replace.selected",
        "RFC 7644 §3.5.2.3, §3.10",
        "replace of a part of the values that a filter selects leaves the others alone",
        &async |probe: &mut Probe| {
            let made = two_addresses(probe).await?;
            let new = address(&probe.fresh("work"));
            let path = "emails[type eq \"work\"].value";
            let replace = json!([{"op": "replace", "path": path, "value": new}]);
            let user = probe.patched(&made.path, replace).await?;
            let work = json::element(&user, "/emails", "type", "work")?;
            json::same(work, "/value", new)?;
            let home = json::element(&user, "/emails", "type", "home")?;
            json::same(home, "/value", home_of(&made))
        },
    ),
    must(
        "patch.replace.element",
        "RFC 7644 §3.5.2.3",
        "replace of the values that a filter selects replaces each of them whole",
        &async |probe: &mut Probe| {
            let made = two_addresses(probe).await?;
            let new = address(&probe.fresh("whole"));
            let value = json!({"value": new, "type": "work"});
            let path = "emails[type eq \"work\"]";
            let replace = json!([{"op": "replace", "path": path, "value": value}]);
            let user = probe.patched(&made.path, replace).await?;
            let mut expected = vec![new, home_of(&made)];
            expected.sort();
            let found = json::values(&user, "/emails");
            require!(found == expected, "emails are {found:?} instead of {expected:?}");
            Ok(())
        },
    ),
    must(
        "patch.replace.extension",
        "RFC 7644 §3.10",
        "a path with a URN leads into the extension, and schemas follows",
        &async |probe: &mut Probe| {
            let made = probe.user("replace").await?;
            let path = format!("{ENTERPRISE}:department");
            let add = json!([{"op": "add", "path": path, "value": "Care"}]);
            let user = probe.patched(&made.path, add).await?;
            json::same(&user, &format!("/{ENTERPRISE}/department"), "Care")?;
            let schemas = json::list(&user, "/schemas");
            require!(schemas.iter().any(|urn| urn == ENTERPRISE), "schemas lacks {ENTERPRISE}");
            Ok(())
        },
    )
    .needs(&[Feature::Enterprise]),
    must(
        "patch.replace.core-urn",
        "RFC 7644 §3.10",
        "a path may have the URN of the core schema before it, and be in any case",
        &async |probe: &mut Probe| {
            let made = probe.user("replace").await?;
            let path = format!("{USER}:NAME.givenname");
            let replace = json!([{"op": "replace", "path": path, "value": "Bea"}]);
            json::same(&probe.patched(&made.path, replace).await?, "/name/givenName", "Bea")
        },
    ),
];

/// A user with an address for work and one for home.
async fn two_addresses(probe: &mut Probe) -> Result<Resource, crate::outcome::Stop> {
    let made = probe.user("selected").await?;
    let value = json!([{"value": home_of(&made), "type": "home"}]);
    let add = json!([{"op": "add", "path": "emails", "value": value}]);
    probe.patched(&made.path, add).await?;
    Ok(made)
}

fn home_of(made: &Resource) -> String {
    address(&format!("{}-home", made.name))
}

const REMOVE: &[Check] = &[
    must(
        "patch.remove",
        "RFC 7644 §3.5.2.2",
        "remove takes an attribute away",
        &async |probe: &mut Probe| {
            probe.published(USER, "title")?;
            let made = probe.user_with("remove", |body| set(body, "title", "Lead")).await?;
            json::same(&probe.read(&made.path).await?, "/title", "Lead")?;
            let remove = json!([{"op": "remove", "path": "title"}]);
            json::absent(&probe.patched(&made.path, remove).await?, "/title")
        },
    ),
    must(
        "patch.remove.selected",
        "RFC 7644 §3.5.2.2",
        "remove with a filter takes away what it selects, and nothing else",
        &async |probe: &mut Probe| {
            let made = two_addresses(probe).await?;
            let remove = json!([{"op": "remove", "path": "emails[type eq \"home\"]"}]);
            let found = json::values(&probe.patched(&made.path, remove).await?, "/emails");
            require!(found == [address(&made.name)], "emails are {found:?}");
            Ok(())
        },
    ),
    must(
        "patch.remove.selected-part",
        "RFC 7644 §3.5.2.2, §3.10",
        "remove of a part of the values that a filter selects leaves the rest of them",
        &async |probe: &mut Probe| {
            let made = two_addresses(probe).await?;
            let path = "emails[type eq \"work\"].primary";
            let remove = json!([{"op": "remove", "path": path}]);
            let user = probe.patched(&made.path, remove).await?;
            let work = json::element(&user, "/emails", "type", "work")?;
            json::same(work, "/value", address(&made.name))?;
            let primary = work.get("primary").and_then(Value::as_bool).unwrap_or(false);
            require!(!primary, "primary is there still");
            Ok(())
        },
    ),
    must(
        "patch.remove.no-path",
        "RFC 7644 §3.5.2.2",
        "remove without a path is refused with 400 and scimType noTarget",
        &async |probe: &mut Probe| {
            let made = probe.user("remove").await?;
            probe.patch(&made.path, json!([{"op": "remove"}])).await?.refused_as(400, "noTarget")
        },
    ),
    must(
        "patch.remove.required",
        "RFC 7644 §3.5.2.2",
        "removing userName is refused with 400 and changes nothing",
        &async |probe: &mut Probe| {
            let made = probe.user("remove").await?;
            let remove = json!([{"op": "remove", "path": "userName"}]);
            probe.patch(&made.path, remove).await?.refused(400)?;
            json::same(&probe.read(&made.path).await?, "/userName", address(&made.name))
        },
    ),
];

const WHOLE: &[Check] = &[
    must(
        "patch.order",
        "RFC 7644 §3.5.2",
        "operations are carried out one after another",
        &async |probe: &mut Probe| {
            probe.published(USER, "title")?;
            let made = probe.user("order").await?;
            let operations = json!([
                {"op": "add", "path": "title", "value": "first"},
                {"op": "remove", "path": "title"},
                {"op": "add", "path": "title", "value": "second"},
                {"op": "replace", "path": "title", "value": "third"},
            ]);
            json::same(&probe.patched(&made.path, operations).await?, "/title", "third")
        },
    ),
    must(
        "patch.atomic",
        "RFC 7644 §3.5.2",
        "when one operation is refused, none is carried out",
        &async |probe: &mut Probe| {
            let made = probe.user("atomic").await?;
            let operations = json!([
                {"op": "replace", "path": "name.givenName", "value": "Bea"},
                {"op": "remove"},
            ]);
            probe.patch(&made.path, operations).await?.refused(400)?;
            json::same(&probe.read(&made.path).await?, "/name/givenName", "Ana")
        },
    ),
    should(
        "patch.no-change",
        "RFC 7644 §3.5.2, §3.14",
        "a PATCH that changes nothing keeps version and lastModified",
        &async |probe: &mut Probe| {
            let made = probe.user("same").await?;
            let before = probe.read(&made.path).await?;
            let replace = json!([{"op": "replace", "path": "active", "value": true}]);
            let after = probe.patched(&made.path, replace).await?;
            json::same(&after, "/meta", json::at(&before, "/meta")?.clone())
        },
    ),
    must(
        "patch.read-only",
        "RFC 7643 §7, RFC 7644 §3.5.2",
        "id and meta cannot be changed, whatever is answered",
        &async |probe: &mut Probe| {
            let made = probe.user("fixed").await?;
            for (path, value) in [("id", "another"), ("meta.created", "2001-01-01T00:00:00Z")] {
                let replace = json!([{"op": "replace", "path": path, "value": value}]);
                let answer = probe.patch(&made.path, replace).await?;
                if !answer.is_success() {
                    answer.declined()?;
                }
            }
            let user = probe.read(&made.path).await?;
            json::same(&user, "/id", made.id)?;
            json::same(&user, "/meta/created", json::at(&made.body, "/meta/created")?.clone())
        },
    ),
];

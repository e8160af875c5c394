//! What Microsoft Entra ID sends ("Develop a SCIM endpoint" and "Known issues with SCIM 2.0 protocol
//! compliance", learn.microsoft.com). Its changes of members are in `member.rs`.

use std::future::Future;
use std::pin::Pin;

use serde_json::{Value, json};

use crate::check::{Area, Check, Run, provider};
use crate::json;
use crate::offer::Feature;
use crate::outcome::{Outcome, Stop, require};
use crate::person::{ENTERPRISE, GROUP, USER, address, group, person, set};
use crate::probe::{List, Probe};
use crate::resource::Resource;

pub(crate) const AREA: Area = Area {
    name: "entra",
    title: "requests as Microsoft Entra ID writes them",
    needs: &[],
    checks: &[REQUESTS, PATCHES],
};

const SOURCE: &str = "Microsoft Entra: SCIM endpoint";

const REQUESTS: &[Check] = &[
    provider(
        "entra.test",
        SOURCE,
        "the test of the connection asks for nobody and is answered with 200 and an empty list",
        &async |probe: &mut Probe| {
            let name = probe.fresh("AzureAD_Test");
            let path = format!("/Users?filter=userName+eq+%22{name}%22");
            List::read(&probe.get(&path).await?)?.nothing()?;
            let path = format!("/Users?filter=externalId%20eq%20%22{name}%22");
            List::read(&probe.get(&path).await?)?.nothing()?;
            if probe.offered(Feature::Groups).is_err() {
                return Ok(());
            }
            let path =
                format!("/Groups?excludedAttributes=members&filter=displayName+eq+%22{name}%22");
            List::read(&probe.get(&path).await?)?.nothing()
        },
    )
    .needs(&[Feature::Filter]),
    provider(
        "entra.create",
        SOURCE,
        "a creation with the enterprise schema, meta and empty roles is answered with 201",
        &async |probe: &mut Probe| {
            let name = probe.fresh("entra");
            let mut body = person(&name);
            set(&mut body, "schemas", json!([USER, ENTERPRISE]));
            set(&mut body, "meta", json!({"resourceType": "User"}));
            set(&mut body, "roles", json!([]));
            let full = json!({
                "givenName": "Ana", "familyName": name, "formatted": format!("Ana {name}"),
            });
            set(&mut body, "name", full);
            let answer = probe.post("/Users", &body).await?;
            Resource::made("/Users", name, &answer).map(drop)
        },
    ),
    provider(
        "entra.group",
        SOURCE,
        "a group with a schema URN of Microsoft's own and an externalId is created",
        &async |probe: &mut Probe| {
            let name = probe.fresh("entra");
            let own = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
            let mut body = group(&name, &[]);
            set(&mut body, "schemas", json!([GROUP, own]));
            set(&mut body, "externalId", format!("ext-{name}"));
            set(&mut body, "meta", json!({"resourceType": "Group"}));
            let answer = probe.post("/Groups", &body).await?;
            Resource::made("/Groups", name, &answer).map(drop)
        },
    )
    .needs(&[Feature::Groups]),
    provider(
        "entra.manager-probe",
        SOURCE,
        "id eq and manager eq find the user of a manager",
        &async |probe: &mut Probe| {
            let (boss, made) = (probe.user("boss").await?, probe.user("managed").await?);
            let path = format!("{ENTERPRISE}:manager");
            let add = json!([{"op": "Add", "path": path, "value": boss.id}]);
            probe.patched(&made.path, add).await?;
            for (manager, there) in [(&boss.id, true), (&made.id, false)] {
                let filter = format!("id eq \"{}\" and manager eq \"{manager}\"", made.id);
                let parameters = [("filter", filter.as_str()), ("attributes", "id")];
                let list = probe.list("/Users", &parameters).await?;
                if there { list.only(&made.id)? } else { list.nothing()? }
            }
            Ok(())
        },
    )
    .needs(&[Feature::Enterprise, Feature::Filter, Feature::Patch]),
];

/// The operations of a PATCH, and what stands where afterwards. A text of the latter is JSON.
struct Patched(&'static str, &'static [(&'static str, &'static str)]);

impl Run for Patched {
    fn run<'a>(&'a self, probe: &'a mut Probe) -> Pin<Box<dyn Future<Output = Outcome> + 'a>> {
        Box::pin(async {
            let json = |text: &str| {
                serde_json::from_str::<Value>(text)
                    .map_err(|error| Stop::Skipped(format!("no JSON: {error}")))
            };
            if self.0.contains("enterprise") {
                probe.offered(Feature::Enterprise)?;
            }
            let made = probe.user("entra").await?;
            let user = probe.patched(&made.path, json(self.0)?).await?;
            for (pointer, expected) in self.1 {
                json::same(&user, pointer, json(expected)?)?;
            }
            json::same(&user, "/userName", address(&made.name))
        })
    }
}

const PATCHES: &[Check] = &[
    provider(
        "entra.boolean",
        SOURCE,
        "Replace of active by the text \"False\" switches off: whoever leaves must not stay active",
        &Patched(r#"[{"op":"Replace","path":"active","value":"False"}]"#, &[("/active", "false")]),
    ),
    provider(
        "entra.operations",
        SOURCE,
        "Add, Replace and Remove are read in any case",
        &Patched(
            r#"[{"op":"Add","path":"externalId","value":"e"},{"op":"REPLACE","path":"name.givenName","value":"Bea"}]"#,
            &[("/externalId", "\"e\""), ("/name/givenName", "\"Bea\"")],
        ),
    ),
    provider(
        "entra.makes-value",
        SOURCE,
        "Replace of emails[type eq \"home\"].value makes the value where there is none",
        &async |probe: &mut Probe| made_by(probe, "Replace").await,
    ),
    provider(
        "entra.makes-value.add",
        SOURCE,
        "Add of emails[type eq \"home\"].value makes the value where there is none",
        &async |probe: &mut Probe| made_by(probe, "Add").await,
    ),
    provider(
        "entra.urn-path",
        SOURCE,
        "a path with a URN leads into the enterprise extension",
        &Patched(
            r#"[{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"Care"}]"#,
            &[(
                "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department",
                "\"Care\"",
            )],
        ),
    ),
    provider(
        "entra.urn-alone",
        SOURCE,
        "a path that is a URN alone leads to the whole extension",
        &Patched(
            r#"[{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","value":{"department":"Care"}}]"#,
            &[(
                "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department",
                "\"Care\"",
            )],
        ),
    ),
    provider(
        "entra.keys",
        "Microsoft Entra: aadOptscim062020",
        "without a path, keys with dots and URNs are paths",
        &Patched(
            r#"[{"op":"replace","value":{"active":false,"name.givenName":"Kim","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber":"7"}}]"#,
            &[
                ("/active", "false"),
                ("/name/givenName", "\"Kim\""),
                (
                    "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/employeeNumber",
                    "\"7\"",
                ),
            ],
        ),
    ),
    provider(
        "entra.manager",
        SOURCE,
        "a manager given as a text, a list or an object is kept as manager.value",
        &async |probe: &mut Probe| {
            let (boss, made) = (probe.user("boss").await?, probe.user("managed").await?);
            let path = format!("{ENTERPRISE}:manager");
            for value in [
                json!(boss.id),
                json!([{"$ref": "../Users/x", "value": boss.id}]),
                json!({"value": boss.id}),
            ] {
                let add = json!([{"op": "Add", "path": path, "value": value}]);
                let user = probe.patched(&made.path, add).await?;
                json::same(&user, &format!("/{ENTERPRISE}/manager/value"), boss.id.clone())?;
                let remove = json!([{"op": "Remove", "path": path}]);
                let user = probe.patched(&made.path, remove).await?;
                json::absent(&user, &format!("/{ENTERPRISE}/manager"))?;
            }
            Ok(())
        },
    )
    .needs(&[Feature::Enterprise]),
    provider(
        "entra.reset",
        SOURCE,
        "Replace by null takes an attribute away, and by an empty text empties it",
        &async |probe: &mut Probe| {
            probe.published(USER, "title")?;
            for value in [Value::Null, json!("")] {
                let made = probe.user_with("reset", |body| set(body, "title", "Lead")).await?;
                let replace = json!([{"op": "Replace", "path": "title", "value": value}]);
                let user = probe.patched(&made.path, replace).await?;
                if user.get("title").is_none_or(|title| title != "" || value.is_null()) {
                    json::absent(&user, "/title")?;
                }
            }
            Ok(())
        },
    ),
    provider(
        "entra.restored",
        SOURCE,
        "who was switched off by Entra is switched on again, and the last step is a deletion",
        &async |probe: &mut Probe| {
            let made = probe.user("restored").await?;
            for (text, active) in [("False", false), ("True", true), ("False", false)] {
                let replace = json!([{"op": "Replace", "path": "active", "value": text}]);
                json::same(&probe.patched(&made.path, replace).await?, "/active", active)?;
            }
            probe.delete(&made.path).await?.status(204)?;
            probe.delete(&made.path).await?.refused(404)
        },
    ),
    provider(
        "entra.no-operations",
        "Microsoft Entra: validator",
        "empty Operations do nothing, and are no failure of the server",
        &async |probe: &mut Probe| {
            let made = probe.user("nothing").await?;
            let answer = probe.patch(&made.path, json!([])).await?;
            let fits = answer.is_success() || answer.status == 400;
            require!(fits, "the status is {}", answer.status);
            json::same(&probe.read(&made.path).await?, "/active", true)
        },
    ),
];

async fn made_by(probe: &mut Probe, operation: &str) -> Outcome {
    let made = probe.user("made").await?;
    let home = address(&format!("{}-home", made.name));
    let path = "emails[type eq \"home\"].value";
    let operations = json!([{"op": operation, "path": path, "value": home}]);
    let user = probe.patched(&made.path, operations).await?;
    json::same(json::element(&user, "/emails", "type", "home")?, "/value", home)?;
    json::element(&user, "/emails", "value", &address(&made.name)).map(drop)
}

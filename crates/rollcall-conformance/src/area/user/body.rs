//! Bodies as clients write them: any case, empty values, strangers, texts for booleans.

use reqwest::Method;
use serde_json::{Value, json};

use super::is_person;
use crate::check::{Check, must, provider, should};
use crate::json;
use crate::outcome::require;
use crate::person::{USER, address, person, remove, set};
use crate::probe::Probe;
use crate::request::{Request, SCIM_JSON};
use crate::resource::Resource;
use crate::text::quoted;

pub(super) const CHECKS: &[Check] = &[
    must(
        "user.body.case",
        "RFC 7643 §2.1",
        "the names of attributes are read in any case",
        &async |probe: &mut Probe| {
            let name = probe.fresh("case");
            let body = json!({
                "SCHEMAS": [USER],
                "USERNAME": address(&name),
                "externalid": format!("ext-{name}"),
                "Name": {"GivenName": "Ana", "familyname": name},
                "displayname": "Ana",
                "Emails": [{"Value": address(&name), "TYPE": "work", "Primary": true}],
                "Active": true,
            });
            let made = Resource::made("/Users", name, &probe.post("/Users", &body).await?)?;
            is_person(&made.body, &made.name)
        },
    ),
    must(
        "user.body.empty-values",
        "RFC 7643 §2.5",
        "null and empty lists mean that there is no value",
        &async |probe: &mut Probe| {
            let made = probe
                .created("empty", |body| {
                    set(body, "title", Value::Null);
                    set(body, "phoneNumbers", json!([]));
                    set(body, "roles", json!([]));
                    set(body, "nickName", Value::Null);
                })
                .await?;
            let read = probe.read(&made.path).await?;
            ["/title", "/phoneNumbers", "/roles", "/nickName"]
                .iter()
                .try_for_each(|pointer| json::absent(&read, pointer))
        },
    ),
    provider(
        "user.body.empty-text",
        "Okta: empty values are pushed",
        "an empty text in an optional attribute is no error",
        &async |probe: &mut Probe| {
            probe
                .created("blank", |body| {
                    set(body, "title", "");
                    set(body, "nickName", "");
                })
                .await
                .map(drop)
        },
    ),
    provider(
        "user.body.unknown",
        "RFC 7643 §3.1; Entra and OneLogin templates",
        "attributes and schemas that nobody knows are passed over",
        &async |probe: &mut Probe| {
            let made = probe
                .created("strange", |body| {
                    set(body, "schemas", json!([USER, "urn:example:unknown:1.0:User"]));
                    set(body, "shoeSize", 42);
                    set(body, "urn:example:unknown:1.0:User", json!({"a": 1}));
                })
                .await?;
            is_person(&made.body, &made.name)
        },
    ),
    provider(
        "user.body.boolean-text",
        "Microsoft Entra: booleans as texts",
        "active \"True\" and \"false\" are read as booleans and answered as such",
        &async |probe: &mut Probe| {
            let on = probe.created("texton", |body| set(body, "active", "True")).await?;
            json::same(&on.body, "/active", true)?;
            let off = probe.created("textoff", |body| set(body, "active", "false")).await?;
            json::same(&off.body, "/active", false)
        },
    ),
    provider(
        "user.body.no-schemas",
        "scripts and older clients",
        "a body without schemas is read as a user",
        &async |probe: &mut Probe| {
            let made = probe.created("bare", |body| remove(body, "schemas")).await?;
            is_person(&made.body, &made.name)
        },
    ),
    should(
        "user.body.named-twice",
        "RFC 8259 §4",
        "a body that names userName twice does not fail the server",
        &async |probe: &mut Probe| {
            let name = probe.fresh("double");
            let text = person(&name).to_string();
            let twice = format!(
                "{{\"userName\": {}, {}",
                quoted(&address("x")),
                text.trim_start_matches('{')
            );
            let request = Request::new(Method::POST, "/Users").raw(twice);
            let answer = probe.send(request.header("content-type", SCIM_JSON)).await?;
            require!(answer.status < 500, "the status is {}", answer.status);
            Ok(())
        },
    ),
];

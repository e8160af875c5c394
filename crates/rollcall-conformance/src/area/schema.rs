//! The published schemas (RFC 7643 §7, §8.7). Identity providers build their attribute mapping from them.

use serde_json::Value;

use crate::check::{Area, Check, must, provider, should};
use crate::json;
use crate::ledger::segment;
use crate::offer::Feature;
use crate::outcome::{Outcome, Stop, require};
use crate::person::{GROUP, USER};
use crate::probe::{List, Probe};

pub(crate) const AREA: Area = Area {
    name: "schema",
    title: "Schemas: whether they are there, complete and true",
    needs: &[],
    checks: &[CHECKS],
};

const CHECKS: &[Check] = &[
    must(
        "schema.list",
        "RFC 7644 §4",
        "/Schemas lists each schema that a resource type names, with its attributes",
        &every_named_schema_is_listed,
    ),
    must(
        "schema.one",
        "RFC 7644 §4",
        "each schema is answered alone at /Schemas/URN, as in the list",
        &async |probe: &mut Probe| {
            for schema in &probe.list("/Schemas", &[]).await?.resources {
                let urn = json::text(schema, "/id")?;
                let alone = probe.read(&format!("/Schemas/{}", segment(urn))).await?;
                json::same(&alone, "/id", urn)?;
                let (one, other) = (alone.get("attributes"), schema.get("attributes"));
                require!(one == other, "the attributes of {urn} differ from those in the list");
            }
            Ok(())
        },
    ),
    must(
        "schema.unknown",
        "RFC 7644 §3.12",
        "a schema that is none is refused with 404 and a SCIM error",
        &async |probe: &mut Probe| {
            probe.get("/Schemas/urn:example:no:such:schema").await?.refused(404)
        },
    ),
    must(
        "schema.characteristics",
        "RFC 7643 §7, §8.7.2",
        "each attribute has name, type, multiValued, mutability and returned, in words of the RFC",
        &async |probe: &mut Probe| each_attribute(probe, has_required_characteristics).await,
    ),
    should(
        "schema.complete",
        "RFC 7643 §7",
        "each attribute has description and required; texts also caseExact and uniqueness",
        &async |probe: &mut Probe| each_attribute(probe, has_the_others).await,
    ),
    must(
        "schema.user-name",
        "RFC 7643 §4.1.1, §8.7.1",
        "userName is published as required, unique on the server and not case-exact",
        &async |probe: &mut Probe| {
            let schema = probe.read(&format!("/Schemas/{USER}")).await?;
            let name = json::element(&schema, "/attributes", "name", "userName")?;
            json::same(name, "/required", true)?;
            json::same(name, "/caseExact", false)?;
            let uniqueness = json::text(name, "/uniqueness")?;
            require!(uniqueness != "none", "uniqueness is {uniqueness:?}");
            Ok(())
        },
    ),
    must(
        "schema.password",
        "RFC 7643 §4.1.1, §7",
        "a published password is written only and returned never",
        &async |probe: &mut Probe| {
            let schema = probe.read(&format!("/Schemas/{USER}")).await?;
            let Ok(password) = json::element(&schema, "/attributes", "name", "password") else {
                return Err(Stop::NotOffered("no password is published".to_owned()));
            };
            json::same(password, "/mutability", "writeOnly")?;
            json::same(password, "/returned", "never")
        },
    ),
    must(
        "schema.group",
        "RFC 7643 §4.2, §8.7.1",
        "Group publishes displayName, and members with a part called value",
        &async |probe: &mut Probe| {
            let schema = probe.read(&format!("/Schemas/{GROUP}")).await?;
            json::element(&schema, "/attributes", "name", "displayName")?;
            let members = json::element(&schema, "/attributes", "name", "members")?;
            json::same(members, "/multiValued", true)?;
            json::element(members, "/subAttributes", "name", "value").map(drop)
        },
    )
    .needs(&[Feature::Groups]),
    provider(
        "schema.truth",
        "RFC 7643 §7",
        "a new user shows no attribute that is published nowhere",
        &a_user_has_published_attributes_only,
    ),
];

async fn every_named_schema_is_listed(probe: &mut Probe) -> Outcome {
    let types = probe.list("/ResourceTypes", &[]).await?;
    let list = List::read(&probe.get("/Schemas").await?)?;
    for kind in &types.resources {
        let extensions = json::list(kind, "/schemaExtensions").iter();
        let named = extensions.filter_map(|one| one.get("schema")).chain(kind.get("schema"));
        for urn in named.filter_map(Value::as_str) {
            let mut all = list.resources.iter();
            let schema = all.find(|schema| schema.get("id").is_some_and(|id| id == urn));
            let schema = schema.ok_or_else(|| Stop::Failed(format!("{urn} is not listed")))?;
            require!(!json::list(schema, "/attributes").is_empty(), "{urn} has no attributes");
        }
    }
    Ok(())
}

/// Applies a rule to every attribute and every part of one.
async fn each_attribute(probe: &mut Probe, rule: fn(&Value) -> Outcome) -> Outcome {
    for schema in &probe.list("/Schemas", &[]).await?.resources {
        for attribute in json::list(schema, "/attributes") {
            let parts = json::list(attribute, "/subAttributes");
            for one in std::iter::once(attribute).chain(parts) {
                let name = one.get("name").and_then(Value::as_str).unwrap_or("(no name)");
                let urn = schema.get("id").and_then(Value::as_str).unwrap_or_default();
                rule(one).map_err(|stop| match stop {
                    Stop::Failed(reason) => Stop::Failed(format!("{name} of {urn}: {reason}")),
                    other => other,
                })?;
            }
        }
    }
    Ok(())
}

/// The words that RFC 7643 §7 knows for a characteristic.
const WORDS: &[(&str, &[&str])] = &[
    (
        "/type",
        &["string", "boolean", "decimal", "integer", "dateTime", "binary", "reference", "complex"],
    ),
    ("/mutability", &["readOnly", "readWrite", "immutable", "writeOnly"]),
    ("/returned", &["always", "never", "default", "request"]),
];

fn has_required_characteristics(attribute: &Value) -> Outcome {
    json::text(attribute, "/name")?;
    let multiple = json::at(attribute, "/multiValued")?;
    require!(multiple.is_boolean(), "multiValued is {}", json::show(multiple));
    for (pointer, words) in WORDS {
        let word = json::text(attribute, pointer)?;
        require!(words.contains(&word), "{pointer} is {word:?}");
    }
    Ok(())
}

fn has_the_others(attribute: &Value) -> Outcome {
    json::text(attribute, "/description")?;
    require!(attribute.get("required").is_some_and(Value::is_boolean), "required is no boolean");
    if attribute.get("type").is_some_and(|kind| kind == "string") {
        require!(
            attribute.get("caseExact").is_some_and(Value::is_boolean),
            "caseExact is no boolean"
        );
        let uniqueness = json::text(attribute, "/uniqueness")?;
        let known = ["none", "server", "global"].contains(&uniqueness);
        require!(known, "uniqueness is {uniqueness:?}");
    }
    Ok(())
}

/// What every resource has without a schema that publishes it (RFC 7643 §3.1).
const COMMON: &[&str] = &["schemas", "id", "externalId", "meta"];

async fn a_user_has_published_attributes_only(probe: &mut Probe) -> Outcome {
    let user = probe.user("published").await?;
    for (name, value) in user.body.as_object().into_iter().flatten() {
        if COMMON.contains(&name.as_str()) {
            continue;
        }
        if name.starts_with("urn:") {
            let listed = probe.offer.schema(name).is_some();
            require!(listed, "{name} is in the user and not in /Schemas");
            for part in value.as_object().into_iter().flatten().map(|(part, _)| part) {
                let listed = probe.offer.publishes(name, part);
                require!(listed, "{part} of {name} is in the user and not in /Schemas");
            }
        } else {
            let listed = probe.offer.publishes(USER, name);
            require!(listed, "{name} is in the user and not in /Schemas");
        }
    }
    Ok(())
}

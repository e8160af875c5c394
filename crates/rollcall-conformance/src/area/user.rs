//! Users from creation to deletion (RFC 7644 §3.3, §3.4.1, §3.6).

use serde_json::{Value, json};

use crate::check::{Area, Check, must, provider};
use crate::json;
use crate::offer::Feature;
use crate::outcome::{Outcome, Stop, require};
use crate::person::{ENTERPRISE, USER, address, person, set};
use crate::probe::Probe;
use crate::resource::Resource;
use crate::text::quoted;

mod body;
mod deletion;

pub(crate) const AREA: Area = Area {
    name: "user",
    title: "users: creation, reading, deletion, return",
    needs: &[],
    checks: &[CREATION, body::CHECKS, READING, deletion::CHECKS],
};

const CREATION: &[Check] = &[
    must(
        "user.create",
        "RFC 7644 §3.3",
        "a creation is answered with 201, the user, and an id that is a text",
        &async |probe: &mut Probe| {
            let name = probe.fresh("new");
            let answer = probe.post("/Users", &person(&name)).await?;
            Resource::made("/Users", name, &answer).map(drop)
        },
    ),
    must(
        "user.create.location",
        "RFC 7644 §3.3, RFC 7643 §3.1",
        "the Location header and meta.location are the same address, which ends in the id",
        &async |probe: &mut Probe| {
            let name = probe.fresh("placed");
            let answer = probe.post("/Users", &person(&name)).await?;
            let made = Resource::made("/Users", name, &answer)?;
            let location = json::text(&made.body, "/meta/location")?;
            let header = answer.header("location").unwrap_or_default();
            require!(header == location, "Location is {header:?}, meta.location {location:?}");
            require!(location.ends_with(&made.path), "{location:?} does not end in {}", made.path);
            Ok(())
        },
    ),
    must(
        "user.create.meta",
        "RFC 7643 §3.1",
        "meta has resourceType User, created and lastModified",
        &async |probe: &mut Probe| {
            let made = probe.user("meta").await?;
            json::same(&made.body, "/meta/resourceType", "User")?;
            for member in ["/meta/created", "/meta/lastModified"] {
                let moment = json::text(&made.body, member)?;
                require!(is_date_time(moment), "{member} is {moment:?}");
            }
            Ok(())
        },
    ),
    must(
        "user.create.schemas",
        "RFC 7643 §3",
        "schemas names the core schema of User",
        &async |probe: &mut Probe| {
            let made = probe.user("schemas").await?;
            let schemas = json::list(&made.body, "/schemas");
            require!(schemas.iter().any(|urn| urn == USER), "schemas lacks {USER}");
            Ok(())
        },
    ),
    must(
        "user.create.values",
        "RFC 7644 §3.3",
        "what was sent comes back: user name, name, address, external id, active",
        &async |probe: &mut Probe| {
            let made = probe.user("values").await?;
            is_person(&made.body, &made.name)
        },
    ),
    must(
        "user.create.read-only",
        "RFC 7644 §3.3, RFC 7643 §7",
        "id, meta and groups in the body are passed over",
        &async |probe: &mut Probe| {
            let made = probe
                .created("echo", |body| {
                    set(body, "id", "chosen-by-the-client");
                    set(body, "meta", json!({"resourceType": "Other", "version": "W/\"x\""}));
                    set(body, "groups", json!([{"value": "no-such-group"}]));
                })
                .await?;
            require!(made.id != "chosen-by-the-client", "the id is the client's");
            json::same(&made.body, "/meta/resourceType", "User")?;
            json::absent(&made.body, "/groups")
        },
    ),
    must(
        "user.create.password",
        "RFC 7643 §4.1.1, §7",
        "a password is taken and never comes back",
        &async |probe: &mut Probe| {
            let made =
                probe.created("secret", |body| set(body, "password", "S3cret-0f-check!")).await?;
            json::absent(&made.body, "/password")?;
            json::absent(&probe.read(&made.path).await?, "/password")?;
            let asked = format!("{}?attributes=userName,password", made.path);
            json::absent(&probe.read(&asked).await?, "/password")
        },
    ),
    provider(
        "user.create.inactive",
        "Google Workspace: suspended users are provisioned",
        "active false in a creation is kept",
        &async |probe: &mut Probe| {
            let made = probe.created("idle", |body| set(body, "active", false)).await?;
            json::same(&probe.read(&made.path).await?, "/active", false)
        },
    ),
    must(
        "user.create.enterprise",
        "RFC 7643 §3.3, §4.3",
        "the enterprise extension is kept below its URN, and schemas names it",
        &async |probe: &mut Probe| {
            let made = probe
                .created("extended", |body| {
                    set(body, "schemas", json!([USER, ENTERPRISE]));
                    set(body, ENTERPRISE, json!({"employeeNumber": "701", "department": "Care"}));
                })
                .await?;
            let read = probe.read(&made.path).await?;
            json::same(&read, &format!("/{ENTERPRISE}/employeeNumber"), "701")?;
            json::same(&read, &format!("/{ENTERPRISE}/department"), "Care")?;
            let schemas = json::list(&read, "/schemas");
            require!(schemas.iter().any(|urn| urn == ENTERPRISE), "schemas lacks {ENTERPRISE}");
            Ok(())
        },
    )
    .needs(&[Feature::Enterprise]),
];

/// Whether it begins as a date with a time does (RFC 7643 §2.3.5), and has a zone.
fn is_date_time(text: &str) -> bool {
    let form = b"dddd-dd-ddTdd:dd:dd";
    let fits = text.len() > form.len()
        && text.bytes().zip(form).all(|(found, form)| match form {
            b'd' => found.is_ascii_digit(),
            other => found == *other,
        });
    let rest: String = text.chars().skip(form.len()).collect();
    fits && (rest.ends_with('Z') || rest.contains(['+', '-']))
}

/// Whether a resource is the person of a name.
pub(crate) fn is_person(body: &Value, name: &str) -> Outcome {
    json::same(body, "/userName", address(name))?;
    json::same(body, "/externalId", format!("ext-{name}"))?;
    json::same(body, "/name/givenName", "Ana")?;
    json::same(body, "/name/familyName", name)?;
    json::same(body, "/active", true)?;
    let email = json::element(body, "/emails", "value", &address(name))?;
    json::same(email, "/type", "work")
}

const READING: &[Check] = &[
    must(
        "user.read",
        "RFC 7644 §3.4.1",
        "a user is read as it was answered when it was created",
        &async |probe: &mut Probe| {
            let made = probe.user("read").await?;
            let read = probe.read(&made.path).await?;
            is_person(&read, &made.name)?;
            json::same(&read, "/id", made.id)?;
            json::same(&read, "/meta/created", json::at(&made.body, "/meta/created")?.clone())
        },
    ),
    must(
        "user.read.location",
        "RFC 7643 §3.1",
        "meta.location leads to the user",
        &async |probe: &mut Probe| {
            let made = probe.user("found").await?;
            let location = json::text(&made.body, "/meta/location")?.to_owned();
            let base = probe.client.target().base_url().to_owned();
            // To another host the token is not sent.
            let Some(path) = location.strip_prefix(&base) else {
                let reason = format!("{location:?} does not begin with {base}");
                return Err(Stop::Failed(reason));
            };
            json::same(&probe.read(path).await?, "/id", made.id)
        },
    ),
    must(
        "user.read.listed",
        "RFC 7644 §3.4.2",
        "a filter by userName answers a ListResponse with the user in Resources",
        &async |probe: &mut Probe| {
            let made = probe.user("listed").await?;
            let filter = format!("userName eq {}", quoted(&address(&made.name)));
            let list = probe.find(&filter).await?;
            list.only(&made.id)?;
            require!(list.body.get("Resources").is_some(), "the list has no Resources");
            let first = list.resources.first().cloned().unwrap_or_default();
            is_person(&first, &made.name)
        },
    )
    .needs(&[Feature::Filter]),
    provider(
        "user.read.no-nulls",
        "JumpCloud and OneLogin parsers",
        "neither a user nor a list of users has a null",
        &async |probe: &mut Probe| {
            let made = probe.user("nulls").await?;
            let read = probe.read(&made.path).await?;
            let list = probe.list("/Users", &[("startIndex", "1"), ("count", "2")]).await?;
            let place = json::null_place(&read).or_else(|| json::null_place(&list.body));
            require!(place.is_none(), "there is a null at {}", place.unwrap_or_default());
            Ok(())
        },
    ),
];

#[cfg(test)]
mod tests {
    use super::is_date_time;

    #[test]
    fn moments_have_a_zone() {
        for good in ["2026-11-21T09:00:00Z", "2026-11-21T09:00:00.123+01:00"] {
            assert!(is_date_time(good), "{good}");
        }
        for bad in ["2026-11-21", "2026-11-21 09:00:00Z", "2026-11-21T09:00:00", "1795251600"] {
            assert!(!is_date_time(bad), "{bad}");
        }
    }
}

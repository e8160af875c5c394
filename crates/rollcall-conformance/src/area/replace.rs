//! PUT (RFC 7644 §3.5.1).

use serde_json::json;

use crate::check::{Area, Check, must, provider, should};
use crate::json;
use crate::outcome::require;
use crate::person::{USER, address, person, remove, set};
use crate::probe::Probe;

pub(crate) const AREA: Area = Area {
    name: "replace",
    title: "PUT: what is replaced, kept and refused",
    needs: &[],
    checks: &[CHECKS, CLIENTS],
};

const CHECKS: &[Check] = &[
    must(
        "replace.values",
        "RFC 7644 §3.5.1",
        "a replacement is answered with 200 and the whole user, and its values are kept",
        &async |probe: &mut Probe| {
            let made = probe.user("put").await?;
            let mut body = person(&made.name);
            set(&mut body, "name", json!({"givenName": "Bea", "familyName": "Other"}));
            let answer = probe.put(&made.path, &body).await?.ok(200)?;
            for user in [answer, probe.read(&made.path).await?] {
                json::same(&user, "/id", made.id.clone())?;
                json::same(&user, "/name/givenName", "Bea")?;
                json::same(&user, "/name/familyName", "Other")?;
                json::same(&user, "/userName", address(&made.name))?;
            }
            Ok(())
        },
    ),
    must(
        "replace.lists",
        "RFC 7644 §3.5.1",
        "a list of values is replaced as a whole",
        &async |probe: &mut Probe| {
            let made = probe.user("put").await?;
            let mut body = person(&made.name);
            let other = address(&probe.fresh("other"));
            set(&mut body, "emails", json!([{"value": other, "type": "home"}]));
            probe.put(&made.path, &body).await?.status(200)?;
            let found = json::values(&probe.read(&made.path).await?, "/emails");
            require!(found == [other], "emails are {found:?}");
            Ok(())
        },
    ),
    should(
        "replace.left-out",
        "RFC 7644 §3.5.1",
        "what a replacement leaves out is cleared",
        &async |probe: &mut Probe| {
            probe.published(USER, "title")?;
            let made = probe.user_with("put", |body| set(body, "title", "Lead")).await?;
            probe.put(&made.path, &person(&made.name)).await?.status(200)?;
            json::absent(&probe.read(&made.path).await?, "/title")
        },
    ),
    must(
        "replace.read-only",
        "RFC 7644 §3.5.1",
        "meta and groups in a replacement are passed over, and the id stays",
        &async |probe: &mut Probe| {
            let made = probe.user("put").await?;
            let mut body = person(&made.name);
            set(&mut body, "id", made.id.clone());
            set(
                &mut body,
                "meta",
                json!({"resourceType": "Other", "created": "2001-01-01T00:00:00Z"}),
            );
            set(&mut body, "groups", json!([{"value": "no-such-group"}]));
            let user = probe.put(&made.path, &body).await?.ok(200)?;
            json::same(&user, "/id", made.id)?;
            json::same(&user, "/meta/resourceType", "User")?;
            json::same(&user, "/meta/created", json::at(&made.body, "/meta/created")?.clone())?;
            json::absent(&user, "/groups")
        },
    ),
    must(
        "replace.other-id",
        "RFC 7643 §3.1, RFC 7644 §3.5.1",
        "another id in the body is refused or passed over; the user keeps its own",
        &async |probe: &mut Probe| {
            let made = probe.user("put").await?;
            let mut body = person(&made.name);
            set(&mut body, "id", "another-id");
            let answer = probe.put(&made.path, &body).await?;
            if !answer.is_success() {
                answer.declined()?;
            }
            json::same(&probe.read(&made.path).await?, "/id", made.id)
        },
    ),
    must(
        "replace.required",
        "RFC 7644 §3.5.1",
        "a replacement without userName is refused with 400 and changes nothing",
        &async |probe: &mut Probe| {
            let made = probe.user("put").await?;
            let mut body = person(&made.name);
            set(&mut body, "name", json!({"givenName": "Bea", "familyName": "Other"}));
            remove(&mut body, "userName");
            probe.put(&made.path, &body).await?.refused(400)?;
            let user = probe.read(&made.path).await?;
            json::same(&user, "/name/givenName", "Ana")?;
            json::same(&user, "/userName", address(&made.name))
        },
    ),
    must(
        "replace.creates-nothing",
        "RFC 7644 §3.5.1",
        "a replacement of nobody is refused with 404: PUT creates nothing",
        &async |probe: &mut Probe| {
            let name = probe.fresh("nobody");
            probe.put(&format!("/Users/{name}"), &person(&name)).await?.refused(404)
        },
    ),
    should(
        "replace.last-modified",
        "RFC 7643 §3.1",
        "a change leaves meta.created alone, and meta.lastModified not before it",
        &async |probe: &mut Probe| {
            let made = probe.user("put").await?;
            let mut body = person(&made.name);
            set(&mut body, "name", json!({"givenName": "Bea", "familyName": "Other"}));
            let user = probe.put(&made.path, &body).await?.ok(200)?;
            json::same(&user, "/meta/created", json::at(&made.body, "/meta/created")?.clone())?;
            let before = json::text(&made.body, "/meta/lastModified")?;
            let after = json::text(&user, "/meta/lastModified")?;
            // One server writes its moments in one form, so that texts compare as moments do.
            require!(after >= before, "lastModified went from {before} to {after}");
            Ok(())
        },
    ),
];

const CLIENTS: &[Check] = &[
    provider(
        "replace.keeps-active",
        "OneLogin, PingFederate: templates without active",
        "a replacement without active neither suspends nor reactivates anybody",
        &async |probe: &mut Probe| {
            for active in [true, false] {
                let made = probe.user_with("kept", |body| set(body, "active", active)).await?;
                let mut body = person(&made.name);
                remove(&mut body, "active");
                probe.put(&made.path, &body).await?.status(200)?;
                json::same(&probe.read(&made.path).await?, "/active", active)?;
            }
            Ok(())
        },
    ),
    provider(
        "replace.echo",
        "Okta: reads the user and puts it back whole",
        "what the server answered is taken back, and changes nothing",
        &async |probe: &mut Probe| {
            let made = probe.user("echo").await?;
            let before = probe.read(&made.path).await?;
            probe.put(&made.path, &before).await?.status(200)?;
            let mut after = probe.read(&made.path).await?;
            let mut expected = before;
            remove(&mut expected, "meta");
            remove(&mut after, "meta");
            require!(after == expected, "it is {} instead of {}", after, expected);
            Ok(())
        },
    ),
    provider(
        "replace.password",
        "Okta: password synchronisation",
        "a replacement with a password succeeds, and the password does not come back",
        &async |probe: &mut Probe| {
            let made = probe.user("secret").await?;
            let mut body = person(&made.name);
            set(&mut body, "password", "An0ther-S3cret!");
            let user = probe.put(&made.path, &body).await?.ok(200)?;
            json::absent(&user, "/password")
        },
    ),
];

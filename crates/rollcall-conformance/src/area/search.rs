//! Queries by POST (RFC 7644 §3.4.3).

use serde_json::{Value, json};

use crate::check::{Area, Check, must, should};
use crate::crowd::Crowd;
use crate::json;
use crate::offer::Feature;
use crate::outcome::{Stop, require};
use crate::person::person;
use crate::probe::{List, Probe};

pub(crate) const AREA: Area = Area {
    name: "search",
    title: "queries by POST to .search",
    needs: &[Feature::Filter],
    checks: &[CHECKS],
};

const SECTION: &str = "RFC 7644 §3.4.3";

const CHECKS: &[Check] = &[
    should(
        "search.users",
        SECTION,
        "/Users/.search answers as a list with the same filter does",
        &async |probe: &mut Probe| {
            let crowd = Crowd::alone(probe).await?;
            let list = search(probe, "/Users", json!({"filter": crowd.filter()})).await?;
            require!(list.ids().len() == crowd.size(), "{} users were found", list.ids().len());
            let path = format!("/Users?{}", crate::text::query(&[("filter", &crowd.filter())]));
            let same = List::read(&probe.get(&path).await?)?.ids() == list.ids();
            require!(same, "the list has others, or another order");
            Ok(())
        },
    ),
    should(
        "search.root",
        SECTION,
        "/.search looks at all types, and tells which type each is of",
        &async |probe: &mut Probe| {
            probe.offered(Feature::Groups)?;
            let (user, group) = (probe.user("root").await?, probe.group("root", &[]).await?);
            let filter = format!("id eq \"{}\" or id eq \"{}\"", user.id, group.id);
            let list = search(probe, "", json!({"filter": filter})).await?;
            for (id, kind) in [(&user.id, "User"), (&group.id, "Group")] {
                let found = json::element(&list.body, "/Resources", "id", id)?;
                json::same(found, "/meta/resourceType", kind)?;
            }
            require!(list.total == 2, "totalResults is {} instead of 2", list.total);
            Ok(())
        },
    ),
    should("search.groups", SECTION, "/Groups/.search finds groups", &async |probe: &mut Probe| {
        probe.offered(Feature::Groups)?;
        let group = probe.group("searched", &[]).await?;
        let filter = format!("displayName eq {}", crate::text::quoted(&group.name));
        search(probe, "/Groups", json!({"filter": filter})).await?.only(&group.id)
    }),
    should(
        "search.pages",
        SECTION,
        "startIndex and count cut a search as they cut a list",
        &async |probe: &mut Probe| {
            let crowd = Crowd::alone(probe).await?;
            let body = json!({"filter": crowd.filter(), "startIndex": 4, "count": 10});
            let list = search(probe, "/Users", body).await?;
            let (total, found) = (list.total, list.resources.len());
            require!((total, found) == (5, 2), "the page has {found} of {total} instead of 2 of 5");
            Ok(())
        },
    ),
    should(
        "search.order",
        SECTION,
        "sortBy and sortOrder order a search",
        &async |probe: &mut Probe| {
            probe.offered(Feature::Sort)?;
            let crowd = Crowd::alone(probe).await?;
            let order = json!({
                "filter": crowd.filter(), "sortBy": "userName", "sortOrder": "descending"
            });
            let found = crowd.letters(&search(probe, "/Users", order).await?.ids());
            require!(found == "edcba", "the order is {found} instead of edcba");
            Ok(())
        },
    ),
    should(
        "search.projection",
        SECTION,
        "attributes of a search is a list of names, and shows nothing else",
        &async |probe: &mut Probe| {
            let crowd = Crowd::alone(probe).await?;
            let body = json!({"filter": crowd.filter(), "attributes": ["userName"]});
            for user in search(probe, "/Users", body).await?.resources {
                json::text(&user, "/userName")?;
                json::text(&user, "/id")?;
                json::absent(&user, "/emails")?;
            }
            Ok(())
        },
    ),
    must(
        "search.refuses",
        "RFC 7644 §3.4.2.2, §3.4.3",
        "a filter that is none is refused with 400 and invalidFilter, never by an unfiltered list",
        &async |probe: &mut Probe| {
            // Whether there are searches at all is for the other checks to say.
            let body = request(json!({"filter": "userName like \"a\""}));
            let answer = probe.post("/Users/.search", &body).await?;
            if matches!(answer.status, 404 | 405 | 501) {
                return Err(Stop::NotOffered(format!("it is answered with {}", answer.status)));
            }
            answer.refused_as(400, "invalidFilter")
        },
    ),
    must(
        "search.creates-nothing",
        SECTION,
        "a search with the body of a user creates nobody",
        &async |probe: &mut Probe| {
            let name = probe.fresh("searched");
            let answer = probe.post("/Users/.search", &person(&name)).await?;
            require!(answer.status != 201, "somebody was created");
            let filter = format!("externalId eq \"ext-{name}\"");
            probe.find(&filter).await?.nothing()
        },
    ),
];

fn request(mut body: Value) -> Value {
    let schema = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
    crate::person::set(&mut body, "schemas", json!([schema]));
    body
}

async fn search(probe: &mut Probe, endpoint: &str, body: Value) -> Result<List, Stop> {
    let answer = probe.post(&format!("{endpoint}/.search"), &request(body)).await?;
    if answer.status == 501 {
        return Err(Stop::NotOffered("it is answered with 501".to_owned()));
    }
    List::read(&answer)
}

//! Pages by cursor (RFC 9865).

use serde_json::{Value, json};

use crate::check::{Area, Check, must};
use crate::crowd::Crowd;
use crate::json;
use crate::offer::Feature;
use crate::outcome::{Outcome, Stop, require};
use crate::probe::{List, Probe};
use crate::text::query;

pub(crate) const AREA: Area = Area {
    name: "cursor",
    title: "pages by cursor",
    needs: &[Feature::Cursor, Feature::Filter],
    checks: &[CHECKS],
};

/// The most pages that a walk over a handful of people may have.
const MOST_PAGES: usize = 12;

const CHECKS: &[Check] = &[
    must(
        "cursor.first",
        "RFC 9865 §2",
        "an empty cursor begins a walk: a page with nextCursor",
        &async |probe: &mut Probe| {
            let (_, list) = page(probe, "", "2").await?;
            require!(list.resources.len() == 2, "the page has {} users", list.resources.len());
            json::text(&list.body, "/nextCursor").map(drop)
        },
    ),
    must(
        "cursor.letters",
        "RFC 9865 §2",
        "a cursor needs no encoding in an address",
        &async |probe: &mut Probe| {
            let (_, list) = page(probe, "", "2").await?;
            let cursor = json::text(&list.body, "/nextCursor")?;
            let plain = |letter: char| letter.is_ascii_alphanumeric() || "-._~".contains(letter);
            require!(cursor.chars().all(plain), "the cursor is {cursor:?}");
            Ok(())
        },
    ),
    must(
        "cursor.walk",
        "RFC 9865 §2",
        "a walk shows everybody once, and its last page has no nextCursor",
        &async |probe: &mut Probe| {
            for size in ["1", "2", "3", "5"] {
                walk(probe, size).await?;
            }
            Ok(())
        },
    ),
    must(
        "cursor.order",
        "RFC 9865 §2.2, RFC 7644 §3.4.2.3",
        "a walk keeps the order that was asked for",
        &async |probe: &mut Probe| {
            probe.offered(Feature::Sort)?;
            let crowd = Crowd::alone(probe).await?;
            let filter = crowd.filter();
            let (mut cursor, mut found) = (Some(String::new()), String::new());
            for _ in 0..MOST_PAGES {
                let Some(at) = cursor else { break };
                let parameters = [
                    ("filter", filter.as_str()),
                    ("sortBy", "userName"),
                    ("sortOrder", "descending"),
                    ("cursor", at.as_str()),
                    ("count", "2"),
                ];
                let list = probe.list("/Users", &parameters).await?;
                found.push_str(&crowd.letters(&list.ids()));
                cursor = next(&list);
            }
            require!(found == "edcba", "the walk shows {found} instead of edcba");
            Ok(())
        },
    ),
    must(
        "cursor.invalid",
        "RFC 9865 §2.1",
        "a cursor that is none is refused with 400 and invalidCursor",
        &async |probe: &mut Probe| {
            let crowd = Crowd::alone(probe).await?;
            let filter = crowd.filter();
            let parameters =
                [("filter", filter.as_str()), ("cursor", "no-such-cursor"), ("count", "2")];
            let path = format!("/Users?{}", query(&parameters));
            probe.get(&path).await?.refused_as(400, "invalidCursor")
        },
    ),
    must(
        "cursor.search",
        "RFC 9865 §3",
        "a search takes a cursor too",
        &async |probe: &mut Probe| {
            let crowd = Crowd::alone(probe).await?;
            let (mut cursor, mut found) = (Some(String::new()), String::new());
            for _ in 0..MOST_PAGES {
                let Some(at) = cursor else { break };
                let body = json!({
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
                    "filter": crowd.filter(),
                    "cursor": at,
                    "count": 2,
                });
                let list = List::read(&probe.post("/Users/.search", &body).await?)?;
                found.push_str(&crowd.letters(&list.ids()));
                cursor = next(&list);
            }
            everybody(&found)
        },
    ),
    must(
        "cursor.writes",
        "RFC 9865 §1",
        "who is there during the whole walk is seen once, though others come and go",
        &async |probe: &mut Probe| {
            let crowd = Crowd::alone(probe).await?;
            let (_, first) = page(probe, "", "2").await?;
            let name = format!("{}-f@example.com", crowd.mark);
            let late =
                probe.user_with("late", |body| crate::person::set(body, "userName", name)).await?;
            let (mut cursor, mut found) = (next(&first), crowd.letters(&first.ids()));
            for _ in 0..MOST_PAGES {
                let Some(at) = cursor else { break };
                let (_, list) = page(probe, &at, "2").await?;
                found.push_str(&crowd.letters(&list.ids()));
                cursor = next(&list);
            }
            // The crowd has to be as it was for the checks that follow.
            probe.delete(&late.path).await?.status(204)?;
            everybody(&found.replace('?', ""))
        },
    ),
];

async fn page(probe: &mut Probe, cursor: &str, count: &str) -> Result<(Crowd, List), Stop> {
    let crowd = Crowd::alone(probe).await?;
    let filter = crowd.filter();
    let parameters = [("filter", filter.as_str()), ("cursor", cursor), ("count", count)];
    let list = probe.list("/Users", &parameters).await?;
    Ok((crowd, list))
}

fn next(list: &List) -> Option<String> {
    list.body.get("nextCursor").and_then(Value::as_str).map(str::to_owned)
}

async fn walk(probe: &mut Probe, size: &str) -> Outcome {
    let (mut cursor, mut found) = (Some(String::new()), String::new());
    for _ in 0..MOST_PAGES {
        let Some(at) = cursor else { return everybody(&found) };
        let (crowd, list) = page(probe, &at, size).await?;
        found.push_str(&crowd.letters(&list.ids()));
        cursor = next(&list);
    }
    require!(cursor.is_none(), "a walk by {size} has no end");
    everybody(&found)
}

fn everybody(found: &str) -> Outcome {
    let mut letters: Vec<char> = found.chars().collect();
    letters.sort_unstable();
    require!(letters == ['a', 'b', 'c', 'd', 'e'], "the walk shows {found} instead of abcde");
    Ok(())
}

//! Pages by index (RFC 7644 §3.4.2.4). Asked of the crowd alone where a filter permits it.

use crate::check::{Area, Check, must, provider, should};
use crate::crowd::Crowd;
use crate::json;
use crate::offer::Feature;
use crate::outcome::{Outcome, Stop, require};
use crate::probe::{List, Probe};

pub(crate) const AREA: Area = Area {
    name: "page",
    title: "pages by index: edges, totals, a stable order",
    needs: &[],
    checks: &[WITHOUT_FILTER, EDGES, WALKS],
};

const SECTION: &str = "RFC 7644 §3.4.2.4";

const WITHOUT_FILTER: &[Check] = &[
    provider(
        "page.bare",
        "IBM Verify, Ping: the address is tested by a bare list",
        "a list without parameters is answered with a page",
        &async |probe: &mut Probe| {
            probe.user("listed").await?;
            let list = probe.list("/Users", &[]).await?;
            require!(!list.resources.is_empty(), "the page is empty");
            Ok(())
        },
    ),
    must(
        "page.numbers",
        "RFC 7644 §3.4.2",
        "totalResults, startIndex and itemsPerPage are numbers, and Resources is spelled so",
        &async |probe: &mut Probe| {
            probe.user("listed").await?;
            let list = probe.list("/Users", &[("startIndex", "1"), ("count", "1")]).await?;
            for name in ["totalResults", "startIndex", "itemsPerPage"] {
                let found = list.body.get(name);
                let number = found.is_some_and(serde_json::Value::is_u64);
                require!(number, "{name} is {}", found.map(json::show).unwrap_or_default());
            }
            require!(list.body.get("Resources").is_some(), "there are no Resources");
            numbers_fit(&list)
        },
    ),
    must("page.none", SECTION, "count=0 asks for the total alone", &async |probe: &mut Probe| {
        probe.user("listed").await?;
        let list = probe.list("/Users", &[("count", "0")]).await?;
        require!(list.resources.is_empty(), "there are {} users", list.resources.len());
        require!(list.total > 0, "totalResults is 0");
        Ok(())
    }),
    provider(
        "page.large",
        "clients that ask for everything",
        "a count above every limit is cut and not refused",
        &async |probe: &mut Probe| {
            probe.user("listed").await?;
            let list = probe.list("/Users", &[("startIndex", "1"), ("count", "1000000")]).await?;
            require!(!list.resources.is_empty(), "the page is empty");
            Ok(())
        },
    ),
    should(
        "page.no-number",
        "RFC 7644 §3.12",
        "a count that is no number does not fail the server",
        &async |probe: &mut Probe| {
            let status = probe.get("/Users?count=ten").await?.status;
            require!(status < 500, "the status is {status}");
            Ok(())
        },
    ),
];

fn numbers_fit(list: &List) -> Outcome {
    let said = list.body.get("itemsPerPage").and_then(serde_json::Value::as_u64);
    let there = u64::try_from(list.resources.len()).unwrap_or(u64::MAX);
    require!(
        said == Some(there),
        "itemsPerPage is {} and the page has {there}",
        said.map_or("missing".to_owned(), |said| said.to_string())
    );
    require!(list.total >= there, "totalResults is {} and the page has {there}", list.total);
    Ok(())
}

/// A page of the crowd.
async fn page(probe: &mut Probe, start: &str, count: &str) -> Result<(Crowd, List), Stop> {
    probe.offered(Feature::Filter)?;
    let crowd = Crowd::alone(probe).await?;
    let filter = crowd.filter();
    let parameters = [("filter", filter.as_str()), ("startIndex", start), ("count", count)];
    let list = probe.list("/Users", &parameters).await?;
    let total = usize::try_from(list.total).unwrap_or(usize::MAX);
    require!(total == crowd.size(), "totalResults is {total} instead of {}", crowd.size());
    Ok((crowd, list))
}

async fn holds(probe: &mut Probe, start: &str, count: &str, expected: usize) -> Outcome {
    let (_, list) = page(probe, start, count).await?;
    let found = list.resources.len();
    require!(found == expected, "the page has {found} users instead of {expected}");
    Ok(())
}

const EDGES: &[Check] = &[
    must(
        "page.first",
        SECTION,
        "a page has as many as were asked for",
        &async |probe: &mut Probe| holds(probe, "1", "2", 2).await,
    ),
    must("page.last", SECTION, "the last page has what is left", &async |probe: &mut Probe| {
        holds(probe, "5", "3", 1).await
    }),
    must(
        "page.beyond",
        SECTION,
        "a page beyond the end is empty, and the total stays",
        &async |probe: &mut Probe| holds(probe, "6", "3", 0).await,
    ),
    must(
        "page.start-below-one",
        SECTION,
        "startIndex 0 and below mean 1",
        &async |probe: &mut Probe| {
            let (_, first) = page(probe, "1", "2").await?;
            for start in ["0", "-3"] {
                let (_, list) = page(probe, start, "2").await?;
                require!(list.ids() == first.ids(), "startIndex={start} is another page");
            }
            Ok(())
        },
    ),
    must(
        "page.count-below-zero",
        SECTION,
        "a negative count means 0",
        &async |probe: &mut Probe| holds(probe, "1", "-2", 0).await,
    ),
    must(
        "page.start-told",
        "RFC 7644 §3.4.2",
        "startIndex of the answer is the one that was asked for",
        &async |probe: &mut Probe| {
            let (_, list) = page(probe, "2", "2").await?;
            json::same(&list.body, "/startIndex", 2)
        },
    ),
];

const WALKS: &[Check] = &[
    must(
        "page.walk",
        SECTION,
        "pages of any size show everybody once",
        &async |probe: &mut Probe| {
            for size in [1, 2, 3, 5] {
                let mut found = String::new();
                for start in (1..=5).step_by(size) {
                    let (crowd, list) = page(probe, &start.to_string(), &size.to_string()).await?;
                    found.push_str(&crowd.letters(&list.ids()));
                }
                let mut letters: Vec<char> = found.chars().collect();
                letters.sort_unstable();
                let whole = letters == ['a', 'b', 'c', 'd', 'e'];
                require!(whole, "pages of {size} show {found}");
            }
            Ok(())
        },
    ),
    provider(
        "page.stable",
        "Okta: imports page after page",
        "without sortBy the order is the same each time",
        &async |probe: &mut Probe| {
            let (_, first) = page(probe, "1", "5").await?;
            for _ in 0..3 {
                let (_, again) = page(probe, "1", "5").await?;
                require!(again.ids() == first.ids(), "the order changed");
            }
            Ok(())
        },
    ),
    provider(
        "page.growing",
        "Okta: imports while people are created",
        "who is there from the first page to the last is seen once, though others are created and changed",
        &growing,
    ),
];

/// Reads page after page of people who share a mark, and makes and changes some in between.
async fn growing(probe: &mut Probe) -> Outcome {
    probe.offered(Feature::Filter)?;
    probe.stands_on("filter.sw")?;
    let mark = probe.fresh("growing");
    let named = |number: usize| format!("{mark}-{number}@example.com");
    let mut stable = Vec::new();
    for number in 0..4 {
        let name = named(number);
        let made =
            probe.user_with("grown", |body| crate::person::set(body, "userName", name)).await?;
        stable.push(made);
    }
    let filter = format!("userName sw \"{mark}\"");
    let mut seen = Vec::new();
    for (step, start) in ["1", "3"].into_iter().enumerate() {
        let parameters = [("filter", filter.as_str()), ("startIndex", start), ("count", "2")];
        seen.extend(probe.list("/Users", &parameters).await?.ids());
        if step == 0 {
            let name = named(9);
            probe.user_with("late", |body| crate::person::set(body, "userName", name)).await?;
            if let Some(first) = stable.first() {
                let name = serde_json::json!({"givenName": "Bea", "familyName": "Other"});
                let mut body = first.body.clone();
                crate::person::set(&mut body, "name", name);
                probe.put(&first.path, &body).await?.status(200)?;
            }
        }
    }
    for one in &stable {
        let times = seen.iter().filter(|id| **id == one.id).count();
        require!(times == 1, "one of four was seen {times} times");
    }
    Ok(())
}

//! Filters (RFC 7644 §3.4.2.2): what is answered is exact, and what is not understood is refused.

use std::future::Future;
use std::pin::Pin;

use crate::check::{Area, Check, Run, must, provider, should};
use crate::crowd::Crowd;
use crate::json;
use crate::offer::Feature;
use crate::outcome::{Outcome, Stop, require};
use crate::person::{ENTERPRISE, USER, set};
use crate::probe::{List, Probe};
use crate::text::{query, quoted};

mod table;

pub(crate) const AREA: Area = Area {
    name: "filter",
    title: "filters: every operator, grouping, value paths, letter case, refusals",
    needs: &[Feature::Filter],
    checks: &[table::EQUAL, table::OPERATORS, table::LOGIC, table::PATHS, table::REFUSED, OTHERS],
};

/// A filter and the people of the crowd that it finds, by letter. In the text `{m}` stands for the mark of
/// the crowd, `{id}` for the id of `a`.
struct Finds(&'static str, &'static str);

/// The same for what a server may decline with `invalidFilter` (RFC 7644 §3.4.2.2).
struct FindsOrDeclines(&'static str, &'static str);

/// A filter that has to be refused.
struct Refused(&'static str);

impl Run for Finds {
    fn run<'a>(&'a self, probe: &'a mut Probe) -> Pin<Box<dyn Future<Output = Outcome> + 'a>> {
        Box::pin(find(probe, self.0, self.1))
    }
}

impl Run for FindsOrDeclines {
    fn run<'a>(&'a self, probe: &'a mut Probe) -> Pin<Box<dyn Future<Output = Outcome> + 'a>> {
        Box::pin(async {
            let crowd = Crowd::of(probe).await?;
            let path = format!("/Users?{}", query(&[("filter", &crowd.fill(self.0))]));
            let answer = probe.get(&path).await?;
            if answer.refused_as(400, "invalidFilter").is_ok() {
                let reason = "the filter is declined with invalidFilter, as the RFC permits";
                return Err(Stop::NotOffered(reason.to_owned()));
            }
            fits(&crowd, &List::read(&answer)?, self.1)
        })
    }
}

impl Run for Refused {
    fn run<'a>(&'a self, probe: &'a mut Probe) -> Pin<Box<dyn Future<Output = Outcome> + 'a>> {
        Box::pin(async {
            let path = format!("/Users?{}", query(&[("filter", self.0)]));
            probe.get(&path).await?.refused_as(400, "invalidFilter")
        })
    }
}

async fn find(probe: &mut Probe, filter: &str, letters: &str) -> Outcome {
    let crowd = Crowd::of(probe).await?;
    let list = probe.find(&crowd.fill(filter)).await?;
    fits(&crowd, &list, letters)
}

fn fits(crowd: &Crowd, list: &List, letters: &str) -> Outcome {
    let (mut found, mut expected) = (list.ids(), crowd.ids(letters));
    found.sort();
    expected.sort();
    require!(
        found == expected,
        "found are {:?} instead of {letters:?}, by the last letters of their names (? is a stranger)",
        crowd.letters(&list.ids())
    );
    let total = usize::try_from(list.total).unwrap_or(usize::MAX);
    require!(total == expected.len(), "totalResults is {total} instead of {}", expected.len());
    Ok(())
}

const OTHERS: &[Check] = &[
    must(
        "filter.nobody",
        "RFC 7644 §3.4.2",
        "a filter that nobody fulfils is answered with 200 and an empty list, not with 404",
        &async |probe: &mut Probe| {
            let name = probe.fresh("nobody");
            probe.find(&format!("userName eq {}", quoted(&name))).await?.nothing()
        },
    ),
    must(
        "filter.unknown-attribute",
        "RFC 7644 §3.4.2.2",
        "a filter by an attribute that nobody knows finds nobody or is refused: it is never dropped",
        &async |probe: &mut Probe| {
            Crowd::of(probe).await?;
            let path = format!("/Users?{}", query(&[("filter", "noSuchThing eq \"x\"")]));
            let answer = probe.get(&path).await?;
            if answer.status == 400 { answer.refused(400) } else { List::read(&answer)?.nothing() }
        },
    ),
    must(
        "filter.password",
        "RFC 7643 §7 (returned: never), RFC 7644 §7.5.2",
        "a filter by password finds nobody or is refused",
        &async |probe: &mut Probe| {
            let secret = "S3cret-0f-check!";
            probe.user_with("secret", |body| set(body, "password", secret)).await?;
            let filter = format!("password eq {}", quoted(secret));
            let answer = probe.get(&format!("/Users?{}", query(&[("filter", &filter)]))).await?;
            if answer.is_success() { List::read(&answer)?.nothing() } else { answer.declined() }
        },
    ),
    must(
        "filter.extension",
        "RFC 7644 §3.10",
        "an attribute of an extension is named by its URN",
        &async |probe: &mut Probe| {
            let department = probe.fresh("department");
            let extension = serde_json::json!({"department": department});
            let made = probe
                .user_with("extended", |body| {
                    set(body, "schemas", serde_json::json!([USER, ENTERPRISE]));
                    set(body, ENTERPRISE, extension);
                })
                .await?;
            let filter = format!("{ENTERPRISE}:department eq {}", quoted(&department));
            probe.find(&filter).await?.only(&made.id)
        },
    )
    .needs(&[Feature::Enterprise]),
    must(
        "filter.moment",
        "RFC 7644 §3.4.2.2",
        "moments compare as such, whatever the zone that they are written in",
        &async |probe: &mut Probe| {
            let crowd = Crowd::of(probe).await?;
            let all = crowd.filter();
            for (clause, letters) in [
                ("meta.created gt \"2001-01-01T00:00:00Z\"", "abcde"),
                ("meta.created lt \"2001-01-01T00:00:00Z\"", ""),
                ("meta.created lt \"9999-01-01T00:00:00+14:00\"", "abcde"),
                ("meta.lastModified ge \"2001-01-01T00:00:00-11:00\"", "abcde"),
            ] {
                find(probe, &format!("{all} and {clause}"), letters).await?;
            }
            Ok(())
        },
    ),
    provider(
        "filter.plus",
        "Microsoft Entra: spaces are sent as +",
        "spaces may be sent as + and quotes as %22",
        &async |probe: &mut Probe| {
            let made = probe.user("plus").await?;
            let name = crate::person::address(&made.name);
            let path = format!("/Users?filter=userName+eq+%22{name}%22");
            List::read(&probe.get(&path).await?)?.only(&made.id)
        },
    ),
    must(
        "filter.plus-in-value",
        "RFC 3986 §2.1",
        "a plus in a value, sent as %2B, is a plus",
        &async |probe: &mut Probe| {
            let name = format!("{}+tag@example.com", probe.fresh("plus"));
            let made = probe.user_with("plus", |body| set(body, "userName", name.clone())).await?;
            probe.find(&format!("userName eq {}", quoted(&name))).await?.only(&made.id)
        },
    ),
    must(
        "filter.groups",
        "RFC 7644 §3.4.2.2",
        "groups are found by displayName",
        &async |probe: &mut Probe| {
            let group = probe.group("filter", &[]).await?;
            let filter = format!("displayName eq {}", quoted(&group.name));
            let list = probe.list("/Groups", &[("filter", &filter)]).await?;
            list.only(&group.id)?;
            json::same(&list.body, "/Resources/0/displayName", group.name)
        },
    )
    .needs(&[Feature::Groups]),
    should(
        "filter.long",
        "RFC 7644 §3.4.2.2",
        "a filter of two hundred clauses is answered or refused, and the server stays up",
        &async |probe: &mut Probe| {
            let clauses = vec!["userName eq \"nobody@example.com\""; 200].join(" or ");
            let path = format!("/Users?{}", query(&[("filter", &clauses)]));
            let status = probe.get(&path).await?.status;
            require!(status < 500, "the status is {status}");
            probe.get("/Users?startIndex=1&count=1").await?.status(200).map(drop)
        },
    ),
];

//! Orders (RFC 7644 §3.4.2.3). Asked of the crowd alone, by a filter.

use std::future::Future;
use std::pin::Pin;

use crate::check::{Area, Check, Run, must, should};
use crate::crowd::Crowd;
use crate::offer::Feature;
use crate::outcome::{Outcome, Stop, require};
use crate::person::USER;
use crate::probe::Probe;

pub(crate) const AREA: Area = Area {
    name: "sort",
    title: "orders: sortBy and sortOrder",
    needs: &[Feature::Sort, Feature::Filter],
    checks: &[CHECKS],
};

/// The parameters of an order, and the people as they stand in it.
struct Order(&'static [(&'static str, &'static str)], &'static str);

impl Run for Order {
    fn run<'a>(&'a self, probe: &'a mut Probe) -> Pin<Box<dyn Future<Output = Outcome> + 'a>> {
        Box::pin(async {
            let found = ordered(probe, self.0).await?;
            require!(found == self.1, "the order is {found} instead of {}", self.1);
            Ok(())
        })
    }
}

async fn ordered(probe: &mut Probe, order: &[(&str, &str)]) -> Result<String, Stop> {
    let crowd = Crowd::alone(probe).await?;
    let filter = crowd.filter();
    let mut parameters = vec![("filter", filter.as_str())];
    parameters.extend_from_slice(order);
    let list = probe.list("/Users", &parameters).await?;
    Ok(crowd.letters(&list.ids()))
}

const SECTION: &str = "RFC 7644 §3.4.2.3";

const CHECKS: &[Check] = &[
    must(
        "sort.ascending",
        SECTION,
        "sortBy with sortOrder ascending",
        &Order(&[("sortBy", "userName"), ("sortOrder", "ascending")], "abcde"),
    ),
    must(
        "sort.default",
        SECTION,
        "without sortOrder the order is ascending",
        &Order(&[("sortBy", "userName")], "abcde"),
    ),
    must(
        "sort.descending",
        SECTION,
        "sortOrder descending",
        &Order(&[("sortBy", "userName"), ("sortOrder", "descending")], "edcba"),
    ),
    must(
        "sort.any-case",
        SECTION,
        "what is not case-exact is ordered without regard to case",
        &Order(&[("sortBy", "name.familyName")], "eabdc"),
    ),
    must(
        "sort.names",
        "RFC 7643 §2.1",
        "the attribute is named in any case, also with its URN",
        &Order(
            &[
                ("sortBy", "urn:ietf:params:scim:schemas:core:2.0:User:NAME.familyname"),
                ("sortOrder", "descending"),
            ],
            "cdbae",
        ),
    ),
    must(
        "sort.list",
        SECTION,
        "a list is ordered by its primary value, else by its first",
        &Order(&[("sortBy", "emails.value"), ("sortOrder", "descending")], "edcba"),
    ),
    must(
        "sort.missing.ascending",
        SECTION,
        "who has no value stands last when ascending",
        &async |probe: &mut Probe| {
            probe.published(USER, "title")?;
            let found = ordered(probe, &[("sortBy", "title")]).await?;
            let good = found == "cdabe" || found == "cdaeb";
            require!(good, "the order is {found} instead of cda and then b and e");
            Ok(())
        },
    ),
    must(
        "sort.missing.descending",
        SECTION,
        "who has no value stands first when descending",
        &async |probe: &mut Probe| {
            probe.published(USER, "title")?;
            let order = [("sortBy", "title"), ("sortOrder", "descending")];
            let found = ordered(probe, &order).await?;
            let good = found == "beadc" || found == "ebadc";
            require!(good, "the order is {found} instead of b and e and then adc");
            Ok(())
        },
    ),
    must(
        "sort.pages",
        "RFC 7644 §3.4.2.3, §3.4.2.4",
        "pages of an order fit together",
        &async |probe: &mut Probe| {
            let mut found = String::new();
            for start in ["1", "3", "5"] {
                let order = [("sortBy", "userName"), ("startIndex", start), ("count", "2")];
                found.push_str(&ordered(probe, &order).await?);
            }
            require!(found == "abcde", "the pages make {found} instead of abcde");
            Ok(())
        },
    ),
    should(
        "sort.unknown",
        SECTION,
        "an order by an attribute that nobody knows is refused or passed over",
        &async |probe: &mut Probe| {
            let status = probe.get("/Users?sortBy=noSuchThing&count=1").await?.status;
            require!(status < 500, "the status is {status}");
            Ok(())
        },
    ),
    should(
        "sort.moments",
        SECTION,
        "an order by meta.created is the order of creation",
        &async |probe: &mut Probe| {
            let found = ordered(probe, &[("sortBy", "meta.created")]).await?;
            require!(found == "caebd", "the order is {found} instead of caebd");
            Ok(())
        },
    ),
];

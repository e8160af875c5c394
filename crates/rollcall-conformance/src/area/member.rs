//! Members of groups by PATCH (RFC 7644 §3.5.2), and the manners of Okta and Entra, in which servers most
//! often lose members.

use std::future::Future;
use std::pin::Pin;

use serde_json::{Value, json};

use crate::check::{Area, Check, Run, must, provider, should};
use crate::json;
use crate::offer::Feature;
use crate::outcome::{Outcome, Stop, require};
use crate::probe::Probe;
use crate::resource::Resource;

pub(crate) const AREA: Area = Area {
    name: "member",
    title: "members of groups by PATCH, in the manners of the RFC, Okta and Entra",
    needs: &[Feature::Groups, Feature::Patch],
    checks: &[BY_RFC, BY_PROVIDERS, QUERIES],
};

/// Members before, operations, members after. Four people are there, `a` to `d`; in the operations `{a}`
/// stands for the id of `a`, and `{g}` for that of the group.
struct Change(&'static str, &'static str, &'static str);

impl Run for Change {
    fn run<'a>(&'a self, probe: &'a mut Probe) -> Pin<Box<dyn Future<Output = Outcome> + 'a>> {
        Box::pin(async {
            let (people, group) = start(probe, self.0).await?;
            let operations = fill(self.1, &people, &group)?;
            let read = probe.patched(&group.path, operations).await?;
            json::same(&read, "/displayName", group.name)?;
            are(&people, &json::values(&read, "/members"), self.2)
        })
    }
}

/// Four people, and a group of those whose letters are named.
async fn start(probe: &mut Probe, letters: &str) -> Result<(Vec<Resource>, Resource), Stop> {
    let mut people = Vec::new();
    for letter in ["a", "b", "c", "d"] {
        people.push(probe.user(letter).await?);
    }
    let members: Vec<&Resource> =
        letters.chars().filter_map(|letter| people.get(place(letter))).collect();
    let group = probe.group("members", &members).await?;
    Ok((people, group))
}

fn place(letter: char) -> usize {
    "abcd".find(letter).unwrap_or(usize::MAX)
}

fn fill(operations: &str, people: &[Resource], group: &Resource) -> Result<Value, Stop> {
    let mut text = operations.replace("{g}", &group.id);
    for (letter, person) in ["{a}", "{b}", "{c}", "{d}"].iter().zip(people) {
        text = text.replace(letter, &person.id);
    }
    serde_json::from_str(&text).map_err(|error| Stop::Skipped(format!("no JSON: {error}")))
}

/// Requires these people, each once.
fn are(people: &[Resource], found: &[String], letters: &str) -> Outcome {
    let named = |id: &String| {
        let at = people.iter().position(|person| person.id == *id);
        at.and_then(|at| "abcd".chars().nth(at)).unwrap_or('?')
    };
    let mut found: Vec<char> = found.iter().map(named).collect();
    found.sort_unstable();
    let found: String = found.into_iter().collect();
    require!(found == letters, "members are {found:?} instead of {letters:?} (? is a stranger)");
    Ok(())
}

const BY_RFC: &[Check] = &[
    must(
        "member.add",
        "RFC 7644 §3.5.2.1",
        "add keeps the members that are there",
        &Change("ab", r#"[{"op":"add","path":"members","value":[{"value":"{c}"}]}]"#, "abc"),
    ),
    must(
        "member.add.same",
        "RFC 7644 §3.5.2.1",
        "who is a member already is one afterwards, once",
        &Change(
            "ab",
            r#"[{"op":"add","path":"members","value":[{"value":"{b}"},{"value":"{c}"},{"value":"{c}"}]}]"#,
            "abc",
        ),
    ),
    must(
        "member.remove",
        "RFC 7644 §3.5.2.2",
        "remove with a filter takes away the one that it selects",
        &Change("abc", r#"[{"op":"remove","path":"members[value eq \"{b}\"]"}]"#, "ac"),
    ),
    must(
        "member.remove.several",
        "RFC 7644 §3.5.2.2",
        "several removals in one PATCH take away those that they name, whatever their order",
        &Change(
            "abcd",
            r#"[{"op":"remove","path":"members[value eq \"{a}\"]"},{"op":"remove","path":"members[value eq \"{c}\"]"},{"op":"remove","path":"members[value eq \"{b}\"]"}]"#,
            "d",
        ),
    ),
    must(
        "member.remove.or",
        "RFC 7644 §3.5.2.2",
        "a filter with or selects all whom it fits",
        &Change(
            "abcd",
            r#"[{"op":"remove","path":"members[value eq \"{a}\" or value eq \"{d}\"]"}]"#,
            "bc",
        ),
    ),
    must(
        "member.remove.all",
        "RFC 7644 §3.5.2.2",
        "remove of members takes all of them away",
        &Change("abc", r#"[{"op":"remove","path":"members"}]"#, ""),
    ),
    must(
        "member.replace",
        "RFC 7644 §3.5.2.3",
        "replace of members sets them as a whole",
        &Change(
            "ab",
            r#"[{"op":"replace","path":"members","value":[{"value":"{b}"},{"value":"{d}"}]}]"#,
            "bd",
        ),
    ),
    must(
        "member.mixed",
        "RFC 7644 §3.5.2",
        "operations on members are carried out one after another",
        &Change(
            "a",
            r#"[{"op":"add","path":"members","value":[{"value":"{b}"}]},{"op":"remove","path":"members[value eq \"{a}\"]"},{"op":"add","path":"members","value":[{"value":"{d}"}]}]"#,
            "bd",
        ),
    ),
    must(
        "member.atomic",
        "RFC 7644 §3.5.2",
        "when a later operation is refused, no member has come or gone",
        &async |probe: &mut Probe| {
            let (people, group) = start(probe, "ab").await?;
            let text = r#"[{"op":"add","path":"members","value":[{"value":"{c}"}]},{"op":"remove","path":"members[value eq \"{a}\"]"},{"op":"remove"}]"#;
            let operations = fill(text, &people, &group)?;
            probe.patch(&group.path, operations).await?.refused(400)?;
            are(&people, &probe.members(&group).await?, "ab")
        },
    ),
];

const BY_PROVIDERS: &[Check] = &[
    provider(
        "member.okta.both",
        "Okta: changes of members",
        "a removal and an addition in one PATCH",
        &Change(
            "ab",
            r#"[{"op":"remove","path":"members[value eq \"{a}\"]"},{"op":"add","path":"members","value":[{"value":"{c}","display":"c@example.com"}]}]"#,
            "bc",
        ),
    ),
    provider(
        "member.okta.none",
        "Okta: push of an empty group",
        "replace of members by an empty list empties the group",
        &Change("ab", r#"[{"op":"replace","path":"members","value":[]}]"#, ""),
    ),
    provider(
        "member.okta.name",
        "Okta: the name is sent with each change",
        "a value with id and displayName leaves the members alone",
        &async |probe: &mut Probe| {
            let (people, group) = start(probe, "ab").await?;
            let name = probe.fresh("renamed");
            let value = json!({"id": group.id, "displayName": name});
            let replace = json!([{"op": "replace", "value": value}]);
            let read = probe.patched(&group.path, replace).await?;
            json::same(&read, "/displayName", name)?;
            are(&people, &json::values(&read, "/members"), "ab")
        },
    ),
    provider(
        "member.absent",
        "Okta, Entra: a request is sent again when its answer was lost",
        "removing somebody who is no member changes nobody's membership and is no failure of the server",
        &async |probe: &mut Probe| {
            let (people, group) = start(probe, "ab").await?;
            let text = r#"[{"op":"remove","path":"members[value eq \"{d}\"]"}]"#;
            let operations = fill(text, &people, &group)?;
            let answer = probe.patch(&group.path, operations).await?;
            if !answer.is_success() {
                answer.refused_as(400, "noTarget")?;
            }
            are(&people, &probe.members(&group).await?, "ab")
        },
    ),
    provider(
        "member.unknown",
        "Okta: a group is pushed before all of its people",
        "an id that nobody has does not keep the others out",
        &async |probe: &mut Probe| {
            let (people, group) = start(probe, "a").await?;
            let text = r#"[{"op":"add","path":"members","value":[{"value":"{b}"},{"value":"00000000-0000-7000-8000-00000000dead"}]}]"#;
            let operations = fill(text, &people, &group)?;
            let found = json::values(&probe.patched(&group.path, operations).await?, "/members");
            // Whether the unknown one is shown is the server's choice.
            let known = |id: &String| people.iter().any(|person| person.id == *id);
            are(&people, &found.into_iter().filter(known).collect::<Vec<_>>(), "ab")
        },
    ),
    provider(
        "member.entra.add",
        "Microsoft Entra: additions",
        "Add with $ref null adds, once",
        &Change(
            "a",
            r#"[{"op":"Add","path":"members","value":[{"$ref":null,"value":"{b}"},{"$ref":null,"value":"{b}"}]}]"#,
            "ab",
        ),
    ),
    provider(
        "member.entra.remove",
        "Microsoft Entra: removals",
        "Remove with a value takes away those that the value lists, and not everybody",
        &Change(
            "abc",
            r#"[{"op":"Remove","path":"members","value":[{"$ref":null,"value":"{b}"}]}]"#,
            "ac",
        ),
    ),
    provider(
        "member.no-path",
        "Microsoft Entra, authentik: no path",
        "add without a path adds the members of the value",
        &Change("a", r#"[{"op":"add","value":{"members":[{"value":"{c}"}]}}]"#, "ac"),
    ),
];

const QUERIES: &[Check] = &[
    provider(
        "member.probe",
        "Microsoft Entra: asks whether a reference is there",
        "id eq and members eq find the group of a member, and no group for others",
        &async |probe: &mut Probe| {
            let (people, group) = start(probe, "a").await?;
            for (person, there) in people.iter().zip([true, false]) {
                for member in ["members", "members.value"] {
                    let filter =
                        format!("id eq \"{}\" and {member} eq \"{}\"", group.id, person.id);
                    let parameters = [("filter", filter.as_str()), ("attributes", "id")];
                    let list = probe.list("/Groups", &parameters).await?;
                    if there { list.only(&group.id)? } else { list.nothing()? }
                }
            }
            Ok(())
        },
    )
    .needs(&[Feature::Filter]),
    should(
        "member.groups-filter",
        "RFC 7643 §4.1.2, RFC 7644 §3.4.2.2",
        "groups.value finds the users of a group, or is declined with invalidFilter",
        &async |probe: &mut Probe| {
            probe.stands_on("group.of-user")?;
            let (people, group) = start(probe, "ab").await?;
            let filter = format!("groups.value eq \"{}\"", group.id);
            let path = format!("/Users?{}", crate::text::query(&[("filter", &filter)]));
            let answer = probe.get(&path).await?;
            if answer.refused_as(400, "invalidFilter").is_ok() {
                let reason = "the filter is declined with invalidFilter, as the RFC permits";
                return Err(Stop::NotOffered(reason.to_owned()));
            }
            are(&people, &crate::probe::List::read(&answer)?.ids(), "ab")
        },
    )
    .needs(&[Feature::Filter]),
    provider(
        "member.value-path",
        "RFC 7644 §3.4.2.2",
        "groups are found by members[value eq …]",
        &async |probe: &mut Probe| {
            let (people, group) = start(probe, "ab").await?;
            for (person, there) in people.iter().zip([true, true, false]) {
                let filter = format!("members[value eq \"{}\"]", person.id);
                let list = probe.list("/Groups", &[("filter", &filter)]).await?;
                if there { list.only(&group.id)? } else { list.nothing()? }
            }
            Ok(())
        },
    )
    .needs(&[Feature::Filter]),
];
